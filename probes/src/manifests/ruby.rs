//! `Gemfile` and `Gemfile.lock`.
//!
//! Source: [Gemfile](https://bundler.io/man/gemfile.5.html#RUBY).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};

/// The directive `ruby`, where its arguments are literal.
pub(super) fn gemfile(text: &str) -> Parsed {
    for (number, line) in numbered(text) {
        let line = line.trim();
        let Some(arguments) = line
            .strip_prefix("ruby")
            .filter(|rest| rest.starts_with([' ', '\t', '(']))
        else {
            continue;
        };
        let arguments = arguments.trim_start_matches([' ', '\t', '(']);
        // The file it names is a manifest itself.
        if arguments.starts_with("file:") || arguments.starts_with(":file") {
            return Ok(Vec::new());
        }
        let texts = leading_texts(arguments);
        let declaration = if texts.is_empty() {
            Declaration::unclear("ruby", "the version of the `ruby` directive is computed", number)
        } else {
            Declaration::range("ruby", RangeSyntax::Gem, &texts.join(", "), number)
        };
        return Ok(vec![declaration]);
    }
    Ok(Vec::new())
}

/// The quoted texts that a list of arguments begins with.
fn leading_texts(mut arguments: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    while let Some(quote) = arguments.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let Some((text, rest)) = arguments.get(1..).and_then(|rest| rest.split_once(quote)) else {
            break;
        };
        if text.contains("#{") {
            return Vec::new();
        }
        texts.push(text);
        match rest.trim_start().strip_prefix(',') {
            Some(rest) => arguments = rest.trim_start(),
            None => break,
        }
    }
    texts
}

/// The version under `RUBY VERSION`.
pub(super) fn gemfile_lock(text: &str) -> Parsed {
    let mut found = Vec::new();
    let mut section = "";
    for (number, line) in numbered(text) {
        if !line.starts_with(' ') {
            section = line.trim_end();
            continue;
        }
        let value = line.trim();
        match (section, value.strip_prefix("ruby ")) {
            ("RUBY VERSION", Some(version)) => {
                let version = version.split([' ', 'p']).next().unwrap_or_default();
                found.push(Declaration::range("ruby", RangeSyntax::Prefix, version, number));
            }
            ("RUBY VERSION", None) => {
                found.push(Declaration::unclear("ruby", "not a version of ruby", number));
            }
            _ => {}
        }
    }
    Ok(found)
}
