use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::SCHEMAS;
use super::environment::{self, Passed};
use super::extensions::{built_in, enabled};
use super::pools::pools;
use super::uploads;
use crate::installed::{self, Installed, upstream};
use crate::reading::{all_read, base_name, documents, readable, statements, text};
use crate::users::parse::{groups, users};

static MANIFEST: Manifest = Manifest::new(
    "php",
    Subject::Host,
    "Which PHP the web servers of a host run, and the extensions that are switched on.",
    SCHEMAS,
);

/// Looks at the settings of PHP.
pub const PROBE: &dyn Probe = &Php;

struct Php;

/// Settings that switch extensions on: Debian, Alpine, Fedora and its kin, images of docker-library.
const SETTINGS: [&str; 7] = [
    "etc/php/*/apache2/conf.d/*.ini",
    "etc/php/*/cli/conf.d/*.ini",
    "etc/php/*/fpm/conf.d/*.ini",
    "etc/php*/conf.d/*.ini",
    "etc/php.d/*.ini",
    "etc/php*/php.ini",
    "usr/local/etc/php/conf.d/*.ini",
];

/// Modules that Apache loads: Debian, and Fedora and its kin.
const MODULES: [&str; 2] = [
    "etc/apache2/mods-enabled/php*.load",
    "etc/httpd/conf.modules.d/*php*.conf",
];

/// Pools of FPM: Debian, Alpine, Fedora and its kin.
const POOLS: [&str; 3] = [
    "etc/php/*/fpm/pool.d/*.conf",
    "etc/php*/php-fpm.d/*.conf",
    "etc/php-fpm.d/*.conf",
];

/// Pools of the images of docker-library, of Remi's collections, and of Plesk: beside those above.
const OTHER_POOLS: [&str; 3] = [
    "usr/local/etc/php-fpm.d/*.conf",
    "etc/opt/remi/php*/php-fpm.d/*.conf",
    "opt/plesk/php/*/etc/php-fpm.d/*.conf",
];

/// Settings of the PHP that answers requests: Debian, Fedora and its kin, Alpine, images of docker-library.
const SERVED: [&str; 9] = [
    "etc/php/*/apache2/php.ini",
    "etc/php/*/fpm/php.ini",
    "etc/php/*/fpm/pool.d/*.conf",
    "etc/php-fpm.d/*.conf",
    "etc/php.ini",
    "etc/php*/php.ini",
    "etc/php*/php-fpm.d/*.conf",
    "usr/local/etc/php/php.ini",
    "usr/local/etc/php/conf.d/*.ini",
];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

impl Probe for Php {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let contents = SETTINGS.iter().map(|pattern| content(pattern));
        let listings = MODULES.iter().chain(&POOLS).map(|pattern| listing(pattern));
        let served = SERVED
            .iter()
            .chain(&POOLS)
            .chain(&OTHER_POOLS)
            .map(|pattern| content(pattern));
        let accounts = ["etc/passwd", "etc/group"].map(Need::file);
        contents
            .chain(accounts)
            .chain(listings)
            .chain(served)
            .chain(installed::needs())
            .chain(environment::needs())
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        extensions(answers, out);
        disabled(answers, out);
        let passed = listened(answers, out);
        uploaded(answers, out);
        let packages = installed::installed(answers, out);
        let apache = paths(answers, &MODULES, out);
        let pools = paths(answers, &POOLS, out);
        if apache.is_empty() {
            passed.tell(answers, out);
        }
        web_settings(&apache, &pools, out);
        web(if apache.is_empty() { &pools } else { &apache }, &packages, out);
    }
}

/// `disable_functions` (<https://www.php.net/manual/en/ini.core.php#ini.disable-functions>), of `php.ini` and of pools.
fn disabled(answers: &Answers, out: &mut Observation<'_>) {
    for pattern in SERVED {
        for document in documents(answers, &content(pattern), &["php.disabled"], out) {
            for (line, statement) in statements(&document.text, &[';', '#']) {
                let Some((key, value)) = statement.split_once('=') else {
                    continue;
                };
                if key.trim() == "short_open_tag" {
                    let value = value
                        .split(';')
                        .next()
                        .unwrap_or("")
                        .trim()
                        .trim_matches('"')
                        .to_ascii_lowercase();
                    let is_on = matches!(value.as_str(), "1" | "on" | "yes" | "true");
                    out.value(
                        "php.short-tags",
                        if is_on { "on" } else { "off" },
                        document.line(line),
                    );
                }
                if !key.contains("disable_functions") {
                    continue;
                }
                let names = value
                    .split(';')
                    .next()
                    .unwrap_or("")
                    .split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                for name in names.filter(|name| !name.is_empty()) {
                    out.keyed(
                        "php.disabled",
                        name,
                        format!("/{}", document.path),
                        document.line(line),
                    );
                }
            }
        }
    }
}

