//! Versions to try: realistic ones, and strings put together from the pieces that versions have.

#![allow(clippy::unwrap_used, reason = "the patterns are constants")]

use proptest::prelude::*;

use parity_core::version::{RangeSyntax, Scheme};

/// Pieces that mean something in some scheme, so that random strings reach its corners.
const PIECES: [&str; 64] = [
    "0",
    "1",
    "2",
    "9",
    "10",
    "11",
    "00",
    "01",
    "010",
    "100",
    "2024",
    "20240131",
    "4294967296",
    "123456789012",
    "12345678901234567890",
    "999999999999999999999999",
    ".",
    ".",
    ".",
    ".0",
    ".1",
    "..",
    "-",
    "-",
    "-1",
    "-r1",
    "-r",
    "_",
    "+",
    "+1",
    "~",
    "~~",
    "~1",
    "^",
    "^1",
    ":",
    "1:",
    "0:",
    "a",
    "b",
    "c",
    "m",
    "z",
    "A",
    "Z",
    "rc",
    "RC1",
    "cr",
    "alpha",
    "beta",
    "pre",
    "dev",
    ".dev1",
    ".post2",
    "_p1",
    "_git",
    "~ab12",
    "sp",
    "ga",
    "final",
    "snapshot",
    "v",
    "x",
    "el9",
];

/// What no scheme allows inside a version.
const STRAY: [&str; 6] = [" ", "_ ", "!", "*", "é", "α"];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        60 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        20 => (0u32..30).prop_map(|n| format!(".{n}")),
        1 => prop::sample::select(&STRAY[..]).prop_map(str::to_owned),
    ]
}

fn pieces(range: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), range).prop_map(|pieces| pieces.concat())
}

/// A version as the scheme's packagers write it.
pub(crate) fn realistic(scheme: Scheme) -> BoxedStrategy<String> {
    let core = "(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){0,3}";
    let tail = match scheme {
        Scheme::Deb => {
            "(([+~](dfsg|ds|rc|git|really|beta)[0-9]{0,2})?(-[0-9](\\.[0-9])?(ubuntu[0-9]|\\+deb1[0-3]u[0-9]|~bpo1[0-3]\\+[0-9])?)?)"
        }
        Scheme::Rpm => "([~^](rc|git|20)[0-9]{0,3})?-[0-9]{1,2}(\\.(el|fc)[0-9]{1,2}(_[0-9])?)?",
        Scheme::Apk => {
            "[a-d]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]{0,3}){0,2}(~[0-9a-f]{1,4})?(-r[0-9]{1,2})?"
        }
        Scheme::Pacman => "([._+](rc|r|git|pre)?[0-9]{1,3}(\\.g[0-9a-f]{3})?)?-[0-9]{1,2}",
        Scheme::Pep440 => {
            "((a|b|rc|\\.alpha|-BETA|_c|pre)[0-9]{0,2})?((\\.post|-|\\.rev|-r)[0-9]{1,2})?(\\.?dev[0-9]{0,2})?(\\+[a-z0-9]{1,3}([._-][a-z0-9]{1,2}){0,2})?"
        }
        Scheme::Semver => {
            "(-(alpha|beta|rc|canary|x)(\\.(0|[1-9][0-9]?|[a-z]{1,2}[0-9]))?)?(\\+[a-z0-9]{1,4})?"
        }
        Scheme::Maven => {
            "([.-]?(alpha|beta|a|b|m|milestone|rc|CR|SNAPSHOT|GA|Final|RELEASE|SP|jre|incubating|v20)([.-]?[0-9]{1,2})?)?(-SNAPSHOT|-[0-9]{1,2}|-redhat-1)?"
        }
        Scheme::Gem => "(\\.(pre|rc|beta|alpha|a)[0-9]{0,2}(\\.[0-9]{1,2})?)?(-[a-z]{1,4}[0-9]?)?",
        _ => "([-_+p]?(rc|k|git|ubuntu)?[0-9]{1,3})?",
    };
    let core = if scheme == Scheme::Semver {
        "v?(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})\\.(0|[1-9][0-9]{0,2})"
    } else {
        core
    };
    let epoch = match scheme {
        Scheme::Deb | Scheme::Rpm | Scheme::Pacman => "([0-2]:)?",
        Scheme::Pep440 => "v?([01]!)?",
        _ => "",
    };
    proptest::string::string_regex(&format!("{epoch}{core}{tail}"))
        .unwrap()
        .boxed()
}

