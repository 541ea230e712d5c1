//! `requires-python`, by the `pep440_rs` crate.

use std::str::FromStr;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use crate::version::Grammar;
use crate::version::pep440::{Pep440, has_huge_number};

#[derive(Debug, Clone)]
pub(super) struct Range(VersionSpecifiers);

impl Range {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if has_huge_number(text) {
            return Err("a number in it has over 19 digits".into());
        }
        let specifiers = VersionSpecifiers::from_str(text).map_err(|error| reason(&error))?;
        if specifiers
            .iter()
            .any(|specifier| *specifier.operator() == Operator::ExactEqual)
        {
            return Err("arbitrary equality, ===, is not supported".into());
        }
        Ok(Self(specifiers))
    }

    /// CPython built from a changed tree prints `3.11.2+`.
    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let version = Pep440::parse(version.strip_suffix('+').unwrap_or(version))?;
        Ok(self.0.iter().all(|specifier| holds(specifier, &version)))
    }
}

/// The crate reads specifiers but does not pad short versions with zeros before it matches a
/// prefix, and forgets epochs and pre-releases of pre-releases at `<`. So the rules are ours.
fn holds(specifier: &VersionSpecifier, version: &Version) -> bool {
    let wanted = specifier.version();
    let public = version.clone().without_local();
    match specifier.operator() {
        Operator::Equal | Operator::ExactEqual => equals(wanted, version),
        Operator::NotEqual => !equals(wanted, version),
        Operator::EqualStar => has_prefix(version, wanted, wanted.release().len()),
        Operator::NotEqualStar => !has_prefix(version, wanted, wanted.release().len()),
        Operator::TildeEqual => {
            public >= *wanted && has_prefix(version, wanted, wanted.release().len().saturating_sub(1))
        }
        Operator::GreaterThanEqual => public >= *wanted,
        Operator::LessThanEqual => public <= *wanted,
        Operator::GreaterThan => public > *wanted && !is_post_release_of(&public, wanted),
        Operator::LessThan if wanted.any_prerelease() => *version < *wanted,
        Operator::LessThan => *version < wanted.clone().with_dev(Some(0)),
    }
}

/// A local version matters only where the specifier names one.
fn equals(wanted: &Version, version: &Version) -> bool {
    if wanted.is_local() {
        version == wanted
    } else {
        version.clone().without_local() == *wanted
    }
}

/// Whether the first `length` release numbers are the same; missing ones are zero.
fn has_prefix(version: &Version, wanted: &Version, length: usize) -> bool {
    let padded = |release: &[u64]| -> Vec<u64> {
        release
            .iter()
            .copied()
            .chain(std::iter::repeat(0))
            .take(length)
            .collect()
    };
    version.epoch() == wanted.epoch() && padded(version.release()) == padded(wanted.release())
}

/// `>1.7` does not allow `1.7.0.post2`, but `>1.7.post1` does.
fn is_post_release_of(version: &Version, wanted: &Version) -> bool {
    let length = version.release().len().max(wanted.release().len());
    !wanted.is_post()
        && !wanted.is_dev()
        && version.is_post()
        && version.pre() == wanted.pre()
        && has_prefix(version, wanted, length)
}

/// The crate's message draws a line below the text; only its first line is a reason.
fn reason(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
