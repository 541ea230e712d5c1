use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::Problem;
use parity_core::spelling::spelled;
use parity_core::version::{RangeSyntax, Scheme};

use super::ansible::{is_playbook, managed};
use super::dotnet::{is_before_openssl_3, is_invariant, windows_only};
use super::frameworks::{Database, minima};
use super::node::node_cpu_flag;
use super::php_least::{may_check, php_least};
use super::{
    RunsWith, SCHEMAS, composer_lock, gems, newest, pins, platform_check, poetry, python_packages,
    runtime_config, undecided, undeclared,
};
use crate::reading::{base_name, text};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "dependencies",
    Subject::Release,
    "What the libraries and frameworks that a release pins need: PHP, SQLite and database servers, Bundler, .NET.",
    SCHEMAS,
);

/// Reads the lock files of a release.
pub const PROBE: &dyn Probe = &Dependencies;

struct Dependencies;

/// Directories that hold what others wrote, or what is no part of the program.
const FOREIGN: [&str; 9] = [
    ".git",
    ".tox",
    ".venv",
    "docs",
    "examples",
    "node_modules",
    "test",
    "tests",
    "venv",
];

/// Larger files are written by few, in bytes.
const CAP: u64 = 32 << 20;

/// What of a file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ComposerLock,
    PlatformCheck,
    PhpCheck,
    Pins,
    Settings,
    GemfileLock,
    RuntimeConfig,
    PackageJson,
    NodeLock,
    DotnetPackages,
}

fn kind(path: &str) -> Option<Kind> {
    let name = base_name(path);
    let is_near = path.split('/').count() <= 2;
    let is_python = name.ends_with(".py");
    let in_settings = name.contains("settings") || path.contains("settings/") || path.contains("config/");
    match name {
        "composer.lock" if is_near => Some(Kind::ComposerLock),
        "platform_check.php" if path.ends_with("vendor/composer/platform_check.php") => {
            Some(Kind::PlatformCheck)
        }
        "Gemfile.lock" if is_near => Some(Kind::GemfileLock),
        "package.json" if is_near => Some(Kind::PackageJson),
        "package-lock.json" | "pnpm-lock.yaml" | "yarn.lock" if is_near => Some(Kind::NodeLock),
        "Pipfile.lock" | "pdm.lock" | "poetry.lock" | "uv.lock" => Some(Kind::Pins),
        _ if name.starts_with("requirements") && name.ends_with(".txt") => Some(Kind::Pins),
        _ if may_check(path) => Some(Kind::PhpCheck),
        _ if is_python && in_settings => Some(Kind::Settings),
        _ if name.ends_with(".deps.json") => Some(Kind::DotnetPackages),
        _ if name.ends_with(".runtimeconfig.json") => Some(Kind::RuntimeConfig),
        _ => None,
    }
}

impl Probe for Dependencies {
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
        let paths: BTreeSet<&str> = files.map(|entry| entry.path.as_str()).collect();
        let mut found = Found::default();
        for path in paths.iter().copied() {
            let is_foreign = path.split('/').any(|part| FOREIGN.contains(&part));
            let Some(kind) = kind(path).filter(|_| !is_foreign) else {
                continue;
            };
            let need = Need::file_up_to(path, CAP);
            if !answers.has(&need) {
                out.ask(need);
            } else if let Some(bytes) = out.optional(answers.bytes(&need), path) {
                found.read(path, kind, bytes, &paths, out);
            }
        }
        found.installed(&paths);
        found.manages = paths.iter().any(|path| is_playbook(path));
        found.tell(out);
    }
}

/// What only several files together tell.
#[derive(Default)]
struct Found<'a> {
    /// Pinned versions by file.
    pins: BTreeMap<&'a str, BTreeMap<String, String>>,
    /// Packages of which a file takes the newest version.
    newest: BTreeSet<(&'a str, String)>,
    /// Back ends of Django that settings name.
    backends: BTreeSet<String>,
    /// Whether there are playbooks.
    manages: bool,
}

fn beside(path: &str, name: &str) -> String {
    match path.rsplit_once('/') {
        Some((directory, _)) => format!("{directory}/{name}"),
        None => name.to_owned(),
    }
}

