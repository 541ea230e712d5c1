//! Every dependency has a licence and a source that `deny.toml` allows. `cargo deny` checks the same, where it is installed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every package that is in the lock file, whatever it is for.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let members = metadata["workspace_members"].as_array().unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .filter(|package| !members.contains(&package["id"]))
        .cloned()
        .collect()
}

fn allowed() -> BTreeSet<String> {
    let text = std::fs::read_to_string(workspace().join("deny.toml")).unwrap();
    let deny: toml::Table = text.parse().unwrap();
    let licences = deny["licenses"]["allow"].as_array().unwrap().iter();
    licences
        .map(|licence| licence.as_str().unwrap().to_owned())
        .collect()
}

/// Whether a licence expression can be met with what is allowed (SPDX 2.3, annex D; `/` is how `OR` was once written).
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = any(&mut rest, allowed);
    assert!(rest.is_empty(), "`{expression}` is no licence expression");
    met
}

fn any(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = all(words, allowed);
    while let Some(("OR", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        met |= all(words, allowed);
    }
    met
}

fn all(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut met = one(words, allowed);
    while let Some(("AND", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        met &= one(words, allowed);
    }
    met
}

fn one(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    match **words {
        ["(", ref rest @ ..] => {
            *words = rest;
            let met = any(words, allowed);
            *words = words.strip_prefix(&[")"]).unwrap();
            met
        }
        [licence, "WITH", exception, ref rest @ ..] => {
            *words = rest;
            allowed.contains(&format!("{licence} WITH {exception}"))
        }
        [licence, ref rest @ ..] => {
            *words = rest;
            allowed.contains(licence)
        }
        [] => panic!("a licence expression ends too early"),
    }
}

#[test]
fn every_dependency_may_be_used() {
    let allowed = allowed();
    let packages = packages();
    assert!(packages.len() > 50, "{}", packages.len());
    let refused = packages.iter().filter(|package| {
        let licence = package["license"].as_str();
        licence.is_none_or(|licence| !is_met(licence, &allowed)) || package["source"] != REGISTRY
    });
    let refused: Vec<String> = refused
        .map(|package| {
            format!(
                "{} {}: {}, {}",
                package["name"], package["version"], package["license"], package["source"]
            )
        })
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

/// An allowed licence that nothing has is told by `cargo deny` too.
#[test]
fn every_allowed_licence_is_needed() {
    let packages = packages();
    let licences: Vec<&str> = packages
        .iter()
        .filter_map(|package| package["license"].as_str())
        .collect();
    let unused: Vec<String> = allowed()
        .into_iter()
        .filter(|allowed| !licences.iter().any(|licence| licence.contains(allowed.as_str())))
        .collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn no_dependency_takes_any_version() {
    let text = std::fs::read_to_string(workspace().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    let version = |value: &toml::Value| {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        version.map(str::to_owned)
    };
    let open = dependencies.iter().filter(|(_, value)| match version(value) {
        Some(version) => version.contains('*'),
        None => value.get("path").is_none(),
    });
    assert_eq!(open.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    let allowed: BTreeSet<String> = ["MIT", "Apache-2.0 WITH LLVM-exception", "ISC"]
        .map(str::to_owned)
        .into();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-2.0", false),
        ("GPL-2.0 OR MIT", true),
        ("GPL-2.0/MIT", true),
        ("MIT AND GPL-2.0", false),
        ("MIT AND (GPL-2.0 OR ISC)", true),
        ("(MIT OR GPL-2.0) AND GPL-3.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        ("GPL-2.0 OR MIT AND GPL-3.0", false),
    ] {
        assert_eq!(is_met(expression, &allowed), met, "{expression}");
    }
}
