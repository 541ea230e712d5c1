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

    /// Whether there is a file of this name.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.exact.contains(path)
    }

    /// The file that a reference from another one means, where there is one with the name as it is written.
    #[must_use]
    pub fn meant(&self, from: &str, reference: &str) -> Option<&'a str> {
        candidates(from, reference)
            .iter()
            .find_map(|path| self.exact.get(path.as_str()).copied())
    }

    /// The file that a reference from another one means where case is ignored, if there is none with the name as it is written.
    #[must_use]
    pub fn differing(&self, from: &str, reference: &str) -> Option<&'a str> {
        let candidates = candidates(from, reference);
        let is_directory = candidates.iter().any(|path| {
            let prefix = format!("{path}/");
            let next = self.exact.range(prefix.as_str()..).next();
            next.is_some_and(|path| path.starts_with(&prefix))
        });
        if is_directory || self.meant(from, reference).is_some() {
            return None;
        }
        candidates
            .iter()
            .find_map(|path| self.by_lower_case.get(&path.to_lowercase()).copied())
    }
}

/// Every file that a reference may mean.
fn candidates(from: &str, reference: &str) -> Vec<String> {
    let reference = reference.split(['?', '#']).next().unwrap_or(reference);
    let Some(wanted) = resolved(from, reference) else {
        return Vec::new();
    };
    // TypeScript is imported by the name that it is compiled to.
    let compiled = wanted.strip_suffix(".js").map(str::to_owned);
    let stems = [Some(wanted), compiled].into_iter().flatten();
    stems
        .flat_map(|stem| ENDINGS.map(|ending| format!("{stem}{ending}")))
        .collect()
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