impl<'a> Found<'a> {
    fn read(
        &mut self,
        path: &'a str,
        kind: Kind,
        bytes: &[u8],
        paths: &BTreeSet<&str>,
        out: &mut Observation<'_>,
    ) {
        let has = |name: &str| paths.contains(beside(path, name).as_str());
        match kind {
            // What is installed was checked when it was, and checks the rest by itself.
            Kind::ComposerLock if has("vendor/composer/platform_check.php") => {}
            Kind::ComposerLock => match composer_lock(bytes) {
                Ok(required) => required
                    .iter()
                    .for_each(|required| php(out, path, &required.package, &required.range)),
                Err(error) => malformed(out, path, &error),
            },
            Kind::PlatformCheck => {
                if let Some(least) = platform_check(&text(bytes)) {
                    php(out, path, "vendor", &format!(">={least}"));
                }
            }
            Kind::PhpCheck => {
                if let Some(least) = php_least(&text(bytes)) {
                    out.keyed("php-file.least", path, least, Origin::file(path));
                }
            }
            Kind::Pins => {
                let text = text(bytes);
                if base_name(path) == "poetry.lock" {
                    runs_with(out, path, poetry(&text));
                }
                let pins = pins(path, &text);
                if let Some(pins) = &pins
                    && is_for_production(path)
                    && base_name(path) != "poetry.lock"
                {
                    let open = undecided(path, &text);
                    let decided = pins.clone().into_iter().filter(|(name, _)| !open.contains(name));
                    runs_with(out, path, python_packages(&decided.collect()));
                }
                self.pins.extend(pins.map(|pins| (path, pins)));
                self.newest
                    .extend(newest(path, &text).map(|package| (path, package)));
            }
            Kind::Settings => self.backends.extend(backends(&text(bytes))),
            Kind::GemfileLock => {
                runs_with(out, path, gems(&text(bytes)));
                if let Some(version) = bundled_with(&text(bytes)).filter(|_| has("Gemfile")) {
                    out.keyed("bundler.locked", path, version, Origin::file(path));
                }
            }
            Kind::RuntimeConfig => match runtime_config(bytes) {
                Ok(needs) => {
                    let brings = paths
                        .iter()
                        .any(|path| base_name(path).starts_with("libicuuc.so"));
                    if !brings && !is_invariant(bytes) {
                        out.keyed("dotnet.cultures", path, "ICU", Origin::file(path));
                    }
                    let brings_openssl = paths.iter().any(|path| base_name(path).starts_with("libssl.so"));
                    if !brings_openssl && is_before_openssl_3(bytes) {
                        out.keyed("dotnet.openssl", path, "OpenSSL 1.0 or 1.1", Origin::file(path));
                    }
                    for (framework, range) in needs {
                        out.keyed(
                            "dotnet.needs",
                            format!("{path}:{framework}"),
                            range,
                            Origin::file(path),
                        );
                    }
                }
                Err(error) => malformed(out, path, &error),
            },
            Kind::DotnetPackages => {
                if let Some(package) = windows_only(bytes) {
                    out.keyed("dotnet.windows-only", path, package, Origin::file(path));
                }
            }
            Kind::NodeLock => {
                if let Some((package, flag)) = node_cpu_flag(path, bytes) {
                    let key = format!("{path}:{package}");
                    out.keyed("dependency.cpu-flag", key, flag, Origin::file(path));
                }
            }
            Kind::PackageJson => {
                let says = [".node-version", ".nvmrc", ".tool-versions"]
                    .iter()
                    .any(|name| has(name));
                if let Some(what) = undeclared(bytes).filter(|_| !says) {
                    out.keyed(
                        "runtime.undeclared",
                        format!("{path}:node"),
                        what,
                        Origin::file(path),
                    );
                }
            }
        }
    }

    /// Distributions that are installed in the release pin themselves.
    fn installed(&mut self, paths: &BTreeSet<&'a str>) {
        for path in paths {
            let Some(directory) = path.strip_suffix(".dist-info/METADATA") else {
                continue;
            };
            if let Some((name, version)) = base_name(directory).rsplit_once('-') {
                let pins = self.pins.entry(*path).or_default();
                pins.insert(name.to_ascii_lowercase(), version.to_owned());
            }
        }
    }

