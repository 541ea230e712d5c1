//! The option files of MySQL and MariaDB: groups in brackets, options below them.

use super::directive::{Directive, Numbering, SyntaxError};
use crate::reading::statements;

/// The options of a file below their groups, `-` in names written `_`. `!include` and `!includedir` come as directives
/// of that name.
pub(crate) fn directives(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let mut found = Vec::new();
    let mut numbering = Numbering::default();
    let mut group = String::new();
    for (line, statement) in statements(text, &['#', ';']) {
        if let Some(name) = statement.strip_prefix('[') {
            let name = name.strip_suffix(']').ok_or(SyntaxError {
                line,
                message: "a group without `]`",
            })?;
            group = name.trim().to_owned();
            continue;
        }
        let (name, value) = if statement.starts_with('!') {
            statement
                .split_once(char::is_whitespace)
                .map_or((statement, None), |(n, v)| (n, Some(v)))
        } else {
            statement
                .split_once('=')
                .map_or((statement, None), |(n, v)| (n, Some(v)))
        };
        let name = name.trim().replace('-', "_");
        let numbered = numbering.name(&format!("{group}/{name}"));
        let name = numbered.strip_prefix(&format!("{group}/")).unwrap_or(&numbered);
        let value = value.map(|value| value.trim().trim_matches(['"', '\'']).to_owned());
        let mut path = vec![group.clone(), name.to_owned()];
        path.retain(|part| !part.is_empty());
        found.push(Directive {
            path,
            arguments: value.into_iter().collect(),
            line,
        });
    }
    Ok(found)
}
