//! What all syntaxes come down to: directives with a path, a value and a line.

use std::collections::BTreeMap;

/// One directive of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    /// Blocks and the directive itself.
    pub(crate) path: Vec<String>,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Line, counted from 1.
    pub(crate) line: u32,
}

impl Directive {
    /// The name of the directive, without its blocks and without the number of its repetition.
    pub(crate) fn name(&self) -> &str {
        let last = self.path.last().map(String::as_str).unwrap_or_default();
        last.split('#').next().unwrap_or_default()
    }
}

/// Why a file could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) line: u32,
    pub(crate) message: &'static str,
}

/// Gives repeated names in one block their numbers: `listen`, `listen#2`.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    seen: BTreeMap<String, u32>,
}

impl Numbering {
    pub(crate) fn name(&mut self, name: &str) -> String {
        let count = self.seen.entry(name.to_owned()).or_insert(0);
        *count = count.saturating_add(1);
        match *count {
            1 => name.to_owned(),
            count => format!("{name}#{count}"),
        }
    }
}

/// Words parted by white space; quotes keep words together, a backslash inside them keeps the next character.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut begun = false;
    let mut quote: Option<char> = None;
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match quote {
            Some(_) if c == '\\' => word.extend(characters.next()),
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if c == '"' || c == '\'' => (quote, begun) = (Some(c), true),
            None if c.is_whitespace() => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            None => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        words.push(word);
    }
    words
}
