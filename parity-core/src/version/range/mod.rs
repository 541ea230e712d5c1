//! What a project says it needs: a set of versions, in the syntax of the tool that reads it.

mod composer;
mod gem;
mod minimum;
mod npm;
mod pep440;
mod prefix;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::bounded;
use super::error::{Incomparable, InvalidRange, InvalidVersion, UnknownScheme};

/// Who reads the range, and so how it is written.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RangeSyntax {
    /// `engines` of a `package.json`: `>=18 <21 || ^22.1`, `18.x`, `~1.2`, `1.2 - 2.3`, `*`.
    /// Grammar and pre-release rule of
    /// [node-semver](https://github.com/npm/node-semver#ranges): a pre-release belongs only to a
    /// range that names a pre-release of the same three numbers.
    Npm,
    /// `requires-python`: the
    /// [version specifiers](https://packaging.python.org/en/latest/specifications/version-specifiers/)
    /// of PEP 440, `>=3.9,<4,!=3.10.*`, `~=3.8`. Pre-releases count by their order, as pip asks
    /// for the running interpreter. Arbitrary equality, `===`, is not read.
    Pep440,
    /// `php` in `require` of a `composer.json`: `^8.1`, `>=7.4 <9`, `8.1.* || 8.2.*`, `~8.0`;
    /// [Composer's versions](https://getcomposer.org/doc/articles/versions.md). Branches
    /// (`dev-main`) and stability flags (`@beta`) are not read.
    Composer,
    /// The `go` line of a `go.mod`: the least
    /// [Go version](https://go.dev/ref/mod#go-mod-file-go). `1.21` is older than `1.21rc1`, and
    /// that than `1.21.0`, as [Go toolchains](https://go.dev/doc/toolchain#version) orders them.
    Go,
    /// `rust-version` of a `Cargo.toml`: the least compiler, one to three numbers;
    /// [The Cargo Book](https://doc.rust-lang.org/cargo/reference/rust-version.html). A nightly
    /// counts as the release it leads to, as in Cargo.
    Cargo,
    /// A Ruby requirement: `>= 2.7`, `~> 3.1`, several joined by commas, a bare version for
    /// equality; the documentation of
    /// [`Gem::Requirement`](https://docs.ruby-lang.org/en/master/Gem/Requirement.html).
    Gem,
    /// One version in a `.tool-versions`, `.python-version`, `.nvmrc` or `.ruby-version`. One or
    /// two numbers are a prefix (`3.11` allows every 3.11.x); three or more, or a suffix, name
    /// exactly one version. Names (`system`, `lts/*`, `ref:…`) are not read.
    Prefix,
}

impl RangeSyntax {
    /// Every syntax, in declaration order.
    pub const ALL: [Self; 7] = [
        Self::Npm,
        Self::Pep440,
        Self::Composer,
        Self::Go,
        Self::Cargo,
        Self::Gem,
        Self::Prefix,
    ];

    /// The name in files and messages, as in the serialised form: `npm`, `pep440`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pep440 => "pep440",
            Self::Composer => "composer",
            Self::Go => "go",
            Self::Cargo => "cargo",
            Self::Gem => "gem",
            Self::Prefix => "prefix",
        }
    }
}

/// A set of versions.
///
/// Versions asked of it are read as tools print them: white space around them and one leading `v`
/// do not matter, and missing numbers are zero (`17` is `17.0.0`) except for
/// [`RangeSyntax::Prefix`], where they make the answer unknown. What a distribution appends is
/// read where it is known: `3.11.2+` (Python), `8.2.7-1+deb12u1` (PHP), `go1.22.3` (Go),
/// `3.1.2p20` (Ruby), `1.8.0_392` (Java, under a prefix).
///
/// ```
/// use parity_core::version::{Range, RangeSyntax};
///
/// let python = Range::parse(RangeSyntax::Pep440, ">=3.9,<4,!=3.10.*")?;
/// assert_eq!(python.contains("3.11.2+"), Ok(true));
/// assert_eq!(python.contains("3.10.4"), Ok(false));
/// assert!(python.contains("three").is_err());
/// assert!(Range::parse(RangeSyntax::Npm, "latest").is_err());
/// # Ok::<(), parity_core::version::InvalidRange>(())
/// ```
#[derive(Debug, Clone)]
pub struct Range {
    syntax: RangeSyntax,
    text: String,
    set: Set,
}

