//! The one writer for people: whatever text comes from a host, an image or a repository, no control character passes.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};
use parity_core::snapshot::Problem;

/// The code of what is worth knowing and nobody's failure.
const NOTE: &str = "same-machine";

/// What a piece of text is, and so how it looks where there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Plain,
    Strong,
    Dim,
    Bad,
    Doubtful,
    Good,
}

impl Look {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(Color::Ansi(colour))).bold();
        match self {
            Look::Plain => Style::new(),
            Look::Strong => Style::new().bold(),
            Look::Dim => Style::new().dimmed(),
            Look::Bad => colour(AnsiColor::Red),
            Look::Doubtful => colour(AnsiColor::Yellow),
            Look::Good => colour(AnsiColor::Green),
        }
    }
}

/// Lines for people. Colours are added here and removed at the end where nobody wants them.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// A piece of text in the current line.
    pub(crate) fn put(&mut self, look: Look, text: &str) -> &mut Page {
        let style = look.style();
        let _ = write!(self.text, "{style}{}{style:#}", visible(text));
        self
    }

    /// Plain text in the current line.
    pub(crate) fn say(&mut self, text: &str) -> &mut Page {
        self.put(Look::Plain, text)
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) {
        self.text.push('\n');
    }

    /// A whole line of plain text.
    pub(crate) fn line(&mut self, text: &str) {
        self.say(text).end();
    }

    /// `  label      text`, as under a finding.
    pub(crate) fn field(&mut self, label: &str, text: &str) {
        self.put(Look::Dim, &format!("  {label:<10} ")).say(text).end();
    }

    /// The same label for several texts, each in a line of its own.
    pub(crate) fn fields(&mut self, label: &str, texts: &[String]) {
        texts.iter().for_each(|text| self.field(label, text));
    }

    /// `problem  web1: what happened [code]`.
    pub(crate) fn problem(&mut self, targets: &str, problem: &Problem) {
        let word = if problem.code == NOTE { "note" } else { "problem" };
        self.put(Look::Doubtful, word)
            .say("  ")
            .put(Look::Strong, targets)
            .say(": ")
            .say(&problem.message)
            .put(Look::Dim, &format!(" [{}]", problem.code))
            .end();
    }

    /// All lines, with colours.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// The text with every control, format and direction character shown as an escape.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            match u32::from(c) {
                code @ 0..=0xff => {
                    let _ = write!(out, "\\x{code:02x}");
                }
                code => {
                    let _ = write!(out, "\\u{{{code:x}}}");
                }
            }
        }
    }
    out
}

/// The same text, no longer than this many characters: of what is left out the number is told.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    let mut text = visible(text);
    match text.char_indices().nth(limit) {
        None => text,
        Some((at, _)) => {
            let more = text.chars().count() - limit;
            text.truncate(at);
            format!("{text}… and {more} characters more")
        }
    }
}

/// Whether a character shows itself and does nothing else.
pub(crate) fn is_plain(c: char) -> bool {
    let code = u32::from(c);
    let hidden = matches!(code,
        0x00ad | 0x034f | 0x061c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        | 0xfffe..=0xffff | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff);
    !c.is_control() && !hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_counted() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöü\n", 2), "äö… and 5 characters more");
    }

    #[test]
    fn control_characters_are_shown() {
        let hostile = "a\x1b]0;title\x07\r\n\u{202e}b\u{9b}31m\u{200b}c\u{7f}";
        assert_eq!(
            visible(hostile),
            "a\\x1b]0;title\\x07\\x0d\\x0a\\u{202e}b\\x9b31m\\u{200b}c\\x7f"
        );
        assert_eq!(visible("Zürich → 東京"), "Zürich → 東京");
    }
}
