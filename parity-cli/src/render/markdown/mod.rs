//! GitHub-flavoured Markdown, in which nothing that a host says is markup.

mod check;
mod diff;

pub(crate) use check::{comment, summary};
pub(crate) use diff::diff;

use super::page::cut;

/// A comment on GitHub holds 65,536 characters. Bytes are counted, of which there are never fewer.
const COMMENT: usize = 65_000;

/// As many characters of one text are shown.
const SHOWN: usize = 400;

/// Text in a line or a cell: nothing in it is markup, a link, a mention or a reference.
fn prose(text: &str) -> String {
    let text = cut(text, SHOWN);
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
    let text = cut(text, SHOWN);
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

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::super::page::visible;
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

    /// What cmark-gfm makes of a table, cell by cell, as text; nothing where it is not installed.
    fn rendered(table: &str) -> Option<Vec<String>> {
        let mut command = Command::new("cmark-gfm");
        command.args(["-e", "table", "-e", "autolink", "-e", "strikethrough", "--unsafe"]);
        let Ok(mut child) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn() else {
            return None;
        };
        let mut input = child.stdin.take().unwrap();
        let table = table.to_owned();
        let writer = std::thread::spawn(move || input.write_all(table.as_bytes()));
        let html = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
        writer.join().unwrap().unwrap();
        let cells = html
            .split("<td>")
            .skip(1)
            .map(|cell| cell.split_once("</td>").unwrap().0);
        let plain = |cell: &str| {
            let text = cell
                .replace("<!-- -->", "")
                .replace("<code>", "")
                .replace("</code>", "");
            assert!(!text.contains('<'), "markup in {cell}");
            let text = text
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"");
            text.replace("&amp;", "&")
        };
        Some(cells.map(plain).collect())
    }

    /// Texts of what has a meaning in Markdown, on GitHub or on GitLab, the same in every run.
    fn nasty() -> Vec<String> {
        const PARTS: [&str; 44] = [
            "`",
            "``",
            "\\",
            "|",
            "*",
            "**",
            "_",
            "__",
            "~~",
            "[",
            "](",
            ")",
            "<",
            ">",
            "<!--",
            "-->",
            "<b>",
            "&lt;",
            "&",
            "#1",
            "@all",
            "!2",
            "%3",
            "$x$",
            "https://",
            "www.",
            "ftp://",
            "a@b.ch",
            "mailto:x@y.zz",
            "\n",
            "\t",
            "\u{1b}[m",
            " ",
            "-",
            "+",
            "1.",
            ":---",
            "'",
            "\"",
            "x",
            "é",
            "](http://x)",
            "![i](u)",
            "[^1]",
        ];
        let mut seed = 7_u64;
        let mut next = move |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let text = |_| (0..next(9) + 1).map(|_| PARTS[next(PARTS.len())]).collect();
        (0..2_000).map(text).collect()
    }

    #[test]
    fn a_renderer_gives_back_the_very_text() {
        let texts: Vec<String> = nasty()
            .into_iter()
            .filter(|text| !text.trim().is_empty())
            .collect();
        let mut table = String::from("| prose | code |\n| --- | --- |\n");
        for text in &texts {
            table.push_str(&format!("| {} | {} |\n", prose(text), code(text)));
        }
        let Some(cells) = rendered(&table) else {
            eprintln!("skipped: cmark-gfm is not installed");
            return;
        };
        assert_eq!(cells.len(), texts.len() * 2);
        for (text, cells) in texts.iter().zip(cells.chunks(2)) {
            assert_eq!(cells[0].trim(), visible(text).trim(), "prose of {text:?}");
            assert_eq!(cells[1], visible(text), "code of {text:?}");
        }
    }
}
