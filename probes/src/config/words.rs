//! One directive a line: a keyword and its arguments, as Redis reads them.

use super::directive::{Directive, Numbering, SyntaxError, words};
use crate::reading::statements;

/// The directives of a file, keywords in lower case.
pub(crate) fn directives(text: &str) -> Result<Vec<Directive>, SyntaxError> {
    let mut numbering = Numbering::default();
    let directives = statements(text, &['#']).filter_map(|(line, statement)| {
        let mut words = words(statement).into_iter();
        let name = numbering.name(&words.next()?.to_ascii_lowercase());
        Some(Directive {
            path: vec![name],
            arguments: words.collect(),
            line,
        })
    });
    Ok(directives.collect())
}
