use std::collections::BTreeMap;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, clients, lacking, without_tls};
use crate::reading::{base_name, text};
use crate::release::{all_files, at_most};

static MANIFEST: Manifest = Manifest::new(
    "databases",
    Subject::Release,
    "How a release uses database servers: connections without TLS, old clients, migrations.",
    SCHEMAS,
);

/// Reads how a release uses databases.
pub const PROBE: &dyn Probe = &Databases;

struct Databases;

/// Larger files are no configuration that people write; lock files are larger.
const CAP: u64 = 8 << 20;
const MAX_FILES: usize = 1000;

/// Words in paths of what is not for production.
const ELSEWHERE: [&str; 16] = [
    ".github",
    "ci",
    "compose",
    "dev",
    "development",
    "docs",
    "example",
    "examples",
    "local",
    "node_modules",
    "sample",
    "test",
    "testdata",
    "tests",
    "vendor",
    "venv",
];

/// Endings of configuration files.
const CONFIGURATION: [&str; 12] = [
    "cfg",
    "cnf",
    "conf",
    "config",
    "env",
    "ini",
    "json",
    "properties",
    "service",
    "toml",
    "yaml",
    "yml",
];

fn is_elsewhere(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut parts = lower.split('/').chain(lower.split(['/', '.', '-', '_']));
    parts.any(|part| ELSEWHERE.contains(&part))
}

fn is_configuration(path: &str) -> bool {
    let name = base_name(path);
    let is_manifest = clients::is_read(name) || matches!(name, "composer.lock" | "composer.json");
    let ending = name.rsplit('.').next().unwrap_or_default();
    !is_manifest && (CONFIGURATION.contains(&ending) || name.starts_with(".env"))
}

/// The framework whose migration a file is, by its place.
fn framework(path: &str) -> Option<&'static str> {
    let name = base_name(path);
    let is_numbered = name.starts_with(|c: char| c.is_ascii_digit());
    let lies = |place: &str| path.starts_with(place) || path.contains(&format!("/{place}"));
    match name.rsplit('.').next()? {
        "rb" if lies("db/migrate/") && is_numbered => Some("Rails"),
        "php" if lies("database/migrations/") && is_numbered => Some("Laravel"),
        "py" if lies("alembic/versions/") || lies("migrations/versions/") => Some("Alembic"),
        "py" if lies("migrations/") && name.starts_with("0001_") => Some("Django"),
        _ => None,
    }
}

impl Probe for Databases {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files = files.entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let paths: Vec<&str> = files
            .map(|entry| entry.path.as_str())
            .filter(|path| !is_elsewhere(path))
            .collect();
        let mut migrations: BTreeMap<&str, &str> = BTreeMap::new();
        for path in &paths {
            if let Some(framework) = framework(path) {
                migrations.entry(framework).or_insert(path);
            }
            if path.ends_with(".jar") {
                tell_clients(out, path, "");
            }
        }
        for (framework, path) in migrations {
            out.keyed(
                "database.migration",
                path,
                framework,
                Origin::file(path.to_owned()),
            );
        }
        let wanted: Vec<&str> = paths
            .into_iter()
            .filter(|path| is_configuration(path) || clients::is_read(base_name(path)))
            .collect();
        for path in at_most(wanted, MAX_FILES, "configuration files", out) {
            let need = Need::file_up_to(path, CAP);
            if !answers.has(&need) {
                out.ask(need);
                continue;
            }
            let bytes = match answers.bytes(&need) {
                // What is too large was not written to be read by people.
                Outcome::Failed(_) => continue,
                other => other,
            };
            if let Some(bytes) = out.optional(bytes, path) {
                tell(out, path, &text(bytes));
            }
        }
    }
}

fn tell(out: &mut Observation<'_>, path: &str, text: &str) {
    if !is_configuration(path) {
        return tell_clients(out, path, text);
    }
    for found in without_tls(text) {
        let key = format!("{path}:{}", found.server);
        out.keyed(
            "database.client-tls",
            key,
            found.words,
            Origin::line(path.to_owned(), found.line),
        );
    }
}

fn tell_clients(out: &mut Observation<'_>, path: &str, text: &str) {
    for found in lacking(path, text) {
        let key = format!("{path}:{}", found.method);
        out.keyed(
            "database.client-lacks",
            key,
            found.client,
            Origin::file(path.to_owned()),
        );
    }
}
