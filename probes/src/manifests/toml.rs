//! `pyproject.toml`, `Cargo.toml`, `Cargo.lock` and `rust-toolchain.toml`.
//!
//! Sources: [pyproject.toml](https://packaging.python.org/en/latest/specifications/pyproject-toml/#requires-python),
//! [Poetry](https://python-poetry.org/docs/dependency-specification/#version-constraints),
//! [Cargo](https://doc.rust-lang.org/cargo/reference/rust-version.html),
//! [rustup](https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file).

use ::toml::{Spanned, Value, from_str};
use parity_core::version::RangeSyntax;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::declaration::{Declaration, Malformed, Parsed};

#[derive(Deserialize)]
struct Pyproject {
    project: Option<Project>,
    tool: Option<Tool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Project {
    requires_python: Option<Spanned<String>>,
}

#[derive(Deserialize)]
struct Tool {
    poetry: Option<Poetry>,
}

#[derive(Deserialize)]
struct Poetry {
    dependencies: Option<PoetryDependencies>,
}

#[derive(Deserialize)]
struct PoetryDependencies {
    python: Option<Spanned<Value>>,
}

/// `project.requires-python` and `tool.poetry.dependencies.python`.
pub(super) fn pyproject(text: &str) -> Parsed {
    let document: Pyproject = read(text)?;
    let mut found = Vec::new();
    if let Some(range) = document.project.and_then(|project| project.requires_python) {
        let line = line_at(text, range.span().start);
        found.push(Declaration::range(
            "python",
            RangeSyntax::Pep440,
            range.get_ref(),
            line,
        ));
    }
    let poetry = document.tool.and_then(|tool| tool.poetry);
    if let Some(range) = poetry
        .and_then(|poetry| poetry.dependencies)
        .and_then(|dependencies| dependencies.python)
    {
        let line = line_at(text, range.span().start);
        let declaration = match range.get_ref() {
            Value::String(range) => Declaration::range("python", poetry_syntax(range), range, line),
            _ => Declaration::unclear("python", "`tool.poetry.dependencies.python` is not a text", line),
        };
        found.push(declaration.in_part("poetry"));
    }
    Ok(found)
}

/// Poetry reads the operators of PEP 440, and the caret, the tilde, the wildcard and `||` as npm does.
fn poetry_syntax(range: &str) -> RangeSyntax {
    let operators =
        |part: &str| part.trim().starts_with(['<', '>', '=', '!']) || part.trim().starts_with("~=");
    if range.split(',').all(operators) && !range.contains("||") {
        RangeSyntax::Pep440
    } else {
        RangeSyntax::Npm
    }
}

#[derive(Deserialize)]
struct Pipfile {
    requires: Option<PipfileRequires>,
}

#[derive(Deserialize)]
struct PipfileRequires {
    python_version: Option<Spanned<String>>,
}

/// `python_version` of `requires`: pipenv makes its environment with that one (<https://pipenv.pypa.io/en/latest/pipfile.html>).
pub(super) fn pipfile(text: &str) -> Parsed {
    let document: Pipfile = read(text)?;
    let version = document.requires.and_then(|requires| requires.python_version);
    let declaration = |version: Spanned<String>| {
        let line = line_at(text, version.span().start);
        Declaration::range("python", RangeSyntax::Prefix, version.get_ref(), line)
    };
    Ok(Vec::from_iter(version.map(declaration)))
}

#[derive(Deserialize)]
struct CargoToml {
    package: Option<Package>,
    workspace: Option<Workspace>,
}

#[derive(Deserialize)]
struct Workspace {
    package: Option<Package>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Package {
    edition: Option<Spanned<Value>>,
    rust_version: Option<Spanned<Value>>,
}

/// Editions, and the first release of Rust that has each (<https://doc.rust-lang.org/edition-guide/editions/>).
const EDITIONS: [(&str, &str, &str); 3] = [
    ("2018", "edition 2018", "1.31"),
    ("2021", "edition 2021", "1.56"),
    ("2024", "edition 2024", "1.85"),
];

/// `rust-version` of the package, of the workspace where the package inherits it or there is none; else its edition.
pub(super) fn cargo(text: &str) -> Parsed {
    let document: CargoToml = read(text)?;
    let of_workspace = document.workspace.and_then(|workspace| workspace.package);
    let mut versions = Vec::new();
    let mut edition = None;
    for package in [document.package, of_workspace].into_iter().flatten() {
        versions.extend(package.rust_version);
        edition = edition.or(package.edition.and_then(|written| {
            let (_, part, rust) = EDITIONS
                .iter()
                .find(|(name, ..)| written.get_ref().as_str() == Some(name))?;
            let line = line_at(text, written.span().start);
            Some(Declaration::range("rust", RangeSyntax::Cargo, rust, line).in_part(part))
        }));
    }
    for version in versions {
        let line = line_at(text, version.span().start);
        match version.get_ref() {
            Value::String(range) => {
                return Ok(vec![Declaration::range("rust", RangeSyntax::Cargo, range, line)]);
            }
            // Inherited: the workspace says it, here or in a manifest of its own.
            Value::Table(_) => {}
            _ => {
                return Ok(vec![Declaration::unclear(
                    "rust",
                    "`rust-version` is not a text",
                    line,
                )]);
            }
        }
    }
    Ok(Vec::from_iter(edition))
}

/// Formats of `Cargo.lock`, and the first release of Rust that reads each
/// (<https://doc.rust-lang.org/stable/nightly-rustc/cargo/core/resolver/enum.ResolveVersion.html>).
const LOCKS: [(i64, &str, &str); 2] = [(3, "version 3", "1.53"), (4, "version 4", "1.78")];

#[derive(Deserialize)]
struct CargoLock {
    version: Option<Spanned<i64>>,
}

/// The format of the file.
pub(super) fn cargo_lock(text: &str) -> Parsed {
    let document: CargoLock = read(text)?;
    Ok(Vec::from_iter(document.version.and_then(|version| {
        let (_, part, rust) = LOCKS.iter().find(|(number, ..)| number == version.get_ref())?;
        let line = line_at(text, version.span().start);
        Some(Declaration::range("rust", RangeSyntax::Cargo, rust, line).in_part(part))
    })))
}

#[derive(Deserialize)]
struct ToolchainFile {
    toolchain: Option<Toolchain>,
}

#[derive(Deserialize)]
struct Toolchain {
    channel: Option<Spanned<String>>,
}

/// `toolchain.channel`; the older form of the file holds nothing but the channel.
pub(super) fn rust_toolchain(text: &str) -> Parsed {
    let bare = text.trim();
    let is_channel = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    if !bare.is_empty() && bare.chars().all(is_channel) {
        let line = text.lines().take_while(|line| line.trim().is_empty()).count() + 1;
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        return Ok(vec![Declaration::range("rust", RangeSyntax::Prefix, bare, line)]);
    }
    let document: ToolchainFile = read(text)?;
    let channel = document.toolchain.and_then(|toolchain| toolchain.channel);
    Ok(Vec::from_iter(channel.map(|channel| {
        let line = line_at(text, channel.span().start);
        Declaration::range("rust", RangeSyntax::Prefix, channel.get_ref(), line)
    })))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    from_str(text).map_err(|error| Malformed {
        line: error.span().map(|span| line_at(text, span.start)),
        message: error.message().to_owned(),
    })
}

fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().iter().take(offset);
    u32::try_from(before.filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}
