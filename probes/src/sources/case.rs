//! References to files that differ from their names by case only.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::literals::{Language, Literal};

/// What stands before a reference.
const BEFORE: [&str; 5] = ["from", "import", "import(", "require(", "require.resolve("];

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

/// What stands in the place of the directory of sources, by a convention of bundlers.
const ALIASES: [&str; 2] = ["@/", "~/"];

/// The references of a file to files of the same project.
#[must_use]
pub fn references(literals: &[Literal], language: Language) -> Vec<&Literal> {
    let refers = |literal: &&Literal| {
        let begins = |begins: &[&str]| begins.iter().any(|begin| literal.text.starts_with(begin));
        let follows = |words: &[&str]| words.iter().any(|word| literal.before.ends_with(word));
        match language {
            Language::JavaScript => follows(&BEFORE) && (begins(&["./", "../"]) || begins(&ALIASES)),
            Language::C => follows(&["@import", "@import\"\",", "url(", "@use"]) && begins(&["./", "../"]),
            Language::Php => follows(&["__DIR__."]) && begins(&["/"]),
            Language::Hash | Language::Markup => false,
        }
    };
    literals
        .iter()
        .filter(|literal| literal.is_whole)
        .filter(refers)
        .collect()
}

/// The packages that a file of JavaScript names in another case than its manifest does: `require('classNames')` of `classnames`.
pub fn packages_otherwise<'a>(
    literals: &'a [Literal],
    language: Language,
    declared: &'a BTreeSet<String>,
) -> Vec<(&'a Literal, &'a str)> {
    let is_named = |literal: &&Literal| {
        let follows = BEFORE.iter().any(|word| literal.before.ends_with(word));
        language == Language::JavaScript && literal.is_whole && follows
    };
    let otherwise = |literal: &'a Literal| {
        let package = package(&literal.text)?;
        let lower = declared.get(&package.to_lowercase())?;
        (!declared.contains(package)).then_some((literal, lower.as_str()))
    };
    literals.iter().filter(is_named).filter_map(otherwise).collect()
}

/// The package of `lodash/get`, `@scope/name/part`.
fn package(reference: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@/._-".contains(c);
    if reference.starts_with(['.', '/']) || !reference.chars().all(is_plain) {
        return None;
    }
    let parts = if reference.starts_with('@') { 2 } else { 1 };
    let end = reference
        .match_indices('/')
        .nth(parts - 1)
        .map_or(reference.len(), |(at, _)| at);
    reference.get(..end)
}

/// The names of the files of a release.
#[derive(Debug, Clone, Default)]
pub struct Names<'a> {
    exact: BTreeSet<&'a str>,
    directories: HashSet<&'a str>,
    by_lower_case: BTreeMap<String, &'a str>,
    /// What stands after a directory of [`SEARCHED`], and the same in small letters with the whole path.
    searched: BTreeSet<&'a str>,
    searched_by_lower_case: BTreeMap<String, &'a str>,
}

/// Directories that frameworks look for templates, resources and what is served in.
const SEARCHED: [&str; 9] = [
    "assets",
    "include",
    "public",
    "resources",
    "static",
    "templates",
    "views",
    "webapp",
    "wwwroot",
];

impl<'a> Names<'a> {
    /// These files.
    pub fn new(paths: impl IntoIterator<Item = &'a str>) -> Names<'a> {
        let mut names = Names::default();
        for path in paths {
            names.exact.insert(path);
            names.by_lower_case.entry(path.to_lowercase()).or_insert(path);
            for (at, _) in path.match_indices('/') {
                let (directory, rest) = (path.get(..at), path.get(at + 1..));
                names.directories.extend(directory);
                let last = directory
                    .and_then(|directory| directory.rsplit('/').next())
                    .filter(|last| SEARCHED.contains(last));
                if let (Some(_), Some(rest)) = (last, rest) {
                    names.searched.insert(rest);
                    names
                        .searched_by_lower_case
                        .entry(rest.to_lowercase())
                        .or_insert(path);
                }
            }
        }
        names
    }

    /// Whether files lie below a directory of this name.
    #[must_use]
    pub fn has_directory(&self, path: &str) -> bool {
        self.directories.contains(path)
    }

    /// The file of this name where case is ignored.
    #[must_use]
    pub fn ignoring_case(&self, path: &str) -> Option<&'a str> {
        self.by_lower_case.get(&path.to_lowercase()).copied()
    }

    /// The directory of this name where case is ignored, as it is written.
    #[must_use]
    pub fn directory_ignoring_case(&self, path: &str) -> Option<String> {
        let prefix = format!("{}/", path.to_lowercase());
        let (lower, file) = self.by_lower_case.range(prefix.clone()..).next()?;
        // Small letters may be longer: what is cut off must be a path all the same.
        let directory = file.get(..path.len()).filter(|_| lower.starts_with(&prefix))?;
        (directory.to_lowercase() == path.to_lowercase()).then(|| directory.to_owned())
    }

    /// Whether a path leads to a file from a directory that frameworks look in.
    #[must_use]
    pub fn is_searched(&self, path: &str) -> bool {
        self.searched.contains(path.trim_start_matches('/'))
    }

    /// The file that a path leads to from such a directory where case is ignored.
    #[must_use]
    pub fn searched_ignoring_case(&self, path: &str) -> Option<&'a str> {
        let path = path.trim_start_matches('/').to_lowercase();
        self.searched_by_lower_case.get(&path).copied()
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
        let is_there = |path: &String| self.has(path) || self.has_directory(path);
        if candidates.iter().any(is_there) {
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
    let alias = ALIASES.iter().find_map(|alias| reference.strip_prefix(alias));
    let wanted: Vec<String> = match alias {
        Some(rest) => {
            let project = from
                .find("src/")
                .and_then(|at| from.get(..at))
                .unwrap_or_default();
            ["src/", "", "app/"]
                .map(|sources| format!("{project}{sources}{rest}"))
                .into()
        }
        None => resolved(from, reference).into_iter().collect(),
    };
    // TypeScript is imported by the name that it is compiled to, style sheets may begin with `_`.
    let others = wanted.iter().filter_map(|path| match path.strip_suffix(".js") {
        Some(compiled) => Some(compiled.to_owned()),
        None => path
            .rsplit_once('/')
            .map(|(directory, name)| format!("{directory}/_{name}")),
    });
    let stems: Vec<String> = wanted.iter().cloned().chain(others).collect();
    stems
        .iter()
        .flat_map(|stem| ENDINGS.map(|ending| format!("{stem}{ending}")))
        .collect()
}

/// The path that a relative reference leads to.
pub(super) fn resolved(from: &str, reference: &str) -> Option<String> {
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
