//! Walks the folders: everything is registered, documented and named after its place.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test reads the source tree"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use parity_core::need::Need;
use parity_probes::{RULES, probes, schemas};

const LONGEST_FILE: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn names(directory: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Folders that hold a probe; `text` holds what they share.
fn probe_folders() -> BTreeSet<String> {
    let source = root().join("probes/src");
    let mut folders = names(&source);
    folders.retain(|name| source.join(name).is_dir() && name != "text");
    folders
}

/// Every file under version control, or nothing where this is no checkout.
fn tracked() -> Vec<PathBuf> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output();
    match listed {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout)
            .unwrap()
            .split_terminator('\0')
            .map(PathBuf::from)
            .filter(|path| root().join(path).is_file())
            .collect(),
        _ => {
            eprintln!("skipped: no git, or no checkout");
            Vec::new()
        }
    }
}

#[test]
fn every_folder_is_a_probe_and_every_probe_has_a_folder() {
    let folders: BTreeSet<String> = probe_folders()
        .iter()
        .map(|name| name.replace('_', "-"))
        .collect();
    let probes = probes();
    let ids: Vec<&str> = probes.iter().map(|probe| probe.manifest().id.as_ref()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(folders, ids.iter().map(|id| (*id).to_owned()).collect());
    let listed: Vec<&str> = schemas().iter().map(|(id, _)| *id).collect();
    assert_eq!(listed, ids);
    for ((id, schemas), probe) in schemas().iter().zip(&probes) {
        assert_eq!(*schemas, probe.manifest().schemas.as_ref(), "{id}");
    }
}

#[test]
fn every_probe_has_the_same_files() {
    for folder in probe_folders() {
        let files = names(&root().join("probes/src").join(&folder));
        for file in ["mod.rs", "probe.rs", "README.md"] {
            assert!(files.contains(file), "probes/src/{folder} lacks {file}");
        }
    }
}

#[test]
fn the_readme_of_a_probe_has_its_id_and_every_fact() {
    for (id, schemas) in schemas() {
        let path = root()
            .join("probes/src")
            .join(id.replace('-', "_"))
            .join("README.md");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(&format!("# {id}\n")), "{}", path.display());
        for schema in schemas {
            let (plain, keyed) = (format!("`{}`", schema.name), format!("`{}[", schema.name));
            let stands = text.contains(&plain) || text.contains(&keyed);
            assert!(stands, "{} lacks {}", path.display(), schema.name);
        }
    }
}

#[test]
fn of_one_subject_a_fact_comes_from_one_probe() {
    let mut seen = BTreeMap::new();
    for probe in probes() {
        let manifest = probe.manifest();
        for schema in manifest.schemas.iter() {
            let place = (format!("{:?}", manifest.subject), schema.name.to_string());
            let other = seen.insert(place, manifest.id.to_string());
            assert_eq!(other, None, "{} is also given by {}", schema.name, manifest.id);
        }
    }
}

/// A project and a host may both tell of a service: then it is the same fact.
#[test]
fn a_name_means_the_same_wherever_it_comes_from() {
    let mut seen = BTreeMap::new();
    for (id, schemas) in schemas() {
        for schema in schemas {
            let meaning = (schema.kind, &schema.key, schema.stability);
            let first = *seen.entry(&schema.name).or_insert(meaning);
            assert_eq!(first, meaning, "{} of {id}", schema.name);
        }
    }
}

#[test]
fn every_rule_file_is_registered_and_has_pairs() {
    let files = names(&root().join("probes/rules"));
    let listed: BTreeSet<String> = RULES.iter().map(|(id, _)| format!("{id}.toml")).collect();
    assert_eq!(files, listed);
    assert!(RULES.is_sorted(), "the list of rules is sorted");
    let pairs = names(&root().join("fixtures/pairs"));
    for (id, _) in RULES {
        assert!(pairs.contains(*id), "fixtures/pairs/{id} is missing");
    }
}

#[test]
fn the_modules_of_probes_are_sorted() {
    let text = fs::read_to_string(root().join("probes/src/lib.rs")).unwrap();
    let folders = probe_folders();
    let modules: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .filter(|module| folders.contains(*module))
        .collect();
    assert!(modules.is_sorted(), "{modules:?}");
    assert_eq!(modules.len(), folders.len());
}

#[test]
fn no_source_file_is_long() {
    for path in tracked() {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let lines = fs::read_to_string(root().join(&path)).unwrap().lines().count();
            assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn no_file_names_a_path_of_somebodys_machine() {
    // Put together here, or this file would be the first one found.
    let homes = [["", "work", ""], ["", "root", ""]].map(|parts| parts.join("/"));
    let at_its_start = |line: &str, home: &str| {
        line.match_indices(home).any(|(at, _)| {
            let before = line[..at].chars().next_back();
            before.is_none_or(|c| !c.is_alphanumeric() && !"/.*}_-]".contains(c))
        })
    };
    let mut found = Vec::new();
    for path in tracked() {
        let Ok(text) = fs::read_to_string(root().join(&path)) else {
            continue;
        };
        for (number, line) in (1..).zip(text.lines()) {
            if homes.iter().any(|home| at_its_start(line, home)) {
                let shown: String = line.trim().chars().take(120).collect();
                found.push(format!("{}:{number}: {shown}", path.display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_documents_speak_of_every_folder_at_the_top() {
    let mut folders: BTreeSet<String> = BTreeSet::new();
    for path in tracked() {
        let mut parts = path.components();
        let first = parts.next().unwrap().as_os_str().to_str().unwrap();
        if parts.next().is_some() {
            folders.insert(first.to_owned());
        }
    }
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for folder in folders {
        assert!(
            architecture.contains(&format!("`{folder}")),
            "ARCHITECTURE.md is silent about {folder}"
        );
    }
}

/// What [`Need::Glob`] promises of a pattern; elsewhere `**` would mean one component to some transports.
#[test]
fn patterns_have_two_stars_behind_names_alone() {
    for probe in probes() {
        for need in probe.needs() {
            let Need::Glob { pattern, .. } = need else {
                continue;
            };
            let parts: Vec<&str> = pattern.split('/').collect();
            let Some(at) = parts.iter().position(|part| *part == "**") else {
                continue;
            };
            let (before, behind) = (&parts[..at], &parts[at + 1..]);
            let is_literal = before.iter().all(|part| !part.contains(['*', '?']));
            assert!(
                is_literal && behind.len() <= 1,
                "{}: {pattern}",
                probe.manifest().id
            );
        }
    }
}
