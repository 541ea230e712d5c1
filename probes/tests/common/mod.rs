//! What the tests against real systems share.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::probe::Probe;
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;

pub(crate) fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(120)
}

/// What a probe sees in a directory.
pub(crate) fn observe(root: &Path, probe: &dyn Probe) -> Snapshot {
    let mut tree = Tree::at(root, deadline()).unwrap();
    collect("test", "2026-01-01T00:00:00Z", &mut tree, &[probe]).snapshot
}

/// What a probe sees on this machine.
pub(crate) fn local(probe: &dyn Probe) -> Snapshot {
    let mut tree = Tree::local(deadline()).unwrap();
    collect("local", "2026-01-01T00:00:00Z", &mut tree, &[probe]).snapshot
}

/// The facts of one name: key (or nothing) and state.
pub(crate) fn values(snapshot: &Snapshot, name: &str) -> BTreeMap<String, String> {
    let facts = snapshot.facts.iter().filter(|fact| fact.id.name() == name);
    facts
        .map(|fact| {
            (
                fact.id.key().unwrap_or_default().to_owned(),
                fact.state.to_string(),
            )
        })
        .collect()
}

/// A file of the recorded data, or nothing and a word about it where the data is not there.
pub(crate) fn recorded(path: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} is not here");
    }
    bytes
}

/// A root file system with these files.
pub(crate) fn root_of(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let top = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = top.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    top
}
