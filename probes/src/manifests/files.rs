//! Files that hold one version: `.nvmrc`, `.node-version`, `.python-version`, `.ruby-version`, and `.tool-versions`.
//!
//! Sources: [nvm](https://github.com/nvm-sh/nvm#nvmrc), [pyenv](https://github.com/pyenv/pyenv#understanding-python-version-selection),
//! [rbenv](https://github.com/rbenv/rbenv#understanding-ruby-version-selection), [asdf](https://asdf-vm.com/manage/configuration.html#tool-versions).

use parity_core::version::RangeSyntax;

use super::declaration::{Declaration, Parsed, numbered};

/// `.nvmrc` and `.node-version`.
pub(super) fn node(text: &str) -> Parsed {
    one("node", text, "v")
}

/// `.python-version`; of several versions the first is the one `python` stands for.
pub(super) fn python(text: &str) -> Parsed {
    one("python", text, "python-")
}

/// `.ruby-version`.
pub(super) fn ruby(text: &str) -> Parsed {
    one("ruby", text, "ruby-")
}

/// The first word that is no comment, without what tools allow before the number.
fn one(runtime: &str, text: &str, prefix: &str) -> Parsed {
    for (number, line) in numbered(text) {
        let line = line.split('#').next().unwrap_or_default();
        if let Some(word) = line.split_whitespace().next() {
            let begins_with_digit = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit());
            let version = word
                .strip_prefix(prefix)
                .filter(begins_with_digit)
                .unwrap_or(word);
            return Ok(vec![Declaration::range(
                runtime,
                RangeSyntax::Prefix,
                version,
                number,
            )]);
        }
    }
    Ok(Vec::new())
}

/// A tool and its version on each line; further versions on the line are alternatives for when the first is not there.
pub(super) fn tool_versions(text: &str) -> Parsed {
    let mut found = Vec::new();
    for (number, line) in numbered(text) {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        if let (Some(tool), Some(version)) = (words.next(), words.next()) {
            let runtime = match tool {
                "nodejs" => "node",
                "golang" => "go",
                tool => tool,
            };
            found.push(Declaration::range(runtime, RangeSyntax::Prefix, version, number));
        }
    }
    Ok(found)
}
