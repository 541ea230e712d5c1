use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::disk::{self, Disk};
use super::load::is_reserved_by_musl;
use super::search::{Loaded, Outcome as Found, Search};
use super::tokens::parent;
use super::{CacheEntry, Inventory, LdCache, Libc, Lookup, MUSL_DEFAULT_PATH, SCHEMAS, Via, parse_musl_path};
use crate::elf::{Abi, Linkage};

static MANIFEST: Manifest = Manifest::new(
    "loader",
    Subject::Host,
    "The dynamic loader's inventory: each library name, the file it leads to, the symbol versions it defines.",
    SCHEMAS,
);

const CACHE: &str = "etc/ld.so.cache";
const MUSL_PATH: &str = "etc/ld-musl-*.path";

/// Libraries of glibc: not every release of it adds a version to each of them.
const GLIBC: [&str; 3] = ["libc.so.6", "libm.so.6", "libpthread.so.0"];

/// Where programs ask for their loader.
const INTERPRETER_DIRECTORIES: [&str; 8] = [
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libx32",
];

/// Tells which libraries the dynamic loader would find for a program that has no search path of its own, on a processor of
/// the baseline: files below `glibc-hwcaps` are other builds of the same libraries.
///
/// Where a host has glibc and musl, the search is glibc's; where it has glibc's loader without its library, that is a layer upon
/// musl (gcompat), whose search is musl's.
pub const PROBE: &dyn Probe = &LoaderInventory;

struct LoaderInventory;

fn cache() -> Need {
    Need::file_up_to(CACHE, 16 << 20)
}

fn musl_path() -> Need {
    Need::glob(MUSL_PATH, Take::Content(64 << 10))
}

impl Probe for LoaderInventory {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        [cache(), musl_path()].into_iter().chain(disk::needs()).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(mut disk) = Disk::of(answers, out) else {
            return;
        };
        match answers
            .bytes(&cache())
            .and_then(|bytes| match LdCache::parse(bytes) {
                Ok(cache) => Outcome::Got(cache),
                Err(error) => Outcome::failed("malformed", error.to_string()),
            }) {
            Outcome::Absent => {}
            outcome => match out.require(outcome, CACHE) {
                Some(cache) => disk.cache = Some(without_legacy(cache)),
                None => return,
            },
        }
        if disk.is_empty() && disk.cache.is_none() {
            return out.covered(
                CoverageState::Absent,
                "no library in any directory the loader searches",
            );
        }
        disk.musl_directories = musl_directories(answers, out);
        let cached = disk.cache.iter().flat_map(|cache| &cache.entries);
        let cached = cached
            .filter(|entry| is_baseline(entry))
            .map(|entry| entry.path.clone());
        let listed = disk.listed().map(|path| format!("/{path}"));
        let paths = cached.chain(listed).collect::<Vec<_>>();
        disk.add_outside(paths.into_iter(), answers, out);
        let interpreters = interpreters(&disk);
        disk.libcs = libcs(&interpreters);
        Host {
            disk: &disk,
            names: names(&disk),
        }
        .tell(&interpreters, out);
    }
}

/// Without the entries for processors of the scheme before glibc 2.33, where there is one for any processor: libraries of
/// the same build, of which the names and versions are the same.
fn without_legacy(cache: LdCache) -> LdCache {
    let plain = cache.entries.iter().filter(|entry| is_baseline(entry));
    let plain: BTreeSet<(String, u32)> = plain.map(|entry| (entry.soname.clone(), entry.flags)).collect();
    let keep =
        |entry: &CacheEntry| entry.legacy_hwcap == 0 || !plain.contains(&(entry.soname.clone(), entry.flags));
    LdCache {
        entries: cache.entries.into_iter().filter(keep).collect(),
    }
}

fn is_baseline(entry: &CacheEntry) -> bool {
    entry.hwcaps.is_none() && entry.legacy_hwcap == 0
}

/// What `/etc/ld-musl-ARCH.path` names, or the default.
fn musl_directories(answers: &Answers, out: &mut Observation<'_>) -> Vec<String> {
    let files = out.optional(answers.entries(&musl_path()), MUSL_PATH);
    for entry in files.iter().flat_map(|files| &files.entries) {
        match &entry.content {
            Some(Outcome::Got(text)) => return parse_musl_path(&String::from_utf8_lossy(&text.0)),
            Some(other) => {
                out.optional(other.as_ref(), &entry.path);
            }
            None => {}
        }
    }
    parse_musl_path(MUSL_DEFAULT_PATH)
}

