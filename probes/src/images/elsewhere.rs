//! Which files of a release are not for production, by their names.

/// Words in paths of files that are not for production.
const ELSEWHERE: [&str; 17] = [
    ".github",
    ".gitlab",
    "ci",
    "dev",
    "devel",
    "devcontainer",
    "development",
    "example",
    "examples",
    "local",
    "node_modules",
    "override",
    "sample",
    "test",
    "testdata",
    "tests",
    "vendor",
];

/// Whether nothing in a path says that it is for development, tests or examples.
pub(super) fn is_for_production(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/').chain(lower.split(['/', '.', '-', '_']));
    !parts.any(|part| ELSEWHERE.contains(&part))
}
