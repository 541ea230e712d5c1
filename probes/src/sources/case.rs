//! References to files that differ from their names by case only.

use std::collections::{BTreeMap, BTreeSet};

use super::literals::{Language, Literal};

/// What stands before a reference.
const BEFORE: [&str; 7] = [
    "from",
    "import",
    "import(",
    "require(",
    "require.resolve(",
    "@import",
    "@importurl(",
];

/// Endings that a bundler or Node.js adds.
const ENDINGS: [&str; 18] = [
    "",
    ".js",
    ".jsx",
    ".ts",
    ".tsx",
    ".mjs",
    ".cjs",
    ".json",
    ".vue",
    ".svelte",
    ".css",
    ".scss",
    ".less",
    "/index.js",
    "/index.jsx",
    "/index.ts",
    "/index.tsx",
    "/index.vue",
];

/// The relative references of a file.
#[must_use]
pub fn references(literals: &[Literal], language: Language) -> Vec<&Literal> {
    let refers = |literal: &&Literal| {
        let is_relative = literal.text.starts_with("./") || literal.text.starts_with("../");
        is_relative
            && BEFORE.iter().any(|word| literal.before.ends_with(word))
            && matches!(language, Language::JavaScript | Language::C)
    };
    literals.iter().filter(refers).collect()
}

/// The names of the files of a release.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    exact: BTreeSet<&'a str>,
    by_lower_case: BTreeMap<String, &'a str>,
}

impl<'a> Names<'a> {
    /// These files.
    pub fn new(paths: impl IntoIterator<Item = &'a str>) -> Names<'a> {
        let mut names = Names::default();
        for path in paths {
            names.exact.insert(path);
            names.by_lower_case.entry(path.to_lowercase()).or_insert(path);
        }
        names
    }

    /// The file that a reference from another one means where case is ignored, if there is none with the name as it is written.
    #[must_use]
    pub fn differing(&self, from: &str, reference: &str) -> Option<&'a str> {
        let reference = reference.split(['?', '#']).next().unwrap_or(reference);
        let wanted = resolved(from, reference)?;
        // TypeScript is imported by the name that it is compiled to.
        let compiled = wanted.strip_suffix(".js").map(str::to_owned);
        let stems: Vec<String> = [Some(wanted), compiled].into_iter().flatten().collect();
        let candidates = || {
            stems
                .iter()
                .flat_map(|stem| ENDINGS.iter().map(move |ending| format!("{stem}{ending}")))
        };
        let prefix = |stem: &String| format!("{stem}/");
        let is_directory = stems.iter().any(|stem| {
            let prefix = prefix(stem);
            self.exact
                .range(prefix.as_str()..)
                .next()
                .is_some_and(|path| path.starts_with(&prefix))
        });
        if is_directory || candidates().any(|path| self.exact.contains(path.as_str())) {
            return None;
        }
        candidates().find_map(|path| self.by_lower_case.get(&path.to_lowercase()).copied())
    }
}

/// The path that a relative reference leads to.
fn resolved(from: &str, reference: &str) -> Option<String> {
    let directory = from.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
