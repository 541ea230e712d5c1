//! SQLite: since when it knows what SQL says, and which SQL of a release is for it.
//!
//! Python and PHP use the library of the system, and `sqlite3` is a program of it. Drivers for other languages bring their own.
//!
//! Sources: <https://www.sqlite.org/changes.html>; tried with SQLite 3.34, 3.40 and 3.46.

use std::collections::BTreeMap;

use crate::language::Dialect;

/// Words in a row as in [`super::FEATURES`], and the first version of SQLite that has them. Sorted.
#[rustfmt::skip]
const FEATURES: [(&str, &str); 47] = [
    ("- >", "3.38.0"), ("AS MATERIALIZED (", "3.35.0"), ("AS NOT MATERIALIZED (", "3.35.0"), ("CEIL (", "3.35.0"),
    ("CONCAT (", "3.44.0"), ("CONCAT_WS (", "3.44.0"), ("CUME_DIST (", "3.25.0"), ("DENSE_RANK (", "3.25.0"),
    ("DO NOTHING", "3.24.0"), ("DO UPDATE SET", "3.24.0"), ("DROP COLUMN", "3.35.0"), ("FILTER ( WHERE", "3.30.0"),
    ("FLOOR (", "3.35.0"), ("FORMAT (", "3.38.0"), ("FULL JOIN", "3.39.0"), ("FULL OUTER JOIN", "3.39.0"),
    ("GENERATED ALWAYS AS (", "3.31.0"), ("IIF (", "3.32.0"), ("IS DISTINCT FROM", "3.39.0"),
    ("IS NOT DISTINCT FROM", "3.39.0"), ("JSONB (", "3.45.0"), ("JSONB_EXTRACT (", "3.45.0"),
    ("JSONB_GROUP_ARRAY (", "3.45.0"), ("JSONB_OBJECT (", "3.45.0"), ("JSONB_SET (", "3.45.0"),
    ("JSON_PRETTY (", "3.46.0"), ("NTILE (", "3.25.0"), ("NULLS FIRST", "3.30.0"), ("NULLS LAST", "3.30.0"),
    ("OCTET_LENGTH (", "3.43.0"), ("OVER (", "3.25.0"), ("POW (", "3.35.0"), ("POWER (", "3.35.0"),
    ("PRAGMA TABLE_LIST", "3.37.0"), ("RENAME COLUMN", "3.25.0"), ("RETURNING", "3.35.0"), ("RIGHT JOIN", "3.39.0"),
    ("RIGHT OUTER JOIN", "3.39.0"), ("SQRT (", "3.35.0"), ("STRICT", "3.37.0"), ("STRING_AGG (", "3.44.0"),
    ("TIMEDIFF (", "3.43.0"), ("UNHEX (", "3.41.0"), ("UNIXEPOCH (", "3.38.0"), ("VACUUM INTO", "3.27.0"),
    ("WITH * AS (", "3.8.3"), ("WITHOUT ROWID", "3.8.2"),
];

/// What is used, with the first version that has it and the place of its first use among the words.
pub(super) fn used(words: &[&str]) -> BTreeMap<&'static str, (&'static str, usize)> {
    let mut found = BTreeMap::new();
    for at in 0..words.len() {
        let rest = words.get(at..).unwrap_or_default();
        for (feature, since) in FEATURES {
            let begins = feature.split(' ').enumerate().all(|(by, wanted)| {
                let word = rest.get(by).copied().unwrap_or_default();
                word == wanted || (wanted == "*" && !word.is_empty())
            });
            // An option of a table stands behind its columns, and ends the statement or goes before another.
            let is_in_place = feature != "STRICT" || is_option(words, at);
            if begins && is_in_place {
                found
                    .entry(feature.trim_end_matches([' ', '(']))
                    .or_insert((since, at));
            }
        }
        if updates_from(rest) {
            found.entry("UPDATE … FROM").or_insert(("3.33.0", at));
        }
    }
    found
}

fn is_option(words: &[&str], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    let after = words.get(at + 1);
    matches!(before, Some(&")" | &"," | &"ROWID")) && matches!(after, None | Some(&";" | &","))
}

/// `UPDATE name SET … FROM …` with FROM outside of parentheses.
fn updates_from(words: &[&str]) -> bool {
    let ["UPDATE", _, "SET", rest @ ..] = words else {
        return false;
    };
    let mut depth = 0_i32;
    let end = rest.iter().find(|word| {
        match **word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0 && matches!(**word, "FROM" | "WHERE" | ";")
    });
    end == Some(&"FROM")
}

/// What shows that sources of a language talk to SQLite through the library of the system.
const OF_PYTHON: [&str; 5] = [
    "import sqlite3",
    "from sqlite3 import",
    "import aiosqlite",
    "sqlite:///",
    "sqlite+aiosqlite://",
];
const OF_PHP: [&str; 4] = ["new SQLite3(", "'sqlite:", "\"sqlite:", "\\SQLite3("];

