//! CommonJS on Node.js: `require` of packages that hold ES modules alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Dialect, Kind, tokens};

/// Packages of which a later major version holds ES modules alone: `require` of them works since Node.js 20.19 and 22.12.
///
/// Source: the release notes of each; <https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require>.
const MODULES_ALONE: [(&str, u32); 27] = [
    ("boxen", 6),
    ("chalk", 5),
    ("clipboardy", 3),
    ("del", 7),
    ("execa", 6),
    ("file-type", 17),
    ("find-up", 6),
    ("formdata-node", 5),
    ("globby", 12),
    ("got", 12),
    ("is-stream", 3),
    ("log-symbols", 5),
    ("lowdb", 3),
    ("meow", 10),
    ("mime", 4),
    ("nanoid", 4),
    ("node-fetch", 3),
    ("open", 9),
    ("ora", 6),
    ("p-limit", 4),
    ("p-map", 5),
    ("p-queue", 7),
    ("p-retry", 5),
    ("query-string", 8),
    ("slash", 4),
    ("string-width", 5),
    ("strip-ansi", 7),
];

/// Versions of Node.js that load ES modules with `require`.
pub(super) const REQUIRES_MODULES: &str = ">=20.19 <21 || >=22.12";

/// The packages that a source requires so, where the `package.json` nearest to it names such a version, and the line of each.
/// `manifests` are by their directories, with a slash at their end.
pub(super) fn requires(
    path: &str,
    text: &str,
    manifests: &BTreeMap<String, Value>,
) -> Vec<(&'static str, u32)> {
    let directories = path.match_indices('/').map(|(at, _)| at + 1).rev().chain([0]);
    let nearest = directories
        .filter_map(|end| manifests.get(path.get(..end)?))
        .next();
    let Some(manifest) = nearest else {
        return Vec::new();
    };
    let is_module = manifest.get("type").is_some_and(|kind| kind == "module");
    if !path.ends_with(".cjs") && (is_module || !path.ends_with(".js")) {
        return Vec::new();
    }
    let tokens = tokens(text, Dialect::JavaScript);
    let found = tokens.windows(3).filter_map(|window| {
        let [require, open, name] = window else {
            return None;
        };
        let is_call = require.is("require") && open.is("(") && name.kind == Kind::Text;
        let (package, since) = MODULES_ALONE
            .iter()
            .find(|(package, _)| is_call && name.text == *package)?;
        let is_newer = major(manifest, package)? >= *since;
        is_newer.then_some((*package, require.line))
    });
    found.collect()
}

/// The major version that a range of npm begins with.
fn major(manifest: &Value, package: &str) -> Option<u32> {
    let range = manifest.get("dependencies")?.get(package)?.as_str()?;
    let version = range.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    version.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_and_is_a_module() {
        let manifest = serde_json::json!({"dependencies": {"chalk": "^5.3.0", "got": "11.8.6"}});
        let manifests = BTreeMap::from([(String::new(), manifest)]);
        let source = "const chalk = require('chalk');\nconst got = require('got');";
        assert_eq!(requires("src/a.js", source, &manifests), [("chalk", 1)]);
        assert!(requires("src/a.mjs", source, &manifests).is_empty());
        assert!(requires("src/a.js", "import('chalk')", &manifests).is_empty());
    }
}
