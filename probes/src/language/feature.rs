//! Something that some versions of a runtime have, and the words that tell it.

use super::lexer::{Kind, Token};

/// Something of a language or its library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Tokens in a row, parted by spaces: words, marks (several in one are written without space between them), `ID` for any
    /// word, `TEXT` for any text, `'…'` for a text that is this one. `~` before the first: it stands free, is no member, and is not
    /// defined there. `^` before the first: it is the first on its line.
    pub words: &'static str,
    /// Versions that have it, as a range of npm.
    pub range: &'static str,
    /// How it is called in a message.
    pub name: &'static str,
}

/// Short for tables.
pub(super) const fn feature(words: &'static str, range: &'static str, name: &'static str) -> Feature {
    Feature { words, range, name }
}

impl Feature {
    /// Whether no package can bring it: it is neither a function, a constant nor an interface.
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        !self.words.starts_with('~')
            && !["JSON_THROW_ON_ERROR", "implements Stringable"].contains(&self.words)
    }

    /// Whether it begins at this token.
    #[must_use]
    pub fn begins(&self, tokens: &[Token<'_>], at: usize) -> bool {
        let (words, is_free) = match self.words.strip_prefix('~') {
            Some(words) => (words, true),
            None => (self.words, false),
        };
        let (words, is_first) = match words.strip_prefix('^') {
            Some(words) => (words, true),
            None => (words, false),
        };
        let mut next = at;
        for word in words.split(' ') {
            match length(word, tokens.get(next..).unwrap_or(&[])) {
                Some(length) => next += length,
                None => return false,
            }
        }
        let is_place = !is_first || tokens.get(at).is_some_and(|token| token.is_first);
        is_place && (!is_free || is_free_standing(tokens, at))
    }
}

/// How many tokens an element takes, where it fits.
fn length(word: &str, tokens: &[Token<'_>]) -> Option<usize> {
    let first = tokens.first()?;
    if let Some(text) = word.strip_prefix('\'') {
        let fits = first.kind == Kind::Text && first.text == text.trim_end_matches('\'');
        return fits.then_some(1);
    }
    let is_marks = word.starts_with(|c: char| !c.is_alphanumeric() && c != '_');
    if is_marks {
        let mut count = 0;
        for c in word.chars() {
            let token = tokens.get(count)?;
            let is_it = token.kind == Kind::Mark && token.text.starts_with(c);
            if !is_it || (count > 0 && !token.is_joined) {
                return None;
            }
            count += 1;
        }
        return Some(count);
    }
    let fits = match word {
        "ID" => first.kind == Kind::Word && first.text.starts_with(|c: char| c.is_alphabetic() || c == '_'),
        "TEXT" => first.kind == Kind::Text,
        word => first.kind == Kind::Word && first.text == word,
    };
    fits.then_some(1)
}

/// What stands before a name that is a member of something, or defined there.
const BEFORE: [&str; 10] = [
    "@", "as", "class", "const", "def", "fn", "function", "import", "let", "new",
];

/// Whether a name is neither a member nor defined here.
fn is_free_standing(tokens: &[Token<'_>], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let is_member = match before(1) {
        Some(token) if token.is(".") => before(2).is_none_or(|token| !token.is(".")),
        Some(token) if token.is(">") => token.is_joined && before(2).is_some_and(|token| token.is("-")),
        Some(token) if token.is(":") => token.is_joined && before(2).is_some_and(|token| token.is(":")),
        Some(token) if token.is("$") => {
            token.kind == Kind::Mark && tokens.get(at).is_some_and(|token| token.is_joined)
        }
        Some(token) => {
            let is_new = token.is("new")
                && tokens
                    .get(at)
                    .is_some_and(|token| token.text.starts_with(char::is_uppercase));
            !is_new && token.kind == Kind::Word && BEFORE.contains(&token.text)
        }
        None => false,
    };
    !is_member && !is_definition(tokens, at)
}

/// A name with parameters and a body: `name(…) {`.
fn is_definition(tokens: &[Token<'_>], at: usize) -> bool {
    let Some(open) = tokens.get(at + 1).filter(|token| token.is("(")) else {
        return false;
    };
    let mut depth = 0_u32;
    for (offset, token) in tokens.iter().enumerate().skip(at + 1) {
        if token.is("(") {
            depth = depth.saturating_add(1);
        } else if token.is(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return open.line <= token.line && tokens.get(offset + 1).is_some_and(|token| token.is("{"));
            }
        }
    }
    false
}
