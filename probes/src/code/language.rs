//! Which language a file is in, and its text without comments.

use crate::release::{is_for_its_makers, makes_a_release};

/// Languages that are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Elixir,
    Go,
    Java,
    JavaScript,
    Lua,
    Php,
    Python,
    Ruby,
    Rust,
    Shell,
    /// Configuration: YAML, INI, `.env` and the like.
    Settings,
}

/// Directories of what others wrote, and of what does not run in production.
const FOREIGN: [&str; 7] = [
    "bower_components",
    "node_modules",
    "site-packages",
    "target",
    "third_party",
    "vendor",
    "venv",
];

/// Whether the file may be read at all: its own code, for production.
pub(crate) fn is_own(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_test = [
        "_test.go", ".test.js", ".test.ts", ".spec.js", ".spec.ts", "_test.py", "_spec.rb", "_test.rb",
        ".min.js",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
        || name.starts_with("test_")
        || name == "conftest.py";
    let is_script = matches!(language(path), Some(Language::Shell));
    let is_aside = is_for_its_makers(path) || (is_script && makes_a_release(path));
    let is_foreign = path.split('/').any(|part| FOREIGN.contains(&part));
    !(is_test || is_aside || is_foreign)
}

/// The language of a file by its name.
pub(crate) fn language(path: &str) -> Option<Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    Some(match (name, ending) {
        ("Rakefile" | "config.ru" | "Gemfile", _) | (_, "rb" | "rake") => Language::Ruby,
        (_, "ex" | "exs") => Language::Elixir,
        (_, "go") => Language::Go,
        (_, "java" | "kt" | "scala" | "groovy") => Language::Java,
        (_, "js" | "mjs" | "cjs" | "ts" | "jsx" | "tsx") => Language::JavaScript,
        (_, "lua") => Language::Lua,
        (_, "php") => Language::Php,
        (_, "py") => Language::Python,
        (_, "rs") => Language::Rust,
        (_, "sh" | "bash") => Language::Shell,
        ("package.json", _) => Language::Settings,
        (_, "yml" | "yaml" | "ini" | "cfg" | "conf" | "properties" | "env" | "toml") => Language::Settings,
        (name, _) if name.starts_with(".env") => Language::Settings,
        _ => return None,
    })
}

/// The text without lines and blocks of comments; every line stays on its number.
pub(crate) fn without_comments(text: &str, language: Language) -> String {
    let line_mark = match language {
        Language::Elixir | Language::Python | Language::Ruby | Language::Shell | Language::Settings => "#",
        Language::Lua => "--",
        _ => "//",
    };
    let has_blocks = line_mark == "//";
    let mut in_block = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let trimmed = line.trim_start();
        if in_block || (has_blocks && trimmed.starts_with("/*")) {
            in_block = !line.contains("*/");
        } else if !trimmed.starts_with(line_mark) {
            kept.push_str(before_comment(line, line_mark));
        }
        kept.push('\n');
    }
    kept
}

/// A comment at the end of a line begins after white space, outside of quotes.
fn before_comment<'a>(line: &'a str, mark: &str) -> &'a str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(open) if c == open && before != '\\' => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if before.is_whitespace() && line.get(at..).is_some_and(|rest| rest.starts_with(mark)) => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
        before = c;
    }
    line
}

/// All texts in quotes that follow `call` in a text, with their lines: `call("text"`.
pub(super) fn arguments<'a>(text: &'a str, call: &'a str) -> impl Iterator<Item = (u32, &'a str, &'a str)> {
    (1..).zip(text.lines()).flat_map(move |(number, line)| {
        line.match_indices(call).filter_map(move |(at, _)| {
            // A longer name that ends so is another one.
            let before = line.get(..at)?.chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
                return None;
            }
            let rest = line.get(at + call.len()..)?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
            let (argument, after) = rest.get(1..)?.split_once(quote)?;
            Some((number, argument, after.trim_start()))
        })
    })
}
