//! Programs on the system path, by directory listings alone.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Entry, EntryKind};

use crate::reading::base_name;

/// The path that systemd gives services (`systemd-path search-binaries-default`), and that a login shell of root has.
pub(super) const DIRECTORIES: [&str; 6] = [
    "usr/local/sbin",
    "usr/local/bin",
    "usr/sbin",
    "usr/bin",
    "sbin",
    "bin",
];

/// Where Debian and others keep the links that choose between programs.
pub(super) const ALTERNATIVES: &str = "etc/alternatives";

/// Programs that are many programs in one file.
const MULTI_CALL: [&str; 3] = ["busybox", "coreutils", "toybox"];

/// A chain of more links is none (path_resolution(7)).
const MAX_LINKS: usize = 40;

/// The entries of the directories on the path, and of the one with alternatives.
pub(super) struct Listing<'a> {
    entries: BTreeMap<&'a str, &'a Entry>,
    directories: BTreeSet<&'a str>,
}

impl<'a> Listing<'a> {
    pub(super) fn new(entries: impl IntoIterator<Item = &'a Entry>) -> Listing<'a> {
        let entries: BTreeMap<&str, &Entry> = entries
            .into_iter()
            .map(|entry| (entry.path.as_str(), entry))
            .collect();
        let directories = entries.keys().map(|path| parent(path)).collect();
        Listing { entries, directories }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Every program with its paths, by the order of the directories.
    pub(super) fn programs(&self) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut programs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for directory in DIRECTORIES {
            for (path, entry) in &self.entries {
                if parent(path) == directory && self.is_program(entry) {
                    programs.entry(base_name(path)).or_default().push(path);
                }
            }
        }
        programs
    }

    fn is_program(&self, entry: &Entry) -> bool {
        match entry.kind {
            EntryKind::File => entry.mode & 0o111 != 0,
            EntryKind::Link => self.end(&entry.path).is_some(),
            EntryKind::Directory | EntryKind::Other => false,
        }
    }

    /// Where links lead; nothing where they lead to what certainly is not there.
    pub(super) fn end(&self, path: &str) -> Option<String> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            let Some(entry) = self.entries.get(path.as_str()) else {
                return (!self.directories.contains(parent(&path))).then_some(path);
            };
            match &entry.link {
                Some(target) => path = resolve(&path, target),
                None => return Some(path),
            }
        }
        None
    }

    /// The multi-call program that a program is a part of.
    pub(super) fn flavour(&self, path: &str) -> Option<&'static str> {
        let end = self.end(path)?;
        let name = base_name(&end);
        if let Some(found) = MULTI_CALL.into_iter().find(|multi| *multi == name) {
            return Some(found);
        }
        MULTI_CALL
            .into_iter()
            .find(|multi| self.is_same_file(&end, multi))
    }

    /// Hard links cannot be told from copies in a listing; two programs of one size to the byte are one.
    fn is_same_file(&self, path: &str, name: &str) -> bool {
        let Some(file) = self
            .entries
            .get(path)
            .filter(|entry| entry.kind == EntryKind::File)
        else {
            return false;
        };
        let twins = DIRECTORIES
            .iter()
            .filter_map(|directory| self.entries.get(format!("{directory}/{name}").as_str()));
        let mut files = twins.filter(|twin| twin.kind == EntryKind::File);
        files.any(|twin| twin.size == file.size && twin.size > 0)
    }

    /// The shell that a path leads to; nothing where it is a file of its own name.
    /// The name of the file at the end of a chain of links.
    pub(super) fn target(&self, path: &str) -> Option<String> {
        self.end(path).map(|end| base_name(&end).to_owned())
    }

    pub(super) fn shell(&self, path: &str) -> Option<String> {
        let end = self.end(path)?;
        if base_name(&end) != "sh" {
            return Some(base_name(&end).to_owned());
        }
        let known = ["busybox", "dash", "bash", "mksh", "ksh", "toybox"];
        let same = known.into_iter().find(|name| self.is_same_file(&end, name));
        same.map(str::to_owned)
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Where a link at `path` points, from the root, without a leading slash.
fn resolve(path: &str, target: &str) -> String {
    let base = if target.starts_with('/') { "" } else { parent(path) };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(target.split('/')) {
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
