//! Breaks long lines at spaces; what follows stands below the text they began with.

use unicode_width::UnicodeWidthChar;

/// Column at which the text of a field stands: `  label      text`.
pub(crate) const FIELD: usize = 13;

/// The same text, styles kept, with no line wider than `columns` where words allow it. Words are never broken: paths and
/// commands stay whole for copying.
pub(crate) fn wrap(text: &str, columns: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| wrap_line(line, columns))
        .collect()
}

fn wrap_line(line: &str, columns: usize) -> String {
    let (body, end) = match line.strip_suffix('\n') {
        Some(body) => (body, "\n"),
        None => (line, ""),
    };
    if width(body) <= columns {
        return line.to_owned();
    }
    let hang = indent(body).min(columns / 2);
    let mut out = String::with_capacity(line.len() + 64);
    let mut at = 0;
    let mut is_first = true;
    for piece in body.split_inclusive(' ') {
        let word = width(piece.trim_end_matches(' '));
        if at + word > columns && !is_first {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(hang));
            at = hang;
            is_first = true;
        }
        is_first &= word == 0;
        out.push_str(piece);
        at += width(piece);
    }
    out.push_str(end);
    out
}

/// Under a field the text stands in its column, elsewhere two columns further in.
fn indent(line: &str) -> usize {
    let plain: Vec<char> = visible(line).collect();
    let spaces = plain.iter().take_while(|c| **c == ' ').count();
    let is_field =
        spaces == 2 && plain.get(FIELD - 1) == Some(&' ') && plain.get(FIELD).is_some_and(|c| *c != ' ');
    if is_field { FIELD } else { spaces + 2 }
}

fn width(text: &str) -> usize {
    visible(text).map(|c| c.width().unwrap_or(0)).sum()
}

/// The characters without escape sequences: ours are all of the form `ESC [ … m`.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut in_escape = false;
    text.chars().filter(move |c| match (in_escape, c) {
        (false, '\u{1b}') => {
            in_escape = true;
            false
        }
        (true, 'm') => {
            in_escape = false;
            false
        }
        (escape, _) => !escape,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_field_hangs_below_its_text() {
        let line = "  needs      one two three\n";
        assert_eq!(wrap(line, 20), "  needs      one two\n          three\n");
        assert_eq!(
            wrap("  help       one two three four five six\n", 30),
            "  help       one two three\n             four five six\n"
        );
        assert_eq!(wrap("short\n", 20), "short\n");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(wrap("東京 東京 東京\n", 10), "東京 東京\n  東京\n");
    }

    proptest! {
        #[test]
        fn no_word_is_lost(text in "[ a-z東é\u{1b}\\[0m\n]{0,200}", columns in 1usize..60) {
            let wrapped = wrap(&text, columns);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&wrapped), words(&text));
        }
    }
}