/// A dynamic loader under one of the paths that programs ask for.
struct Loader {
    path: String,
    libc: Libc,
    /// Its architecture, or why that is not known.
    architecture: Result<String, String>,
}

/// The loaders that are there, under every path that leads to them.
fn interpreters(disk: &Disk) -> Vec<Loader> {
    let names: BTreeMap<&str, Libc> = disk.listed().filter_map(loader_name).collect();
    let places = INTERPRETER_DIRECTORIES.iter().flat_map(|directory| {
        names
            .iter()
            .map(move |(name, libc)| (format!("{directory}/{name}"), *libc))
    });
    let triplets = disk
        .listed()
        .filter_map(|path| Some((format!("/{path}"), loader_name(path)?.1)));
    let places: BTreeMap<String, Libc> = places.chain(triplets).collect();
    let found = places.into_iter().filter_map(|(path, libc)| {
        let architecture = match disk.file(&path) {
            Lookup::Object { linkage, .. } => Ok(linkage.abi.architecture().into_owned()),
            Lookup::Unknown(reason) if disk.listed().any(|listed| listed == path.trim_start_matches('/')) => {
                Err(reason.to_owned())
            }
            Lookup::Unknown(_) | Lookup::Absent | Lookup::NotElf => return None,
        };
        Some(Loader {
            path,
            libc,
            architecture,
        })
    });
    found.collect()
}

/// File name and C library, where a path is that of a dynamic loader.
fn loader_name(path: &str) -> Option<(&str, Libc)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        _ if name.starts_with("ld-musl-") => Some((name, Libc::Musl)),
        "ld64.so.1" | "ld64.so.2" | "ld.so.1" => Some((name, Libc::Glibc)),
        _ if name.starts_with("ld-linux") => Some((name, Libc::Glibc)),
        _ => None,
    }
}

fn libcs(loaders: &[Loader]) -> Vec<Libc> {
    let has = |libc: &Libc| loaders.iter().any(|loader| loader.libc == *libc);
    [Libc::Glibc, Libc::Musl].into_iter().filter(has).collect()
}

/// Every name that might be found: those of the cache, and those of files in default directories.
fn names(disk: &Disk) -> BTreeSet<String> {
    let cached = disk.cache.iter().flat_map(|cache| &cache.entries);
    let cached = cached.map(|entry| entry.soname.clone());
    let listed = disk
        .listed()
        .filter_map(|path| Some(path.rsplit_once('/')?.1.to_owned()));
    cached.chain(listed).collect()
}

struct Host<'d> {
    disk: &'d Disk,
    names: BTreeSet<String>,
}

impl<'d> Host<'d> {
    fn tell(&self, loaders: &[Loader], out: &mut Observation<'_>) {
        for (architecture, abi) in self.disk.abis() {
            let Some(search) = self.search(abi) else { continue };
            for name in &self.names {
                self.tell_library(&search, &architecture, name, out);
            }
        }
        for loader in loaders {
            let state = match &loader.architecture {
                Ok(architecture) => State::Value(architecture.as_str().into()),
                Err(reason) => State::Unknown(reason.clone()),
            };
            let id = FactId::keyed("loader.interpreter", loader.path.clone());
            out.state(id, state, Origin::file(loader.path.trim_start_matches('/')));
        }
        let families = self.disk.libcs.iter().map(|libc| match libc {
            Libc::Glibc => "glibc",
            Libc::Musl => "musl",
        });
        let origin = Origin::Derived("the dynamic loaders that are there".into());
        out.value("libc.family", Value::set(families), origin);
        self.tell_version(out);
    }

