//! `Dockerfile` and `Containerfile`: the stages and the images they begin with.
//!
//! Source: [Dockerfile reference](https://docs.docker.com/reference/dockerfile/).

use std::collections::BTreeMap;

use super::declaration::{Malformed, numbered};
use crate::text::interpolate;

/// A stage of a container file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name, else its number, counted from 0.
    pub name: String,
    /// The image it begins with, or why that cannot be told. A stage that begins with another one has that one's image.
    pub base: Result<String, String>,
    /// The platform that its `FROM` asks for by name, as `linux/arm64`; that of the stage it begins with.
    pub platform: Option<String>,
    /// Line of its `FROM`, counted from 1.
    pub line: u32,
}

/// The stages of a container file, in order; the last one is built.
///
/// # Errors
/// Bytes that are not text, no `FROM`, or one that names no image.
pub fn parse_containerfile(bytes: &[u8]) -> Result<Vec<Stage>, Malformed> {
    let text = std::str::from_utf8(bytes).map_err(|_| malformed(None, "not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut arguments: BTreeMap<String, Option<String>> = BTreeMap::new();
    let mut stages: Vec<Stage> = Vec::new();
    for (line, instruction) in instructions(text) {
        let (word, rest) = instruction
            .split_once(char::is_whitespace)
            .unwrap_or((&instruction, ""));
        if word.eq_ignore_ascii_case("ARG") && stages.is_empty() {
            for argument in rest.split_whitespace() {
                let (name, default) = match argument.split_once('=') {
                    Some((name, default)) => (name, fill(unquoted(default), &arguments).ok()),
                    None => (argument, None),
                };
                arguments.insert(name.to_owned(), default);
            }
        } else if word.eq_ignore_ascii_case("FROM") {
            let stage = from(rest, line, &stages, &arguments)?;
            stages.push(stage);
        }
    }
    match stages.is_empty() {
        true => Err(malformed(None, "no `FROM`")),
        false => Ok(stages),
    }
}

fn from(
    rest: &str,
    line: u32,
    stages: &[Stage],
    arguments: &BTreeMap<String, Option<String>>,
) -> Result<Stage, Malformed> {
    let platform = rest
        .split_whitespace()
        .find_map(|word| word.strip_prefix("--platform="))
        .and_then(|text| fill(unquoted(text), arguments).ok());
    let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
    let image = words
        .next()
        .ok_or_else(|| malformed(Some(line), "`FROM` names no image"))?;
    let name = match (words.next(), words.next()) {
        (Some(word), Some(name)) if word.eq_ignore_ascii_case("AS") => name.to_lowercase(),
        (None, _) => stages.len().to_string(),
        _ => {
            return Err(malformed(
                Some(line),
                "`FROM` is followed by something else than `AS NAME`",
            ));
        }
    };
    let mut platform = platform;
    let base = fill(unquoted(image), arguments).and_then(|image| {
        let same_name = |stage: &&Stage| stage.name.eq_ignore_ascii_case(&image);
        let below = stages.iter().rev().find(same_name);
        platform = platform.take().or_else(|| below?.platform.clone());
        match below {
            Some(stage) => stage.base.clone(),
            None if image.is_empty() => Err("the name of the image is empty".to_owned()),
            None => Ok(image),
        }
    });
    Ok(Stage {
        name,
        base,
        platform,
        line,
    })
}

fn fill(text: &str, arguments: &BTreeMap<String, Option<String>>) -> Result<String, String> {
    interpolate(text, false, &|name| arguments.get(name).cloned().flatten())
}

fn unquoted(text: &str) -> &str {
    let inside = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

fn malformed(line: Option<u32>, message: &str) -> Malformed {
    Malformed {
        line,
        message: message.to_owned(),
    }
}

/// The instructions with the lines they begin on: continued lines joined, comments and here-documents left out.
pub(crate) fn instructions(text: &str) -> Vec<(u32, String)> {
    let escape = if has_backtick_escape(text) { '`' } else { '\\' };
    let mut found = Vec::new();
    let mut open: Option<(u32, String)> = None;
    let mut lines = numbered(text);
    while let Some((number, line)) = lines.next() {
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.is_empty() {
            continue;
        }
        let (start, mut whole) = open.take().unwrap_or((number, String::new()));
        match trimmed.strip_suffix(escape) {
            Some(part) => {
                whole.push_str(part);
                whole.push(' ');
                open = Some((start, whole));
            }
            None => {
                whole.push_str(trimmed);
                for end in here_documents(&whole) {
                    lines
                        .by_ref()
                        .find(|(_, line)| line.trim_start_matches('\t') == end);
                }
                found.push((start, whole));
            }
        }
    }
    found.extend(open);
    found
}

/// The parser directive `# escape=` stands before everything else.
fn has_backtick_escape(text: &str) -> bool {
    text.lines()
        .map_while(|line| line.trim().strip_prefix('#'))
        .filter_map(|comment| comment.split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("escape") && value.trim() == "`")
}

/// The words that end the here-documents of an instruction.
fn here_documents(instruction: &str) -> Vec<String> {
    let word = instruction.split_whitespace().next().unwrap_or_default();
    if !["RUN", "COPY", "ADD"]
        .iter()
        .any(|with| word.eq_ignore_ascii_case(with))
    {
        return Vec::new();
    }
    let opened = instruction.split_whitespace().filter_map(|word| {
        let word = word
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix("<<")?;
        let word = word.strip_prefix('-').unwrap_or(word).trim_matches(['"', '\'']);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!word.is_empty() && word.chars().all(is_name)).then(|| word.to_owned())
    });
    opened.collect()
}
