//! The real data beside the workspace, and tables of it.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::path::{Path, PathBuf};

/// One row of a table.
pub(crate) type Row = Vec<String>;

/// A folder of the real data; says so and gives none where it is not there.
pub(crate) fn data(folder: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join(folder);
    if !path.is_dir() {
        eprintln!("skipped: no {}", path.display());
        return None;
    }
    Some(path)
}

/// What is in a folder, sorted.
pub(crate) fn under(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// The bytes of a file.
pub(crate) fn read(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The rows of a tab-separated table, without its head.
pub(crate) fn rows(file: &Path) -> Vec<Row> {
    let text = String::from_utf8(read(file)).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

/// The rows in order.
pub(crate) fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}
