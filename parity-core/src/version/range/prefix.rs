//! One version, exact or as a prefix, as version managers read it.

use super::NoAnswer;
use crate::version::text::{number, split_run, without_v};

#[derive(Debug, Clone)]
pub(super) struct Prefix(Reading);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    numbers: Vec<u64>,
    suffix: String,
}

/// From this many numbers on, a version is exact.
const EXACT: usize = 3;

impl Prefix {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Reading::parse(text).map(Self)
    }

    /// Build metadata (`+…`) that the wanted version does not name does not matter.
    pub(super) fn contains(&self, version: &str) -> Result<bool, NoAnswer> {
        let Self(wanted) = self;
        let found = Reading::parse(version)?;
        if !wanted
            .numbers
            .iter()
            .zip(&found.numbers)
            .all(|(wanted, found)| wanted == found)
        {
            return Ok(false);
        }
        if found.numbers.len() < wanted.numbers.len() {
            return Err(NoAnswer::TooShort(
                "the version has fewer numbers than the range".into(),
            ));
        }
        let is_prefix = wanted.suffix.is_empty() && wanted.numbers.len() < EXACT;
        let same_suffix =
            wanted.suffix == found.suffix || wanted.suffix.is_empty() && found.suffix.starts_with('+');
        Ok(is_prefix || wanted.numbers.len() == found.numbers.len() && same_suffix)
    }
}

impl Reading {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(c) = text.chars().find(|c| !c.is_ascii_graphic()) {
            return Err(format!("{c:?} is not printable ASCII"));
        }
        let text = without_v(text);
        let (dotted, suffix) = split_run(text, |c| c.is_ascii_digit() || c == '.');
        let numbers = dotted.split('.').map(number).collect::<Result<_, _>>()?;
        Ok(Self {
            numbers,
            suffix: suffix.to_owned(),
        })
    }
}
