use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::fetch::{Fetch, fetch};
use super::foreign::foreign;
use super::schema::{EXECUTABLE, NO_DEFAULT_DIRECTORIES, PIE, UNVERSIONED_SYMBOLS};
use super::{ElfFile, Kind, Linkage, SCHEMAS};
use crate::archive::{self, CAP_OF_ALL, packed_elf_files};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "elf",
    Subject::Release,
    "What the ELF files of a release need: machine, interpreter, libraries, symbol versions, processor level.",
    SCHEMAS,
);

/// Reads the ELF files of a release.
pub const PROBE: &dyn Probe = &Elf;

struct Elf;

impl Probe for Elf {
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
        for skipped in &files.skipped {
            out.malformed(&skipped.path, &skipped.reason);
        }
        for entry in files.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            match &entry.content {
                Some(Outcome::Got(head)) if head.0.starts_with(b"\x7fELF") => {
                    match fetch(&entry.path, entry.size, &head.0, answers) {
                        Fetch::Done(file) => tell(out, &entry.path, &file),
                        Fetch::Ask(needs) => needs.into_iter().for_each(|need| out.ask(need)),
                        Fetch::Failed(reason) => unreadable(out, entry, &reason),
                    }
                }
                Some(Outcome::Got(_)) | None => {}
                Some(Outcome::NotPermitted) => unreadable(out, entry, "permission denied"),
                Some(_) => unreadable(out, entry, "could not be read"),
            }
        }
        for (path, system) in foreign(&files.entries) {
            out.keyed("binary.system", path, system, Origin::file(path));
        }
        archives(&files.entries, answers, out);
    }
}

/// The ELF files in archives, as `ARCHIVE!/FILE`.
fn archives(entries: &[Entry], answers: &Answers, out: &mut Observation<'_>) {
    let mut all = 0_u64;
    for entry in entries.iter().filter(|entry| archive::is_shipped(entry)) {
        all = all.saturating_add(entry.size);
        if all > CAP_OF_ALL {
            unreadable(out, entry, "the archives of the release are too large together");
            continue;
        }
        let need = archive::content(&entry.path);
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        match answers.bytes(&need) {
            Outcome::Got(bytes) => match packed_elf_files(&entry.path, bytes) {
                Ok(files) => files
                    .iter()
                    .for_each(|(path, file)| tell(out, &format!("{}!/{path}", entry.path), file)),
                Err(reason) => unreadable(out, entry, &reason),
            },
            Outcome::NotPermitted => unreadable(out, entry, "permission denied"),
            Outcome::Failed(failure) => unreadable(out, entry, &failure.reason),
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
}

fn unreadable(out: &mut Observation<'_>, entry: &Entry, reason: &str) {
    for name in ["elf.architecture", "elf.needed", "elf.version-needs"] {
        let state = State::Unknown(reason.to_owned());
        out.state(
            FactId::keyed(name, entry.path.clone()),
            state,
            Origin::file(entry.path.clone()),
        );
    }
}

fn tell(out: &mut Observation<'_>, path: &str, file: &ElfFile) {
    let linkage = &file.linkage;
    // Object files and core dumps are not started.
    if !matches!(linkage.kind, Kind::Executable | Kind::Dynamic) {
        return;
    }
    let origin = || Origin::file(path);
    out.keyed(
        "elf.architecture",
        path,
        linkage.abi.architecture().into_owned(),
        origin(),
    );
    if let Some(interpreter) = &linkage.interpreter {
        out.keyed("elf.interpreter", path, interpreter.as_str(), origin());
    }
    if linkage.dynamic {
        out.keyed("elf.needed", path, Value::List(linkage.needed.clone()), origin());
    }
    if let Some(soname) = &linkage.soname {
        out.keyed("elf.soname", path, soname.as_str(), origin());
    }
    for (name, path_list) in [("elf.rpath", &linkage.rpath), ("elf.runpath", &linkage.runpath)] {
        if let Some(directories) = path_list {
            let directories = directories.split(':').map(str::to_owned).collect();
            out.keyed(name, path, Value::List(directories), origin());
        }
    }
    if let Some(definitions) = &linkage.version_definitions {
        let nodes = definitions.iter().filter(|node| !node.base);
        let nodes = Value::set(nodes.map(|node| node.name.as_str()));
        out.keyed("elf.version-definitions", path, nodes, origin());
    }
    let traits = traits(linkage);
    if !traits.is_empty() {
        out.keyed("elf.traits", path, Value::set(traits), origin());
    }
    if !linkage.names_of_glibc.is_empty() {
        let names = Value::set(linkage.names_of_glibc.iter().map(String::as_str));
        out.keyed("elf.names-of-glibc", path, names, origin());
    }
    let mut needs = Vec::new();
    for need in &linkage.version_needs {
        let strong = need.nodes.iter().filter(|node| !node.weak);
        needs.extend(strong.map(|node| format!("{} {}", need.soname, node.name)));
    }
    if !needs.is_empty() {
        out.keyed("elf.version-needs", path, Value::List(needs), origin());
    }
    if let Some(level) = linkage.notes.x86_level {
        out.keyed("elf.x86-level", path, i64::from(level.number()), origin());
    }
    if let Some([major, minor, patch]) = linkage.notes.minimum_kernel {
        out.keyed(
            "elf.minimum-kernel",
            path,
            format!("{major}.{minor}.{patch}"),
            origin(),
        );
    }
    if let Ok(alignment) = i64::try_from(file.header.page_size) {
        out.keyed("elf.page-alignment", path, alignment, origin());
    }
}

fn traits(linkage: &Linkage) -> Vec<&'static str> {
    let traits = [
        (linkage.kind == Kind::Executable, EXECUTABLE),
        (linkage.pie, PIE),
        (linkage.ignores_default_directories, NO_DEFAULT_DIRECTORIES),
        (linkage.dynamic && !linkage.versioned_symbols, UNVERSIONED_SYMBOLS),
    ];
    let holding = traits.into_iter().filter(|(holds, _)| *holds);
    holding.map(|(_, name)| name).collect()
}
