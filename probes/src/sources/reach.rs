//! Which JavaScript a release runs: what its entry points lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Names;

/// Endings of scripts, those that a compiler writes first.
const ENDINGS: [&str; 8] = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", "/index.js", "/index.ts"];

/// Directories that a compiler writes, and the one it reads.
const COMPILED: [&str; 4] = ["build/", "dist/", "lib/", "out/"];

/// Where a program begins if nothing says so.
const USUAL: [&str; 9] = [
    "app.js",
    "handler.js",
    "index.js",
    "index.mjs",
    "main.js",
    "server.js",
    "src/index.js",
    "src/index.ts",
    "src/main.ts",
];

/// The files that a `package.json` begins with: `main`, `bin`, and what `scripts.start` names; else the usual ones.
#[must_use]
pub fn entries(manifest: &Value, directory: &str, names: &Names<'_>) -> Vec<String> {
    let text = |pointer: &str| manifest.pointer(pointer).and_then(Value::as_str);
    let of_bin = manifest.get("bin").and_then(Value::as_object);
    let of_bin = of_bin.into_iter().flatten().filter_map(|(_, path)| path.as_str());
    let started = ["/scripts/start", "/scripts/serve", "/scripts/start:prod"]
        .into_iter()
        .filter_map(text);
    let started = started
        .flat_map(str::split_whitespace)
        .filter(|word| !word.starts_with('-'));
    let named = [text("/main"), text("/bin")]
        .into_iter()
        .flatten()
        .chain(of_bin)
        .chain(started);
    let found: Vec<String> = named.filter_map(|path| source(path, directory, names)).collect();
    if !found.is_empty() {
        return found;
    }
    USUAL
        .iter()
        .filter_map(|path| source(path, directory, names))
        .collect()
}

/// The file of the release that a path means, or that it is compiled from.
fn source(path: &str, directory: &str, names: &Names<'_>) -> Option<String> {
    let path = path.trim_start_matches("./");
    let compiled = COMPILED.iter().find_map(|begin| path.strip_prefix(begin));
    let stems = [Some(path.to_owned()), compiled.map(|rest| format!("src/{rest}"))];
    for stem in stems.into_iter().flatten() {
        let typed = stem.strip_suffix(".js").map(|stem| format!("{stem}.ts"));
        for candidate in [Some(stem), typed].into_iter().flatten() {
            let candidate = if directory.is_empty() {
                candidate
            } else {
                format!("{directory}/{candidate}")
            };
            let whole = ENDINGS.iter().map(|ending| format!("{candidate}{ending}"));
            if let Some(found) = whole.into_iter().find(|path| names.has(path)) {
                return Some(found);
            }
        }
    }
    None
}

/// The files that these lead to by relative references. `references` has those of each file.
#[must_use]
pub fn reached(
    entries: Vec<String>,
    references: &BTreeMap<&str, Vec<String>>,
    names: &Names<'_>,
) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut left = entries;
    while let Some(path) = left.pop() {
        if !reached.contains(&path) {
            let next = references.get(path.as_str()).into_iter().flatten();
            left.extend(
                next.filter_map(|reference| names.meant(&path, reference))
                    .map(str::to_owned),
            );
            reached.insert(path);
        }
    }
    reached
}
