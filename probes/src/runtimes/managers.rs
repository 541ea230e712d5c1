//! Versions that version managers keep in home directories.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::probe::Version;
use crate::installed::leading_version;

/// Runtime, and the directory in a home directory that has a directory a version.
const DIRECTORIES: [(&str, &str); 12] = [
    ("dotnet-sdk", ".dotnet/sdk"),
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

/// What home directories keep.
#[derive(Default)]
pub(super) struct Kept {
    versions: BTreeMap<&'static str, (BTreeSet<String>, Origin)>,
    /// Why there may be more.
    rest: Option<State>,
}

/// What is there. Homes that may not be looked into leave the rest of the family not permitted, and nothing else.
pub(super) fn kept(answers: &Answers) -> Kept {
    let mut kept = Kept::default();
    for (runtime, need) in all() {
        match answers.entries(&need) {
            Outcome::Got(found) => {
                if !found.skipped.is_empty() {
                    kept.rest = Some(State::NotPermitted);
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
                        let known = kept.versions.entry(runtime);
                        let (known, _) = known.or_insert_with(|| (BTreeSet::new(), need.origin()));
                        known.insert(version);
                    }
                }
            }
            Outcome::NotPermitted => kept.rest = Some(State::NotPermitted),
            Outcome::Failed(failure) => kept.rest = Some(State::Unknown(failure.reason)),
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    kept
}

impl Kept {
    /// Versions of a runtime that the system has none of; which of them a service runs with, its unit tells.
    pub(super) fn of(&self, runtime: &str) -> Vec<Version> {
        let Some((versions, origin)) = self.versions.get(runtime) else {
            return Vec::new();
        };
        if self.rest.is_some() {
            return vec![Err(
                "there are some in home directories, and not all of these can be looked into".to_owned(),
            )];
        }
        let version = |version: &String| Ok((version.clone(), origin.clone()));
        versions.iter().map(version).collect()
    }

    pub(super) fn tell(self, out: &mut Observation<'_>) {
        if let Some(state) = self.rest {
            out.state(FactId::rest(FACT), state, Origin::file("home"));
        }
        for (runtime, (versions, origin)) in self.versions {
            out.keyed(FACT, runtime, Value::set(versions), origin);
        }
    }
}

#[cfg(test)]
mod tests {
    use parity_core::answer::{Answer, Entries, Entry};

    use super::*;

    const NODE: &str = "home/*/.nvm/versions/node/*";

    fn answers(with: &[(&str, Outcome<Answer>)]) -> Answers {
        let mut answers = Answers::default();
        for (_, need) in all() {
            answers.insert(need, Outcome::Absent);
        }
        for (pattern, outcome) in with {
            answers.insert(Need::glob(*pattern, Take::Stat), outcome.clone());
        }
        answers
    }

    fn node() -> (&'static str, Outcome<Answer>) {
        let mut entries = Entries::default();
        entries.entries.push(Entry {
            path: "home/a/.nvm/versions/node/v20.9.0".to_owned(),
            kind: EntryKind::Directory,
            mode: 0o755,
            size: 0,
            link: None,
            content: None,
        });
        (NODE, Outcome::Got(Answer::Entries(entries)))
    }

    #[test]
    fn closed_homes_hide_versions_only_of_what_others_have() {
        let closed = ("root/.nvm/versions/node/*", Outcome::NotPermitted);
        let open = kept(&answers(&[node()])).of("node");
        assert!(matches!(open.as_slice(), [Ok((version, _))] if version == "20.9.0"));
        let half = kept(&answers(&[node(), closed.clone()])).of("node");
        assert!(matches!(half.as_slice(), [Err(_)]));
        // What nobody is seen to have at home is looked for where everybody finds it.
        assert!(kept(&answers(&[closed])).of("node").is_empty());
    }
}
