use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{LdCache, SCHEMAS, parse_musl_path};
use crate::elf::fetch::{Fetch, fetch};
use crate::elf::{ElfFile, Linkage};

static MANIFEST: Manifest = Manifest {
    id: "loader",
    subject: Subject::Host,
    about: "The dynamic loader's inventory: each library name, the file it leads to, the symbol versions it defines.",
    schemas: Cow::Borrowed(SCHEMAS),
};

const CACHE: &str = "etc/ld.so.cache";

/// Directories that loaders search by themselves, on every distribution. `*-linux-*` are Debian's, one an architecture.
const DIRECTORIES: [&str; 9] = [
    "lib",
    "lib/*-linux-*",
    "lib64",
    "usr/lib",
    "usr/lib/*-linux-*",
    "usr/lib64",
    "usr/lib32",
    "usr/local/lib",
    "usr/local/lib/*-linux-*",
];

/// Tells which libraries the dynamic loader would find.
pub const PROBE: &dyn Probe = &Loader;

struct Loader;

fn cache() -> Need {
    Need::file_up_to(CACHE, 16 << 20)
}

fn musl_path() -> Need {
    Need::glob("etc/ld-musl-*.path", Take::Content(64 << 10))
}

fn top() -> Need {
    Need::glob("*", Take::Stat)
}

fn libraries(directory: &str) -> Need {
    Need::glob(format!("{directory}/*.so*"), Take::Head(crate::elf::HEAD_BYTES))
}

/// A library outside those directories is read whole: there are few.
fn whole(path: &str) -> Need {
    Need::file_up_to(path, 64 << 20)
}

impl Probe for Loader {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let libraries = DIRECTORIES.iter().map(|directory| libraries(directory));
        [cache(), musl_path(), top()]
            .into_iter()
            .chain(libraries)
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(disk) = Disk::of(answers, out) else {
            return;
        };
        let cache = match out.optional(answers.bytes(&cache()), CACHE).map(LdCache::parse) {
            Some(Ok(cache)) => Some(cache),
            Some(Err(error)) => return out.malformed(CACHE, error),
            None => None,
        };
        let mut inventory = Inventory {
            disk,
            answers,
            found: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        match &cache {
            Some(cache) => {
                for entry in cache.entries.iter().filter(|entry| entry.hwcaps.is_none()) {
                    inventory.add(&entry.soname, &entry.path, CACHE, out);
                }
                // The loader falls back to the default directories for what the cache does not name.
                inventory.add_directories(&["lib", "usr/lib", "lib64", "usr/lib64"], out);
            }
            None => inventory.add_directories(&musl_directories(answers, out), out),
        }
        inventory.tell(out);
    }
}

/// What `/etc/ld-musl-ARCH.path` names, or the loaders' own defaults.
fn musl_directories(answers: &Answers, out: &mut Observation<'_>) -> Vec<&'static str> {
    let configured = out.optional(answers.entries(&musl_path()), "etc/ld-musl-*.path");
    let blobs = configured
        .iter()
        .flat_map(|entries| &entries.entries)
        .filter_map(|entry| entry.content.as_ref());
    let named: BTreeSet<String> = blobs
        .filter_map(Outcome::got)
        .flat_map(|blob| parse_musl_path(&String::from_utf8_lossy(&blob.0)))
        .map(|directory| directory.trim_start_matches('/').to_owned())
        .collect();
    let known = DIRECTORIES
        .into_iter()
        .filter(|directory| named.is_empty() || named.contains(*directory));
    known.collect()
}

/// The directories of libraries as they were listed.
struct Disk<'a> {
    /// Links at the top: `lib` → `usr/lib`.
    top: BTreeMap<&'a str, String>,
    entries: BTreeMap<&'a str, &'a Entry>,
}

