//! Pacman: vercmp(8). An older relative of rpm's order, which also weighs separators.

use std::cmp::Ordering;

use super::Grammar;
use super::evr::Evr;
use super::text::{compare_digits, split_run};

pub(super) struct Pacman;

impl Grammar for Pacman {
    const NAME: &'static str = "pacman";
    type Version<'a> = Evr<'a>;

    fn parse(text: &str) -> Result<Evr<'_>, String> {
        Evr::parse(text)
    }

    fn order(a: &Evr<'_>, b: &Evr<'_>) -> Result<Ordering, String> {
        let releases = || match (a.release, b.release) {
            (Some(a), Some(b)) => segments(a, b),
            _ => Ordering::Equal,
        };
        Ok(compare_digits(a.epoch, b.epoch)
            .then_with(|| segments(a.version, b.version))
            .then_with(releases))
    }
}

/// Runs of digits and of letters, left to right. A longer separator is newer, digits are newer
/// than letters, and a trailing word is older than nothing: `1.0rc` < `1.0` < `1.0.1`.
fn segments(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() && !b.is_empty() {
        let (a_gap, a_rest) = split_run(a, is_separator);
        let (b_gap, b_rest) = split_run(b, is_separator);
        (a, b) = (a_rest, b_rest);
        if a.is_empty() || b.is_empty() {
            break;
        }
        if a_gap.len() != b_gap.len() {
            return a_gap.len().cmp(&b_gap.len());
        }
        let (a_run, b_run);
        let numeric = a.starts_with(|c: char| c.is_ascii_digit());
        if numeric {
            (a_run, a) = split_run(a, |c| c.is_ascii_digit());
            (b_run, b) = split_run(b, |c| c.is_ascii_digit());
        } else {
            (a_run, a) = split_run(a, |c| c.is_ascii_alphabetic());
            (b_run, b) = split_run(b, |c| c.is_ascii_alphabetic());
        }
        let order = match (numeric, b_run.is_empty()) {
            (true, true) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (true, false) => compare_digits(a_run, b_run),
            (false, false) => a_run.cmp(b_run),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    match (a.is_empty(), b.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) if begins_with_letter(b) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, _) if begins_with_letter(a) => Ordering::Less,
        (false, _) => Ordering::Greater,
    }
}

fn is_separator(c: char) -> bool {
    !c.is_ascii_alphanumeric()
}

fn begins_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
}
