//! Python: [PEP 440](https://peps.python.org/pep-0440/), by the `pep440_rs` crate.

use std::cmp::Ordering;
use std::str::FromStr;

use super::Grammar;

pub(super) struct Pep440;

impl Grammar for Pep440 {
    const NAME: &'static str = "pep440";
    type Version<'a> = pep440_rs::Version;

    fn parse(text: &str) -> Result<pep440_rs::Version, String> {
        let text = text.trim();
        if has_huge_number(text) {
            return Err("a number in it has over 19 digits".into());
        }
        pep440_rs::Version::from_str(text).map_err(|error| error.to_string())
    }

    fn order(a: &pep440_rs::Version, b: &pep440_rs::Version) -> Result<Ordering, String> {
        Ok(a.cmp(b))
    }
}

/// The crate keeps numbers in 64 bits and uses the greatest as a sign of its own.
pub(super) fn has_huge_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.trim_start_matches('0').len() > 19)
}