    fn search(&self, abi: Abi) -> Option<Search<'d>> {
        let libc = self.searched_by();
        Some(Search {
            inventory: self.disk,
            rules: self.disk.rules(libc, &abi)?,
            libc,
            abi,
        })
    }

    fn searched_by(&self) -> Libc {
        let is_layer =
            self.disk.libcs.contains(&Libc::Musl) && !GLIBC.iter().any(|name| self.names.contains(*name));
        match self.disk.libcs.first() {
            Some(Libc::Glibc) if is_layer => Libc::Musl,
            first => first.copied().unwrap_or(Libc::Glibc),
        }
    }

    fn tell_library(&self, search: &Search<'d>, architecture: &str, name: &str, out: &mut Observation<'_>) {
        let key = format!("{architecture}/{name}");
        let (path, via, real, linkage) = match search.find(name, &[], 0) {
            Found::Found {
                path,
                via,
                real,
                linkage,
            } => (path, via, real, linkage),
            Found::Undecided { reason } => {
                return match self.large(name, &search.abi) {
                    Some(path) => self.tell_large(&key, path, &reason, out),
                    None => self.tell_unknown(key, reason, out),
                };
            }
            Found::NotFound { .. } | Found::Rejected { .. } => {
                if let Some(hwcaps) = self.only_for(name, &search.abi) {
                    self.tell_unknown(key, format!("there for processors with {hwcaps} only"), out);
                }
                return;
            }
        };
        let source = match via {
            Via::Cache => CACHE,
            _ => parent(&path).trim_start_matches('/'),
        };
        let file = || Origin::file(real);
        out.keyed("library", key.clone(), path.as_str(), Origin::file(source));
        if let Some(definitions) = &linkage.version_definitions {
            let nodes = definitions.iter().filter(|node| !node.base);
            let nodes = Value::set(nodes.map(|node| node.name.as_str()));
            out.keyed("library.nodes", key.clone(), nodes, file());
        }
        if !linkage.versioned_symbols {
            out.keyed("library.unversioned", key.clone(), true, file());
        }
        let missing = missing(search, &path, real, linkage);
        if !missing.is_empty() {
            out.keyed("library.missing", key, Value::set(missing), file());
        }
    }

    fn tell_unknown(&self, key: String, reason: String, out: &mut Observation<'_>) {
        for fact in ["library", "library.nodes"] {
            let state = State::Unknown(reason.clone());
            out.state(FactId::keyed(fact, key.clone()), state, Origin::file(CACHE));
        }
    }

    /// The file that the cache has for a name, where it is too large to be read: `ldconfig` has looked at its machine.
    fn large(&self, name: &str, abi: &Abi) -> Option<&'d str> {
        let mut entries = self.disk.cache.iter().flat_map(|cache| &cache.entries);
        let entry = entries.find(|entry| is_baseline(entry) && entry.soname == name && entry.serves(abi))?;
        self.disk.is_large(&entry.path).then_some(entry.path.as_str())
    }

    fn tell_large(&self, key: &str, path: &str, reason: &str, out: &mut Observation<'_>) {
        out.keyed("library", key, path, Origin::file(CACHE));
        let id = FactId::keyed("library.nodes", key);
        out.state(id, State::Unknown(reason.to_owned()), Origin::file(CACHE));
    }

    /// The capability that the cache asks for wherever it has the name.
    fn only_for(&self, name: &str, abi: &Abi) -> Option<String> {
        let entries = self.disk.cache.iter().flat_map(|cache| &cache.entries);
        let mut entries = entries.filter(|entry| entry.soname == name && entry.serves(abi));
        entries.find_map(|entry| entry.hwcaps.clone())
    }

    fn tell_version(&self, out: &mut Observation<'_>) {
        let mut newest = None;
        for search in self.disk.abis().into_values().filter_map(|abi| self.search(abi)) {
            for name in GLIBC {
                if let Found::Found { real, linkage, .. } = search.find(name, &[], 0) {
                    newest = newest.max(newest_glibc(linkage).map(|minor| (minor, real)));
                }
            }
        }
        if let Some((minor, path)) = newest {
            let (id, version) = (FactId::single("libc.version"), format!("2.{minor}"));
            out.version(id, version, Scheme::Generic, Origin::file(path));
        }
    }
}

/// What a library needs and the loader finds nowhere. Where a search path leads to directories that were not listed, that is
/// not known, and nothing is said.
fn missing(search: &Search<'_>, path: &str, real: &str, linkage: &Linkage) -> Vec<String> {
    let object = Loaded {
        path: path.to_owned(),
        real,
        linkage,
        names: Vec::new(),
        loader: None,
        origin: parent(path).to_owned(),
    };
    let objects = [object];
    let is_missing = |name: &&String| {
        !(search.libc == Libc::Musl && is_reserved_by_musl(name))
            && matches!(search.find(name, &objects, 0), Found::NotFound { .. })
    };
    linkage.needed.iter().filter(is_missing).cloned().collect()
}

/// N of the newest `GLIBC_2.N`.
fn newest_glibc(linkage: &Linkage) -> Option<u32> {
    let nodes = linkage.version_definitions.iter().flatten();
    let minor = |name: &str| name.strip_prefix("GLIBC_2.")?.split('.').next()?.parse().ok();
    nodes.filter_map(|node| minor(&node.name)).max()
}
