use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, known};
use crate::elf::HEAD_BYTES;
use crate::reading::{base_name, text};
use crate::units::unit_file;

static MANIFEST: Manifest = Manifest::new(
    "sandbox",
    Subject::Release,
    "Programs of a release that confine themselves or others in user namespaces.",
    SCHEMAS,
);

/// Finds programs that need user namespaces.
pub const PROBE: &dyn Probe = &Sandbox;

struct Sandbox;

/// Longer texts, and more sources than these, are not read.
const CAP: u64 = 1 << 20;
const MAX_SOURCES: usize = 300;

/// The same question as that of the probe `elf`: a release is read once.
fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD_BYTES),
        max_entries: 200_000,
    }
}

fn head(entry: &Entry) -> &[u8] {
    let content = entry.content.as_ref().and_then(Outcome::got);
    content.map(|blob| blob.0.as_slice()).unwrap_or_default()
}

fn is_source(path: &str) -> bool {
    let endings = [".cjs", ".js", ".json", ".mjs", ".py", ".sh", ".ts"];
    endings.iter().any(|ending| path.ends_with(ending)) || base_name(path).starts_with("Dockerfile")
}

/// The whole of a small file; nothing while it is asked for.
fn content<'a>(answers: &'a Answers, entry: &'a Entry, out: &mut Observation<'_>) -> Option<&'a [u8]> {
    if u64::try_from(head(entry).len()).is_ok_and(|read| read >= entry.size) {
        return Some(head(entry));
    }
    let need = Need::file_up_to(entry.path.as_str(), CAP);
    if !answers.has(&need) {
        out.ask(need);
        return None;
    }
    match answers.bytes(&need) {
        Outcome::Got(bytes) => Some(bytes),
        _ => Some(&[]),
    }
}

impl Probe for Sandbox {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files = files.entries.iter();
        let files: Vec<&Entry> = files
            .filter(|entry| entry.kind == EntryKind::File && !entry.path.contains("node_modules/"))
            .collect();
        let mut found: BTreeMap<&str, &'static str> = BTreeMap::new();
        for entry in files.iter().filter(|entry| head(entry).starts_with(b"\x7fELF")) {
            found.extend(known::program(base_name(&entry.path)).map(|what| (entry.path.as_str(), what)));
        }
        for entry in files.iter().filter(|entry| entry.path.ends_with(".service")) {
            let Some(bytes) = content(answers, entry, out) else {
                continue;
            };
            let unit = unit_file(&text(bytes));
            let is_privileged = unit.user.is_none_or(|(user, _)| user == "root");
            let programs = unit.programs.keys().filter(|_| !is_privileged);
            let what = programs.filter_map(|path| known::program(base_name(path))).next();
            found.extend(what.map(|what| (entry.path.as_str(), what)));
        }
        if let Some(path) = puppeteer(answers, &files, out) {
            found.insert(path, "Chromium, started by Puppeteer");
        }
        for (path, what) in found {
            out.keyed("sandbox.userns", path, what, Origin::file(path));
        }
    }
}

/// The package.json that depends on Puppeteer, where no source turns the sandbox off.
fn puppeteer<'a>(answers: &'a Answers, files: &[&'a Entry], out: &mut Observation<'_>) -> Option<&'a str> {
    let packages = files
        .iter()
        .filter(|entry| base_name(&entry.path) == "package.json");
    let mut package = None;
    for entry in packages {
        if known::is_puppeteer(content(answers, entry, out)?) {
            package = Some(entry.path.as_str());
        }
    }
    let package = package?;
    let sources = files.iter().filter(|entry| is_source(&entry.path));
    let (mut is_off, mut is_read) = (false, true);
    for entry in sources.take(MAX_SOURCES) {
        match content(answers, entry, out) {
            Some(bytes) => is_off |= known::is_without_sandbox(bytes),
            None => is_read = false,
        }
    }
    (is_read && !is_off).then_some(package)
}
