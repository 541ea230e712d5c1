//! The programs on the system's search path, and where links lead.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entry, EntryKind};
use parity_core::need::{Need, Take};

use super::known::RUNTIMES;

/// The search path, the first directory first.
pub(super) const SEARCH: [&str; 2] = ["usr/local/bin", "usr/bin"];

/// Through which links to programs lead.
const ALTERNATIVES: &str = "etc/alternatives";

const MAX_LINKS: usize = 10;

pub(super) fn needs() -> Vec<Need> {
    let directories = SEARCH.iter().chain([&ALTERNATIVES]);
    let patterns = directories.flat_map(|directory| {
        RUNTIMES
            .iter()
            .map(move |runtime| format!("{directory}/{}*", runtime.stem))
    });
    patterns.map(|pattern| Need::glob(pattern, Take::Stat)).collect()
}

/// What was listed, by path.
#[derive(Debug, Default)]
pub(super) struct Listed<'a>(BTreeMap<&'a str, &'a Entry>);

impl<'a> Listed<'a> {
    /// Everything the answers list; directories that could not be are left to the caller.
    pub(super) fn of(answers: &'a Answers) -> Listed<'a> {
        let needs = needs();
        let entries = needs
            .iter()
            .filter_map(|need| answers.entries(need).got().copied());
        let entries = entries.flat_map(|found| &found.entries);
        Listed(entries.map(|entry| (entry.path.as_str(), entry)).collect())
    }

    /// The file names in a directory.
    pub(super) fn names(&self, directory: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |(path, entry)| {
            let is_program = matches!(entry.kind, EntryKind::File | EntryKind::Link);
            path.strip_prefix(directory)?
                .strip_prefix('/')
                .filter(|_| is_program)
        })
    }

    /// Where a path leads, as far as links are listed.
    pub(super) fn real(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            match self.0.get(path.as_str()).and_then(|entry| entry.link.as_deref()) {
                Some(link) => path = joined(&path, link),
                None => break,
            }
        }
        path
    }
}

/// The path that a link at `from` names, without a leading slash.
fn joined(from: &str, link: &str) -> String {
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let start = if link.starts_with('/') { "" } else { directory };
    let mut parts: Vec<&str> = Vec::new();
    for part in start.split('/').chain(link.split('/')) {
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
