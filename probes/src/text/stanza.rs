//! Stanzas: groups of `name: value` lines with an empty line between them, as dpkg and apk keep their databases.
//!
//! Shape: deb822(5); the apk database has the same shape with names of one letter and no continuation lines.

use memchr::memchr;

use super::lines::{Line, Lines, lines};
use crate::parse_error::{Fault, ParseError};

/// One stanza: its lines up to the next empty line.
#[derive(Debug, Clone)]
pub struct Stanza<'a> {
    /// The line of its first field, counted from 1.
    pub line: usize,
    lines: Lines<'a>,
}

/// One field of a stanza.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// The bytes before the colon.
    pub name: &'a [u8],
    /// The bytes after the colon on the same line, without white space around them. Continuation lines are left out.
    pub value: &'a [u8],
}

/// Iterator over the stanzas of a text, see [`stanzas`].
#[derive(Debug, Clone)]
pub struct Stanzas<'a> {
    lines: Lines<'a>,
}

/// The stanzas of `text`. A text whose last line has no end was cut: the stanza there is an error
/// ([`Fault::Truncated`]), not a shorter stanza.
#[must_use]
pub fn stanzas(text: &[u8]) -> Stanzas<'_> {
    Stanzas { lines: lines(text) }
}

impl<'a> Iterator for Stanzas<'a> {
    type Item = Result<Stanza<'a>, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut begin = self.lines.clone();
        let mut last = self.lines.next()?;
        while last.bytes.is_empty() {
            begin = self.lines.clone();
            last = self.lines.next()?;
        }
        let line = last.number;
        while let Some(next) = self.lines.next().filter(|next| !next.bytes.is_empty()) {
            last = next;
        }
        if !last.ended {
            return Some(Err(ParseError::line(last.number, Fault::Truncated("a stanza"))));
        }
        Some(Ok(Stanza {
            line,
            lines: begin.up_to(&self.lines),
        }))
    }
}

impl<'a> Stanza<'a> {
    /// The fields in their order. A line that is neither a field nor a continuation (it begins with white space) is
    /// an error, as it is to dpkg: what stood there may have been a package.
    pub fn fields(&self) -> impl Iterator<Item = Result<Field<'a>, ParseError>> + use<'a> {
        let continues = |line: &Line<'_>| matches!(line.bytes.first(), None | Some(b' ' | b'\t'));
        self.lines
            .clone()
            .filter(move |line| !continues(line))
            .map(Field::read)
    }
}

impl<'a> Field<'a> {
    fn read(line: Line<'a>) -> Result<Self, ParseError> {
        let colon = memchr(b':', line.bytes).filter(|&at| at > 0);
        let Some((name, value)) = colon.and_then(|at| line.bytes.split_at_checked(at)) else {
            let how = "a line is neither a field nor a continuation";
            return Err(ParseError::line(line.number, Fault::Malformed(how)));
        };
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        Ok(Self {
            line: line.number,
            name,
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Vec<(usize, String, String)>;

    fn all(text: &[u8]) -> Result<Vec<Read>, ParseError> {
        stanzas(text)
            .map(|stanza| {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                stanza?
                    .fields()
                    .map(|field| field.map(|f| (f.line, text(f.name), text(f.value))))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn reads_stanzas_between_any_number_of_empty_lines() {
        let got = all(b"\n\nA: 1\n cont\nB:2\n\n\r\n\nA: 3\r\n").unwrap();
        let field = |line, name: &str, value: &str| (line, name.to_owned(), value.to_owned());
        assert_eq!(
            got,
            [
                vec![field(3, "A", "1"), field(5, "B", "2")],
                vec![field(9, "A", "3")]
            ]
        );
    }

    #[test]
    fn an_open_last_line_is_a_cut() {
        let error = all(b"A: 1\n\nA: 2").unwrap_err();
        assert_eq!(error, ParseError::line(3, Fault::Truncated("a stanza")));
    }

    #[test]
    fn a_line_without_a_name_is_an_error() {
        for text in [&b"A: 1\njunk\n"[..], b"A: 1\n: 2\n", b"A: 1\n\0\0\0\0\n"] {
            assert!(matches!(
                all(text),
                Err(ParseError {
                    fault: Fault::Malformed(_),
                    ..
                })
            ));
        }
    }

    #[test]
    fn nothing_has_no_stanza() {
        assert_eq!(all(b"").unwrap().len(), 0);
        assert_eq!(all(b"\n\n").unwrap().len(), 0);
    }
}