/// The settings of FPM, and of PHP where it is not parted from the rest.
fn uploaded(answers: &Answers, out: &mut Observation<'_>) {
    let patterns = SERVED.iter().chain(&SETTINGS).chain(&POOLS).chain(&OTHER_POOLS);
    let patterns: BTreeSet<&str> = patterns
        .copied()
        .filter(|pattern| !pattern.contains("/apache2/") && !pattern.contains("/cli/"))
        .collect();
    let mut found = BTreeMap::new();
    for pattern in patterns {
        for document in documents(answers, &content(pattern), &["php.upload-limit"], out) {
            found.insert(document.path.to_string(), document.text.to_string());
        }
    }
    let has_pools = found
        .keys()
        .any(|path| path.contains("pool.d/") || path.contains("php-fpm.d/"));
    let files: Vec<(&str, &str)> = found
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    if let Some((bytes, path)) = uploads::largest(&files).filter(|_| has_pools) {
        out.value("php.upload-limit", bytes, Origin::file(path));
    }
}

/// What pools listen on, and who may connect; and what they let through of the environment.
fn listened(answers: &Answers, out: &mut Observation<'_>) -> Passed {
    let read = |path: &str| {
        answers
            .bytes(&Need::file(path))
            .got()
            .map(|bytes| text(bytes).into_owned())
    };
    let users = users(&read("etc/passwd").unwrap_or_default()).0;
    let groups = groups(&read("etc/group").unwrap_or_default()).0;
    let members = |name: &str| -> Vec<String> {
        let Some(group) = groups.iter().find(|group| group.name == name) else {
            return Vec::new();
        };
        let by_main_group = users
            .iter()
            .filter(|user| user.gid == group.gid)
            .map(|user| &user.name);
        group.members.iter().chain(by_main_group).cloned().collect()
    };
    let mut all = BTreeSet::new();
    let mut passed = Passed::default();
    for pattern in POOLS.iter().chain(&OTHER_POOLS) {
        passed.is_open |= !all_read(answers, &content(pattern));
        for document in documents(
            answers,
            &content(pattern),
            &["php.environment-kept", "php.listen", "php.pool-file", "php.pools"],
            out,
        ) {
            for pool in pools(&document.text) {
                passed.add(&pool);
                let Some((address, line)) = pool.listen() else {
                    continue;
                };
                let accounts = Value::set(pool.may_connect(members));
                out.keyed(
                    "php.pool-file",
                    address.as_str(),
                    format!("/{}", document.path),
                    document.line(line),
                );
                let mut addresses = vec![address];
                if pattern.starts_with("etc/php/*/fpm") {
                    // Debian keeps a link of this name to the socket of the newest.
                    addresses.push("/run/php/php-fpm.sock".to_owned());
                }
                for address in addresses {
                    if all.insert(address.clone()) {
                        out.keyed("php.listen", address, accounts.clone(), document.line(line));
                    }
                }
            }
        }
    }
    if !all.is_empty() {
        out.value("php.pools", Value::set(all), Origin::file("etc/php"));
    }
    passed
}

