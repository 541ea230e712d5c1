//! Client libraries that do not know how a server wants to see a password. Pure functions over manifests, lock files and names.
//!
//! Sources: <https://github.com/mysqljs/mysql/issues/1507>, <https://github.com/PyMySQL/PyMySQL/blob/main/CHANGELOG.md> (0.9.0),
//! <https://github.com/aio-libs/aiomysql/blob/master/CHANGES.txt>, <https://github.com/go-sql-driver/mysql/blob/master/CHANGELOG.md> (1.4),
//! <https://dev.mysql.com/doc/relnotes/connector-j/en/>, <https://wiki.postgresql.org/wiki/List_of_drivers>,
//! <https://github.com/brianc/node-postgres/blob/master/CHANGELOG.md> (7.9.0), <https://jdbc.postgresql.org/changelogs/> (42.2.0),
//! <https://github.com/gobackup/gobackup/issues/171> (Alpine).

use serde_json::Value;

use super::containers;
use super::version::numbers;

/// A client that cannot log in everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    /// The way to log in that it does not know: caching_sha2_password or scram-sha-256.
    pub method: &'static str,
    /// The client, and its version where one is told.
    pub client: String,
}

struct Row {
    ecosystem: &'static str,
    name: &'static str,
    method: &'static str,
    /// First version that knows it; none does where this is empty.
    since: &'static str,
}

pub(super) const SHA2: &str = "caching_sha2_password";
pub(super) const SCRAM: &str = "scram-sha-256";

const fn row(ecosystem: &'static str, name: &'static str, method: &'static str, since: &'static str) -> Row {
    Row {
        ecosystem,
        name,
        method,
        since,
    }
}

const ROWS: [Row; 9] = [
    row("go", "github.com/go-sql-driver/mysql", SHA2, "1.4.0"),
    row("jar", "mysql-connector-java", SHA2, "5.1.46"),
    row("jar", "postgresql", SCRAM, "42.2.0"),
    row("npm", "mysql", SHA2, ""),
    row("npm", "pg", SCRAM, "7.9.0"),
    row("pypi", "aiomysql", SHA2, "0.0.18"),
    row("pypi", "asyncpg", SCRAM, "0.19.0"),
    row("pypi", "pg8000", SCRAM, "1.12.3"),
    row("pypi", "pymysql", SHA2, "0.9.0"),
];

fn judged(ecosystem: &str, name: &str, version: Option<&str>) -> Option<Lacking> {
    let row = ROWS
        .iter()
        .find(|row| row.ecosystem == ecosystem && row.name == name)?;
    let is_old = match (row.since, version) {
        ("", _) => true,
        (since, version) => numbers(version?.trim_start_matches('v'))? < numbers(since)?,
    };
    let client = match version {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    };
    is_old.then_some(Lacking {
        method: row.method,
        client,
    })
}