#[derive(Debug, Clone)]
enum Set {
    Npm(npm::Range),
    Pep440(pep440::Range),
    Composer(composer::Range),
    Go(minimum::Go),
    Cargo(minimum::Cargo),
    Gem(gem::Range),
    Prefix(prefix::Prefix),
}

/// Why a version has no answer: it does not parse, or says too little.
enum NoAnswer {
    Invalid(String),
    TooShort(String),
}

impl From<String> for NoAnswer {
    fn from(reason: String) -> Self {
        Self::Invalid(reason)
    }
}

impl Range {
    /// Reads a range. White space around it does not matter.
    ///
    /// # Errors
    ///
    /// What the syntax does not allow, empty text included: it is never read as "any".
    pub fn parse(syntax: RangeSyntax, text: &str) -> Result<Self, InvalidRange> {
        let set = bounded(text).and_then(|text| Set::parse(syntax, text.trim()));
        match set {
            Ok(set) => Ok(Self {
                syntax,
                text: text.trim().to_owned(),
                set,
            }),
            Err(reason) => Err(InvalidRange::new(syntax.name(), text, reason)),
        }
    }

    /// Who reads this range.
    pub fn syntax(&self) -> RangeSyntax {
        self.syntax
    }

    /// The range as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the version belongs to the range.
    ///
    /// # Errors
    ///
    /// The version does not parse, or has too few numbers to tell.
    pub fn contains(&self, version: &str) -> Result<bool, Incomparable> {
        let name = self.syntax.name();
        let answer = match bounded(version) {
            Ok(version) => self.set.contains(version.trim()),
            Err(reason) => Err(NoAnswer::Invalid(reason)),
        };
        answer.map_err(|no_answer| match no_answer {
            NoAnswer::Invalid(reason) => InvalidVersion::new(name, version, reason).into(),
            NoAnswer::TooShort(reason) => Incomparable::unordered(name, version, &self.text, reason),
        })
    }
}

impl Set {
    fn parse(syntax: RangeSyntax, text: &str) -> Result<Self, String> {
        Ok(match syntax {
            RangeSyntax::Npm => Self::Npm(npm::Range::parse(text)?),
            RangeSyntax::Pep440 => Self::Pep440(pep440::Range::parse(text)?),
            RangeSyntax::Composer => Self::Composer(composer::Range::parse(text)?),
            RangeSyntax::Go => Self::Go(minimum::Go::parse(text)?),
            RangeSyntax::Cargo => Self::Cargo(minimum::Cargo::parse(text)?),
            RangeSyntax::Gem => Self::Gem(gem::Range::parse(text)?),
            RangeSyntax::Prefix => Self::Prefix(prefix::Prefix::parse(text)?),
        })
    }

    fn contains(&self, version: &str) -> Result<bool, NoAnswer> {
        Ok(match self {
            Self::Npm(range) => range.contains(version)?,
            Self::Pep440(range) => range.contains(version)?,
            Self::Composer(range) => range.contains(version)?,
            Self::Go(least) => least.contains(version)?,
            Self::Cargo(least) => least.contains(version)?,
            Self::Gem(range) => range.contains(version)?,
            Self::Prefix(prefix) => prefix.contains(version)?,
        })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Display for RangeSyntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for RangeSyntax {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        let found = Self::ALL.into_iter().find(|syntax| syntax.name() == name);
        found.ok_or_else(|| UnknownScheme::new(name))
    }
}

/// An operator at the beginning of a comparison, longest first.
fn split_operator<'a, O: Copy>(text: &'a str, operators: &[(&str, O)]) -> Option<(O, &'a str)> {
    operators
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?.trim_start())))
}

#[cfg(test)]
mod tests;
