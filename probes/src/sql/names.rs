//! Names of tables: which a file creates, and which it uses.

use std::collections::BTreeMap;

use super::tokens::{Kind, Token};

/// Names as they are written, with the line of the first.
type Names = BTreeMap<String, u32>;

/// What stands before the name of a table that has to be there.
const BEFORE: [&str; 5] = ["FROM", "INTO", "JOIN", "REFERENCES", "UPDATE"];

/// The tables and views that are created, also under another name.
pub(super) fn created(tokens: &[Token<'_>]) -> Names {
    let mut found = Names::new();
    for statement in tokens.split(|token| token.is(";")) {
        let begins = |word: &str| statement.first().is_some_and(|token| token.is(word));
        let mark = if begins("CREATE") {
            statement
                .iter()
                .take(12)
                .position(|token| token.is("TABLE") || token.is("VIEW"))
        } else if begins("RENAME") || begins("ALTER") {
            statement.iter().position(|token| token.is("TO"))
        } else {
            None
        };
        let name = mark.and_then(|at| name(statement.get(at + 1..)?));
        if let Some(name) = name {
            found.entry(name.raw.to_owned()).or_insert(name.line);
        }
        // A name that a statement gives to a part of itself.
        for three in statement.windows(3) {
            if let [name, with, open] = three
                && name.is_name()
                && with.is("AS")
                && open.is("(")
            {
                found.entry(name.raw.to_owned()).or_insert(name.line);
            }
        }
    }
    found
}

/// The tables that statements read or write.
pub(super) fn used(tokens: &[Token<'_>]) -> Names {
    let mut found = Names::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_before = token.kind == Kind::Word && BEFORE.contains(&token.text.as_str());
        let rest = tokens.get(at + 1..).unwrap_or_default();
        if let Some(name) = name(rest).filter(|_| is_before) {
            found.entry(name.raw.to_owned()).or_insert(name.line);
        }
    }
    found
}

/// `[IF NOT EXISTS] [database.]name`, which is no call.
fn name<'a, 'b>(tokens: &'a [Token<'b>]) -> Option<&'a Token<'b>> {
    let is_passed = |token: &&Token<'_>| ["IF", "NOT", "EXISTS"].iter().any(|word| token.is(word));
    let mut rest = tokens.iter().skip_while(is_passed);
    let first = rest.next().filter(|token| token.is_name())?;
    match (rest.next(), rest.next()) {
        (Some(mark), Some(second)) if mark.is(".") => Some(second).filter(|token| token.is_name()),
        _ => Some(first),
    }
}
