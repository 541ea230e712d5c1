//! Allowed versions: `>= 3.0.13, < 3.1`, or `3.0.*`, in the order of the fact that they are compared with.

use std::cmp::Ordering;
use std::fmt;

use super::pattern::Glob;
use crate::version::{Incomparable, Scheme};

/// A set of versions: alternatives, each of them conditions that all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    text: String,
    any_of: Vec<Vec<Bound>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Bound {
    Like(Glob),
    Order(Operator, String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Least,
    Most,
    Above,
    Below,
    Equal,
    Unequal,
}

/// Longest first.
const OPERATORS: [(&str, Operator); 7] = [
    (">=", Operator::Least),
    ("<=", Operator::Most),
    ("!=", Operator::Unequal),
    ("==", Operator::Equal),
    (">", Operator::Above),
    ("<", Operator::Below),
    ("=", Operator::Equal),
];

impl Versions {
    /// Reads alternatives.
    ///
    /// ```
    /// use parity_core::policy::Versions;
    /// use parity_core::version::Scheme;
    ///
    /// let allowed = Versions::parse(&[">= 3.0.13, < 3.1", "3.2.*"])?;
    /// assert_eq!(allowed.contain(Scheme::Deb, "3.0.15-1~deb12u1"), Ok(true));
    /// assert_eq!(allowed.contain(Scheme::Deb, "3.0.11-1"), Ok(false));
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the first that cannot be read, in words that follow it.
    pub fn parse(alternatives: &[&str]) -> Result<Versions, String> {
        let conditions = |text: &&str| text.split(',').map(bound).collect::<Result<Vec<Bound>, String>>();
        let any_of: Vec<Vec<Bound>> = alternatives.iter().map(conditions).collect::<Result<_, _>>()?;
        if any_of.is_empty() {
            return Err("no version is allowed".to_owned());
        }
        Ok(Versions {
            text: alternatives.join(" or "),
            any_of,
        })
    }

    /// Whether a version is among them, in this order.
    ///
    /// # Errors
    /// The order cannot tell.
    pub fn contain(&self, scheme: Scheme, version: &str) -> Result<bool, Incomparable> {
        let mut doubt = None;
        for conditions in &self.any_of {
            match all_hold(conditions, scheme, version) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => doubt = doubt.or(Some(error)),
            }
        }
        doubt.map_or(Ok(false), Err)
    }

    /// As they were written, joined by `or`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn all_hold(conditions: &[Bound], scheme: Scheme, version: &str) -> Result<bool, Incomparable> {
    let mut doubt = None;
    for condition in conditions {
        match condition.holds(scheme, version) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => doubt = doubt.or(Some(error)),
        }
    }
    doubt.map_or(Ok(true), Err)
}

fn bound(text: &str) -> Result<Bound, String> {
    let text = text.trim();
    let sign = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)));
    let (operator, version) = sign.map_or((None, text), |(operator, rest)| (Some(operator), rest.trim()));
    let is_version = |c: char| !c.is_whitespace() && !"<>=!^|&\"'".contains(c);
    if version.is_empty() || !version.chars().all(is_version) {
        return Err(format!("`{text}` is no condition: write >= 1.2, < 2 or 1.2.*"));
    }
    match (operator, version.contains('*')) {
        (None | Some(Operator::Equal), true) => Glob::new(version)
            .map(Bound::Like)
            .ok_or_else(|| "is longer than 256 bytes".to_owned()),
        (_, true) => Err(format!("`{text}`: a `*` stands alone, as 1.2.*")),
        (operator, false) => Ok(Bound::Order(
            operator.unwrap_or(Operator::Equal),
            version.to_owned(),
        )),
    }
}

impl Bound {
    fn holds(&self, scheme: Scheme, version: &str) -> Result<bool, Incomparable> {
        let (operator, bound) = match self {
            Bound::Like(glob) => return Ok(glob.fits(version)),
            Bound::Order(operator, bound) => (operator, bound),
        };
        let order = scheme.compare(version, bound)?;
        Ok(match operator {
            Operator::Least => order != Ordering::Less,
            Operator::Most => order != Ordering::Greater,
            Operator::Above => order == Ordering::Greater,
            Operator::Below => order == Ordering::Less,
            Operator::Equal => order == Ordering::Equal,
            Operator::Unequal => order != Ordering::Equal,
        })
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_in_the_order_of_the_fact() {
        for (allowed, scheme, version, expected) in [
            (vec![">= 1.0"], Scheme::Deb, "1.0-rc1", true),
            (vec![">= 1.0"], Scheme::Semver, "1.0.0-rc1", false),
            (vec!["3.0.*"], Scheme::Deb, "3.0.15-1", true),
            (vec!["= 3.0.*"], Scheme::Deb, "3.1", false),
            (vec!["1.2"], Scheme::Semver, "1.2.0", true),
            (vec!["!= 2, > 1"], Scheme::Generic, "2", false),
            (vec!["<1", ">=2"], Scheme::Generic, "3", true),
            (vec!["<= 1", "== 2"], Scheme::Generic, "1.5", false),
        ] {
            let allowed = Versions::parse(&allowed).unwrap();
            assert_eq!(
                allowed.contain(scheme, version),
                Ok(expected),
                "{allowed} {version}"
            );
        }
    }

    #[test]
    fn what_cannot_be_told_is_an_error_unless_it_does_not_count() {
        let contain = |allowed: &[&str]| {
            Versions::parse(allowed)
                .unwrap()
                .contain(Scheme::Generic, "hardy")
        };
        assert!(contain(&[">= 1"]).is_err());
        assert_eq!(contain(&[">= 1", "hardy*"]), Ok(true));
        assert_eq!(contain(&[">= 1, squeeze*"]), Ok(false));
    }

    #[test]
    fn only_conditions_are_read() {
        for wrong in [
            &[][..],
            &[""],
            &["^1.2"],
            &[">= 1 < 2"],
            &[">="],
            &[">= 1.*"],
            &["1,"],
        ] {
            assert!(Versions::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
