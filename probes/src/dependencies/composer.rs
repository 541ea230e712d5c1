//! `composer.lock`, and the check that Composer writes for what it has installed.
//!
//! Sources: <https://getcomposer.org/doc/01-basic-usage.md#platform-packages>,
//! <https://getcomposer.org/doc/06-config.md#platform-check>.

use std::collections::BTreeMap;

use serde_json::Value;

/// What a package requires of PHP.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Required {
    /// Name of the package.
    pub package: String,
    /// The range, as it is written.
    pub range: String,
}

/// For each range of PHP that packages needed at run time ask for, the first package.
///
/// # Errors
/// Not JSON.
pub fn composer_lock(bytes: &[u8]) -> Result<Vec<Required>, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let packages = value.get("packages").and_then(Value::as_array);
    let mut by_range: BTreeMap<&str, &str> = BTreeMap::new();
    for package in packages.into_iter().flatten() {
        let name = package.get("name").and_then(Value::as_str);
        let range = package.pointer("/require/php").and_then(Value::as_str);
        if let (Some(name), Some(range)) = (name, range) {
            by_range.entry(range).or_insert(name);
        }
    }
    let required = by_range.into_iter().map(|(range, package)| Required {
        package: package.to_owned(),
        range: range.to_owned(),
    });
    Ok(required.collect())
}

/// The oldest PHP that `vendor/composer/platform_check.php` lets pass, as `8.1.0`.
///
/// ```
/// use parity_probes::dependencies::platform_check;
/// assert_eq!(platform_check("if (!(PHP_VERSION_ID >= 80102)) {").as_deref(), Some("8.1.2"));
/// assert_eq!(platform_check("<?php // no check"), None);
/// ```
#[must_use]
pub fn platform_check(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("PHP_VERSION_ID >=")?;
    let digits: String = rest
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let id: u32 = digits.parse().ok()?;
    Some(format!("{}.{}.{}", id / 10_000, id / 100 % 100, id % 100))
}
