//! SQL in the sources of programs: texts that are statements, and in migrations texts that are calls of functions.

use crate::language::{Dialect, Kind, Token, tokens};

use super::sql_file;

/// What a statement begins with.
const VERBS: [&str; 14] = [
    "ALTER", "CALL", "COMMENT", "CREATE", "DELETE", "DO", "DROP", "GRANT", "INSERT", "MERGE", "REINDEX",
    "SELECT", "UPDATE", "WITH",
];

/// Whether a source is one of the steps that bring a database to its form.
pub(super) fn is_migration(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        part.starts_with("migrat") || part == "schema.rb" || (part == "versions" && path.contains("alembic"))
    })
}

/// How a source that may hold SQL is written.
pub(super) fn dialect(path: &str) -> Option<Dialect> {
    Some(match path.rsplit_once('.')?.1 {
        "js" | "mjs" | "cjs" | "ts" | "go" | "java" | "kt" | "cs" => Dialect::JavaScript,
        "php" => Dialect::Php,
        "py" => Dialect::Python,
        "rb" => Dialect::Ruby,
        _ => return None,
    })
}

/// Whether a file is a changelog of Liquibase.
pub(super) fn is_changelog(path: &str) -> bool {
    let speaks = path.contains("changelog") || path.contains("liquibase");
    speaks && path.ends_with(".xml")
}

/// The SQL of a changelog: `<sql>` and computed values (<https://docs.liquibase.com/change-types/sql.html>).
pub(super) fn of_changelog(text: &str) -> String {
    let mut sql = String::new();
    let mut rest = text;
    let marks = ["<sql", "efaultValueComputed=\"", "alueComputed=\""];
    let mut line = 1_usize;
    while let Some((at, mark)) = marks
        .iter()
        .filter_map(|mark| Some((rest.find(mark)?, *mark)))
        .min()
    {
        let Some((passed, after)) = rest.split_at_checked(at + mark.len()) else {
            break;
        };
        let (begin, end) = if mark == "<sql" {
            (">", "</sql>")
        } else {
            ("", "\"")
        };
        let Some((opened, body)) = after.split_once(begin).or(Some(("", after))) else {
            break;
        };
        let Some((body, left)) = body.split_once(end) else {
            break;
        };
        let before = passed.matches('\n').count() + opened.matches('\n').count();
        let body = body.trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        if sql_file(body).is_ok() {
            let written = sql.matches('\n').count() + 1;
            sql.push_str(&"\n".repeat((line + before).saturating_sub(written)));
            sql.push_str(body);
            sql.push_str(" ; ");
        }
        line += before + body.matches('\n').count();
        rest = left;
    }
    sql
}

/// The SQL of a source, every statement on the line on which it stands there.
pub(super) fn statements(source: &str, dialect: Dialect, is_migration: bool) -> String {
    let mut sql = String::new();
    let mut line = 1_u32;
    let tokens = tokens(source, dialect);
    for extension in extensions(&tokens) {
        sql.push_str(&format!("CREATE EXTENSION \"{extension}\" ; "));
    }
    for (word, written) in WRITTEN.iter().filter(|_| is_migration) {
        let is_said = |token: &Token<'_>| token.kind == Kind::Word && token.text == *word;
        if tokens.iter().any(is_said) {
            sql.push_str(written);
        }
    }
    for token in tokens.iter().filter(|token| token.kind == Kind::Text) {
        let is_wanted = is_statement(token.text) || (is_migration && is_call(token.text));
        if !is_wanted || token.line < line || sql_file(token.text).is_err() {
            continue;
        }
        while line < token.line {
            sql.push('\n');
            line += 1;
        }
        let lines = token.text.bytes().filter(|byte| *byte == b'\n').count();
        line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        sql.push_str(token.text);
        sql.push_str(" ; ");
    }
    sql
}

fn is_statement(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let verb = words.next().unwrap_or("");
    VERBS.iter().any(|known| verb.eq_ignore_ascii_case(known)) && words.nth(1).is_some()
}

/// `name()`, maybe with arguments.
fn is_call(text: &str) -> bool {
    let text = text.trim();
    let name = text.split('(').next().unwrap_or("");
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name && text.len() > name.len() && text.ends_with(')')
}

/// Words of SQLAlchemy in migrations, and the SQL that it writes for them whatever the server is
/// (<https://docs.sqlalchemy.org/en/20/dialects/postgresql.html>).
const WRITTEN: [(&str, &str); 2] = [
    ("postgresql_include", "CREATE INDEX ON t (a) INCLUDE (b) ; "),
    (
        "postgresql_nulls_not_distinct",
        "CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT ; ",
    ),
];

/// Operations of Django that create an extension.
const OPERATIONS: [(&str, &str); 8] = [
    ("BloomExtension", "bloom"),
    ("BtreeGinExtension", "btree_gin"),
    ("CITextExtension", "citext"),
    ("CryptoExtension", "pgcrypto"),
    ("HStoreExtension", "hstore"),
    ("TrigramExtension", "pg_trgm"),
    ("UnaccentExtension", "unaccent"),
    ("VectorExtension", "vector"),
];

/// Extensions that frameworks are told to create: `enable_extension "…"` of Rails, `CreateExtension("…")` of Django.
fn extensions<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for (at, token) in tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.kind == Kind::Word)
    {
        let next = |by: usize| tokens.get(at + by);
        let is_open = next(1).is_some_and(|token| token.is("("));
        if matches!(token.text, "enable_extension" | "CreateExtension") {
            let name = next(1 + usize::from(is_open)).filter(|token| token.kind == Kind::Text);
            found.extend(name.map(|token| token.text).filter(|name| !name.contains('"')));
        }
        let operation = OPERATIONS
            .iter()
            .find(|(operation, _)| *operation == token.text && is_open);
        found.extend(operation.map(|(_, name)| *name));
    }
    found
}