impl<'a> Disk<'a> {
    fn of(answers: &'a Answers, out: &mut Observation<'_>) -> Option<Disk<'a>> {
        let top = out.require(answers.entries(&self::top()), "the root directory")?;
        let links = top.entries.iter().filter_map(|entry| {
            let link = entry.link.as_ref()?;
            Some((entry.path.as_str(), link.trim_start_matches('/').to_owned()))
        });
        let mut disk = Disk {
            top: links.collect(),
            entries: BTreeMap::new(),
        };
        for directory in DIRECTORIES {
            let Some(listed) = out.optional(answers.entries(&libraries(directory)), directory) else {
                continue;
            };
            for skipped in &listed.skipped {
                out.malformed(&skipped.path, &skipped.reason);
            }
            disk.entries
                .extend(listed.entries.iter().map(|entry| (entry.path.as_str(), entry)));
        }
        if disk.entries.is_empty() {
            out.covered(
                CoverageState::Absent,
                "no library in any directory the loader searches",
            );
            return None;
        }
        Some(disk)
    }

    /// The regular file that a path leads to, as far as the listings go.
    fn real(&self, path: &str) -> String {
        let mut path = self.without_top_link(path.trim_start_matches('/'));
        for _ in 0..16 {
            let Some(link) = self
                .entries
                .get(path.as_str())
                .and_then(|entry| entry.link.as_ref())
            else {
                break;
            };
            let next = match link.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => join(path.rsplit_once('/').map_or("", |(directory, _)| directory), link),
            };
            path = self.without_top_link(&next);
        }
        path
    }

    fn without_top_link(&self, path: &str) -> String {
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match self.top.get(first) {
            Some(target) => format!("{target}/{rest}"),
            None => path.to_owned(),
        }
    }
}

/// `directory/relative` with its `..` resolved.
fn join(directory: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

struct Inventory<'a> {
    disk: Disk<'a>,
    answers: &'a Answers,
    /// By architecture and name: where it was found, the file itself, and who said so.
    found: BTreeMap<(String, String), (String, String, String)>,
    /// What is known of each file; `None` while it is being read.
    files: BTreeMap<String, Result<Linkage, String>>,
}

