use std::borrow::Cow;
use std::collections::BTreeMap;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::tls::{demanded_tls, silent_address};
use super::{SCHEMAS, clients, containers, lacking, without_tls};
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
/// Larger sources are generated.
const SOURCE_CAP: u64 = 1 << 20;
const MAX_FILES: usize = 1000;
const MAX_SOURCES: usize = 20_000;

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
    let is_source = path.ends_with("config/database.php") || name == "settings.py";
    is_source || !is_manifest && (CONFIGURATION.contains(&ending) || name.starts_with(".env"))
}

/// Whether a file has settings that are for production.
pub(crate) fn is_settings(path: &str) -> bool {
    is_configuration(path) && !is_elsewhere(path)
}

/// Sources that may turn TLS on for a client that does not by itself, and scripts that may call `pg_dump`.
fn is_source(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let is_theirs = path.contains("node_modules/");
    !is_theirs && matches!(ending, "cjs" | "js" | "mjs" | "sh" | "ts")
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
        let files = paths.clone();
        let wanted: Vec<&str> = paths
            .into_iter()
            .filter(|path| is_configuration(path) || clients::is_read(base_name(path)))
            .collect();
        let mut read = Vec::new();
        for path in at_most(wanted, MAX_FILES, "configuration files", out) {
            if let Some(text) = content(path, CAP, answers, out) {
                tell(out, path, &text);
                read.push((path, text));
            }
        }
        let mut sources = Vec::new();
        for entry in files.iter().filter(|path| is_source(path)).take(MAX_SOURCES) {
            sources.extend(content(entry, SOURCE_CAP, answers, out));
        }
        tell_silent(out, &read, &sources);
        tell_dumps(out, &read, &sources);
        tell_asking(out, &read, &sources);
    }
}

fn content<'a>(
    path: &str,
    cap: u64,
    answers: &'a Answers,
    out: &mut Observation<'_>,
) -> Option<Cow<'a, str>> {
    let need = Need::file_up_to(path, cap);
    if !answers.has(&need) {
        out.ask(need);
        return None;
    }
    match answers.bytes(&need) {
        // What is too large was not written to be read by people.
        Outcome::Failed(_) => None,
        other => out.optional(other, path).map(text),
    }
}

/// Packages of npm that encrypt only where they are told to.
const SILENT: [&str; 2] = ["pg", "postgres"];

/// The address of a server that says nothing of TLS, for a client that does without then.
fn tell_silent(out: &mut Observation<'_>, read: &[Read<'_>], sources: &[Cow<'_, str>]) {
    let manifests = read.iter().filter(|(path, _)| base_name(path) == "package.json");
    let package = manifests.filter_map(|(_, text)| silent_package(text)).next();
    let Some(package) = package.filter(|_| !sources.iter().any(|source| says_tls(source))) else {
        return;
    };
    for (path, text) in read.iter().filter(|(path, _)| is_configuration(path)) {
        if let Some(line) = silent_address(text).filter(|_| without_tls(text).is_empty()) {
            let words = format!("{package} of npm, which encrypts only where it is told to");
            out.keyed(
                "database.client-tls",
                format!("{path}:postgresql"),
                words,
                Origin::line((*path).to_owned(), line),
            );
        }
    }
}

fn silent_package(text: &str) -> Option<&'static str> {
    let package: serde_json::Value = serde_json::from_str(text).ok()?;
    let has = |name: &&str| package.pointer(&format!("/dependencies/{name}")).is_some();
    SILENT.into_iter().find(has)
}

fn says_tls(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    lower.contains("ssl") || lower.contains("tls")
}

/// The `pg_dump` of an image, where something of the release calls it.
fn tell_dumps(out: &mut Observation<'_>, read: &[Read<'_>], sources: &[Cow<'_, str>]) {
    let calls = |text: &str| {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        lines.any(|line| line.contains("pg_dump") || line.contains("django-dbbackup"))
    };
    let is_called = sources.iter().any(|source| calls(source)) || read.iter().any(|(_, text)| calls(text));
    for (path, text) in read.iter().filter(|_| is_called) {
        let (what, version, line) = if clients::is_containerfile(base_name(path)) {
            match containers::of_containerfile(text).dump {
                Some((what, version)) => (what, version, 1),
                None => continue,
            }
        } else {
            match containers::dumping_image(text) {
                Some((image, version, line)) => (format!("image {image}"), version, line),
                None => continue,
            }
        };
        out.keyed(
            "database.dump-client",
            format!("{path}:{what}"),
            version,
            Origin::line((*path).to_owned(), line),
        );
    }
}

/// Clients of MariaDB that demand TLS by themselves, where nothing of the release says that they should not.
fn tell_asking(out: &mut Observation<'_>, read: &[Read<'_>], sources: &[Cow<'_, str>]) {
    let is_told = |text: &str| {
        [
            "skip-ssl",
            "skip_ssl",
            "ssl=0",
            "ssl-verify-server-cert",
            "ssl-mode",
            "ssl_mode",
        ]
        .iter()
        .any(|word| text.to_ascii_lowercase().contains(word))
    };
    let calls = |text: &str| {
        [
            "mysqldump",
            "mariadb-dump",
            "mysql -",
            "mariadb -",
            "mysqladmin",
            "mariadb-admin",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    let all = || sources.iter().chain(read.iter().map(|(_, text)| text));
    if all().any(|text| is_told(text)) || !all().any(|text| calls(text)) {
        return;
    }
    for (path, text) in read
        .iter()
        .filter(|(path, _)| clients::is_containerfile(base_name(path)))
    {
        if let Some(client) = containers::of_containerfile(text).asks_tls {
            let words = format!("{client}, which asks for TLS unless it is told --skip-ssl");
            let key = format!("{path}:mysql");
            out.keyed(
                "database.client-demands-tls",
                key,
                words,
                Origin::file((*path).to_owned()),
            );
        }
    }
}

/// A file whose content came, and its path.
type Read<'a> = (&'a str, Cow<'a, str>);

fn tell(out: &mut Observation<'_>, path: &str, text: &str) {
    if !is_configuration(path) {
        return tell_clients(out, path, text);
    }
    for found in demanded_tls(text) {
        let key = format!("{path}:{}", found.server);
        let origin = Origin::line(path.to_owned(), found.line);
        out.keyed("database.client-demands-tls", key, found.words, origin);
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
