//! Modules of Perl, by their files.
//!
//! The directories are those of `@INC` of Debian, Red Hat, Alpine, Arch and a Perl built into /usr/local.

use std::collections::{BTreeSet, HashSet};

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::language::perl::{MODULES, file_of};

/// Where modules lie. A file counts wherever below them it does.
const DIRECTORIES: [&str; 9] = [
    "etc/perl",
    "usr/lib/perl5",
    "usr/lib64/perl5",
    "usr/local/lib/perl5",
    "usr/local/lib/site_perl",
    "usr/local/lib64/perl5",
    "usr/local/share/perl",
    "usr/share/perl",
    "usr/share/perl5",
];

/// Directories of Debian whose path has the architecture in it: they are listed before they are looked through.
const OF_ARCHITECTURES: [&str; 2] = ["usr/lib/*/perl*", "usr/local/lib/*/perl*"];

const PROGRAMS: [&str; 2] = ["usr/bin/perl", "usr/local/bin/perl"];

/// Components in the longest path of a module that is looked for.
const DEEPEST: usize = 4;

/// A Perl with all that Debian packages for it has fewer.
const MOST: u32 = 60_000;

fn listing(path: &str) -> Need {
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
    let listings = PROGRAMS.iter().chain(&OF_ARCHITECTURES).map(|path| listing(path));
    listings
        .chain(DIRECTORIES.iter().map(|directory| files(directory)))
        .collect()
}

/// Nothing where there is no Perl. A directory that may not be read leaves the list unknown.
pub(super) fn tell(answers: &Answers, out: &mut Observation<'_>) {
    let Some(perl) = PROGRAMS.into_iter().find(|path| may_be(answers, path)) else {
        return;
    };
    let id = FactId::single("perl.modules");
    match paths(answers, out) {
        Ok(Some(paths)) => out.state(id, State::Value(Value::set(known(&paths))), Origin::file(perl)),
        Ok(None) => {}
        Err((state, place)) => out.state(id, state, Origin::file(place)),
    }
}

/// Whether there is such a program, or nobody knows that there is none.
fn may_be(answers: &Answers, path: &str) -> bool {
    match answers.entries(&listing(path)) {
        Outcome::Got(found) => !found.entries.is_empty(),
        Outcome::Absent | Outcome::NotApplicable => false,
        Outcome::NotPermitted | Outcome::Failed(_) => true,
    }
}

/// Files of modules; nothing before all of them were asked for. What keeps one from being seen, and where.
fn paths<'a>(
    answers: &'a Answers,
    out: &mut Observation<'_>,
) -> Result<Option<Vec<&'a str>>, (State, String)> {
    let mut directories: Vec<String> = DIRECTORIES.map(str::to_owned).into();
    for pattern in OF_ARCHITECTURES {
        let found = seen(answers, &listing(pattern), pattern, out)?;
        let found = found.iter().filter(|entry| entry.kind == EntryKind::Directory);
        directories.extend(found.map(|entry| entry.path.clone()));
    }
    let asks: Vec<Need> = directories.iter().map(|directory| files(directory)).collect();
    let further: Vec<&Need> = asks.iter().filter(|need| !answers.has(need)).collect();
    if !further.is_empty() {
        further.into_iter().for_each(|need| out.ask(need.clone()));
        return Ok(None);
    }
    let mut paths = Vec::new();
    for (need, directory) in asks.iter().zip(&directories) {
        let found = seen(answers, need, directory, out)?;
        paths.extend(found.iter().map(|entry| entry.path.as_str()));
    }
    Ok(Some(paths))
}

/// The entries of a listing, all of them.
fn seen<'a>(
    answers: &'a Answers,
    need: &Need,
    place: &str,
    out: &mut Observation<'_>,
) -> Result<&'a [Entry], (State, String)> {
    let state = match answers.entries(need) {
        Outcome::Got(found) => match found.skipped.first() {
            None => return Ok(&found.entries),
            Some(skipped) => State::Unknown(format!("{}: {}", skipped.path, skipped.reason)),
        },
        Outcome::Absent | Outcome::NotApplicable => return Ok(&[]),
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => {
            out.fail(failure.clone(), place);
            State::Unknown(failure.reason)
        }
    };
    Err((state, place.to_owned()))
}

/// The modules whose files are among these.
pub(super) fn known(paths: &[&str]) -> BTreeSet<&'static str> {
    let ends: HashSet<&str> = paths.iter().flat_map(|path| ends(path)).collect();
    let modules = MODULES.iter().map(|(module, _)| *module);
    modules
        .filter(|module| ends.contains(file_of(module).as_str()))
        .collect()
}

/// What may be a module's own path in that of its file: its last components, four at most.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.rmatch_indices('/').take(DEEPEST).map(|(at, _)| at + 1);
    starts.filter_map(|start| path.get(start..))
}