impl Inventory<'_> {
    /// The first file of a name and architecture counts, as for the loader.
    fn add(&mut self, soname: &str, path: &str, source: &str, out: &mut Observation<'_>) {
        let real = self.disk.real(path);
        if !self.files.contains_key(&real) {
            let Some(known) = self.read(&real, out) else {
                return;
            };
            self.files.insert(real.clone(), known);
        }
        let architecture = match self.files.get(&real) {
            Some(Ok(linkage)) => linkage.abi.architecture().into_owned(),
            Some(Err(_)) => "unknown".to_owned(),
            None => return,
        };
        let place = (path.to_owned(), real, source.to_owned());
        self.found
            .entry((architecture, soname.to_owned()))
            .or_insert(place);
    }

    fn add_directories(&mut self, directories: &[&str], out: &mut Observation<'_>) {
        let names: Vec<(String, String)> = self
            .disk
            .entries
            .values()
            .filter(|entry| entry.kind != EntryKind::Directory)
            .filter_map(|entry| {
                let (directory, name) = entry.path.rsplit_once('/')?;
                let wanted = directories.iter().any(|wanted| fits(wanted, directory));
                wanted.then(|| (name.to_owned(), entry.path.clone()))
            })
            .collect();
        for (name, path) in names {
            let source = path
                .rsplit_once('/')
                .map_or("", |(directory, _)| directory)
                .to_owned();
            self.add(&name, &format!("/{path}"), &source, out);
        }
    }

    /// `None` while a further round is needed, and for what is no ELF file (a linker script).
    fn read(&self, path: &str, out: &mut Observation<'_>) -> Option<Result<Linkage, String>> {
        match self.disk.entries.get(path) {
            Some(entry) => match entry.content.as_ref() {
                Some(Outcome::Got(head)) if !head.0.starts_with(b"\x7fELF") => None,
                Some(Outcome::Got(head)) => match fetch(path, entry.size, &head.0, self.answers) {
                    Fetch::Done(file) => Some(Ok(file.linkage)),
                    Fetch::Ask(needs) => {
                        needs.into_iter().for_each(|need| out.ask(need));
                        None
                    }
                    Fetch::Failed(reason) => Some(Err(reason)),
                },
                _ => Some(Err("could not be read".to_owned())),
            },
            None if !self.answers.has(&whole(path)) => {
                out.ask(whole(path));
                None
            }
            None => match self.answers.bytes(&whole(path)) {
                Outcome::Got(bytes) => match ElfFile::parse(bytes) {
                    Ok(file) => Some(Ok(file.linkage)),
                    Err(error) => Some(Err(error.to_string())),
                },
                // The cache names a file that is gone: the loader does not find it either.
                Outcome::Absent => None,
                Outcome::NotPermitted => Some(Err("permission denied".to_owned())),
                Outcome::NotApplicable => None,
                Outcome::Failed(failure) => Some(Err(failure.reason)),
            },
        }
    }

    fn tell(self, out: &mut Observation<'_>) {
        for ((architecture, soname), (path, real, source)) in &self.found {
            let key = format!("{architecture}/{soname}");
            let origin = Origin::file(source.as_str());
            match self.files.get(real) {
                Some(Ok(linkage)) => {
                    out.keyed("library", key.clone(), path.as_str(), origin);
                    if let Some(definitions) = &linkage.version_definitions {
                        let nodes = definitions
                            .iter()
                            .filter(|node| !node.base)
                            .map(|node| node.name.as_str());
                        out.keyed(
                            "library.nodes",
                            key,
                            Value::set(nodes),
                            Origin::file(real.as_str()),
                        );
                    }
                }
                Some(Err(reason)) => {
                    let reason = format!("{real}: {reason}");
                    for name in ["library", "library.nodes"] {
                        let state = State::Unknown(reason.clone());
                        out.state(FactId::keyed(name, key.clone()), state, origin.clone());
                    }
                }
                None => {}
            }
        }
        self.tell_libc(out);
    }

    fn tell_libc(&self, out: &mut Observation<'_>) {
        let mut families = BTreeSet::new();
        for (path, entry) in &self.disk.entries {
            let name = path.rsplit('/').next().unwrap_or_default();
            let family = if name.starts_with("ld-musl-") {
                "musl"
            } else if name.starts_with("ld-linux")
                || name == "ld64.so.2"
                || name == "ld64.so.1"
                || name == "ld.so.1"
            {
                "glibc"
            } else {
                continue;
            };
            families.insert(family);
            if let Some(place) = self.interpreter_place(path) {
                let architecture = self
                    .files
                    .get(&self.disk.real(path))
                    .and_then(|file| file.as_ref().ok());
                let architecture =
                    architecture.map_or("unknown".into(), |linkage| linkage.abi.architecture());
                out.keyed(
                    "loader.interpreter",
                    place,
                    architecture.into_owned(),
                    Origin::file(entry.path.as_str()),
                );
            }
        }
        out.value(
            "libc.family",
            Value::set(families),
            Origin::Derived("the dynamic loaders that are there".into()),
        );
        let libc = self.found.iter().filter(|((_, soname), _)| soname == "libc.so.6");
        let newest = libc.filter_map(|(_, (_, real, _))| {
            let linkage = self.files.get(real)?.as_ref().ok()?;
            let nodes = linkage.version_definitions.as_ref()?.iter();
            let versions = nodes.filter_map(|node| {
                node.name
                    .strip_prefix("GLIBC_2.")?
                    .split('.')
                    .next()?
                    .parse::<u32>()
                    .ok()
            });
            Some((versions.max()?, real))
        });
        if let Some((minor, path)) = newest.max() {
            let (id, version) = (FactId::single("libc.version"), format!("2.{minor}"));
            out.version(id, version, Scheme::Generic, Origin::file(path.as_str()));
        }
    }

    /// The path under which programs name a loader: on a merged `/usr` it lies below `/usr` and is asked for below `/lib`.
    fn interpreter_place(&self, path: &str) -> Option<String> {
        let merged = self.disk.top.iter().find(|(_, target)| {
            path.strip_prefix(target.as_str())
                .is_some_and(|rest| rest.starts_with('/') && rest.matches('/').count() == 1)
        });
        match merged {
            Some((link, target)) => Some(format!("/{link}{}", path.strip_prefix(target.as_str())?)),
            None => Some(format!("/{path}")),
        }
    }
}

/// Whether a directory is meant by an entry of [`DIRECTORIES`].
fn fits(pattern: &str, directory: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == directory,
        Some((head, tail)) => {
            let triplet = directory.strip_prefix(head).unwrap_or("/");
            !triplet.contains('/') && triplet.contains(tail)
        }
    }
}
