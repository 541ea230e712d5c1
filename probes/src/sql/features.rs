//! Since when database servers know what SQL files say.
//!
//! Sources: the release notes of PostgreSQL (<https://www.postgresql.org/docs/release/>), of MySQL
//! (<https://dev.mysql.com/doc/refman/8.0/en/mysql-nutshell.html>) and of MariaDB
//! (<https://mariadb.com/docs/release-notes/community-server>, MDEV-20912 for the collations of MySQL 8).

/// Something of a dialect, by the words that tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Words and marks in a row, in capitals; one that ends with `*` fits every word with that beginning.
    pub words: &'static str,
    /// First version of PostgreSQL; empty where nothing is said of it.
    pub postgresql: &'static str,
    /// First version of MySQL.
    pub mysql: &'static str,
    /// First version of MariaDB.
    pub mariadb: &'static str,
}

const fn all(
    words: &'static str,
    postgresql: &'static str,
    mysql: &'static str,
    mariadb: &'static str,
) -> Feature {
    Feature {
        words,
        postgresql,
        mysql,
        mariadb,
    }
}

const fn postgresql(words: &'static str, since: &'static str) -> Feature {
    all(words, since, "", "")
}

/// All of them, sorted.
pub const FEATURES: [Feature; 38] = [
    postgresql("ANY_VALUE (", "16"),
    postgresql("AS IDENTITY", "10"),
    postgresql("CREATE PROCEDURE", "11"),
    postgresql("DATE_BIN (", "14"),
    all("DENSE_RANK (", "", "8.0", "10.2"),
    postgresql("GEN_RANDOM_UUID (", "13"),
    postgresql("INT4MULTIRANGE", "14"),
    postgresql("INT8MULTIRANGE", "14"),
    all("JSON_ARRAYAGG (", "16", "5.7.22", "10.5"),
    postgresql("JSON_EXISTS (", "17"),
    all("JSON_OBJECTAGG (", "16", "5.7.22", "10.5"),
    postgresql("JSON_QUERY (", "17"),
    postgresql("JSON_SCALAR (", "17"),
    postgresql("JSON_SERIALIZE (", "17"),
    all("JSON_TABLE (", "17", "8.0", "10.6"),
    all("JSON_VALUE (", "17", "8.0.21", ""),
    postgresql("MERGE INTO", "15"),
    postgresql("MERGE_ACTION (", "17"),
    postgresql("NULLS NOT DISTINCT", "15"),
    postgresql("NUMMULTIRANGE", "14"),
    postgresql("PARTITION OF", "10"),
    postgresql("RANGE_AGG (", "14"),
    postgresql("REGEXP_COUNT (", "15"),
    all("REGEXP_LIKE (", "15", "8.0", ""),
    postgresql("REINDEX INDEX CONCURRENTLY", "12"),
    all("ROW_NUMBER (", "", "8.0", "10.2"),
    postgresql("SECURITY_INVOKER", "15"),
    postgresql("SET DEFAULT_TABLE_ACCESS_METHOD", "12"),
    postgresql("SET DEFAULT_TOAST_COMPRESSION", "14"),
    postgresql("SET IDLE_SESSION_TIMEOUT", "14"),
    postgresql("SET TRANSACTION_TIMEOUT", "17"),
    postgresql("STRING_TO_TABLE (", "14"),
    postgresql("TSTZMULTIRANGE", "14"),
    all("UTF8MB4_0900_*", "", "8.0", "11.4.5"),
    postgresql("UUIDV4 (", "18"),
    postgresql("UUIDV7 (", "18"),
    all("UUID_TO_BIN (", "", "8.0", ""),
    all("WITH RECURSIVE", "", "8.0", "10.2"),
];

impl Feature {
    /// Servers, and the first version of each that has it.
    pub(super) fn servers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let servers = [
            ("mariadb", self.mariadb),
            ("mysql", self.mysql),
            ("postgresql", self.postgresql),
        ];
        servers.into_iter().filter(|(_, since)| !since.is_empty())
    }

    /// Whether these words begin with it.
    pub(super) fn begins<'a>(&self, mut words: impl Iterator<Item = &'a str>) -> bool {
        self.words.split(' ').all(|wanted| {
            let word = words.next().unwrap_or_default();
            match wanted.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == wanted,
            }
        })
    }
}
