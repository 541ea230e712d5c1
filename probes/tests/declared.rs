//! Releases and projects on disk, and real manifests, through the probes.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "test code reads what probes may not"
)]

#[allow(dead_code)]
mod real_data;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::fact::{FactId, State};
use parity_core::probe::Probe;
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;
use parity_core::version::{Range, RangeSyntax};
use parity_probes::compose;
use parity_probes::manifests::{self, What, kind};

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

fn observe(root: &Path, probe: &dyn Probe) -> Snapshot {
    let mut tree = Tree::at(root, deadline()).unwrap();
    collect("x", "2026-01-01T00:00:00Z", &mut tree, &[probe]).snapshot
}

/// `id = state @ origin` of each fact.
fn told(snapshot: &Snapshot) -> Vec<String> {
    let facts = snapshot.facts.iter();
    facts
        .map(|fact| format!("{} = {} @ {}", fact.id, fact.state, fact.origin))
        .collect()
}

#[test]
fn a_release_declares_what_its_manifests_do() {
    let release = tree(&[
        (
            "package.json",
            "{\n\"engines\": {\"node\": \">=18\"}, \"scripts\": {\"start\": \"node a.js\"}}",
        ),
        (
            "api/composer.json",
            "{\"require\": {\"php\": \"^8.1\", \"ext-gd\": \"*\"}}",
        ),
        ("api/deep/go.mod", "go 1.22\n"),
        ("node_modules/package.json", "{\"engines\": {\"node\": \"1\"}}"),
        ("lib/x-1.dist-info/METADATA", "Requires-Python: >=3.9\n"),
        ("Gemfile", "ruby '~> 3.1'\n"),
        ("Gemfile.lock", "RUBY VERSION\n   ruby 3.1.2p20\n"),
        ("Dockerfile", "FROM node:20 AS build\nFROM build\n"),
        ("Dockerfile.dockerignore", "FROM x y z\n"),
        ("broken/Cargo.toml", "[package\n"),
    ]);
    let snapshot = observe(release.path(), manifests::PROBE);
    assert_eq!(
        told(&snapshot),
        [
            "container.base[Dockerfile:1] = node:20 @ Dockerfile:2",
            "container.base[Dockerfile:build] = node:20 @ Dockerfile:1",
            "container.final[Dockerfile] = 1 @ Dockerfile:2",
            "requires.extension[php:gd] = * @ api/composer.json:1",
            "requires.range[Gemfile:ruby] = ~> 3.1 @ Gemfile:1",
            "requires.range[api/composer.json:php] = ^8.1 @ api/composer.json:1",
            "requires.range[broken/Cargo.toml:rust] = unknown (broken/Cargo.toml: line 1: unclosed table, expected `]`) @ broken/Cargo.toml",
            "requires.range[lib/x-1.dist-info/METADATA:python] = >=3.9 @ lib/x-1.dist-info/METADATA:1",
            "requires.range[package.json:node] = >=18 @ package.json:2",
            "requires.syntax[Gemfile:ruby] = gem @ Gemfile:1",
            "requires.syntax[api/composer.json:php] = composer @ api/composer.json:1",
            "requires.syntax[lib/x-1.dist-info/METADATA:python] = pep440 @ lib/x-1.dist-info/METADATA:1",
            "requires.syntax[package.json:node] = npm @ package.json:2",
        ]
    );
    assert!(
        snapshot
            .problems
            .iter()
            .any(|problem| problem.code == "malformed")
    );
}

#[test]
fn a_release_of_one_file_does_not_declare_what_lies_beside_it() {
    let release = tree(&[
        ("shop.jar", "PK"),
        ("package.json", "{\"engines\": {\"node\": \"1\"}}"),
    ]);
    let mut tree = Tree::of_file(&release.path().join("shop.jar"), deadline()).unwrap();
    let snapshot = collect("x", "2026-01-01T00:00:00Z", &mut tree, &[manifests::PROBE]).snapshot;
    assert_eq!(told(&snapshot), Vec::<String>::new());
    assert!(snapshot.is_complete(), "{:?}", snapshot.coverage);
}

