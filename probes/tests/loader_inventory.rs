//! What the probe says about this machine, and what `ldconfig` and `readelf` say.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::case::{root, this_machine};
use machine::skipped;
use parity_core::fact::{FactId, State};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let paths = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].map(|directory| format!("{directory}/{program}"));
    let path = paths.iter().find(|path| Path::new(path).exists())?;
    let output = Command::new(path)
        .args(arguments)
        .env("LC_ALL", "C")
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()
}

/// The first file of `ldconfig -p` for each name, for any x86-64 processor.
fn printed() -> Option<BTreeMap<String, String>> {
    let mut first = BTreeMap::new();
    for line in output("ldconfig", &["-p"])?.lines() {
        let Some((name, rest)) = line.trim().split_once(" (libc6,x86-64") else {
            continue;
        };
        let (attributes, path) = rest.split_once(") => ").unwrap();
        if !attributes.contains("hwcap") {
            first.entry(name.to_owned()).or_insert(path.to_owned());
        }
    }
    (!first.is_empty()).then_some(first)
}

#[test]
fn every_library_of_the_cache_is_what_ldconfig_prints() {
    let Some(printed) = printed() else {
        return skipped("no ldconfig, or no x86-64 library in its cache");
    };
    let host = this_machine();
    for (name, path) in &printed {
        let state = host.state(&FactId::keyed("library", format!("x86_64/{name}")));
        match state {
            State::Value(value) => assert_eq!(value.to_string(), *path, "{name}"),
            other => assert!(!Path::new(path).exists(), "{name}: {other}"),
        }
    }
    eprintln!("{} libraries", printed.len());
}

/// The versions that `readelf -V` lists as defined, the name of the library itself left out.
fn defined(path: &str) -> Option<BTreeSet<String>> {
    let text = output("readelf", &["-V", "-W", path])?;
    let mut lines = text
        .lines()
        .skip_while(|line| !line.starts_with("Version definition section"));
    lines.next()?;
    let lines = lines.take_while(|line| line.starts_with(' '));
    let names = lines.filter(|line| line.contains("Rev: ") && !line.contains("Flags: BASE"));
    Some(
        names
            .map(|line| line.split("Name: ").nth(1).unwrap().trim().to_owned())
            .collect(),
    )
}

#[test]
fn the_versions_of_every_library_are_what_readelf_prints() {
    if output("readelf", &["--version"]).is_none() {
        return skipped("no readelf");
    }
    let host = this_machine();
    let libraries: BTreeMap<&str, String> = host
        .family("library")
        .map(|fact| (fact.id.key().unwrap(), fact.state.value().unwrap().to_string()))
        .collect();
    let every = (libraries.len() / 400).max(1);
    let (mut compared, mut versioned) = (0, 0);
    for (key, path) in libraries.iter().step_by(every) {
        let ours = host.state(&FactId::keyed("library.nodes", *key));
        let ours = ours.value().map(|value| {
            value
                .members()
                .into_iter()
                .map(String::from)
                .collect::<BTreeSet<_>>()
        });
        assert_eq!(ours, defined(path), "{key}: {path}");
        compared += 1;
        versioned += usize::from(ours.is_some());
    }
    eprintln!("{compared} libraries, {versioned} with versions");
}

#[test]
fn this_machine_read_as_a_root_file_system_is_the_same() {
    let (live, tree) = (this_machine(), root(Path::new("/")));
    assert_eq!(live.facts, tree.facts);
    assert_eq!(live.id, tree.id);
}
