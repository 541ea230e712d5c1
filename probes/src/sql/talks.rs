//! Which SQL of a release is for SQLite.
//!
//! Python and PHP use the library of the system, and `sqlite3` is a program of it. Drivers for other languages bring their own.

use crate::language::Dialect;

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