#[test]
fn a_manifest_that_is_too_large_is_unknown() {
    let release = tree(&[("package.json", &" ".repeat(5 << 20))]);
    let snapshot = observe(release.path(), manifests::PROBE);
    let state = snapshot.state(&FactId::keyed("requires.range", "package.json:node"));
    assert!(matches!(state, State::Unknown(_)), "{state}");
}

#[test]
fn a_project_starts_what_its_compose_files_say() {
    let project = tree(&[
        (
            "compose.yaml",
            "services:\n  db:\n    image: postgres:15\n    environment:\n      POSTGRES_PASSWORD: geheim\n  db2:\n    image: postgres:16\n  mq:\n    image: rabbitmq:${TAG}\n  web:\n    build: .\n    image: nginx:9\n    ports: ['80:80']\n",
        ),
        (
            "compose.override.yml",
            "services:\n  db:\n    image: 'postgres:17-alpine'\n",
        ),
        ("docker-compose.yml", "services: {x: {image: 'redis:1'}}"),
    ]);
    let snapshot = observe(project.path(), compose::PROBE);
    assert_eq!(
        told(&snapshot),
        [
            "compose.environment[db] = POSTGRES_PASSWORD @ compose.yaml",
            "compose.image[db] = postgres:17-alpine @ compose.override.yml:3",
            "compose.image[db2] = postgres:16 @ compose.yaml:7",
            "compose.image[mq] = unknown (`${TAG}` has no value here) @ compose.yaml:9",
            "compose.image[web] = nginx:9 @ compose.yaml:12",
            "compose.ports[web] = 80:80 @ compose.yaml",
            "service.version[postgresql] = 16, 17 @ compose.override.yml:3",
            "service.version[rabbitmq] = unknown (`${TAG}` has no value here) @ compose.yaml:9",
        ]
    );
    assert!(!snapshot.to_json().contains("geheim"));
}

#[test]
fn a_compose_file_that_cannot_be_read_is_not_an_absent_one() {
    let project = tree(&[("compose.yml", "services: [")]);
    let snapshot = observe(project.path(), compose::PROBE);
    let state = snapshot.state(&FactId::keyed("service.version", "postgresql"));
    assert!(matches!(state, State::Unknown(_)), "{state}");
    let none = observe(tree(&[]).path(), compose::PROBE);
    assert_eq!(
        none.state(&FactId::keyed("service.version", "postgresql")),
        State::Absent
    );
}

/// All files of a name below a folder.
fn find(folder: &Path, name: &str, found: &mut Vec<std::path::PathBuf>) {
    for path in real_data::under(folder) {
        if path.is_dir() {
            find(&path, name, found);
        } else if path.file_name().is_some_and(|file| file == name) {
            found.push(path);
        }
    }
}

#[test]
fn real_manifests_are_read_and_their_ranges_are_ranges() {
    for (folder, name) in [("npm", "package.json"), ("python-dist-info", "METADATA")] {
        let Some(folder) = real_data::data(folder) else {
            continue;
        };
        let mut files = Vec::new();
        find(&folder, name, &mut files);
        let mut ranges = 0;
        for file in &files {
            let Some(kind) = kind(file.to_str().unwrap()) else {
                continue;
            };
            let bytes = real_data::read(file);
            let declared = kind
                .parse(&bytes)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            for declaration in declared {
                let What::Range(syntax, range) = declaration.what else {
                    panic!("{}: {declaration:?}", file.display());
                };
                // `>=3.6.*` of old packages is none that PEP 440 allows, and is told as it is written.
                if !(syntax == RangeSyntax::Pep440 && range.contains('*')) {
                    Range::parse(syntax, &range)
                        .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                }
                let text = String::from_utf8_lossy(&bytes);
                let line = text.lines().nth(declaration.line as usize - 1).unwrap();
                assert!(line.contains(&range), "{}:{}", file.display(), declaration.line);
                ranges += 1;
            }
        }
        eprintln!("{name}: {} files, {ranges} ranges", files.len());
        assert!(ranges > 0);
    }
}
