//! The libraries of a host as they were listed and read: the [`Inventory`] behind the probe.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::{CacheLookup, Inventory, LdCache, Libc, Lookup, Rules};
use crate::elf::fetch::{Fetch, fetch};
use crate::elf::{Abi, ElfFile, Linkage};

/// Directories that loaders search by themselves, on every distribution. `*-linux-*` are Debian's, one an architecture.
const DIRECTORIES: [&str; 12] = [
    "lib",
    "lib/*-linux-*",
    "lib32",
    "lib64",
    "libx32",
    "usr/lib",
    "usr/lib/*-linux-*",
    "usr/lib32",
    "usr/lib64",
    "usr/libx32",
    "usr/local/lib",
    "usr/local/lib/*-linux-*",
];

/// Where links lead from, beside those among the libraries: merged `/usr`, `/usr/lib64` → `lib`, and the alternatives that
/// names of libraries lead through.
const LINKS: [&str; 3] = ["*", "usr/*", "etc/alternatives/*.so*"];

/// As many as Linux follows.
const MAX_LINKS: usize = 40;

/// What is known of one file.
enum File {
    Object(Box<Linkage>),
    NotElf,
    /// Not known, or not yet.
    Unknown(String),
}

/// The libraries of a host.
pub(super) struct Disk {
    links: HashMap<String, String>,
    /// By path without links and without leading slash.
    files: HashMap<String, File>,
    /// Paths of everything listed, links too.
    listed: BTreeSet<String>,
    /// Patterns of which the listing is whole: what it does not name is not there.
    complete: Vec<&'static str>,
    /// Paths that were looked at one by one and are not there.
    gone: BTreeSet<String>,
    /// Those that are there, and too large to be read.
    large: BTreeSet<String>,
    pub(super) cache: Option<LdCache>,
    pub(super) libcs: Vec<Libc>,
    pub(super) musl_directories: Vec<String>,
}

pub(super) fn needs() -> Vec<Need> {
    let links = LINKS.iter().map(|pattern| links(pattern));
    links.chain(DIRECTORIES.iter().map(|d| libraries(d))).collect()
}

