//! Versions of unknown origin: what can be ordered without knowing who wrote them.

use std::cmp::Ordering;

use super::Grammar;
use super::text::{compare_digits, is_digits, split_digits, split_run, without_v};

pub(super) struct Generic;

pub(super) struct Version<'a> {
    text: &'a str,
    /// Dotted numbers at the beginning, after an optional `v`.
    numbers: Vec<&'a str>,
    rest: &'a str,
}

impl Grammar for Generic {
    const NAME: &'static str = "generic";
    type Version<'a> = Version<'a>;

    fn parse(text: &str) -> Result<Version<'_>, String> {
        let text = text.trim();
        let plain = without_v(text);
        let (dotted, _) = split_run(plain, |c| c.is_ascii_digit() || c == '.');
        let dotted = dotted.trim_end_matches('.');
        let rest = plain.strip_prefix(dotted).unwrap_or_default();
        let numbers: Vec<_> = dotted.split('.').collect();
        if numbers.iter().all(|number| is_digits(number)) {
            Ok(Version { text, numbers, rest })
        } else {
            Ok(Version {
                text,
                numbers: Vec::new(),
                rest: plain,
            })
        }
    }

    fn order(a: &Version<'_>, b: &Version<'_>) -> Result<Ordering, String> {
        if a.text == b.text {
            return Ok(Ordering::Equal);
        }
        if a.numbers.is_empty() || b.numbers.is_empty() {
            return Err("a side does not begin with a number".into());
        }
        let shared = a
            .numbers
            .iter()
            .zip(&b.numbers)
            .map(|(a, b)| compare_digits(a, b));
        if let Some(order) = shared.into_iter().find(|order| order.is_ne()) {
            return Ok(order);
        }
        if a.numbers.len() == b.numbers.len() {
            return compare_rest(a.rest, b.rest);
        }
        if !a.rest.is_empty() || !b.rest.is_empty() {
            return Err("they part where one has a suffix and the other a number".into());
        }
        Ok(sign(&a.numbers, b.numbers.len()).cmp(&sign(&b.numbers, a.numbers.len())))
    }
}

/// Whether a number other than zero follows the first `shared` ones.
fn sign(numbers: &[&str], shared: usize) -> bool {
    numbers
        .iter()
        .skip(shared)
        .any(|number| compare_digits(number, "").is_ne())
}

/// Suffixes have an order only where equal text is followed by different numbers, as in `-rc1`
/// and `-rc2` or `_392` and `_402`.
fn compare_rest(mut a: &str, mut b: &str) -> Result<Ordering, String> {
    let unknown = || Err("their suffixes have no order that every scheme agrees on".to_owned());
    let mut word = "";
    while a != b {
        let (a_text, a_rest) = split_run(a, |c| !c.is_ascii_digit());
        let (b_text, b_rest) = split_run(b, |c| !c.is_ascii_digit());
        let (a_digits, b_digits);
        (a_digits, a) = split_digits(a_rest);
        (b_digits, b) = split_digits(b_rest);
        word = if a_text.is_empty() { word } else { a_text };
        if a_text != b_text || a_digits.is_empty() || b_digits.is_empty() {
            return unknown();
        }
        let order = compare_digits(a_digits, b_digits);
        if order.is_eq() {
            continue;
        }
        let stands_alone = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_hash = word.ends_with(['g', '@', '#']) || word.contains('+');
        return if !is_hash && stands_alone(a) && stands_alone(b) {
            Ok(order)
        } else {
            unknown()
        };
    }
    Ok(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(a: &str, b: &str) -> Option<Ordering> {
        Generic::order(&Generic::parse(a).unwrap(), &Generic::parse(b).unwrap()).ok()
    }

    #[test]
    fn numbers_order() {
        for (a, b) in [
            ("7.4.3", "7.4.32"),
            ("17", "17.0.1"),
            ("1.9", "v1.10"),
            ("1.2rc1", "1.3"),
            ("1.8.0_392", "1.8.0_402"),
            ("1.2-rc1", "1.2-rc2"),
            ("1.2-rc1.3", "1.2-rc1.4"),
            ("9.3p1", "9.3p2"),
        ] {
            assert_eq!(order(a, b), Some(Ordering::Less), "{a} {b}");
            assert_eq!(order(b, a), Some(Ordering::Greater), "{b} {a}");
        }
        for (a, b) in [("17", "17.0"), ("v1.2", "1.2"), ("abc", "abc"), ("1.02", "1.2")] {
            assert_eq!(order(a, b), Some(Ordering::Equal), "{a} {b}");
        }
    }

    #[test]
    fn nothing_is_guessed() {
        for (a, b) in [
            ("abc", "1.2"),
            ("abc", "abd"),
            ("1.2", "1.2-rc1"),
            ("1.2", "1.2p1"),
            ("1.2-5", "1.2.3"),
            ("1.1.1k", "1.1.1w"),
            ("1.2-ubuntu1", "1.2-debian2"),
            ("1.2-g1234567", "1.2-g7654321"),
            ("1.2+12", "1.2+13"),
            ("1.2-12ab", "1.2-13cd"),
            ("1..2", "1..3"),
            ("1.2.", "1.2"),
        ] {
            assert_eq!(order(a, b), None, "{a} {b}");
            assert_eq!(order(b, a), None, "{b} {a}");
        }
    }
}
