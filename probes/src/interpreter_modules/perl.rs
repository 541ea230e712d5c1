//! Modules of Perl, by their files.
//!
//! The directories are those of `@INC` of Debian, Red Hat, Alpine, Arch and a Perl built into /usr/local.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::language::perl::{MODULES, file_of};

/// Where modules lie. A file counts wherever below them it does.
const DIRECTORIES: [&str; 10] = [
    "etc/perl",
    "usr/lib/perl5",
    "usr/lib64/perl5",
    "usr/lib/*/perl*",
    "usr/local/lib/perl5",
    "usr/local/lib64/perl5",
    "usr/local/lib/*/perl*",
    "usr/local/share/perl*",
    "usr/share/perl",
    "usr/share/perl5",
];

const PROGRAMS: [&str; 2] = ["usr/bin/perl", "usr/local/bin/perl"];

/// A Perl with all that Debian packages for it has fewer.
const MOST: u32 = 60_000;

fn program(path: &str) -> Need {
    Need::glob(path, Take::Stat)
}

fn files(directory: &str) -> Need {
    Need::Glob {
        pattern: format!("{directory}/**/*.pm"),
        take: Take::Stat,
        max_entries: MOST,
    }
}

pub(super) fn needs() -> Vec<Need> {
    let programs = PROGRAMS.iter().map(|path| program(path));
    programs
        .chain(DIRECTORIES.iter().map(|directory| files(directory)))
        .collect()
}

/// Nothing where there is no Perl. A directory that may not be read leaves the list unknown.
pub(super) fn tell(answers: &Answers, out: &mut Observation<'_>) {
    let id = || FactId::single("perl.modules");
    let mut perl = None;
    for path in PROGRAMS {
        let state = match answers.entries(&program(path)) {
            Outcome::Got(found) if found.entries.is_empty() => continue,
            Outcome::Absent | Outcome::NotApplicable => continue,
            Outcome::Got(_) => {
                perl = perl.or(Some(path));
                continue;
            }
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Failed(failure) => {
                out.fail(failure.clone(), path);
                State::Unknown(failure.reason)
            }
        };
        out.state(id(), state, Origin::file(path));
        return;
    }
    let Some(perl) = perl else { return };
    let mut paths: Vec<&str> = Vec::new();
    for directory in DIRECTORIES {
        let state = match answers.entries(&files(directory)) {
            Outcome::Got(found) => {
                paths.extend(found.entries.iter().map(|entry| entry.path.as_str()));
                match found.skipped.first() {
                    None => continue,
                    Some(skipped) => State::Unknown(format!("{}: {}", skipped.path, skipped.reason)),
                }
            }
            Outcome::Absent | Outcome::NotApplicable => continue,
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Failed(failure) => {
                out.fail(failure.clone(), directory);
                State::Unknown(failure.reason)
            }
        };
        return out.state(id(), state, Origin::file(directory));
    }
    out.state(id(), State::Value(Value::set(known(&paths))), Origin::file(perl));
}

/// The modules whose files are among these.
pub(super) fn known(paths: &[&str]) -> BTreeSet<&'static str> {
    let is_there = |module: &str| {
        let end = format!("/{}", file_of(module));
        paths.iter().any(|path| path.ends_with(&end))
    };
    let modules = MODULES.iter().map(|(module, _)| *module);
    modules.filter(|module| is_there(module)).collect()
}
