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
            return Ok(vec![pinned(runtime, version, number)]);
        }
    }
    Ok(Vec::new())
}

/// What a version manager is told to install. Who pins a whole version of Node.js or Python developed with it; compatible newer ones
/// run the same programs (semantic versioning, PEP 440). A release that pins a ruby in its Gemfile means that one alone.
pub(super) fn pinned(runtime: &str, version: &str, line: u32) -> Declaration {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = version.split('.').count() == 3 && version.split('.').all(is_number);
    match runtime {
        "node" if is_whole => Declaration::range(runtime, RangeSyntax::Npm, &format!("^{version}"), line),
        "python" if is_whole => {
            Declaration::range(runtime, RangeSyntax::Pep440, &format!("~={version}"), line)
        }
        _ => Declaration::range(runtime, RangeSyntax::Prefix, version, line),
    }
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
            found.push(pinned(runtime, version, number));
        }
    }
    Ok(found)
}
