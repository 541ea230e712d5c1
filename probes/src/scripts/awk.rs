//! What awk programs in shell scripts use that only gawk has.
//!
//! Sources: <https://www.gnu.org/software/gawk/manual/html_node/POSIX_002fGNU.html>, mawk(1), the table of functions in
//! `editors/awk.c` of busybox.

use std::collections::{BTreeMap, BTreeSet};

use super::shell::Script;

/// Beginning of a call or an option, and the flavours of awk without it.
const FEATURES: [(&str, &str); 10] = [
    ("asort(", "busybox mawk original-awk"),
    ("asorti(", "busybox mawk original-awk"),
    ("gensub(", "mawk original-awk"),
    ("isarray(", "busybox mawk original-awk"),
    ("patsplit(", "busybox mawk original-awk"),
    ("strtonum(", "busybox mawk original-awk"),
    ("systime(", "original-awk"),
    ("@include", "busybox mawk original-awk"),
    ("@load", "busybox mawk original-awk"),
    ("--re-interval", "mawk original-awk"),
];

/// For each flavour of awk what the programs of a script use that it lacks. A script that brings its own awk, or looks for gawk, has
/// none.
pub fn awk(script: &Script) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let looks = script
        .commands
        .iter()
        .flat_map(|command| &command.words)
        .any(|word| word.text == "gawk");
    if looks || script.functions.contains("awk") {
        return found;
    }
    let called = script
        .commands
        .iter()
        .filter(|command| !command.is_tolerated && command.program() == Some("awk"));
    for text in called
        .flat_map(|command| command.arguments())
        .map(|word| word.text.as_str())
    {
        let used = FEATURES.iter().filter(|(feature, _)| has(text, feature));
        let used = used.copied().chain(
            matches_into_array(text).then_some(("match with three arguments", "busybox mawk original-awk")),
        );
        for (feature, flavours) in used {
            for flavour in flavours.split(' ') {
                found
                    .entry(flavour)
                    .or_default()
                    .insert(feature.trim_end_matches('('));
            }
        }
    }
    found
}

/// Whether it stands there as a word of its own.
fn has(text: &str, feature: &str) -> bool {
    text.match_indices(feature).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// `match(text, /pattern/, array)`.
fn matches_into_array(text: &str) -> bool {
    text.split("match(").skip(1).any(|rest| {
        let Some((_, after)) = rest.split_once(',') else {
            return false;
        };
        let Some(pattern) = after.trim_start().strip_prefix('/') else {
            return false;
        };
        let mut before = ' ';
        let end = pattern.char_indices().find(|(_, c)| {
            let ends = *c == '/' && before != '\\';
            before = *c;
            ends
        });
        end.and_then(|(at, _)| pattern.get(at + 1..))
            .is_some_and(|rest| rest.trim_start().starts_with(','))
    })
}
