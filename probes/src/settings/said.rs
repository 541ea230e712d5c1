//! What a reader of one file found.

use std::collections::BTreeMap;

/// What a file asks for: by family and the rest of the key, the value and its line, counted from 1. The first use counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said(pub(super) BTreeMap<(&'static str, String), (String, u32)>);

impl Said {
    pub(super) fn add(
        &mut self,
        family: &'static str,
        key: impl Into<String>,
        value: impl Into<String>,
        line: u32,
    ) {
        self.0
            .entry((family, key.into()))
            .or_insert_with(|| (value.into(), line));
    }
}

/// What the versions of a program make of a word: first with it, first without it.
pub(super) fn range(since: &str, until: &str) -> String {
    match (since, until) {
        ("", until) => format!("< {until}"),
        (since, "") => format!(">= {since}"),
        (since, until) => format!(">= {since}, < {until}"),
    }
}
