//! What an SQL file uses. A pure function over its text.

use std::collections::{BTreeMap, BTreeSet};

use super::features::FEATURES;
use super::ownership::{created, granted};
use super::refused::refused;

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
}

/// A word in capitals, a name in quotes as it is, or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    text: String,
    line: u32,
}

/// Which servers a file is written for, as far as that shows.
#[derive(Debug, Default)]
struct Dialect {
    is_mysql: bool,
    is_postgresql: bool,
    is_other: bool,
}

impl Dialect {
    fn suits(&self, server: &str) -> bool {
        match (self.is_mysql, self.is_postgresql) {
            (true, false) => server != "postgresql",
            (false, true) => server == "postgresql",
            (false, false) if self.is_other => false,
            _ => true,
        }
    }
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
    let tokens = tokens(text, &mut dialect)?;
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

fn tokens(text: &str, dialect: &mut Dialect) -> Result<Vec<Token>, u32> {
    let (mut tokens, mut rest, mut line) = (Vec::new(), text, 1_u32);
    while let Some(first) = rest.chars().next() {
        let skipped = match first {
            '-' if rest.starts_with("--") => line_end(rest),
            // MySQL runs what stands in such a comment.
            '/' if rest.starts_with("/*!") => {
                dialect.is_mysql = true;
                "/*!".len()
            }
            '/' if rest.starts_with("/*") => rest.find("*/").ok_or(line)? + 2,
            '\'' => quoted(rest, '\'').ok_or(line)?,
            '"' => {
                let end = quoted(rest, '"').ok_or(line)?;
                let name = rest.get(..end.saturating_sub(1)).unwrap_or_default();
                tokens.push(Token {
                    text: name.to_owned(),
                    line,
                });
                end
            }
            '`' => {
                dialect.is_mysql = true;
                let end = quoted(rest, '`').ok_or(line)?;
                let name = rest.get(..end.saturating_sub(1)).unwrap_or_default();
                tokens.push(Token {
                    text: name.to_owned(),
                    line,
                });
                end
            }
            '$' => match dollar_quoted(rest) {
                Some(tag) => {
                    dialect.is_postgresql = true;
                    let body = rest.get(tag.len()..).unwrap_or_default();
                    body.find(tag).ok_or(line)? + 2 * tag.len()
                }
                None => 1,
            },
            ':' if rest.starts_with("::") => {
                dialect.is_postgresql = true;
                2
            }
            c if c.is_alphabetic() || c == '_' => {
                let is_part = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
                let text = rest.get(..end).unwrap_or_default().to_uppercase();
                tokens.push(Token { text, line });
                end
            }
            c if c.is_whitespace() || c.is_ascii_digit() => c.len_utf8(),
            c => {
                tokens.push(Token {
                    text: c.to_string(),
                    line,
                });
                c.len_utf8()
            }
        };
        let (passed, after) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        rest = after;
    }
    Ok(tokens)
}

fn line_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// The length of a text in quotes; a quote in it is doubled or, as MySQL has it, escaped.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '\\' && quote == '\'' {
            characters.next();
        } else if c == quote {
            if characters.peek().is_none_or(|(_, next)| *next != quote) {
                return Some(at + 1);
            }
            characters.next();
        }
    }
    None
}

/// `$$` or `$tag$` at the beginning (PostgreSQL, "Dollar-quoted string constants").
fn dollar_quoted(text: &str) -> Option<&str> {
    let tag = text.strip_prefix('$')?;
    let end = tag.find('$')?;
    let is_name = |tag: &str| tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let tag = tag
        .get(..end)
        .filter(|tag| is_name(tag) && !tag.starts_with(|c: char| c.is_ascii_digit()))?;
    text.get(..tag.len() + 2)
}