fn extensions(answers: &Answers, out: &mut Observation<'_>) {
    let mut found: BTreeMap<String, (BTreeSet<String>, Origin)> = BTreeMap::new();
    let mut directories = BTreeSet::new();
    for pattern in SETTINGS {
        for document in documents(answers, &content(pattern), &["php.extension"], out) {
            let directory = document
                .path
                .rsplit_once('/')
                .map_or("", |(directory, _)| directory)
                .to_owned();
            for name in enabled(&document.text) {
                // Composer has another name for this one.
                let alias = (name == "opcache").then(|| "zend-opcache".to_owned());
                for name in alias.into_iter().chain([name]) {
                    let origin = Origin::file(document.path.to_string());
                    let known = found.entry(name).or_insert_with(|| (BTreeSet::new(), origin));
                    known.0.insert(format!("/{directory}"));
                }
            }
            directories.insert(directory);
        }
    }
    for directory in &directories {
        for name in built_in(directory).unwrap_or_default().split_whitespace() {
            let origin = || Origin::Derived(format!("what is built into the PHP of /{directory}"));
            found
                .entry(name.to_owned())
                .or_insert_with(|| (BTreeSet::from(["built in".to_owned()]), origin()));
        }
    }
    if directories.is_empty() {
        // A PHP elsewhere has its settings elsewhere.
        let state = State::Unknown("no settings of PHP are where packages put them".into());
        out.state(FactId::rest("php.extension"), state, Origin::file("etc"));
        return;
    }
    for (name, (directories, origin)) in found {
        out.keyed("php.extension", name, Value::set(directories), origin);
    }
}

fn paths<'a>(answers: &'a Answers, patterns: &[&str], out: &mut Observation<'_>) -> Vec<&'a str> {
    let mut paths = Vec::new();
    for pattern in patterns {
        if let Some(found) = readable(answers.entries(&listing(pattern)), pattern, &["php.web"], out) {
            paths.extend(found.entries.iter().map(|entry| entry.path.as_str()));
        }
    }
    paths
}

/// Debian has a directory of settings for each way to run PHP.
fn web_settings(apache: &[&str], pools: &[&str], out: &mut Observation<'_>) {
    let (served, way) = if apache.is_empty() {
        (pools, "fpm")
    } else {
        (apache, "apache2")
    };
    let is_of_debian = |path: &&&str| path.starts_with("etc/php/") || path.starts_with("etc/apache2/");
    let lines: Option<BTreeSet<&str>> = served
        .iter()
        .map(|path| Some(path).filter(is_of_debian).and_then(|path| number(path)))
        .collect();
    let Some(lines) = lines.filter(|lines| !lines.is_empty() && lines.iter().all(|line| line.contains('.')))
    else {
        return;
    };
    let directories = lines.iter().map(|line| format!("/etc/php/{line}/{way}/conf.d"));
    out.value(
        "php.web-settings",
        Value::set(directories),
        Origin::file("etc/php"),
    );
}

/// The versions of the packages that the settings belong to; the number in a path where no package tells more.
fn web(paths: &[&str], packages: &[Installed], out: &mut Observation<'_>) {
    let mut versions = BTreeMap::new();
    for path in paths {
        let line = number(path);
        let is_of = |package: &&Installed| {
            let is_php = package.name.starts_with("php") || package.name.starts_with("libapache2-mod-php");
            let has_number = line.is_none_or(|line| {
                package.name.contains(line) || package.name.contains(&line.replace('.', ""))
            });
            is_php && has_number && (line.is_some() || matches!(package.name.as_str(), "php" | "php-common"))
        };
        let of_package = packages.iter().filter(is_of).find_map(|package| {
            let version = upstream(&package.version)?;
            line.is_none_or(|line| version.starts_with(line))
                .then_some(version)
        });
        match of_package.or_else(|| line.filter(|line| line.contains('.')).map(str::to_owned)) {
            Some(version) => {
                versions.entry(version).or_insert_with(|| Origin::file(*path));
            }
            None => {
                let reason = format!("/{path} tells no version of PHP");
                out.covered(CoverageState::Partial, reason.clone());
                let id = FactId::single("php.web");
                return out.state(id, State::Unknown(reason), Origin::file(*path));
            }
        }
    }
    let Some(origin) = versions.values().next().cloned() else {
        return;
    };
    let versions: Vec<String> = versions.into_keys().collect();
    let value = match <[String; 1]>::try_from(versions) {
        Ok([version]) => Value::from(version),
        Err(versions) => Value::set(versions),
    };
    out.version(FactId::single("php.web"), value, Scheme::Generic, origin);
}

/// The version in `php8.1.load` or `etc/php/8.1/`.
fn number(path: &str) -> Option<&str> {
    let from_directory = path
        .strip_prefix("etc/php/")
        .and_then(|rest| rest.split('/').next());
    from_directory.or_else(|| {
        base_name(path)
            .strip_prefix("php")?
            .strip_suffix(".load")
            .filter(|number| !number.is_empty())
    })
}
