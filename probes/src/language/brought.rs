//! Functions that a release of PHP brings for versions that lack them.

use std::collections::BTreeSet;

use super::Feature;
use super::php::FEATURES;

/// Packages, and functions that they define by names that PHP took later: <https://github.com/laravel/helpers>.
const HELPERS: [(&str, &[&str]); 1] = [("laravel/helpers", &["array_first", "array_last", "str_contains"])];

/// What stands in for functions of newer versions: the packages that Composer installs, and functions that sources define where they
/// are missing.
#[derive(Debug, Clone, Default)]
pub struct Brought {
    packages: BTreeSet<String>,
    functions: BTreeSet<&'static str>,
}

impl Brought {
    /// Takes a `composer.json` or `composer.lock` into account. What a project says to replace is not installed.
    pub fn composer(&mut self, text: &str) {
        let manifest: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        let required = manifest.get("require").and_then(serde_json::Value::as_object);
        let required = required.into_iter().flatten().map(|(name, _)| name.as_str());
        let locked = manifest.get("packages").and_then(serde_json::Value::as_array);
        let locked = locked.into_iter().flatten();
        let locked = locked.filter_map(|package| package.get("name")?.as_str());
        self.packages.extend(required.chain(locked).map(str::to_owned));
    }

    /// Takes a source into account.
    pub fn source(&mut self, text: &str) {
        for (_, rest) in text
            .match_indices("function_exists(")
            .map(|(at, call)| (at, text.get(at + call.len()..).unwrap_or_default()))
        {
            let name = rest.trim_start_matches([' ', '\'', '"', '\\']);
            let name = name.split(['\'', '"']).next().unwrap_or_default();
            let known = FEATURES.iter().find(|feature| feature.name == name);
            if let Some(feature) = known
                && text.contains(&format!("function {name}("))
            {
                self.functions.insert(feature.name);
            }
        }
    }

    /// Whether the release has it whatever the version. A package for a version brings what is no syntax:
    /// <https://github.com/symfony/polyfill>.
    #[must_use]
    pub fn has(&self, feature: &Feature) -> bool {
        let has = |package: &str| self.packages.contains(package);
        let Some(since) = feature.range.strip_prefix(">=").filter(|_| !feature.is_syntax()) else {
            return false;
        };
        let is_helper = |(package, names): &(&str, &[&str])| has(package) && names.contains(&feature.name);
        self.functions.contains(feature.name)
            || has("symfony/polyfill")
            || has(&format!("symfony/polyfill-php{}", since.replace('.', "")))
            || (feature.name.starts_with("mb_") && has("symfony/polyfill-mbstring"))
            || HELPERS.iter().any(is_helper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(name: &str) -> Feature {
        *FEATURES.iter().find(|feature| feature.name == name).unwrap()
    }

    #[test]
    fn packages_and_definitions_stand_in_for_functions() {
        let mut brought = Brought::default();
        brought.composer(r#"{"require": {"php": ">=7.4"}, "replace": {"symfony/polyfill-php80": "*"}}"#);
        assert!(!brought.has(&feature("str_contains")));
        brought.composer(r#"{"packages": [{"name": "symfony/polyfill-php80"}]}"#);
        assert!(brought.has(&feature("str_contains")));
        assert!(!brought.has(&feature("the operator ?->")));
        assert!(!brought.has(&feature("array_find")));
        brought.source("if (!function_exists('array_find')) { function array_find($a, $f) {} }");
        assert!(brought.has(&feature("array_find")));
        assert!(!brought.has(&feature("array_first")));
        brought.composer(r#"{"require": {"laravel/helpers": "^1.1"}}"#);
        assert!(brought.has(&feature("array_first")));
        assert!(!brought.has(&feature("mysql_connect")));
    }
}
