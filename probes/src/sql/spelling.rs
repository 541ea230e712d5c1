//! Tables that are created under one spelling and used under another.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::Settings;

/// A use of a table that differs from its creation by capitals only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelling<'a> {
    pub(super) file: &'a str,
    pub(super) used: &'a str,
    pub(super) line: u32,
    /// As it is created, and where.
    pub(super) created: &'a str,
    pub(super) created_in: &'a str,
}

/// Compares the files of a release, given by path. A name that is created as it is used is of no interest, wherever that is.
pub(super) fn spellings<'a>(files: &[(&'a str, &'a Settings)]) -> Vec<Spelling<'a>> {
    let exact: BTreeSet<&str> = files
        .iter()
        .flat_map(|(_, file)| file.created.keys())
        .map(String::as_str)
        .collect();
    let mut by_letters: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for (path, file) in files {
        for name in file.created.keys() {
            by_letters.entry(name.to_lowercase()).or_insert((name, path));
        }
    }
    let mut found = Vec::new();
    for (path, file) in files {
        for (used, line) in file
            .used
            .iter()
            .filter(|(used, _)| !exact.contains(used.as_str()))
        {
            if let Some((created, created_in)) = by_letters.get(&used.to_lowercase()) {
                found.push(Spelling {
                    file: path,
                    used,
                    line: *line,
                    created,
                    created_in,
                });
            }
        }
    }
    found
}
