use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use crate::reading::readable;

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
        needs().collect()
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
        for (name, (versions, path)) in versions {
            out.keyed("dotnet.framework", name, Value::set(versions), Origin::file(path));
        }
    }
}
