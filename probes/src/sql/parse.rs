//! What an SQL file uses. A pure function over its text.

use std::collections::{BTreeMap, BTreeSet};

use super::features::FEATURES;
use super::lite;
use super::ownership::{created, granted};
use super::refused::refused;
use super::settings::{Settings, settings};
use super::tokens::{Dialect, Kind, tokens};
use super::versions::{not_in_mariadb, of_extensions};

/// What an SQL file uses; each with the line of its first use, counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SqlFile {
    /// Server and feature: the first version that has it.
    pub needs: BTreeMap<(&'static str, &'static str), (&'static str, u32)>,
    /// Names of the extensions of PostgreSQL that it creates.
    pub extensions: BTreeMap<String, u32>,
    /// The same as `needs`, of settings at the beginning of a dump: psql tells of one that is not known, and goes on.
    pub dump_settings: BTreeMap<(&'static str, &'static str), (&'static str, u32)>,
    /// The first thing that it creates in the schema public of PostgreSQL, where it is not for MySQL.
    pub creates: Option<(String, u32)>,
    /// What it gives to others: `schema` where somebody may create in public or owns the database, `database`.
    pub grants: BTreeSet<&'static str>,
    /// Server and what it refuses: the first version that does, `0` where none ever took it.
    pub refused: BTreeMap<(&'static str, String), (&'static str, u32)>,
    /// Extension of PostgreSQL and what is used of it: the first version of the extension with it.
    pub of_extensions: BTreeMap<(&'static str, &'static str), (&'static str, u32)>,
    /// The same as `needs`, were it for SQLite.
    pub of_sqlite: BTreeMap<&'static str, (&'static str, u32)>,
    /// What MySQL and MariaDB take or refuse by their settings.
    pub settings: Settings,
}

/// Words that only one of them has.
const OF_MYSQL: [&str; 4] = ["AUTO_INCREMENT", "ENGINE", "UNSIGNED", "DELIMITER"];
/// Types and settings of SQL Server and Oracle.
const OF_OTHERS: [&str; 7] = [
    "DATETIME2",
    "NOCOUNT",
    "NVARCHAR",
    "NVARCHAR2",
    "UNIQUEIDENTIFIER",
    "VARCHAR2",
    "XACT_ABORT",
];
const OF_POSTGRESQL: [&str; 8] = [
    "EXTENSION",
    "PLPGSQL",
    "JSONB",
    "BIGSERIAL",
    "TIMESTAMPTZ",
    "BYTEA",
    "PG_CATALOG",
    "SERIAL",
];

/// Reads an SQL file. Text in quotes, comments and bodies of functions are passed over.
///
/// # Errors
/// The line of a quote or comment without its end.
pub fn sql_file(text: &str) -> Result<SqlFile, u32> {
    let mut dialect = Dialect::default();
    let all = tokens(text, &mut dialect)?;
    let tokens: Vec<_> = all
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Text | Kind::Number))
        .collect();
    let has = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.text.as_str()));
    dialect.is_mysql |= has(&OF_MYSQL);
    dialect.is_postgresql |= has(&OF_POSTGRESQL);
    dialect.is_other = has(&OF_OTHERS) || text.contains("[dbo].");
    let goes_on = text.contains("PostgreSQL database dump") && !text.contains("ON_ERROR_STOP");
    let mut file = SqlFile::default();
    for (at, token) in tokens.iter().enumerate() {
        let rest = || tokens.iter().skip(at).map(|token| token.text.as_str());
        if let Some(name) = created_extension(rest()) {
            file.extensions.entry(name).or_insert(token.line);
        }
        if drops_without_arguments(rest()) && dialect.suits("postgresql") {
            let key = ("postgresql", "DROP FUNCTION without arguments");
            file.needs.entry(key).or_insert(("10", token.line));
        }
        for feature in FEATURES.iter().filter(|feature| feature.begins(rest())) {
            for (server, since) in feature.servers().filter(|(server, _)| dialect.suits(server)) {
                let name = feature.words.trim_end_matches([' ', '(']);
                let is_of_dump = goes_on && name.starts_with("SET ");
                let needs = if is_of_dump {
                    &mut file.dump_settings
                } else {
                    &mut file.needs
                };
                needs.entry((server, name)).or_insert((since, token.line));
            }
        }
    }
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    let line = |at: usize| tokens.get(at).map_or(0, |token| token.line);
    for (feature, (since, at)) in lite::used(&words) {
        file.of_sqlite.insert(feature, (since, line(at)));
    }
    for ((server, what), (since, at)) in refused(&words) {
        if dialect.suits(server) {
            file.refused.insert((server, what), (since, line(at)));
        }
    }
    if let Some(at) = text
        .find("NO_AUTO_CREATE_USER")
        .filter(|_| dialect.suits("mysql"))
    {
        let lines = text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let line = u32::try_from(lines).unwrap_or(u32::MAX).saturating_add(1);
        let what = "sql_mode NO_AUTO_CREATE_USER".to_owned();
        file.refused.insert(("mysql", what), ("8.0.11", line));
    }
    if dialect.suits("postgresql") {
        file.creates = created(&words).map(|(at, what)| (what, line(at)));
        file.grants = granted(&words);
    }
    if dialect.suits("postgresql") {
        for (used, (since, at)) in of_extensions(&words) {
            file.of_extensions.insert(used, (since, line(at)));
        }
    }
    if dialect.suits("mysql") {
        for (what, line) in not_in_mariadb(&all) {
            file.refused.insert(("mariadb", what.to_owned()), ("0", line));
        }
        file.settings = settings(&all, dialect);
    }
    // The extension had it before the server did.
    if file.extensions.contains_key("pgcrypto") {
        file.needs.remove(&("postgresql", "GEN_RANDOM_UUID"));
    }
    Ok(file)
}

/// `DROP FUNCTION [IF EXISTS] NAME [CASCADE];`
fn drops_without_arguments<'a>(words: impl Iterator<Item = &'a str>) -> bool {
    let words: Vec<&str> = words.take(8).collect();
    let (["DROP", "FUNCTION", "IF", "EXISTS", rest @ ..] | ["DROP", "FUNCTION", rest @ ..]) =
        words.as_slice()
    else {
        return false;
    };
    let ([_, ".", _, after, ..] | [_, after, ..]) = rest else {
        return false;
    };
    matches!(*after, ";" | "CASCADE" | "RESTRICT")
}

/// `CREATE EXTENSION [IF NOT EXISTS] NAME`.
fn created_extension<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let words: Vec<&str> = words.take(6).collect();
    let name = match words.as_slice() {
        ["CREATE", "EXTENSION", "IF", "NOT", "EXISTS", name, ..] => name,
        ["CREATE", "EXTENSION", name, ..] => name,
        _ => return None,
    };
    let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '"' || c == '_');
    // What is not in quotes is folded to small letters.
    is_name(name).then(|| match name.strip_prefix('"') {
        Some(quoted) => quoted.to_owned(),
        None => name.to_ascii_lowercase(),
    })
}
