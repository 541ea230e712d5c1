//! `postgresql.conf` and `pg_hba.conf` (PostgreSQL documentation, "Setting Parameters" and "The pg_hba.conf File").

use parity_core::redact::{self, REDACTED};

use super::directive::{Directive, Numbering, SyntaxError, words};
use crate::reading::statements;

/// The settings of a file, names in lower case.
pub(super) fn directives(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let mut found = Vec::new();
    let mut numbering = Numbering::default();
    for (line, statement) in statements(text, &['#']) {
        let end = statement.find(|c: char| c == '=' || c.is_whitespace());
        let (name, rest) = statement.split_at(end.unwrap_or(statement.len()));
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
        let value = value(rest).ok_or(SyntaxError {
            line,
            message: "a value without its closing quote",
        })?;
        found.push(Directive {
            path: vec![numbering.name(&name.to_ascii_lowercase())],
            arguments: vec![value],
            line,
        });
    }
    Ok(found)
}

/// A value with or without quotes; a comment may follow.
fn value(text: &str) -> Option<String> {
    let Some(quoted) = text.strip_prefix('\'') else {
        return Some(text.split('#').next().unwrap_or_default().trim().to_owned());
    };
    let mut value = String::new();
    let mut characters = quoted.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\'' if characters.peek() == Some(&'\'') => value.extend(characters.next()),
            '\'' => return Some(value),
            '\\' => value.extend(characters.next()),
            c => value.push(c),
        }
    }
    None
}

/// The rules of `pg_hba.conf`, fields parted by one space, secrets in options redacted.
pub(super) fn rules(text: &str) -> Vec<String> {
    statements(text, &['#'])
        .map(|(_, statement)| {
            let fields = words(statement.split(" #").next().unwrap_or_default());
            let shown = fields.into_iter().map(|field| match field.split_once('=') {
                Some((name, _)) if redact::is_secret_name(name) || name.contains("pass") => {
                    format!("{name}={REDACTED}")
                }
                _ => field,
            });
            shown.collect::<Vec<_>>().join(" ")
        })
        .filter(|rule| !rule.is_empty())
        .collect()
}
