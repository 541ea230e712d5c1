//! The syntax and the effect of `sshd_config(5)`.

use std::collections::BTreeMap;

use parity_core::fact::{Origin, State, Value};

use super::directive::{Directive, Numbering, SyntaxError, words};
use super::shown;
use crate::reading::statements;

/// Keywords whose lines add up, each line one value; of all others the first line counts.
const ADDING: [&str; 5] = ["hostcertificate", "hostkey", "listenaddress", "port", "subsystem"];

/// Keywords whose lines add up, each word one value.
const ADDING_WORDS: [&str; 5] = [
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
];

/// The keywords of a file in lower case, those after `Match` below their condition.
pub(super) fn directives(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let mut found = Vec::new();
    let mut blocks = Numbering::default();
    let mut inner = Numbering::default();
    let mut block: Option<String> = None;
    for (line, statement) in statements(text, &['#']) {
        let end = statement.find(|c: char| c == '=' || c.is_whitespace());
        let (keyword, rest) = statement.split_at(end.unwrap_or(statement.len()));
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        let keyword = keyword.to_ascii_lowercase();
        let arguments: Vec<String> = words(rest)
            .into_iter()
            .take_while(|word| !word.starts_with('#'))
            .collect();
        if keyword == "match" {
            block = Some(blocks.name(&format!("match {}", arguments.join(" "))));
            inner = Numbering::default();
            continue;
        }
        let name = inner.name(&keyword);
        found.push(Directive {
            path: block.iter().cloned().chain([name]).collect(),
            arguments,
            line,
        });
    }
    Ok(found)
}

/// Keywords in effect, what is known of their values, and the line of the first.
pub(super) type Effective = BTreeMap<String, (State, Origin)>;

/// Adds what one directive outside of `Match` brings into effect.
pub(super) fn take_effect(effective: &mut Effective, directive: &Directive, value: &str, origin: Origin) {
    let name = directive.name();
    let adds_words = ADDING_WORDS.contains(&name);
    let values = if adds_words {
        directive.arguments.clone()
    } else {
        vec![value.to_owned()]
    };
    let state = match shown::state(directive, value) {
        State::Value(_) => State::Value(Value::List(values)),
        unknown => unknown,
    };
    match (effective.get_mut(name), state) {
        (None, state) => {
            effective.insert(name.to_owned(), (state, origin));
        }
        (Some((State::Value(Value::List(all)), _)), State::Value(Value::List(more)))
            if adds_words || ADDING.contains(&name) =>
        {
            all.extend(more);
        }
        _ => {}
    }
}
