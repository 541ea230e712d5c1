//! Mistakes in files that people write: what, where, and what was probably meant.

use std::ops::Range;

/// One mistake in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// Another place that belongs to it, and what it is.
    pub related: Option<(Range<usize>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Mistake {
        Mistake {
            message: message.into(),
            span,
            related: None,
            help: None,
        }
    }

    /// The same mistake with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    /// The same mistake with another place.
    #[must_use]
    pub fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Mistake {
        self.related = Some((span, label.into()));
        self
    }

    /// The line of the mistake, counted from 1.
    pub fn line(&self, text: &str) -> usize {
        line_of(text, self.span.start)
    }
}

/// The line of a byte of a text, counted from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The known word that a wrong one was probably meant to be: at most a third of its letters differ.
pub fn closest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).max(1);
    let scored = known.into_iter().map(|word| (distance(wrong, word), word));
    scored
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, word)| word)
}

/// Letters to insert, remove, replace or swap (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1)
                .min(row[j - 1] + 1)
                .min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word() {
        let known = ["artifacts", "environments", "links"];
        assert_eq!(closest("artefacts", known), Some("artifacts"));
        assert_eq!(closest("lniks", known), Some("links"));
        assert_eq!(closest("banana", known), None);
    }
}
