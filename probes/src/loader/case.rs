//! A release and a host as one machine: the [`Inventory`] that the facts of both describe.
//!
//! The release lies at a place of its own, because nothing tells where it will be installed. Behind every path that a file
//! names, the loader finds two default directories: one with all that the release ships, wherever in it, and one with what
//! the loader of the host finds. Directories elsewhere, which no probe lists, count as empty; which files were looked for in
//! them is kept, so that what is found nowhere is not called missing.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::fact::{FactId, State};
use parity_core::view::View;

use super::release::{ReleaseFile, defined_nodes, list};
use super::{CacheLookup, Inventory, Libc, Lookup, Rules};
use crate::elf::{Abi, Kind, Linkage, Notes};

const RELEASE: &str = "/@release";
const SHIPPED: &str = "/@shipped";
const HOST: &str = "/@host";

pub(super) struct Case<'a> {
    /// Files of the release that may run on this host, by path.
    files: BTreeMap<String, &'a ReleaseFile>,
    /// The same by architecture and each name under which others need them; the first path counts.
    shipped: BTreeMap<(&'a str, &'a str), &'a ReleaseFile>,
    /// What the host has, by architecture and name.
    libraries: BTreeMap<(String, String), Known>,
    /// Dynamic loaders of the host, by path.
    interpreters: BTreeMap<String, Known>,
    elsewhere: RefCell<BTreeSet<String>>,
}

enum Known {
    Object {
        path: String,
        linkage: Box<Linkage>,
        /// Why the versions it defines are not known.
        without_nodes: Option<String>,
        /// Why it is not known whether its symbols have versions at all.
        without_marks: Option<String>,
    },
    Absent,
    Unknown(String),
}

impl<'a> Case<'a> {
    /// Asks the host for what the files of the release need, and for nothing else.
    pub(super) fn new(files: &[&'a ReleaseFile], host: &View<'_>) -> Case<'a> {
        let mut case = Case {
            files: BTreeMap::new(),
            shipped: BTreeMap::new(),
            libraries: BTreeMap::new(),
            interpreters: BTreeMap::new(),
            elsewhere: RefCell::default(),
        };
        for file in files {
            for name in file.names() {
                let key = (file.architecture.as_str(), name);
                case.shipped.entry(key).or_insert(file);
                // A link is no fact: it has the name that its target states.
                case.files.entry(file.beside(name)).or_insert(file);
            }
        }
        for file in files {
            case.files.insert(file.path.clone(), file);
        }
        for file in files {
            let Ok(linkage) = &file.linkage else { continue };
            let needs = linkage.version_needs.iter().map(|need| &need.soname);
            let names = linkage.needed.iter().chain(needs).cloned().collect();
            case.ask_libraries(&file.architecture, names, host);
            if let Some(path) = &linkage.interpreter {
                case.ask_interpreter(path, host);
            }
        }
        case
    }

    fn ask_libraries(&mut self, architecture: &str, names: Vec<String>, host: &View<'_>) {
        let mut left = names;
        while let Some(name) = left.pop() {
            let key = (architecture.to_owned(), name);
            let is_shipped = || self.shipped(architecture, &key.1).is_some();
            if key.1.contains('/') || self.libraries.contains_key(&key) || is_shipped() {
                continue;
            }
            let known = library(architecture, &key.1, host);
            if let Known::Object { linkage, .. } = &known {
                left.extend(linkage.needed.iter().cloned());
            }
            self.libraries.insert(key, known);
        }
    }

    fn ask_interpreter(&mut self, path: &str, host: &View<'_>) {
        let usual = ["/lib", "/usr/lib"]
            .iter()
            .any(|directory| path.starts_with(directory));
        let id = FactId::keyed("loader.interpreter", path);
        let known = match host.state(&id) {
            State::Value(architecture) => interpreter(path, &architecture.to_string(), host),
            State::Absent if usual => Known::Absent,
            State::Absent => Known::Unknown(format!("no probe looks for {path}")),
            state => Known::Unknown(state.doubt().unwrap_or_default().to_owned()),
        };
        self.interpreters.insert(path.to_owned(), known);
    }

