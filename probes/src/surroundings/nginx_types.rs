//! Endings that nginx of the host has no type for, and that browsers refuse without the right one. What packages bring in mime.types
//! differs between versions and distributions: <https://trac.nginx.org/nginx/ticket/2216>.

use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{all_read, documents};

const FAMILY: &[&str] = &["nginx.types-missing"];

const TYPES: &str = "etc/nginx/mime.type?";

/// Where else types may be given.
const FILES: [&str; 5] = [
    "etc/nginx/conf.d/*.conf",
    "etc/nginx/default.d/*.conf",
    "etc/nginx/nginx.conf",
    "etc/nginx/sites-enabled/*",
    "etc/nginx/snippets/*",
];

/// Endings of modules of JavaScript.
const ENDINGS: [&str; 1] = ["mjs"];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

pub(super) fn needs() -> Vec<Need> {
    [TYPES].into_iter().chain(FILES).map(content).collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut missing = BTreeSet::from(ENDINGS);
    let mut is_there = false;
    let mut is_whole = true;
    for pattern in [TYPES].into_iter().chain(FILES) {
        is_whole &= all_read(answers, &content(pattern));
        for document in documents(answers, &content(pattern), FAMILY, out) {
            is_there |= pattern == TYPES;
            missing.retain(|ending| !speaks_of(&document.text, ending));
        }
    }
    if is_there && is_whole {
        let origin = Origin::file("etc/nginx/mime.types");
        out.value("nginx.types-missing", Value::set(missing), origin);
    }
}

/// Whether an ending stands anywhere in a file, outside of comments.
fn speaks_of(text: &str, ending: &str) -> bool {
    let lines = text.lines().filter_map(|line| line.split('#').next());
    lines
        .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()))
        .any(|word| word == ending)
}

#[cfg(test)]
mod tests {
    use super::speaks_of;

    #[test]
    fn endings_with_a_type() {
        assert!(speaks_of("types {\n  application/javascript js mjs;\n}", "mjs"));
        assert!(speaks_of(
            "location ~ \\.mjs$ { default_type text/javascript; }",
            "mjs"
        ));
        assert!(!speaks_of(
            "types {\n  application/javascript js;\n  # text/javascript mjs;\n}",
            "mjs"
        ));
    }
}
