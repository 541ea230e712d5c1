//! GitHub-flavoured Markdown, in which nothing that a host says is markup.

mod check;
mod diff;

pub(crate) use check::{comment, summary};
pub(crate) use diff::diff;

use super::check::count;
use super::page::visible;

/// A comment on GitHub holds 65,536 characters. Bytes are counted, of which there are never fewer.
const COMMENT: usize = 65_000;

/// As many characters of one text are shown.
const SHOWN: usize = 400;

/// Text in a line or a cell: nothing in it is markup, a link, a mention or a reference.
fn prose(text: &str) -> String {
    let text = cut(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '$' => out.push_str("&#36;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("<!-- -->."),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '#' | '|' | '~' | '&' | '@' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
        // What turns names and numbers into links reads the text after the markup is gone: a comment stands between.
        let begins_reference = match c {
            '@' | '#' | '!' | '~' | '%' | '&' => rest.peek().is_some_and(|next| next.is_alphanumeric()),
            ':' => rest.peek() == Some(&'/'),
            _ => false,
        };
        if begins_reference {
            out.push_str("<!-- -->");
        }
    }
    out
}

/// Text as code, in a line or a cell.
fn code(text: &str) -> String {
    let text = cut(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    // A cell ends at a bar even within code.
    let text = text.replace('|', "\\|");
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// Made visible, and no longer than a reader follows.
fn cut(text: &str) -> String {
    let length = text.chars().count();
    let shown: String = text.chars().take(SHOWN).collect();
    match length.saturating_sub(SHOWN) {
        0 => visible(&shown),
        more => format!("{}… and {} more", visible(&shown), count(more, "character")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_holds_backticks_and_bars() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a|b\n"), "`a\\|b\\x0a`");
    }

    #[test]
    fn prose_mentions_nobody() {
        assert_eq!(prose("@all #1 a@b"), "\\@<!-- -->all \\#<!-- -->1 a\\@<!-- -->b");
        assert_eq!(prose("https://x www.y"), "https:<!-- -->//x www<!-- -->.y");
        assert_eq!(prose("<b>*x*"), "\\<b>\\*x\\*");
    }

    #[test]
    fn what_is_too_long_is_counted() {
        assert!(cut(&"x".repeat(SHOWN + 5)).ends_with("x… and 5 characters more"));
    }
}
