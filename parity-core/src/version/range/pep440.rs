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

/// The crate compares no more numbers than a version has, where PEP 440 pads it with zeros.
fn holds(specifier: &VersionSpecifier, version: &Version) -> bool {
    let wanted = specifier.version().release().len();
    let padded = version.release().iter().copied().chain(std::iter::repeat(0));
    let length = version.release().len().max(wanted);
    let release: Vec<u64> = padded.take(length).collect();
    specifier.contains(&version.clone().with_release(release))
}

/// The crate's message draws a line below the text; only its first line is a reason.
fn reason(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
