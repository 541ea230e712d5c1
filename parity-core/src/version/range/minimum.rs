//! The least version of Go and of Rust.

use std::cmp::Ordering;

use crate::version::semver;
use crate::version::text::{is_digits, number, split_digits};

/// Ordered by its fields: a language version (`1.21`) has neither patch nor pre-release, and is
/// older than the release candidates and releases of its line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Go {
    major: u64,
    minor: u64,
    patch: Option<u64>,
    pre: Option<(Stage, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Beta,
    Candidate,
}

/// The first release of a line is `1.20` before 1.21 and `1.21.0` from there on.
const LANGUAGE_VERSIONS_SINCE: (u64, u64) = (1, 21);

impl Go {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (major, rest) = split_digits(text);
        let major = number(major)?;
        let (minor, rest) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest),
            None => ("0", rest),
        };
        let minor = number(minor)?;
        let (patch, pre) = match rest.strip_prefix('.') {
            Some(patch) => (Some(number(patch)?), None),
            None if !rest.is_empty() => (None, Some(stage(rest)?)),
            None if (major, minor) < LANGUAGE_VERSIONS_SINCE => (Some(0), None),
            None => (None, None),
        };
        Ok(Self {
            major,
            minor,
            patch,
            pre,
        })
    }

    /// `go1.22.3`, `go version go1.22.3 …` apart: with or without `go`, and with the suffix a
    /// vendor appends after a dash or a space.
    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let plain = version.strip_prefix("go").unwrap_or(version);
        let plain = plain.split(['-', ' ']).next().unwrap_or(plain);
        Ok(Self::parse(crate::version::text::without_v(plain))? >= *self)
    }
}

fn stage(text: &str) -> Result<(Stage, u64), String> {
    let (stage, digits) = if let Some(digits) = text.strip_prefix("beta") {
        (Stage::Beta, digits)
    } else if let Some(digits) = text.strip_prefix("rc") {
        (Stage::Candidate, digits)
    } else {
        return Err(format!(
            "{text:?} is neither a patch, a beta nor a release candidate"
        ));
    };
    Ok((stage, number(digits)?))
}

/// A bare version of one to three numbers.
#[derive(Debug, Clone)]
pub(super) struct Cargo(::semver::Version);

impl Cargo {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if !text.split('.').all(is_digits) {
            return Err("rust-version is one to three numbers, without an operator".into());
        }
        semver::lenient(text).map(Self)
    }

    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let mut compiler = semver::lenient(version)?;
        compiler.pre = ::semver::Prerelease::EMPTY;
        Ok(compiler.cmp_precedence(&self.0) != Ordering::Less)
    }
}