    /// The file of the release at a place, or shipped under a name.
    pub(super) fn released(&self, place: &str) -> Option<&'a ReleaseFile> {
        let place = normal(place)?;
        if let Some(path) = below(RELEASE, &place) {
            return self.files.get(path).copied();
        }
        let (architecture, name) = below(SHIPPED, &place)?.split_once('/')?;
        self.shipped(architecture, name)
    }

    /// A reason in which no place of this inventory is named: with the file of the release, or without a path.
    pub(super) fn explained(&self, reason: &str) -> String {
        match reason.split_once(": ") {
            Some((path, rest)) if below(HOST, path).is_some() => rest.to_owned(),
            Some((path, rest)) => match self.released(path) {
                Some(file) => format!("{}: {rest}", file.path),
                None => reason.to_owned(),
            },
            None => reason.to_owned(),
        }
    }

    /// Whether a search path led to the file. Where none did, a release may have several files of one name, and which of
    /// them is loaded is not certain.
    pub(super) fn is_certain(path: &str) -> bool {
        !path.starts_with(SHIPPED)
    }

    /// Why the versions that the host's library at this path defines are not known.
    pub(super) fn without_nodes(&self, path: &str) -> Option<&str> {
        match self.known(path)? {
            Known::Object { without_nodes, .. } => without_nodes.as_deref(),
            _ => None,
        }
    }

    /// Why it is not known whether the symbols of the host's library at this path have versions at all.
    pub(super) fn without_marks(&self, path: &str) -> Option<&str> {
        match self.known(path)? {
            Known::Object { without_marks, .. } => without_marks.as_deref(),
            _ => None,
        }
    }

    /// The file of the release that would be loaded under a name, where what it asks of the loader is not known.
    pub(super) fn unclear(&self, architecture: &str, name: &str) -> Option<&'a ReleaseFile> {
        self.shipped(architecture, name)
            .filter(|file| file.linkage.is_err())
    }

    /// Forgets which files were looked for where no probe looks.
    pub(super) fn start(&self) {
        self.elsewhere.borrow_mut().clear();
    }

    /// Where, since the start, a file was looked for that no probe looks for.
    pub(super) fn looked_elsewhere(&self, name: &str) -> Option<String> {
        let file = format!("/{}", name.trim_start_matches('/'));
        let places = self.elsewhere.borrow();
        places.iter().find(|place| place.ends_with(&file)).cloned()
    }

    fn shipped(&self, architecture: &str, name: &str) -> Option<&'a ReleaseFile> {
        self.shipped.get(&(architecture, name)).copied()
    }

    fn known(&self, path: &str) -> Option<&Known> {
        let Some(rest) = below(HOST, path) else {
            return self.interpreters.get(path);
        };
        let (architecture, name) = rest.split_once('/')?;
        self.libraries.get(&(architecture.to_owned(), name.to_owned()))
    }
}

impl Inventory for Case<'_> {
    fn file(&self, path: &str) -> Lookup<'_> {
        let Some(path) = normal(path) else {
            self.elsewhere
                .borrow_mut()
                .insert(format!("/{}", path.trim_start_matches("./")));
            return Lookup::Absent;
        };
        if let Some(file) = self.released(&path) {
            return match &file.linkage {
                Ok(linkage) => Lookup::Object {
                    real: &file.place,
                    linkage,
                },
                Err(reason) => Lookup::Unknown(reason),
            };
        }
        match self.known(&path) {
            Some(Known::Object { path, linkage, .. }) => Lookup::Object { real: path, linkage },
            Some(Known::Absent) => Lookup::Absent,
            Some(Known::Unknown(reason)) => Lookup::Unknown(reason),
            None => {
                let ours = [RELEASE, SHIPPED, HOST]
                    .iter()
                    .any(|place| below(place, &path).is_some());
                if !ours && !is_usual(&path) {
                    self.elsewhere.borrow_mut().insert(path);
                }
                Lookup::Absent
            }
        }
    }

    /// What a cache says is among the libraries of the host.
    fn cache(&self) -> CacheLookup<'_> {
        CacheLookup::Absent
    }

    fn rules(&self, _: Libc, abi: &Abi) -> Option<Rules> {
        let architecture = abi.architecture();
        let place = |place: &str| format!("{place}/{architecture}");
        Some(Rules {
            default_directories: vec![place(SHIPPED), place(HOST)],
            ..Rules::lib64(abi)
        })
    }
}

