//! The words, names, texts and marks of SQL.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word without quotes.
    Word,
    /// A name in `"` or backquotes.
    Name,
    /// A text in `'`.
    Text,
    /// Digits.
    Number,
    /// One character.
    Mark,
}

/// A part of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// A word in capitals; a name as it is, behind its first quote; a mark.
    pub(super) text: String,
    /// As it is written, without quotes.
    pub(super) raw: &'a str,
    /// Counted from 1.
    pub(super) line: u32,
}

impl Token<'_> {
    /// Whether it is this word, given in capitals, or this mark.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }

    /// Whether it may name a table or a column.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }
}

/// Which servers a file is written for, as far as that shows.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) is_mysql: bool,
    pub(super) is_postgresql: bool,
    pub(super) is_other: bool,
}

impl Dialect {
    pub(super) fn suits(self, server: &str) -> bool {
        match (self.is_mysql, self.is_postgresql) {
            (true, false) => server != "postgresql",
            (false, true) => server == "postgresql",
            (false, false) if self.is_other => false,
            _ => true,
        }
    }
}

/// Reads SQL: comments are passed over, and bodies in dollar quotes.
///
/// # Errors
/// The line of a quote or comment without its end.
pub(super) fn tokens<'a>(text: &'a str, dialect: &mut Dialect) -> Result<Vec<Token<'a>>, u32> {
    let (mut tokens, mut rest, mut line) = (Vec::new(), text, 1_u32);
    while let Some(first) = rest.chars().next() {
        let mut push = |kind: Kind, text: &str, raw: &'a str| {
            let text = text.to_owned();
            tokens.push(Token {
                kind,
                text,
                raw,
                line,
            });
        };
        let within = |end: usize| rest.get(1..end.saturating_sub(1)).unwrap_or_default();
        let skipped = match first {
            '-' if rest.starts_with("--") => line_end(rest),
            // MySQL runs what stands in such a comment.
            '/' if rest.starts_with("/*!") => {
                dialect.is_mysql = true;
                "/*!".len()
            }
            '/' if rest.starts_with("/*") => rest.find("*/").ok_or(line)? + 2,
            '\'' => {
                let end = quoted(rest, '\'').ok_or(line)?;
                push(Kind::Text, "", within(end));
                end
            }
            '"' | '`' => {
                dialect.is_mysql |= first == '`';
                let end = quoted(rest, first).ok_or(line)?;
                push(Kind::Name, &format!("{first}{}", within(end)), within(end));
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
                let end = end_of(rest, |c| c.is_alphanumeric() || c == '_');
                let raw = rest.get(..end).unwrap_or_default();
                push(Kind::Word, &raw.to_uppercase(), raw);
                end
            }
            c if c.is_ascii_digit() => {
                let end = end_of(rest, |c| c.is_ascii_digit());
                push(Kind::Number, "", rest.get(..end).unwrap_or_default());
                end
            }
            c if c.is_whitespace() => c.len_utf8(),
            c => {
                let raw = rest.get(..c.len_utf8()).unwrap_or_default();
                push(Kind::Mark, raw, raw);
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

fn end_of(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !is_part(c)).unwrap_or(text.len())
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
