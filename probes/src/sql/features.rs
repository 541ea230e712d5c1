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
pub const FEATURES: [Feature; 117] = [
    all("ADD COLUMN IF NOT EXISTS", "9.6", "", "10.0.2"),
    postgresql("ALTER DATABASE * REFRESH COLLATION", "15"),
    postgresql("ANY_VALUE (", "16"),
    postgresql("ARRAY_REVERSE (", "18"),
    postgresql("ARRAY_SAMPLE (", "16"),
    postgresql("ARRAY_SHUFFLE (", "16"),
    postgresql("ARRAY_SORT (", "18"),
    postgresql("AS IDENTITY", "10"),
    postgresql("AS MATERIALIZED (", "12"),
    postgresql("AS NOT MATERIALIZED (", "12"),
    postgresql("BEGIN ATOMIC", "14"),
    postgresql("BUILTIN_LOCALE", "17"),
    postgresql("CASEFOLD (", "18"),
    all("CREATE INDEX IF NOT EXISTS", "9.5", "", "10.1.4"),
    postgresql("CREATE OR REPLACE TRIGGER", "14"),
    postgresql("CREATE PROCEDURE", "11"),
    all("CREATE PROCEDURE IF NOT EXISTS", "", "8.0.29", "10.1.3"),
    all("CREATE ROLE", "", "8.0", "10.0.5"),
    all("CREATE SEQUENCE", "", "", "10.3"),
    postgresql("CREATE STATISTICS", "10"),
    all("CREATE TRIGGER IF NOT EXISTS", "", "8.0.29", "10.1.4"),
    all("CREATE USER IF NOT EXISTS", "", "5.7.6", "10.1.3"),
    postgresql("DATCOLLVERSION", "15"),
    postgresql("DATE_BIN (", "14"),
    all("DEFAULT ( JSON_ARRAY (", "", "8.0.13", "10.2.3"),
    all("DEFAULT ( JSON_OBJECT (", "", "8.0.13", "10.2.3"),
    all("DEFAULT ( UUID (", "", "8.0.13", "10.2.1"),
    all("DENSE_RANK (", "", "8.0", "10.2"),
    postgresql("DETERMINISTIC = FALSE", "12"),
    all("EXCEPT SELECT", "", "8.0.31", "10.3"),
    postgresql("EXECUTE FUNCTION", "11"),
    all("GENERATED ALWAYS AS (", "12", "5.7.6", "5.2"),
    postgresql("GEN_RANDOM_UUID (", "13"),
    postgresql("GRANT MAINTAIN", "17"),
    postgresql("GROUPING SETS (", "9.5"),
    postgresql("ICU_LOCALE", "15"),
    postgresql("ICU_RULES", "16"),
    postgresql("INCLUDE (", "11"),
    postgresql("INT4MULTIRANGE", "14"),
    postgresql("INT8MULTIRANGE", "14"),
    all("INTERSECT SELECT", "", "8.0.31", "10.3"),
    postgresql("IS JSON", "16"),
    all("JSON ,", "", "5.7.8", "10.2.7"),
    all("JSON DEFAULT", "", "5.7.8", "10.2.7"),
    all("JSON NOT NULL", "", "5.7.8", "10.2.7"),
    all("JSON NULL", "", "5.7.8", "10.2.7"),
    postgresql("JSONB_PATH_EXISTS (", "12"),
    postgresql("JSONB_PATH_QUERY (", "12"),
    postgresql("JSONB_SET (", "9.5"),
    all("JSON_ARRAYAGG (", "16", "5.7.22", "10.5"),
    all("JSON_CONTAINS (", "", "5.7.8", "10.2.3"),
    postgresql("JSON_EXISTS (", "17"),
    all("JSON_EXTRACT (", "", "5.7.8", "10.2.3"),
    all("JSON_OBJECTAGG (", "16", "5.7.22", "10.5"),
    all("JSON_OVERLAPS (", "", "8.0.17", "10.9"),
    postgresql("JSON_QUERY (", "17"),
    postgresql("JSON_SCALAR (", "17"),
    postgresql("JSON_SERIALIZE (", "17"),
    all("JSON_TABLE (", "17", "8.0", "10.6"),
    all("JSON_UNQUOTE (", "", "5.7.8", "10.2.3"),
    all("JSON_VALUE (", "17", "8.0.21", ""),
    postgresql("LOCALE_PROVIDER", "15"),
    postgresql("LOCALE_PROVIDER = BUILTIN", "17"),
    postgresql("LOCALE_PROVIDER BUILTIN", "17"),
    postgresql("MERGE INTO", "15"),
    postgresql("MERGE_ACTION (", "17"),
    postgresql("NOT ENFORCED", "18"),
    postgresql("NOT MATCHED BY SOURCE", "17"),
    postgresql("NULLS NOT DISTINCT", "15"),
    postgresql("NUMMULTIRANGE", "14"),
    postgresql("ON CONFLICT", "9.5"),
    all("OVER (", "", "8.0", "10.2"),
    postgresql("PARTITION OF", "10"),
    postgresql("PG_DATABASE_COLLATION_ACTUAL_VERSION (", "15"),
    postgresql("PG_INPUT_IS_VALID (", "16"),
    postgresql("PROVIDER = BUILTIN", "17"),
    postgresql("PROVIDER = ICU", "10"),
    postgresql("RANDOM_NORMAL (", "16"),
    postgresql("RANGE_AGG (", "14"),
    postgresql("REGEXP_COUNT (", "15"),
    postgresql("REGEXP_INSTR (", "15"),
    all("REGEXP_LIKE (", "15", "8.0", ""),
    all("REGEXP_REPLACE (", "", "8.0", "10.0.5"),
    all("REGEXP_SUBSTR (", "15", "8.0", "10.0.5"),
    postgresql("REINDEX INDEX CONCURRENTLY", "12"),
    postgresql("REINDEX TABLE CONCURRENTLY", "12"),
    all("RENAME COLUMN", "", "8.0", "10.5.2"),
    all("RENAME INDEX", "", "5.7", "10.5.2"),
    postgresql("ROW LEVEL SECURITY", "9.5"),
    all("ROW_NUMBER (", "", "8.0", "10.2"),
    postgresql("SEARCH BREADTH FIRST", "14"),
    postgresql("SEARCH DEPTH FIRST", "14"),
    postgresql("SECURITY_INVOKER", "15"),
    postgresql("SET DEFAULT_TABLE_ACCESS_METHOD", "12"),
    postgresql("SET DEFAULT_TOAST_COMPRESSION", "14"),
    postgresql("SET IDLE_SESSION_TIMEOUT", "14"),
    postgresql("SET TRANSACTION_TIMEOUT", "17"),
    all("SKIP LOCKED", "9.5", "8.0.1", "10.6"),
    postgresql("STRING_AGG (", "9.0"),
    postgresql("STRING_TO_TABLE (", "14"),
    all("ST_DISTANCE_SPHERE (", "", "5.7.6", "10.5.10"),
    postgresql("TO_BIN (", "17"),
    postgresql("TSTZMULTIRANGE", "14"),
    postgresql("UNISTR (", "14"),
    all("UTF8MB3_*", "", "8.0.30", "10.6"),
    all("UTF8MB4_0900_*", "", "8.0", "11.4.5"),
    all("UTF8MB4_UCA1400_*", "", "", "10.10"),
    postgresql("UUIDV4 (", "18"),
    postgresql("UUIDV7 (", "18"),
    postgresql("UUID_EXTRACT_TIMESTAMP (", "17"),
    all("UUID_TO_BIN (", "", "8.0", ""),
    all("VALUES ROW (", "", "8.0.19", ""),
    postgresql("WEBSEARCH_TO_TSQUERY (", "11"),
    all("WITH * AS (", "", "8.0", "10.2.1"),
    all("WITH RECURSIVE", "", "8.0", "10.2"),
    postgresql("WITH TIES", "13"),
    postgresql("WITHOUT OVERLAPS", "18"),
];

/// Servers of the MySQL family, with the first version of each that has a collation, as far as something is said of it here; nothing
/// for the version where none ever had it.
#[cfg(feature = "collect")]
pub(crate) fn collation(name: &str) -> Option<Vec<(&'static str, Option<&'static str>)>> {
    let name = name.to_ascii_uppercase();
    let feature = FEATURES
        .iter()
        .filter(|feature| feature.words.starts_with("UTF8MB"))
        .find(|feature| feature.begins(std::iter::once(name.as_str())))?;
    let since = |version: &'static str| (!version.is_empty()).then_some(version);
    Some(vec![
        ("mariadb", since(feature.mariadb)),
        ("mysql", since(feature.mysql)),
    ])
}

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