/// A string that may or may not be a version of any scheme.
pub(crate) fn nasty() -> BoxedStrategy<String> {
    prop_oneof![
        3 => (prop::sample::select(&["0", "1", "1.0", "2.10", "v1", "01"][..]), pieces(0..6))
            .prop_map(|(start, rest)| format!("{start}{rest}")),
        1 => pieces(1..7),
    ]
    .boxed()
}

/// Two versions that often share their beginning, so that the decision falls late.
pub(crate) fn pair(scheme: Scheme) -> BoxedStrategy<(String, String)> {
    let one = || prop_oneof![realistic(scheme), nasty()];
    prop_oneof![
        2 => (realistic(scheme), realistic(scheme)),
        2 => (one(), one()),
        4 => (one(), pieces(0..4), pieces(0..4))
            .prop_map(|(start, a, b)| (format!("{start}{a}"), format!("{start}{b}"))),
        1 => (realistic(scheme), any::<prop::sample::Index>(), pieces(0..2)).prop_map(
            |(version, at, change)| {
                let at = at.index(version.len());
                let changed = format!("{}{change}{}", &version[..at], &version[at + 1..]);
                (version, changed)
            }
        ),
    ]
    .boxed()
}

/// A range of small numbers, so that small versions fall on all its sides.
#[allow(dead_code)]
pub(crate) fn ranges(syntax: RangeSyntax) -> BoxedStrategy<String> {
    let (comparison, join): (&str, &[&str]) = match syntax {
        RangeSyntax::Npm => (
            "([~^<>=]|<=|>=|~>)? ?v?([0-3](\\.[0-3](\\.([0-3](-(rc|alpha)(\\.[0-3])?)?|X))?|\\.\\*(\\.x)?)?|x(\\.X)?)|[0-2](\\.[0-3]){0,2} - [0-3](\\.[0-3]){0,2}",
            &[" || ", "||", " "],
        ),
        RangeSyntax::Pep440 => (
            "(~=|==|!=|<=|>=|<|>) ?([01]!)?[0-3](\\.[0-3]){0,3}((a|b|rc)[0-2])?(\\.post[0-2])?(\\.dev[0-2])?|(==|!=)[0-3](\\.[0-3]){0,2}\\.\\*",
            &[",", ", "],
        ),
        _ => (
            "(~>|=|!=|<=|>=|<|>)? ?[0-3](\\.[0-3]){0,3}(\\.(pre|rc)[0-2]?)?",
            &[",", ", "],
        ),
    };
    let comparison = proptest::string::string_regex(comparison).unwrap();
    (
        prop::collection::vec(comparison, 1..4),
        prop::sample::select(join),
    )
        .prop_map(|(comparisons, join)| comparisons.join(join))
        .boxed()
}

/// A version of small numbers, to ask of such a range.
#[allow(dead_code)]
pub(crate) fn small(scheme: Scheme) -> BoxedStrategy<String> {
    let pattern = match scheme {
        Scheme::Semver => "[0-3]\\.[0-4]\\.[0-4](-(rc|alpha|beta)(\\.[0-3])?)?",
        Scheme::Pep440 => {
            "([01]!)?[0-3](\\.[0-4]){0,3}((a|b|rc)[0-2])?(\\.post[0-2])?(\\.dev[0-2])?(\\+[0-9a])?"
        }
        _ => "[0-3](\\.[0-4]){0,3}(\\.(pre|rc|beta)[0-2]?)?",
    };
    proptest::string::string_regex(pattern).unwrap().boxed()
}
