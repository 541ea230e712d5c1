//! The syntax and the effect of `sshd_config(5)`.

use std::collections::BTreeMap;

use parity_core::fact::Origin;

use super::directive::{Directive, Numbering, SyntaxError, words};
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

/// Keywords in effect with their values, and the line of the first.
pub(super) type Effective = BTreeMap<String, (Vec<String>, Origin)>;

/// Adds what one directive outside of `Match` brings into effect.
pub(super) fn take_effect(effective: &mut Effective, directive: &Directive, value: String, origin: Origin) {
    let name = directive.name();
    let values = if ADDING_WORDS.contains(&name) {
        directive.arguments.clone()
    } else {
        vec![value]
    };
    match effective.get_mut(name) {
        None => {
            effective.insert(name.to_owned(), (values, origin));
        }
        Some((all, _)) if ADDING.contains(&name) || ADDING_WORDS.contains(&name) => all.extend(values),
        Some(_) => {}
    }
}
