//! `package.json`, `composer.json` and `composer.lock`.
//!
//! Sources: [package.json](https://docs.npmjs.com/cli/configuring-npm/package-json#engines),
//! [Volta](https://docs.volta.sh/guide/understanding#managing-your-project),
//! [composer.json](https://getcomposer.org/doc/01-basic-usage.md#platform-packages),
//! [provide and replace](https://getcomposer.org/doc/04-schema.md#provide), [config.platform](https://getcomposer.org/doc/06-config.md#platform).

use std::collections::BTreeMap;

use parity_core::version::RangeSyntax;
use serde_json::Value;

use super::declaration::{Declaration, Malformed, Parsed, What};
use crate::text::json_line;

/// `engines.node`, and `volta.node`, which names one version.
pub(super) fn package_json(text: &str) -> Parsed {
    let document = document(text)?;
    let mut found = Vec::new();
    let parts = [
        ("engines", RangeSyntax::Npm, None),
        ("volta", RangeSyntax::Prefix, Some("volta")),
    ];
    for (section, syntax, part) in parts {
        let Some(value) = member(text, &document, section, "node", "node")? else {
            continue;
        };
        let declaration = match value {
            (Some(range), line) => Declaration::range("node", syntax, range, line),
            (None, line) => Declaration::unclear("node", &format!("`{section}.node` is not a text"), line),
        };
        found.push(Declaration { part, ..declaration });
    }
    Ok(found)
}

/// `php` and `ext-*` of `require`.
pub(super) fn composer_json(text: &str) -> Parsed {
    let document = document(text)?;
    let mut found = Vec::new();
    match member(text, &document, "require", "php", "php")? {
        Some((Some(range), line)) => {
            found.push(Declaration::range("php", RangeSyntax::Composer, range, line));
        }
        Some((None, line)) => found.push(Declaration::unclear("php", "`require.php` is not a text", line)),
        None => {}
    }
    for (name, value) in document
        .get("require")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if let (Some(extension), Some(range)) = (name.strip_prefix("ext-"), value.as_str()) {
            found.push(Declaration {
                runtime: "php".to_owned(),
                part: None,
                what: What::Extension(extension.to_ascii_lowercase(), range.to_owned()),
                line: json_line(text, &["require", name]).unwrap_or(1),
            });
        }
    }
    Ok(found)
}

/// `ext-*` of the packages that are installed for production, the first package with each. What one of them stands in for, as a
/// polyfill does, and what the project says to be there, is asked of nobody.
pub(super) fn composer_lock(text: &str) -> Parsed {
    let document = document(text)?;
    let packages = || {
        let list = document.get("packages").and_then(Value::as_array);
        list.into_iter().flatten()
    };
    let given = ["provide", "replace"]
        .into_iter()
        .flat_map(|section| packages().filter_map(move |package| package.get(section)))
        .chain(document.get("platform-overrides"));
    let given: Vec<&str> = given
        .filter_map(Value::as_object)
        .flat_map(|members| members.keys().map(String::as_str))
        .collect();
    let mut asked: BTreeMap<String, (&str, &str)> = BTreeMap::new();
    for package in packages() {
        let name = package.get("name").and_then(Value::as_str).unwrap_or_default();
        let required = package.get("require").and_then(Value::as_object);
        for (what, range) in required.into_iter().flatten() {
            if let (Some(extension), Some(range)) = (what.strip_prefix("ext-"), range.as_str())
                && !given.contains(&what.as_str())
            {
                let entry = asked.entry(extension.to_ascii_lowercase());
                entry.or_insert((name, range));
            }
        }
    }
    let line = |name: &str| {
        let written = format!("\"{name}\"");
        let at = text.lines().position(|line| line.contains(&written));
        at.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(1)
    };
    let asked = asked.into_iter().map(|(extension, (name, range))| Declaration {
        runtime: "php".to_owned(),
        part: None,
        what: What::Extension(extension, format!("{range} (for {name})")),
        line: line(name),
    });
    Ok(asked.collect())
}

/// The text at `section.key` and its line; no text where it is something else.
fn member<'a>(
    text: &str,
    document: &'a Value,
    section: &str,
    key: &str,
    runtime: &str,
) -> Result<Option<(Option<&'a str>, u32)>, Malformed> {
    match document.get(section) {
        None | Some(Value::Null) => Ok(None),
        // Very old manifests have a list, which says nothing to any tool of today; composer writes an empty one.
        Some(Value::Array(list)) if list.is_empty() => Ok(None),
        Some(Value::Object(members)) => Ok(members.get(key).map(|value| {
            let line = json_line(text, &[section, key]).unwrap_or(1);
            (value.as_str(), line)
        })),
        Some(_) => Err(Malformed {
            line: json_line(text, &[section]),
            message: format!("`{section}` is not an object: what it says of {runtime} is not known"),
        }),
    }
}

fn document(text: &str) -> Result<Value, Malformed> {
    let document: Value = serde_json::from_str(text).map_err(|error| Malformed {
        line: u32::try_from(error.line()).ok(),
        message: error
            .to_string()
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    })?;
    match document {
        Value::Object(_) => Ok(document),
        _ => Err(Malformed {
            line: None,
            message: "not a JSON object".to_owned(),
        }),
    }
}
