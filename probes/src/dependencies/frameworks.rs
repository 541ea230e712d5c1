//! Databases that frameworks refuse because they are too old.
//!
//! Sources: the release notes below <https://docs.djangoproject.com/en/stable/releases/>, "Miscellaneous" and "Dropped support";
//! <https://docs.trychroma.com/docs/overview/troubleshooting#sqlite>;
//! <https://airflow.apache.org/docs/apache-airflow/stable/howto/set-up-database.html#setting-up-a-sqlite-database>.

use std::collections::BTreeMap;

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Database {
    /// A library.
    Sqlite,
    /// The server of this name.
    Server(&'static str),
}

/// The oldest version that a framework accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minimum {
    /// The framework and its version, for people.
    pub framework: String,
    /// The database.
    pub database: Database,
    /// Its oldest version.
    pub version: &'static str,
}

/// Since which version of Django, and the oldest SQLite. It is asked for when the back end is loaded.
const DJANGO_SQLITE: [((u32, u32), &str); 6] = [
    ((2, 0), "3.7.15"),
    ((2, 2), "3.8.3"),
    ((3, 2), "3.9.0"),
    ((4, 2), "3.21.0"),
    ((5, 0), "3.27.0"),
    ((5, 1), "3.31.0"),
];

/// The same for servers, of which Django asks the version since 4.2.
const DJANGO_SERVERS: [((u32, u32), &str, &str); 9] = [
    ((4, 2), "postgresql", "12"),
    ((5, 1), "postgresql", "13"),
    ((5, 2), "postgresql", "14"),
    ((4, 2), "mysql", "8"),
    ((5, 0), "mysql", "8.0.11"),
    ((4, 2), "mariadb", "10.4"),
    ((5, 1), "mariadb", "10.5"),
    ((5, 2), "mariadb", "10.5"),
    ((6, 0), "mariadb", "10.6"),
];

/// What the pinned versions ask for. `backends` are the back ends of Django that the settings name, such as `sqlite3`.
#[must_use]
pub fn minima(pins: &BTreeMap<String, String>, backends: &[String]) -> Vec<Minimum> {
    let mut found = Vec::new();
    if let Some(version) = pins.get("django") {
        django(version, backends, &mut found);
    }
    // A newer SQLite comes with this package, which the program then loads in its place.
    if let Some(version) = pins
        .get("chromadb")
        .filter(|_| !pins.contains_key("pysqlite3-binary"))
    {
        found.push(Minimum {
            framework: format!("chromadb {version}"),
            database: Database::Sqlite,
            version: "3.35.0",
        });
    }
    found
}

fn django(version: &str, backends: &[String], found: &mut Vec<Minimum>) {
    let mut numbers = version.split('.').map_while(|number| number.parse::<u32>().ok());
    let (Some(major), minor) = (numbers.next(), numbers.next().unwrap_or(0)) else {
        return;
    };
    let uses = |name: &str| backends.iter().any(|backend| backend == name);
    let framework = || format!("Django {version}");
    let sqlite = DJANGO_SQLITE.iter().filter(|(since, _)| *since <= (major, minor));
    if let Some((_, least)) = sqlite.max_by_key(|(since, _)| *since).filter(|_| uses("sqlite3")) {
        found.push(Minimum {
            framework: framework(),
            database: Database::Sqlite,
            version: least,
        });
    }
    for server in ["mariadb", "mysql", "postgresql"] {
        // Of MariaDB and MySQL, which have one back end, the host tells which one it is.
        let backend = if server == "mariadb" { "mysql" } else { server };
        let rows = DJANGO_SERVERS
            .iter()
            .filter(|(since, name, _)| *name == server && *since <= (major, minor));
        if let Some((.., least)) = rows.max_by_key(|(since, ..)| *since).filter(|_| uses(backend)) {
            found.push(Minimum {
                framework: framework(),
                database: Database::Server(server),
                version: least,
            });
        }
    }
}
