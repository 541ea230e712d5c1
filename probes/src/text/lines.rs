//! Lines of a byte text, without allocation.

use memchr::memchr;

/// One line, without its end (`\n` or `\r\n`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// The bytes before the line's end.
    pub bytes: &'a [u8],
    /// Whether the line has an end; false only for a last line that was cut or left open.
    pub ended: bool,
}

/// Iterator over the lines of a text, see [`lines`].
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

/// The lines of `text`, counted from 1. An empty text has none; a final `\n` begins no further line.
#[must_use]
pub fn lines(text: &[u8]) -> Lines<'_> {
    Lines {
        rest: text,
        number: 0,
    }
}

impl<'a> Lines<'a> {
    /// Those of these lines that come before `later`, a later place in the same text.
    pub(super) fn up_to(self, later: &Lines<'a>) -> Lines<'a> {
        let length = self.rest.len().saturating_sub(later.rest.len());
        let (rest, _) = self.rest.split_at(length);
        Lines { rest, ..self }
    }
}

/// The text of `bytes`; what is not UTF-8 becomes U+FFFD.
#[must_use]
pub fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let end = memchr(b'\n', self.rest);
        let (bytes, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.get(1..).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        Some(Line {
            number: self.number,
            bytes,
            ended: end.is_some(),
        })
    }
}
