//! Versions that version managers keep in home directories.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::installed::leading_version;

/// Runtime, and the directory in a home directory that has a directory a version.
const DIRECTORIES: [(&str, &str); 11] = [
    ("go", ".asdf/installs/golang"),
    ("go", ".local/share/mise/installs/go"),
    ("java", ".sdkman/candidates/java"),
    ("node", ".asdf/installs/nodejs"),
    ("node", ".local/share/mise/installs/node"),
    ("node", ".nvm/versions/node"),
    ("python", ".local/share/mise/installs/python"),
    ("python", ".pyenv/versions"),
    ("ruby", ".local/share/mise/installs/ruby"),
    ("ruby", ".rbenv/versions"),
    ("rust", ".rustup/toolchains"),
];

const HOMES: [&str; 2] = ["home/*", "root"];

const FACT: &str = "runtime.user-version";

fn all() -> impl Iterator<Item = (&'static str, Need)> {
    HOMES.iter().flat_map(|home| {
        DIRECTORIES.iter().map(move |(runtime, directory)| {
            (*runtime, Need::glob(format!("{home}/{directory}/*"), Take::Stat))
        })
    })
}

pub(super) fn needs() -> Vec<Need> {
    all().map(|(_, need)| need).collect()
}

/// What is there. Homes that may not be looked into leave the rest of the family not permitted, and nothing else.
pub(super) fn tell(answers: &Answers, out: &mut Observation<'_>) {
    let mut versions: BTreeMap<&str, (BTreeSet<String>, Origin)> = BTreeMap::new();
    let mut rest = None;
    for (runtime, need) in all() {
        match answers.entries(&need) {
            Outcome::Got(found) => {
                if !found.skipped.is_empty() {
                    rest = Some(State::NotPermitted);
                }
                // Links are other names of the same.
                let directories = found
                    .entries
                    .iter()
                    .filter(|entry| entry.kind == EntryKind::Directory);
                for entry in directories {
                    let name = entry.path.rsplit('/').next().unwrap_or_default();
                    let name = name.strip_prefix('v').unwrap_or(name);
                    if let Some(version) = leading_version(name).filter(|version| version.contains('.')) {
                        let known = versions.entry(runtime);
                        let (known, _) = known.or_insert_with(|| (BTreeSet::new(), need.origin()));
                        known.insert(version);
                    }
                }
            }
            Outcome::NotPermitted => rest = Some(State::NotPermitted),
            Outcome::Failed(failure) => rest = Some(State::Unknown(failure.reason)),
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    if let Some(state) = rest {
        out.state(FactId::rest(FACT), state, Origin::file("home"));
    }
    for (runtime, (versions, origin)) in versions {
        out.keyed(FACT, runtime, Value::set(versions), origin);
    }
}