fn links(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn libraries(directory: &str) -> Need {
    Need::glob(format!("{directory}/*.so*"), Take::Head(crate::elf::HEAD_BYTES))
}

/// A library outside those directories is read whole: there are few, and no listing gives their size. Those beyond this
/// size are there, and no more is known.
const WHOLE: u64 = 8 << 20;

fn whole(path: &str) -> Need {
    Need::file_up_to(path, WHOLE)
}

impl Disk {
    /// What the answers show so far; asks for what is needed to read the files that were listed.
    pub(super) fn of(answers: &Answers, out: &mut Observation<'_>) -> Option<Disk> {
        let mut disk = Disk {
            links: HashMap::new(),
            files: HashMap::new(),
            listed: BTreeSet::new(),
            complete: Vec::new(),
            gone: BTreeSet::new(),
            large: BTreeSet::new(),
            cache: None,
            libcs: Vec::new(),
            musl_directories: Vec::new(),
        };
        out.require(answers.entries(&links("*")), "the root directory")?;
        for pattern in LINKS {
            let listed = out.optional(answers.entries(&links(pattern)), pattern);
            let entries = listed.iter().flat_map(|listed| &listed.entries);
            entries.for_each(|entry| disk.add_link(entry));
        }
        for directory in DIRECTORIES {
            let outcome = answers.entries(&libraries(directory));
            if matches!(outcome, Outcome::Absent) {
                disk.complete.push(directory);
            }
            let Some(listed) = out.optional(outcome, directory) else {
                continue;
            };
            for skipped in &listed.skipped {
                out.malformed(&skipped.path, &skipped.reason);
            }
            if listed.skipped.is_empty() {
                disk.complete.push(directory);
            }
            for entry in &listed.entries {
                disk.add(entry, answers, out);
            }
        }
        Some(disk)
    }

    /// Whether no directory holds a library.
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Reads files that were not listed, as far as the answers go.
    pub(super) fn add_outside(
        &mut self,
        paths: impl Iterator<Item = String>,
        answers: &Answers,
        out: &mut Observation<'_>,
    ) {
        let paths: BTreeSet<String> = paths.map(|path| self.real(&path)).collect();
        for path in paths {
            if self.files.contains_key(&path) || self.is_listed(&path) {
                continue;
            }
            let need = whole(&path);
            if !answers.has(&need) {
                out.ask(need);
                self.files.insert(path, File::Unknown("not read yet".to_owned()));
                continue;
            }
            let file = match answers.bytes(&need) {
                Outcome::Got(bytes) if !bytes.starts_with(b"\x7fELF") => File::NotElf,
                Outcome::Got(bytes) => match ElfFile::parse(bytes) {
                    Ok(file) => File::Object(Box::new(file.linkage)),
                    Err(error) => File::Unknown(format!("/{path}: {error}")),
                },
                Outcome::Absent => {
                    self.gone.insert(path);
                    continue;
                }
                Outcome::NotPermitted => File::Unknown(format!("/{path}: permission denied")),
                Outcome::NotApplicable => File::Unknown(format!("/{path} cannot be read")),
                Outcome::Failed(failure) => {
                    if failure.code == "too-large" {
                        self.large.insert(path.clone());
                    }
                    File::Unknown(failure.reason)
                }
            };
            self.files.insert(path, file);
        }
    }

    /// Whether there is a file of which nothing more is known than that.
    pub(super) fn is_large(&self, path: &str) -> bool {
        self.large.contains(&self.real(path))
    }

    /// Every listed path, as `lib/libc.so.6`.
    pub(super) fn listed(&self) -> impl Iterator<Item = &str> {
        self.listed.iter().map(String::as_str)
    }

    /// The kinds of objects there are.
    pub(super) fn abis(&self) -> BTreeMap<String, Abi> {
        let objects = self.files.values().filter_map(|file| match file {
            File::Object(linkage) => Some((linkage.abi.architecture().into_owned(), linkage.abi)),
            _ => None,
        });
        objects.collect()
    }

    fn add_link(&mut self, entry: &Entry) {
        if let Some(target) = &entry.link {
            self.links.insert(entry.path.clone(), target.clone());
        }
    }

    fn add(&mut self, entry: &Entry, answers: &Answers, out: &mut Observation<'_>) {
        self.add_link(entry);
        if entry.kind == EntryKind::Directory {
            return;
        }
        self.listed.insert(entry.path.clone());
        let file = match &entry.content {
            Some(Outcome::Got(head)) if !head.0.starts_with(b"\x7fELF") => File::NotElf,
            Some(Outcome::Got(head)) => match fetch(&entry.path, entry.size, &head.0, answers) {
                Fetch::Done(file) => File::Object(Box::new(file.linkage)),
                Fetch::Ask(needs) => {
                    needs.into_iter().for_each(|need| out.ask(need));
                    File::Unknown("not read yet".to_owned())
                }
                Fetch::Failed(reason) => File::Unknown(format!("/{}: {reason}", entry.path)),
            },
            Some(Outcome::NotPermitted) => File::Unknown(format!("/{}: permission denied", entry.path)),
            None if entry.kind == EntryKind::Link => return,
            _ => File::Unknown(format!("/{} cannot be read", entry.path)),
        };
        self.files.insert(entry.path.clone(), file);
    }

    /// The path without links, as far as the listings go.
    pub(super) fn real(&self, path: &str) -> String {
        let mut todo: Vec<String> = components(path);
        let mut done = String::with_capacity(path.len());
        let mut followed = 0;
        while let Some(part) = todo.pop() {
            if part == ".." {
                done.truncate(done.rfind('/').unwrap_or(0));
                continue;
            }
            let parent = done.len();
            if parent > 0 {
                done.push('/');
            }
            done.push_str(&part);
            if let Some(target) = self.links.get(&done) {
                followed += 1;
                if followed > MAX_LINKS {
                    break;
                }
                done.truncate(if target.starts_with('/') { 0 } else { parent });
                todo.extend(components(target));
            }
        }
        done
    }

    /// Whether the directory of this path was listed, so that what was not found there is not there.
    fn is_listed(&self, real: &str) -> bool {
        let (directory, name) = real.rsplit_once('/').unwrap_or(("", real));
        name.contains(".so") && self.complete.iter().any(|pattern| covers(pattern, directory))
    }
}

impl Inventory for Disk {
    fn file(&self, path: &str) -> Lookup<'_> {
        if !path.starts_with('/') {
            return Lookup::Unknown("relative to a working directory");
        }
        let path = self.real(path);
        match self.files.get_key_value(&path) {
            Some((real, File::Object(linkage))) => Lookup::Object { real, linkage },
            Some((_, File::NotElf)) => Lookup::NotElf,
            Some((_, File::Unknown(reason))) => Lookup::Unknown(reason),
            None if self.gone.contains(&path) || self.is_listed(&path) => Lookup::Absent,
            None => Lookup::Unknown("its directory was not listed"),
        }
    }

    fn cache(&self) -> CacheLookup<'_> {
        self.cache
            .as_ref()
            .map_or(CacheLookup::Absent, CacheLookup::Known)
    }

    /// Which directories a glibc searches by default is compiled in: it is the layout in which its own library lies.
    fn rules(&self, libc: Libc, abi: &Abi) -> Option<Rules> {
        if libc == Libc::Musl {
            return Some(Rules {
                default_directories: self.musl_directories.clone(),
                ..Rules::default()
            });
        }
        let has_libc = |rules: &Rules| {
            let multiarch = rules.default_directories.iter().take(2);
            let mut paths = multiarch.map(|directory| self.real(&format!("{directory}/libc.so.6")));
            paths.any(|path| self.files.contains_key(&path))
        };
        Some(
            Rules::debian(abi)
                .filter(has_libc)
                .unwrap_or_else(|| Rules::lib64(abi)),
        )
    }
}

/// The parts of a path, last one first.
fn components(path: &str) -> Vec<String> {
    let parts = path.split('/').rev();
    parts
        .filter(|part| !part.is_empty() && *part != ".")
        .map(str::to_owned)
        .collect()
}

/// Whether a directory is meant by one of [`DIRECTORIES`].
fn covers(pattern: &str, directory: &str) -> bool {
    match pattern.strip_suffix("*-linux-*") {
        None => pattern == directory,
        Some(parent) => directory
            .strip_prefix(parent)
            .is_some_and(|triplet| triplet.contains("-linux-") && !triplet.contains('/')),
    }
}
