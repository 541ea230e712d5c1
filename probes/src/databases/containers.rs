//! Clients of databases that container files install, and those that images bring: pure functions over names and texts.
//!
//! Sources: `debian/supported-versions` of postgresql-common for each release of Debian and Ubuntu, the release notes of Alpine
//! (<https://www.alpinelinux.org/releases/>), <https://github.com/aws/elastic-beanstalk-roadmap/issues/171> (Amazon Linux 2),
//! <https://www.php.net/mysqli.requirements.php>, <https://github.com/librenms/docker/pull/479> (Alpine 3.21),
//! <https://github.com/ddev/ddev/issues/8119> (MariaDB 11.4 and later ask for TLS).

use crate::images::{release_of, shown};
use crate::manifests::parse_containerfile;

use super::clients::{Lacking, SCRAM, SHA2};

/// Version of the client of PostgreSQL by release of a distribution, up to the next row of it.
const POSTGRESQL: [(&str, (u32, u32), &str); 33] = [
    ("AlmaLinux", (8, 0), "10"),
    ("AlmaLinux", (9, 0), "13"),
    ("AlmaLinux", (10, 0), "16"),
    ("Alpine", (3, 10), "11"),
    ("Alpine", (3, 12), "12"),
    ("Alpine", (3, 13), "13"),
    ("Alpine", (3, 15), "14"),
    ("Alpine", (3, 17), "15"),
    ("Alpine", (3, 19), "16"),
    ("Alpine", (3, 21), "17"),
    ("Amazon Linux", (2, 0), "9.2"),
    ("CentOS", (6, 0), "8.4"),
    ("CentOS", (7, 0), "9.2"),
    ("CentOS", (8, 0), "10"),
    ("CentOS", (9, 0), "13"),
    ("Debian", (7, 0), "9.1"),
    ("Debian", (8, 0), "9.4"),
    ("Debian", (9, 0), "9.6"),
    ("Debian", (10, 0), "11"),
    ("Debian", (11, 0), "13"),
    ("Debian", (12, 0), "15"),
    ("Debian", (13, 0), "17"),
    ("Oracle Linux", (7, 0), "9.2"),
    ("Red Hat Enterprise Linux", (7, 0), "9.2"),
    ("Red Hat Enterprise Linux", (8, 0), "10"),
    ("Red Hat Enterprise Linux", (9, 0), "13"),
    ("Rocky Linux", (8, 0), "10"),
    ("Rocky Linux", (9, 0), "13"),
    ("Ubuntu", (14, 4), "9.3"),
    ("Ubuntu", (16, 4), "9.5"),
    ("Ubuntu", (18, 4), "10"),
    ("Ubuntu", (20, 4), "12"),
    ("Ubuntu", (22, 4), "14"),
];

/// After these nothing is known.
const LAST: [(&str, (u32, u32)); 5] = [
    ("Alpine", (3, 22)),
    ("Amazon Linux", (2, 0)),
    ("CentOS", (9, 0)),
    ("Debian", (13, 0)),
    ("Ubuntu", (22, 4)),
];

/// First releases whose client of MariaDB asks for TLS unless it is told not to (11.4 and later).
const ASKING: [(&str, (u32, u32)); 2] = [("Alpine", (3, 21)), ("Debian", (13, 0))];

/// Packages that use the libpq of the distribution.
const WITH_LIBPQ: [&str; 16] = [
    "libpq",
    "libpq-dev",
    "libpq-devel",
    "libpq5",
    "php-pgsql",
    "php7-pdo_pgsql",
    "php7-pgsql",
    "php7.0-pgsql",
    "postgresql-client",
    "postgresql-dev",
    "postgresql-devel",
    "postgresql-libs",
    "py3-psycopg2",
    "python-psycopg2",
    "python3-psycopg2",
    "ruby-pg",
];

/// Packages with `pg_dump` in the version of the distribution.
const WITH_PG_DUMP: [&str; 2] = ["postgresql", "postgresql-client"];

/// Packages with the client of MariaDB.
const WITH_MARIADB: [&str; 3] = ["default-mysql-client", "mariadb-client", "mysql-client"];

/// What a container file says of clients.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Clients {
    pub(super) lacking: Vec<Lacking>,
    /// What brings `pg_dump`, and its version.
    pub(super) dump: Option<(String, String)>,
    /// The client of MariaDB that asks for TLS.
    pub(super) asks_tls: Option<String>,
}

