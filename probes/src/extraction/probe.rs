use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, known};
use crate::elf::HEAD_BYTES;
use crate::jars::Archive;
use crate::reading::base_name;

static MANIFEST: Manifest = Manifest::new(
    "extraction",
    Subject::Release,
    "What programs of a release unpack and load when they start.",
    SCHEMAS,
);

/// Finds programs that unpack native code.
pub const PROBE: &dyn Probe = &Extraction;

struct Extraction;

/// The same as that of the probe `jars`: an archive is read once.
const CAP: u64 = 128 << 20;
const CAP_OF_ALL: u64 = 512 << 20;

/// A program smaller than this carries no interpreter; of more programs than these the ends are not read.
const LARGE: u64 = 500 << 10;
const MAX_PROGRAMS: usize = 40;
const TAIL: u64 = 16 << 10;

/// Longer texts start nothing, in bytes.
const TEXT: u64 = 64 << 10;

/// Where all of them unpack, unless told otherwise.
const DIRECTORY: &str = "/tmp";

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

fn is_foreign(path: &str) -> bool {
    ["node_modules/", ".git/", ".mvn/", "gradle/wrapper/"]
        .iter()
        .any(|part| path.contains(part))
}

impl Probe for Extraction {
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
            .filter(|entry| entry.kind == EntryKind::File && !is_foreign(&entry.path))
            .collect();
        let mut found = BTreeSet::new();
        archives(answers, &files, out, &mut found);
        programs(answers, &files, out, &mut found);
        if found.is_empty() {
            return;
        }
        let directory = match choice(answers, &files, out) {
            Choice::Usual => DIRECTORY.to_owned(),
            Choice::OfJava(directory) => directory,
            Choice::Untold => return,
        };
        let is_java = |path: &str| path.ends_with(".jar") || path.ends_with(".war");
        for (path, what) in found {
            if directory != DIRECTORY && !is_java(path) {
                continue;
            }
            out.keyed(
                "extraction.directory",
                format!("{path}:{what}"),
                directory.as_str(),
                Origin::file(path),
            );
        }
    }
}

/// Where programs of a release unpack.
enum Choice {
    /// Where they do unless told otherwise.
    Usual,
    /// Those of Java in this directory.
    OfJava(String),
    /// Elsewhere, and nothing says where for certain.
    Untold,
}

/// What the texts of the release that start something choose; nothing for certain while one is asked for.
fn choice(answers: &Answers, files: &[&Entry], out: &mut Observation<'_>) -> Choice {
    const STARTING: [&str; 9] = [
        ".bat",
        ".conf",
        ".container",
        ".env",
        ".properties",
        ".service",
        ".sh",
        ".yaml",
        ".yml",
    ];
    let starts = |entry: &&&Entry| {
        let name = base_name(&entry.path);
        STARTING.iter().any(|ending| name.ends_with(ending))
            || name.contains("ockerfile")
            || !name.contains('.')
    };
    let mut chosen: BTreeSet<Option<String>> = BTreeSet::new();
    for entry in files
        .iter()
        .filter(starts)
        .filter(|entry| !head(entry).contains(&0))
    {
        let is_whole = u64::try_from(head(entry).len()).is_ok_and(|read| read >= entry.size);
        let need = Need::file_up_to(entry.path.as_str(), TEXT);
        let bytes = if is_whole || entry.size > TEXT {
            Some(head(entry))
        } else if answers.has(&need) {
            answers.bytes(&need).got().copied()
        } else {
            out.ask(need);
            chosen.insert(None);
            continue;
        };
        let choosing = bytes.filter(|bytes| known::chooses(bytes));
        chosen.extend(choosing.map(known::chosen));
    }
    let one = chosen.pop_first();
    match (one, chosen.is_empty()) {
        (None, _) => Choice::Usual,
        (Some(Some(directory)), true) => Choice::OfJava(directory),
        _ => Choice::Untold,
    }
}

type Found<'a> = BTreeSet<(&'a str, &'static str)>;

/// Java archives, by their own names and by what lies in them. One that cannot be read is told by the probe `jars`.
fn archives<'a>(answers: &Answers, files: &[&'a Entry], out: &mut Observation<'_>, found: &mut Found<'a>) {
    let mut all = 0_u64;
    for entry in files
        .iter()
        .filter(|entry| entry.path.ends_with(".jar") || entry.path.ends_with(".war"))
    {
        all = all.saturating_add(entry.size);
        let need = Need::file_up_to(entry.path.as_str(), CAP);
        let archive = match all > CAP_OF_ALL {
            true => None,
            false if answers.has(&need) => answers.bytes(&need).got().copied(),
            false => {
                out.ask(need);
                continue;
            }
        };
        match archive.map(Archive::parse) {
            Some(Ok(archive)) => {
                let inner = archive
                    .entries
                    .iter()
                    .filter_map(|inner| known::library(&inner.name));
                found.extend(inner.map(|library| (entry.path.as_str(), library)));
            }
            // What cannot be looked into has its name.
            _ => found.extend(known::library(&entry.path).map(|library| (entry.path.as_str(), library))),
        }
    }
}

/// Programs that carry what they unpack. One with its files beside it (PyInstaller's `_internal`) unpacks nothing.
fn programs<'a>(answers: &Answers, files: &[&'a Entry], out: &mut Observation<'_>, found: &mut Found<'a>) {
    let scripts = files.iter().filter(|entry| known::is_makeself(head(entry)));
    found.extend(scripts.map(|entry| (entry.path.as_str(), "Makeself archive")));
    let is_unpacked = |entry: &Entry| {
        let directory = entry.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let below = |path: &str| {
            path.strip_prefix(directory)
                .map(|rest| rest.trim_start_matches('/').to_owned())
        };
        files
            .iter()
            .filter_map(|other| below(&other.path))
            .any(|rest| rest.starts_with("_internal/") || rest == "base_library.zip")
    };
    let large = files.iter().filter(|entry| {
        let is_program = head(entry).starts_with(b"\x7fELF") && entry.mode & 0o111 != 0;
        is_program && entry.size > LARGE && !entry.path.contains(".so")
    });
    for entry in large.take(MAX_PROGRAMS) {
        let need = Need::range(entry.path.as_str(), entry.size.saturating_sub(TAIL), TAIL);
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        if let Outcome::Got(tail) = answers.bytes(&need)
            && known::is_pyinstaller(tail)
            && !is_unpacked(entry)
        {
            found.insert((entry.path.as_str(), "PyInstaller program"));
        }
    }
}
