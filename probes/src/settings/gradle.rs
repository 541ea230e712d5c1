//! The Java that the Gradle of a project runs with, where a script of the release builds with it.
//!
//! Source: <https://docs.gradle.org/9.9.0/userguide/compatibility.html>, and the same page of older releases.

use super::said::Said;
use crate::reading::{base_name, numbered};

/// Releases of Gradle, and the newest Java that they run with: each release knows all before it. Java 27 came between 9.5 and 9.9.
const NEWEST: [([u32; 2], u32); 20] = [
    ([2, 0], 8),
    ([4, 3], 9),
    ([4, 7], 10),
    ([5, 0], 11),
    ([5, 4], 12),
    ([6, 0], 13),
    ([6, 3], 14),
    ([6, 7], 15),
    ([7, 0], 16),
    ([7, 3], 17),
    ([7, 5], 18),
    ([7, 6], 19),
    ([8, 3], 20),
    ([8, 5], 21),
    ([8, 8], 22),
    ([8, 10], 23),
    ([8, 14], 24),
    ([9, 1], 25),
    ([9, 4], 26),
    ([9, 6], 27),
];

/// The last release that the table speaks of: newer ones may know a newer Java.
const LAST: [u32; 2] = [9, 9];

/// The file that says which Gradle the wrapper starts.
pub(super) fn concerns(path: &str) -> bool {
    path.ends_with("gradle/wrapper/gradle-wrapper.properties")
}

/// Whether a script starts Gradle: a line that begins with it.
pub(super) fn starts(path: &str, text: &str) -> bool {
    base_name(path) != "gradlew"
        && numbered(text).any(|(_, line)| {
            let mut words = line.trim_start_matches(['@', '-', ' ', '\t']).split_whitespace();
            let first =
                words.find(|word| !["sudo", "exec", "time", "&&"].contains(word) && !word.contains('='));
            first.is_some_and(|word| base_name(word) == "gradlew" || word == "gradle")
        })
}

/// Which Java the Gradle of `distributionUrl` runs with.
pub(super) fn read(text: &str, said: &mut Said) {
    for (number, line) in numbered(text) {
        let version = line
            .strip_prefix("distributionUrl")
            .and_then(|_| line.rsplit_once("/gradle-"))
            .and_then(|(_, rest)| rest.split('-').next());
        let Some((version, parsed)) = version.and_then(|version| Some((version, numbers(version)?))) else {
            continue;
        };
        let Some((_, newest)) = NEWEST.iter().rev().find(|(since, _)| *since <= parsed) else {
            continue;
        };
        let least = if parsed >= [9, 0] { 17 } else { 8 };
        let range = if parsed > LAST {
            format!(">= {least}")
        } else {
            format!(">= {least}, < {}", newest + 1)
        };
        said.add("build-tool.java", format!("Gradle {version}"), range, number);
    }
}

fn numbers(version: &str) -> Option<[u32; 2]> {
    let mut parts = version.split('.').map(str::parse);
    Some([parts.next()?.ok()?, parts.next()?.ok()?])
}