/// The clients in the last stage of a container file.
pub(super) fn of_containerfile(text: &str) -> Clients {
    let Some(stage) = parse_containerfile(text.as_bytes())
        .ok()
        .and_then(|mut stages| stages.pop())
    else {
        return Clients::default();
    };
    let Ok(image) = stage.base else {
        return Clients::default();
    };
    let first = usize::try_from(stage.line).unwrap_or(usize::MAX);
    let lines = text.lines().skip(first);
    let lines: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with('#')).collect();
    let text = lines.join("\n");
    let words: Vec<&str> = text.split([' ', '\n', '\t', '\\', ';', '&', '"', ',']).collect();
    // A package may be wanted in a version: `name=1.2`, `name~=1`.
    let has = |name: &str| {
        words
            .iter()
            .any(|word| word.split(['=', '~', '<', '>']).next() == Some(name))
    };
    let any = |names: &[&'static str]| names.iter().copied().find(|name| has(name));
    let mut found = Clients::default();
    found.lacking.extend(php(&image, &words));
    if let Some((tag, _)) = postgresql_image(&image) {
        found.dump = Some((format!("image {}", name_of(&image)), tag));
    } else if let Some(version) = words.iter().find_map(|word| numbered(word)) {
        found.dump = Some(("its package".to_owned(), version));
    }
    let Some((family, release)) = release_of(&image) else {
        return found;
    };
    let shown = shown((family, release));
    // The packages of PostgreSQL itself are of its own repository.
    let is_elsewhere = ["apt.postgresql.org", "pgdg", "yum.postgresql.org"]
        .iter()
        .any(|place| text.contains(place));
    if let Some(version) = distributed(family, release).filter(|_| !is_elsewhere) {
        if let Some(package) = any(&WITH_LIBPQ).filter(|_| version.starts_with(['8', '9'])) {
            found.lacking.push(Lacking {
                method: SCRAM,
                client: format!("{package} of {shown}, with libpq {version},"),
            });
        }
        if let Some(package) = any(&WITH_PG_DUMP).filter(|_| found.dump.is_none()) {
            found.dump = Some((format!("{package} of {shown}"), version.to_owned()));
        }
    }
    let asks = ASKING
        .iter()
        .any(|(name, since)| *name == family && *since <= release);
    found.asks_tls = any(&WITH_MARIADB)
        .filter(|_| asks)
        .map(|package| format!("{package} of {shown}"));
    found
}

fn distributed(family: &str, release: (u32, u32)) -> Option<&'static str> {
    let is_known = LAST
        .iter()
        .all(|(name, last)| *name != family || release <= *last);
    let row = POSTGRESQL
        .iter()
        .rfind(|(name, since, _)| *name == family && *since <= release);
    row.filter(|_| is_known).map(|(.., version)| *version)
}

/// `postgresql-client-15`, `postgresql15-client`.
fn numbered(word: &str) -> Option<String> {
    let version = word
        .strip_prefix("postgresql-client-")
        .or_else(|| word.strip_prefix("postgresql")?.strip_suffix("-client"))?;
    let version = version.split('=').next()?;
    let is_number = !version.is_empty() && version.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    is_number.then(|| version.to_owned())
}

fn name_of(image: &str) -> &str {
    image.split(['@', ':']).next().unwrap_or(image)
}

/// The version of an image of PostgreSQL, and whether it is one of the project.
pub(super) fn postgresql_image(image: &str) -> Option<(String, bool)> {
    let (name, tag) = image.split('@').next()?.rsplit_once(':')?;
    let of_project = matches!(name.rsplit('/').next()?, "postgres" | "postgresql");
    let is_known = of_project || name.ends_with("postgis/postgis") || name.ends_with("pgvector/pgvector");
    let version: String = tag
        .trim_start_matches("pg")
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    (is_known && !version.is_empty()).then_some((version, of_project))
}

/// The `mysqlnd` of PHP knows caching_sha2_password since 7.4.
fn php(image: &str, words: &[&str]) -> Option<Lacking> {
    let (name, tag) = image.rsplit_once(':')?;
    let is_php = name == "php" || name.ends_with("/php");
    let mut numbers = tag.split(['.', '-']).map(|part| part.parse::<u32>().ok());
    let version = (numbers.next()??, numbers.next()??);
    let extension = words
        .iter()
        .find(|word| matches!(**word, "mysqli" | "pdo_mysql"))?;
    (is_php && version < (7, 4)).then(|| Lacking {
        method: SHA2,
        client: format!("{extension} of PHP {}.{}", version.0, version.1),
    })
}

/// What calls `pg_dump` in a manifest, by the image that stands before the call: its name without the tag, its version and the line.
#[must_use]
pub fn dumping_image(text: &str) -> Option<(String, String, u32)> {
    let mut image = None;
    for (number, line) in (1_u32..).zip(text.lines()) {
        let line = line.trim().trim_start_matches("- ");
        if line.starts_with('#') {
            continue;
        }
        if let Some(named) = line.strip_prefix("image:") {
            image = Some(named.trim().trim_matches(['"', '\'']));
        }
        if line.contains("pg_dump") {
            let image = image?;
            let (version, _) = postgresql_image(image)?;
            return Some((name_of(image).to_owned(), version, number));
        }
    }
    None
}
