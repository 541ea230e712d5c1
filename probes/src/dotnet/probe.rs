use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use crate::reading::{base_name, readable};

static MANIFEST: Manifest = Manifest::new(
    "dotnet",
    Subject::Host,
    "Shared frameworks of .NET on the host.",
    SCHEMAS,
);

/// Lists the shared frameworks of .NET.
pub const PROBE: &dyn Probe = &Dotnet;

struct Dotnet;

/// Where packages and the install script put .NET
/// (<https://learn.microsoft.com/en-us/dotnet/core/tools/dotnet-environment-variables#dotnet_root-dotnet_rootx86>).
const ROOTS: [&str; 4] = [
    "usr/lib/dotnet",
    "usr/lib64/dotnet",
    "usr/share/dotnet",
    "usr/local/share/dotnet",
];

/// Where distributions put libraries.
const LIBRARIES: [&str; 5] = [
    "lib64/libicuuc.so.*",
    "usr/lib/*-linux-gnu*/libicuuc.so.*",
    "usr/lib/libicuuc.so.*",
    "usr/lib64/libicuuc.so.*",
    "usr/local/lib/libicuuc.so.*",
];

fn library(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn needs() -> impl Iterator<Item = Need> {
    ROOTS
        .iter()
        .map(|root| Need::glob(format!("{root}/shared/*/*"), Take::Stat))
}

impl Probe for Dotnet {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        needs().chain(LIBRARIES.map(library)).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut versions: BTreeMap<&str, (BTreeSet<&str>, &str)> = BTreeMap::new();
        for need in needs() {
            let what = need.origin().to_string();
            let found = readable(answers.entries(&need), &what, &["dotnet.framework"], out);
            for entry in found.into_iter().flat_map(|found| &found.entries) {
                let mut parts = entry.path.rsplit('/');
                if let (EntryKind::Directory, Some(version), Some(name)) =
                    (entry.kind, parts.next(), parts.next())
                {
                    let known = versions
                        .entry(name)
                        .or_insert_with(|| (BTreeSet::new(), &entry.path));
                    known.0.insert(version);
                }
            }
        }
        icu(answers, out);
        for (name, (versions, path)) in versions {
            out.keyed("dotnet.framework", name, Value::set(versions), Origin::file(path));
        }
    }
}

fn icu(answers: &Answers, out: &mut Observation<'_>) {
    let mut libraries = BTreeSet::new();
    let mut is_closed = false;
    for pattern in LIBRARIES {
        let outcome = answers.entries(&library(pattern));
        is_closed |= matches!(outcome, Outcome::NotPermitted | Outcome::Failed(_));
        if let Some(found) = readable(outcome, pattern, &["dotnet.icu"], out) {
            libraries.extend(found.entries.iter().map(|entry| base_name(&entry.path)));
        }
    }
    match libraries.first() {
        Some(first) => out.value("dotnet.icu", *first, Origin::file("usr/lib")),
        None if is_closed => {}
        None => out.value("dotnet.icu", "none", Origin::file("usr/lib")),
    }
}
