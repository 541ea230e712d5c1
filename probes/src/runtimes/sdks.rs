//! Software development kits of .NET: each is a directory named after its version
//! (<https://learn.microsoft.com/en-us/dotnet/core/distribution-packaging#disk-layout>).

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};

use crate::installed::leading_version;

const DIRECTORIES: [&str; 4] = [
    "usr/lib/dotnet/sdk/*",
    "usr/lib64/dotnet/sdk/*",
    "usr/local/share/dotnet/sdk/*",
    "usr/share/dotnet/sdk/*",
];

pub(super) fn needs() -> Vec<Need> {
    DIRECTORIES
        .iter()
        .map(|pattern| Need::glob(*pattern, Take::Stat))
        .collect()
}

/// Every version that is there.
pub(super) fn versions(answers: &Answers) -> Vec<(String, Origin)> {
    let mut versions = Vec::new();
    for need in needs() {
        let entries = answers.entries(&need);
        let found = entries.got().into_iter().flat_map(|found| &found.entries);
        for entry in found.filter(|entry| entry.kind == EntryKind::Directory) {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            let version = leading_version(name).filter(|version| version.contains('.'));
            versions.extend(version.map(|version| (version, Origin::file(entry.path.clone()))));
        }
    }
    versions
}