/// The place of a file of the release.
pub(super) fn place(path: &str) -> String {
    format!("{RELEASE}/{path}")
}

/// A library of the host. What it needs itself was settled when it was installed, except for what is missing there.
fn library(architecture: &str, name: &str, host: &View<'_>) -> Known {
    let key = format!("{architecture}/{name}");
    let state = |fact: &'static str| host.state(&FactId::keyed(fact, key.clone()));
    let path = match state("library") {
        State::Value(path) => path.to_string(),
        State::Absent => return Known::Absent,
        state => return Known::Unknown(state.doubt().unwrap_or_default().to_owned()),
    };
    let Some(abi) = Abi::of_architecture(architecture) else {
        return Known::Unknown(format!("{architecture}: no known architecture"));
    };
    let nodes = state("library.nodes");
    let without_nodes = match &nodes {
        State::Value(_) | State::Absent => None,
        state => state.doubt().map(str::to_owned),
    };
    let marks = state("library.unversioned");
    let linkage = Linkage {
        needed: state("library.missing").value().map(list).unwrap_or_default(),
        version_definitions: nodes.value().map(defined_nodes),
        versioned_symbols: marks.value().is_none(),
        ..bare(abi)
    };
    Known::Object {
        path,
        linkage: Box::new(linkage),
        without_nodes,
        without_marks: marks.doubt().map(str::to_owned),
    }
}

fn interpreter(path: &str, architecture: &str, host: &View<'_>) -> Known {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(abi) = Abi::of_architecture(architecture) else {
        return Known::Unknown(format!("{path}: {architecture}: no known architecture"));
    };
    let (mut linkage, without_nodes) = match library(architecture, name, host) {
        Known::Object {
            linkage,
            without_nodes,
            ..
        } => (linkage, without_nodes),
        Known::Absent => (Box::new(bare(abi)), None),
        Known::Unknown(reason) => (Box::new(bare(abi)), Some(reason)),
    };
    linkage.soname = Some(name.to_owned());
    Known::Object {
        path: path.to_owned(),
        linkage,
        without_nodes,
        without_marks: None,
    }
}

/// A library that needs nothing and says nothing.
fn bare(abi: Abi) -> Linkage {
    Linkage {
        abi,
        kind: Kind::Dynamic,
        dynamic: true,
        pie: false,
        interpreter: None,
        needed: Vec::new(),
        soname: None,
        rpath: None,
        runpath: None,
        ignores_default_directories: false,
        version_needs: Vec::new(),
        version_definitions: None,
        versioned_symbols: true,
        names_of_glibc: Vec::new(),
        notes: Notes::default(),
    }
}

/// Whether the loader looks in this directory by itself, so that what it finds there is a fact.
fn is_usual(path: &str) -> bool {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let below_usr = directory.strip_prefix("/usr").unwrap_or(directory);
    match below_usr.strip_prefix("/lib/") {
        Some(triplet) => triplet.contains("-linux-") && !triplet.contains('/'),
        None => ["/lib", "/lib64"].contains(&below_usr),
    }
}

fn below<'p>(place: &str, path: &'p str) -> Option<&'p str> {
    path.strip_prefix(place)?.strip_prefix('/')
}

/// The path without `.`, `..` and empty parts. None for one that is relative or leaves the release.
fn normal(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.strip_prefix('/')?.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                let left = parts.pop();
                if left == RELEASE.strip_prefix('/') {
                    return None;
                }
            }
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}
