//! Files and directories that a unit needs to be there before its program begins (systemd.exec(5)).

use std::collections::BTreeSet;

use super::forbids::{Commands, Confined, OWN, Unit, is_below};
use crate::systemd::parse::{Assignment, words};

/// Directories whose names a host tells, and that no release is unpacked in.
const PLACES: [&str; 7] = [
    "/etc",
    "/etc/conf.d",
    "/etc/default",
    "/etc/sysconfig",
    "/home",
    "/var/lib",
    "/var/log",
];

/// Directives with one path.
const ONE: [&str; 3] = ["EnvironmentFile", "RootDirectory", "WorkingDirectory"];

/// Directives with several, all of which are looked for when the service gets its view of the file system.
const SEVERAL: [&str; 6] = [
    "BindPaths",
    "BindReadOnlyPaths",
    "InaccessiblePaths",
    "ReadOnlyPaths",
    "ReadWriteDirectories",
    "ReadWritePaths",
];

/// The paths of an assignment. One with `-` may be missing.
fn paths_of(assignment: &Assignment) -> Vec<String> {
    let is_list = SEVERAL.contains(&assignment.name.as_str());
    let listed = match is_list {
        true => words(&assignment.value),
        false => vec![assignment.value.trim_matches('"').to_owned()],
    };
    let paths = listed.into_iter().map(|word| {
        let word = word.strip_prefix('+').unwrap_or(&word).to_owned();
        let source = if is_list {
            word.split(':').next().unwrap_or_default()
        } else {
            &word
        };
        source.trim_end_matches('/').to_owned()
    });
    paths.filter(|path| path.starts_with('/')).collect()
}

/// The directory that a host tells the names of, and the name in it.
fn place_of(path: &str) -> Option<(&'static str, &str)> {
    let place = PLACES
        .iter()
        .filter(|place| path.len() > place.len() && is_below(path, place))
        .max_by_key(|place| place.len())?;
    let rest = path.strip_prefix(place)?.trim_start_matches('/');
    Some((place, rest.split('/').next()?))
}

/// What nothing in the release brings or makes.
pub(super) fn needed(
    unit: &Unit<'_>,
    commands: &Commands,
    speaks_of: &impl Fn(&str) -> bool,
    found: &mut Confined,
) {
    let mut own: BTreeSet<String> = BTreeSet::new();
    for (directive, directory) in OWN {
        let named = unit.all(directive).into_iter().flat_map(|it| words(&it.value));
        own.extend(named.map(|word| format!("{directory}/{}", word.split(':').next().unwrap_or(&word))));
    }
    let is_of_release = |path: &str| {
        let mut words = commands.iter().flat_map(|(words, _)| words);
        words.any(|word| is_below(word.trim_start_matches(['@', '-', ':', '+', '!', '|']), path))
    };
    for name in ONE.into_iter().chain(SEVERAL) {
        for assignment in unit.all(name) {
            for path in paths_of(assignment) {
                let is_plain = !path.contains(['%', '$', '*', '?', '[']);
                let Some((place, entry)) = place_of(&path).filter(|_| is_plain) else {
                    continue;
                };
                let there = format!("{place}/{entry}");
                if !is_of_release(&there) && !own.iter().any(|it| is_below(it, &there)) && !speaks_of(&there)
                {
                    let value = format!("{name}={path}");
                    found
                        .paths
                        .insert((place.to_owned(), entry.to_owned()), (value, assignment.line));
                }
            }
        }
    }
}