    fn tell(&self, out: &mut Observation<'_>) {
        let backends: Vec<String> = self.backends.iter().cloned().collect();
        for (path, package) in &self.newest {
            if let Some((_, flag)) = needs_flag(package) {
                let key = format!("{path}:{package}");
                out.keyed("dependency.cpu-flag", key, flag, Origin::file(*path));
            }
        }
        for (path, pins) in &self.pins {
            for (package, version) in pins {
                if let Some(flag) = cpu_flag(package, version) {
                    out.keyed(
                        "dependency.cpu-flag",
                        format!("{path}:{package}"),
                        flag,
                        Origin::file(*path),
                    );
                }
            }
            if let Some((package, range)) = managed(pins).filter(|_| self.manages) {
                let key = format!("{path}:{package}");
                out.keyed("ansible.managed-python", key, range, Origin::file(*path));
            }
            for minimum in minima(pins, &backends) {
                let key = format!("{path}:{}", minimum.framework);
                match minimum.database {
                    Database::Sqlite => {
                        out.keyed("framework.sqlite", key, minimum.version, Origin::file(*path));
                    }
                    Database::Server(server) => out.keyed(
                        "framework.database",
                        format!("{key}:{server}"),
                        minimum.version,
                        Origin::file(*path),
                    ),
                }
            }
        }
    }
}

/// Whether the name of a file of requirements says nothing of tests or development.
fn is_for_production(path: &str) -> bool {
    let aside = [
        "dev", "develop", "doc", "docs", "lint", "test", "testing", "tests",
    ];
    !path.split(['/', '.', '-', '_']).any(|part| aside.contains(&part))
}

/// All ranges of a package have to hold: they are told as one.
fn runs_with(out: &mut Observation<'_>, path: &str, found: Vec<RunsWith>) {
    let mut ranges: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in found {
        let key = format!("{path}:{}:{}", spelled(&one.package), one.runtime);
        ranges.entry(key).or_default().push(one.range);
    }
    for (key, ranges) in ranges {
        out.keyed("dependency.runs-with", key, ranges.join(" "), Origin::file(path));
    }
}

/// Packages whose wheels are built for newer processors, since which version, and the feature:
/// <https://github.com/tensorflow/tensorflow/releases/tag/v1.6.0> ("Prebuilt binaries will use AVX instructions"),
/// <https://docs.pola.rs/user-guide/installation/> ("Legacy CPU").
fn needs_flag(package: &str) -> Option<(&'static str, &'static str)> {
    match package {
        "tensorflow" | "tensorflow-gpu" | "tensorflow-cpu" => Some(("1.6", "avx")),
        "polars" => Some(("0.17", "avx2")),
        _ => None,
    }
}

fn cpu_flag(package: &str, version: &str) -> Option<&'static str> {
    let (since, flag) = needs_flag(package)?;
    let order = Scheme::Pep440.compare(version, since).ok()?;
    (order != std::cmp::Ordering::Less).then_some(flag)
}

fn php(out: &mut Observation<'_>, path: &str, package: &str, range: &str) {
    let key = format!("{path}:{}:php", spelled(package));
    out.keyed("dependency.range", key.clone(), range, Origin::file(path));
    out.keyed(
        "dependency.syntax",
        key,
        RangeSyntax::Composer.name(),
        Origin::file(path),
    );
}

fn malformed(out: &mut Observation<'_>, path: &str, error: &str) {
    out.problem(Problem::new("malformed", format!("{path}: {error}")).at(path));
}

/// The back ends in settings of Django, as `django.db.backends.NAME`; comments are passed over.
fn backends(settings: &str) -> Vec<String> {
    const PREFIX: &str = "django.db.backends.";
    let lines = settings
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let names = lines.filter_map(|line| line.split_once(PREFIX)).map(|(_, rest)| {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        match rest.get(..end).unwrap_or_default() {
            "postgresql_psycopg2" => "postgresql".to_owned(),
            name => name.to_owned(),
        }
    });
    names.collect()
}

/// The version under `BUNDLED WITH`.
fn bundled_with(lock: &str) -> Option<&str> {
    let (_, rest) = lock.split_once("\nBUNDLED WITH\n")?;
    let version = rest.lines().next()?.trim();
    version
        .starts_with(|c: char| c.is_ascii_digit())
        .then_some(version)
}