/// What the clients lack that a file of this path brings or names.
///
/// ```
/// use parity_probes::databases::lacking;
/// let found = lacking("requirements.txt", "PyMySQL==0.8.1\nflask==3.0\n");
/// assert_eq!((found[0].method, found[0].client.as_str()), ("caching_sha2_password", "pymysql 0.8.1"));
/// assert!(lacking("requirements.txt", "PyMySQL>=0.9").is_empty());
/// ```
#[must_use]
pub fn lacking(path: &str, text: &str) -> Vec<Lacking> {
    match path.rsplit('/').next().unwrap_or(path) {
        "package-lock.json" => of_package_lock(text),
        "package.json" => of_package(text),
        "go.mod" => of_go(text),
        name if name.starts_with("requirements") && name.ends_with(".txt") => of_requirements(text),
        name if is_containerfile(name) => of_containerfile(text)
            .into_iter()
            .chain(containers::of_containerfile(text).lacking)
            .collect(),
        name if name.ends_with(".jar") => of_jar(name).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Whether a file of this name is of interest by what is in it.
#[cfg(feature = "collect")]
pub(super) fn is_read(name: &str) -> bool {
    matches!(name, "package-lock.json" | "package.json" | "go.mod")
        || (name.starts_with("requirements") && name.ends_with(".txt"))
        || is_containerfile(name)
}

pub(super) fn is_containerfile(name: &str) -> bool {
    name == "Dockerfile" || name == "Containerfile" || name.starts_with("Dockerfile.")
}

fn of_package_lock(text: &str) -> Vec<Lacking> {
    let Ok(lock) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let version = |name: &str| {
        let entry = lock.pointer(&format!("/packages/node_modules~1{name}"));
        let entry = entry.or_else(|| lock.pointer(&format!("/dependencies/{name}")))?;
        let is_dev = entry.get("dev").and_then(Value::as_bool) == Some(true);
        entry.get("version").and_then(Value::as_str).filter(|_| !is_dev)
    };
    let names = ROWS
        .iter()
        .filter(|row| row.ecosystem == "npm")
        .map(|row| row.name);
    names
        .filter_map(|name| judged("npm", name, Some(version(name)?)))
        .collect()
}

/// A manifest names ranges: only a package of which no version will do is told.
fn of_package(text: &str) -> Vec<Lacking> {
    let Ok(package) = serde_json::from_str::<Value>(text) else {
        return Vec::new();
    };
    let names = ROWS
        .iter()
        .filter(|row| row.ecosystem == "npm" && row.since.is_empty());
    names
        .filter(|row| package.pointer(&format!("/dependencies/{}", row.name)).is_some())
        .filter_map(|row| judged("npm", row.name, None))
        .collect()
}

fn of_go(text: &str) -> Vec<Lacking> {
    let lines = text
        .lines()
        .map(|line| line.trim().trim_start_matches("require "));
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            judged("go", words.next()?, Some(words.next()?))
        })
        .collect()
}

fn of_requirements(text: &str) -> Vec<Lacking> {
    let lines = text
        .lines()
        .map(|line| line.split(['#', ';']).next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let (name, version) = line.split_once("==")?;
            let name = name.split('[').next().unwrap_or(name);
            let name = name.trim().to_ascii_lowercase().replace('_', "-");
            let version = version.split([',', ' ']).next().unwrap_or(version).trim();
            judged("pypi", &name, Some(version))
        })
        .collect()
}

/// `NAME-VERSION.jar`.
fn of_jar(file: &str) -> Option<Lacking> {
    let whole = file.strip_suffix(".jar")?;
    let (at, _) = whole.match_indices('-').find(|(at, _)| {
        let next = whole.get(at + 1..).and_then(|rest| rest.chars().next());
        next.is_some_and(|next| next.is_ascii_digit())
    })?;
    let (name, version) = whole.split_at_checked(at)?;
    judged("jar", name, Some(version.trim_start_matches('-')))
}

/// The client of MariaDB on Alpine has the plugin in a package of its own.
fn of_containerfile(text: &str) -> Option<Lacking> {
    let text = text.replace("\\\n", " ").replace("\\\r\n", " ");
    let mut installed: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for command in line.split("&&") {
            let mut words = command.split_whitespace().skip_while(|word| *word != "apk");
            let is_add = words.next().is_some() && words.clone().any(|word| word == "add");
            installed.extend(words.filter(|_| is_add));
        }
    }
    let has = |name: &str| {
        installed
            .iter()
            .any(|word| word.split(['=', '~', '<', '>']).next() == Some(name))
    };
    let client = ["mariadb-client", "mysql-client"]
        .into_iter()
        .find(|name| has(name))?;
    let has_plugin = has("mariadb-connector-c") || has("mariadb-connector-c-dev") || has("mariadb-dev");
    (!has_plugin).then(|| Lacking {
        method: SHA2,
        client: format!("{client} of Alpine without mariadb-connector-c"),
    })
}
