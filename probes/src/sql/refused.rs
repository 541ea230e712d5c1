//! What database servers do not take any more, or never took.
//!
//! Sources: <https://dev.mysql.com/doc/refman/8.4/en/keywords.html> ("became reserved in"), "Features Removed" of
//! <https://dev.mysql.com/doc/refman/8.0/en/mysql-nutshell.html>, <https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/reserved-words>,
//! <https://mariadb.com/docs/release-notes/community-server/about/compatibility-and-differences>, the release notes of PostgreSQL
//! ("Migration to Version").

use std::collections::BTreeMap;

/// Server, words as they are told, and the version that refuses them first.
type Row = (&'static str, &'static str, &'static str);

/// Words that became reserved: as names they have to be in quotes.
const RESERVED: [Row; 33] = [
    ("mariadb", "EXCEPT", "10.3"),
    ("mariadb", "INTERSECT", "10.3"),
    ("mariadb", "OFFSET", "10.6"),
    ("mariadb", "OVER", "10.2"),
    ("mariadb", "RECURSIVE", "10.2"),
    ("mariadb", "ROWS", "10.2.4"),
    ("mariadb", "ROW_NUMBER", "10.7"),
    ("mysql", "CUBE", "8.0.1"),
    ("mysql", "CUME_DIST", "8.0.2"),
    ("mysql", "DENSE_RANK", "8.0.2"),
    ("mysql", "EMPTY", "8.0.4"),
    ("mysql", "EXCEPT", "8.0"),
    ("mysql", "FIRST_VALUE", "8.0.2"),
    ("mysql", "FUNCTION", "8.0.1"),
    ("mysql", "GENERATED", "5.7.6"),
    ("mysql", "GROUPING", "8.0.1"),
    ("mysql", "GROUPS", "8.0.2"),
    ("mysql", "INTERSECT", "8.0.31"),
    ("mysql", "LAG", "8.0.2"),
    ("mysql", "LAST_VALUE", "8.0.2"),
    ("mysql", "LATERAL", "8.0.14"),
    ("mysql", "LEAD", "8.0.2"),
    ("mysql", "MANUAL", "8.4.0"),
    ("mysql", "NTILE", "8.0.2"),
    ("mysql", "OF", "8.0.1"),
    ("mysql", "OVER", "8.0.2"),
    ("mysql", "PARALLEL", "8.4.0"),
    ("mysql", "RANK", "8.0.2"),
    ("mysql", "RECURSIVE", "8.0.1"),
    ("mysql", "ROWS", "8.0.2"),
    ("mysql", "ROW_NUMBER", "8.0.2"),
    ("mysql", "SYSTEM", "8.0.3"),
    ("mysql", "WINDOW", "8.0.2"),
];

/// What went, by words in a row.
const REMOVED: [Row; 16] = [
    ("mysql", "= PASSWORD (", "8.0.11"),
    ("mysql", "GLOBAL QUERY_CACHE_SIZE", "8.0.3"),
    ("mysql", "GLOBAL QUERY_CACHE_TYPE", "8.0.3"),
    ("mysql", "INNODB_FILE_FORMAT", "8.0"),
    ("mysql", "INNODB_LARGE_PREFIX", "8.0"),
    ("mysql", "SELECT SQL_CACHE", "8.0.3"),
    ("mysql", "TYPE = INNODB", "5.5"),
    ("mysql", "TYPE = MYISAM", "5.5"),
    ("postgresql", "ADSRC", "12"),
    ("postgresql", "CONSRC", "12"),
    ("postgresql", "PG_CURRENT_XLOG_LOCATION (", "10"),
    ("postgresql", "PG_START_BACKUP (", "15"),
    ("postgresql", "PG_STOP_BACKUP (", "15"),
    ("postgresql", "PROISAGG", "11"),
    ("postgresql", "RELHASOIDS", "12"),
    ("postgresql", "WITH OIDS", "12"),
];

/// What only the other one of MySQL and MariaDB has.
const OF_THE_OTHER: [Row; 20] = [
    ("mariadb", "ANY_VALUE (", "0"),
    ("mariadb", "BIN_TO_UUID (", "0"),
    ("mariadb", "JSON_STORAGE_SIZE (", "0"),
    ("mariadb", "LATERAL (", "0"),
    ("mariadb", "MEMBER OF (", "0"),
    ("mariadb", "REGEXP_LIKE (", "0"),
    ("mariadb", "SET PERSIST", "0"),
    ("mariadb", "UUID_TO_BIN (", "0"),
    ("mariadb", "VALUES ROW (", "0"),
    ("mysql", "ADD COLUMN IF NOT EXISTS", "0"),
    ("mysql", "ADD INDEX IF NOT EXISTS", "0"),
    ("mysql", "ADD KEY IF NOT EXISTS", "0"),
    ("mysql", "CREATE INDEX IF NOT EXISTS", "0"),
    ("mysql", "CREATE OR REPLACE SEQUENCE", "0"),
    ("mysql", "CREATE OR REPLACE TABLE", "0"),
    ("mysql", "CREATE SEQUENCE", "0"),
    ("mysql", "DROP COLUMN IF EXISTS", "0"),
    ("mysql", "DROP FOREIGN KEY IF EXISTS", "0"),
    ("mysql", "DROP INDEX IF EXISTS", "0"),
    ("mysql", "MODIFY COLUMN IF EXISTS", "0"),
];

/// What stands before the name of a table.
const BEFORE_TABLE: [&str; 6] = ["FROM", "INTO", "JOIN", "REFERENCES", "TABLE", "UPDATE"];

/// Types that a column begins its definition with.
const TYPES: [&str; 24] = [
    "BIGINT",
    "BINARY",
    "BLOB",
    "BOOL",
    "BOOLEAN",
    "CHAR",
    "DATE",
    "DATETIME",
    "DECIMAL",
    "DOUBLE",
    "ENUM",
    "FLOAT",
    "INT",
    "INTEGER",
    "JSON",
    "LONGTEXT",
    "MEDIUMINT",
    "MEDIUMTEXT",
    "SMALLINT",
    "TEXT",
    "TIME",
    "TIMESTAMP",
    "TINYINT",
    "VARCHAR",
];

/// What servers refuse of these words: server and what, with the version that refuses it first (`0` where none ever took it) and
/// its place.
pub(super) fn refused(words: &[&str]) -> BTreeMap<(&'static str, String), (&'static str, usize)> {
    let mut found = BTreeMap::new();
    for (at, word) in words.iter().enumerate() {
        let rest = words.get(at..).unwrap_or(&[]);
        for (server, what, since) in REMOVED.iter().chain(&OF_THE_OTHER) {
            let mut wanted = what.split(' ').enumerate();
            if wanted.all(|(by, wanted)| rest.get(by) == Some(&wanted)) {
                let what = what.trim_end_matches([' ', '(']).to_owned();
                found.entry((*server, what)).or_insert((*since, at));
            }
        }
        if word.starts_with("UTF8MB4_UCA1400_") {
            found
                .entry(("mysql", word.to_ascii_lowercase()))
                .or_insert(("0", at));
        }
        for (server, reserved, since) in RESERVED {
            if *word == reserved && is_name(words, at) {
                let what = format!("the name {reserved}");
                found.entry((server, what)).or_insert((since, at));
            }
        }
        if *word == "IDENTIFIED" && rest.get(1) == Some(&"BY") && is_in_grant(words, at) {
            let what = "GRANT … IDENTIFIED BY".to_owned();
            found.entry(("mysql", what)).or_insert(("8.0.11", at));
        }
    }
    found
}

/// Whether a word without quotes is the name of a table or of a column here.
fn is_name(words: &[&str], at: usize) -> bool {
    let before = |back: usize| {
        at.checked_sub(back)
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or("")
    };
    let next = words.get(at + 1).copied().unwrap_or("");
    let is_exists = before(1) == "EXISTS" && matches!(before(2), "NOT" | "IF");
    let is_table = BEFORE_TABLE.contains(&before(1)) || is_exists;
    let is_column = matches!(before(1), "(" | "," | "ADD" | "COLUMN") && TYPES.contains(&next);
    let is_listed = matches!(before(1), "(" | ",") && matches!(next, ")" | ",") && is_in_insert(words, at);
    let is_sorted = before(1) == "BY" && matches!(next, "" | ";" | "," | ")" | "ASC" | "DESC" | "LIMIT");
    let is_selected = matches!(before(1), "," | "SELECT") && next == "FROM"
        || before(1) == "," && next == "," && is_in_select(words, at);
    let is_compared = matches!(before(1), "WHERE" | "AND" | "OR" | "ON" | "SET")
        && matches!(next, "=" | "<" | ">" | "!" | "IN" | "IS" | "BETWEEN" | "LIKE");
    // `FROM x WINDOW w AS …`, `UPDATE … OF …` and calls are no names.
    (is_table && next != "(")
        || is_column
        || is_listed
        || is_sorted
        || is_selected
        || is_compared
        || (before(1) == "TABLE" && next == "(")
        || (is_exists && next == "(")
}

/// Whether this is between the parentheses of `INSERT INTO … ( … )`.
fn is_in_insert(words: &[&str], at: usize) -> bool {
    let before = words.get(..at).unwrap_or(&[]);
    let open = before.iter().rposition(|word| *word == "(");
    let is_closed = before.iter().rposition(|word| *word == ")") > open;
    let beginning = open.map(|open| before.get(open.saturating_sub(4)..open).unwrap_or(&[]));
    !is_closed && beginning.is_some_and(|words| words.contains(&"INTO"))
}

/// Whether this is between `SELECT` and `FROM`, outside of parentheses.
fn is_in_select(words: &[&str], at: usize) -> bool {
    let before = words.get(..at).unwrap_or(&[]);
    let after = words.get(at..).unwrap_or(&[]);
    let begin = before
        .iter()
        .rposition(|word| matches!(*word, "SELECT" | "(" | ";" | "FROM" | "VALUES"));
    let end = after.iter().find(|word| matches!(**word, "FROM" | ")" | ";"));
    begin.and_then(|at| before.get(at)) == Some(&"SELECT") && end == Some(&"FROM")
}

fn is_in_grant(words: &[&str], at: usize) -> bool {
    let before = words.get(..at).unwrap_or(&[]);
    let statement = before.rsplit(|word| *word == ";").next().unwrap_or(&[]);
    statement.contains(&"GRANT")
}