/// What shows that they talk to another database too, or to an SQLite of their own.
const OTHERS_OF_PYTHON: [&str; 14] = [
    "MySQLdb",
    "aiomysql",
    "asyncpg",
    "cx_Oracle",
    "duckdb",
    "mysql+",
    "mysql.connector",
    "oracledb",
    "postgresql+",
    "postgresql://",
    "psycopg",
    "pymysql",
    "pyodbc",
    "pysqlite3",
];
const OTHERS_OF_PHP: [&str; 6] = [
    "mysql:",
    "mysqli",
    "pg_connect",
    "pgsql",
    "sqlsrv:",
    "oci_connect",
];

/// What brings functions of its own into SQLite.
const BRINGS: [&str; 4] = [
    "createFunction(",
    "create_function(",
    "load_extension(",
    "sqliteCreateFunction(",
];

/// What the sources of a release show of the database that they talk to.
#[derive(Debug, Default)]
pub(super) struct Talks {
    python: Language,
    php: Language,
    /// Lines of scripts that call `sqlite3`.
    scripts: String,
}

#[derive(Debug, Default)]
struct Language {
    is_lite: bool,
    is_other: bool,
    /// All its sources that name a file of SQL.
    texts: String,
}

impl Language {
    fn is_certain(&self) -> bool {
        self.is_lite && !self.is_other
    }
}

impl Talks {
    /// Takes a source into account.
    pub(super) fn look(&mut self, dialect: Dialect, text: &str) {
        let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
        let (language, is_lite, is_other) = match dialect {
            Dialect::Python => (&mut self.python, has(&OF_PYTHON), has(&OTHERS_OF_PYTHON)),
            Dialect::Php => (&mut self.php, has(&OF_PHP), has(&OTHERS_OF_PHP)),
            _ => return,
        };
        language.is_lite |= is_lite;
        language.is_other |= is_other || has(&BRINGS);
        if text.contains(".sql") {
            language.texts.push_str(text);
        }
    }

    /// Takes a script of a shell into account.
    pub(super) fn look_at_script(&mut self, text: &str) {
        for line in text.lines().filter(|line| line.contains("sqlite3 ")) {
            self.scripts.push_str(line);
            self.scripts.push('\n');
        }
    }

    /// Whether the SQL in a source of this language is for SQLite alone.
    pub(super) fn is_lite(&self, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Python => self.python.is_certain(),
            Dialect::Php => self.php.is_certain(),
            _ => false,
        }
    }

    /// Whether something hands this file of SQL to SQLite.
    pub(super) fn takes(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let named = [&self.python, &self.php]
            .into_iter()
            .any(|language| language.is_certain() && language.texts.contains(name));
        named || self.scripts.contains(name)
    }
}

/// The SQL that a script hands to `sqlite3` as a word.
pub(super) fn of_script(text: &str) -> String {
    let mut sql = String::new();
    for line in text.lines() {
        let called = line
            .split_once("sqlite3 ")
            .filter(|_| !line.trim_start().starts_with('#'));
        if let Some((_, rest)) = called {
            let end = rest.find(" < ").unwrap_or(rest.len());
            let words = rest.get(..end).unwrap_or_default();
            sql.push_str(&words.replace(['"', '\'', '\\'], " "));
            sql.push_str(" ;");
        }
        sql.push('\n');
    }
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(sql: &str) -> Vec<&'static str> {
        let upper = sql.to_uppercase();
        let words: Vec<&str> = upper.split_whitespace().collect();
        used(&words).into_keys().collect()
    }

    #[test]
    fn words_tell_the_version() {
        assert_eq!(features("CREATE TABLE t ( a INT ) STRICT ;"), ["STRICT"]);
        assert_eq!(
            features("CREATE TABLE strict ( strict INT , b INT )"),
            Vec::<&str>::new()
        );
        assert_eq!(features("UPDATE t SET a = b FROM u WHERE 1"), ["UPDATE … FROM"]);
        assert_eq!(
            features("UPDATE t SET a = ( SELECT 1 FROM u ) WHERE 1"),
            Vec::<&str>::new()
        );
        assert_eq!(features("WITH x AS ( SELECT 1 ) SELECT 1"), ["WITH * AS"]);
        let mut sorted = FEATURES.to_vec();
        sorted.sort_unstable();
        assert_eq!(sorted, FEATURES);
    }

    #[test]
    fn who_talks_to_what() {
        let mut talks = Talks::default();
        talks.look(
            Dialect::Python,
            "import sqlite3\ndb.executescript(open('schema.sql').read())",
        );
        assert!(talks.is_lite(Dialect::Python) && talks.takes("db/schema.sql") && !talks.takes("other.sql"));
        talks.look(Dialect::Python, "import psycopg2");
        assert!(!talks.is_lite(Dialect::Python) && !talks.takes("db/schema.sql"));
        talks.look_at_script("sqlite3 /var/lib/app.db < db/schema.sql");
        assert!(talks.takes("db/schema.sql"));
        assert!(of_script("x=$(sqlite3 a.db \"DELETE FROM t RETURNING id\")").contains("RETURNING"));
    }
}
