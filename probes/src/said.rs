//! What a reader of one file found.

use std::collections::BTreeMap;

/// What a file asks for: by family and the rest of the key, the value and its line, counted from 1. The first use counts.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said(pub(crate) BTreeMap<(&'static str, String), (String, u32)>);

impl Said {
    pub(crate) fn add(
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
