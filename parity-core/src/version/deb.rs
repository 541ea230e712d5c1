//! Debian: deb-version(7), validity as `dpkg --validate-version`.

use std::cmp::Ordering;

use super::Grammar;
use super::text::{compare_digits, split_digits, split_run};

pub(super) struct Deb;

pub(super) struct Version<'a> {
    epoch: u32,
    upstream: &'a str,
    revision: &'a str,
}

impl Grammar for Deb {
    const NAME: &'static str = "deb";
    type Version<'a> = Version<'a>;

    fn parse(text: &str) -> Result<Version<'_>, String> {
        let text = text.trim_matches(is_space);
        if text.contains(is_space) {
            return Err("it has white space in it".into());
        }
        let (epoch, rest) = match text.split_once(':') {
            Some((number, rest)) => (epoch(number)?, rest),
            None => (0, text),
        };
        let (upstream, revision) = match rest.rsplit_once('-') {
            Some((_, "")) => return Err("its revision is empty".into()),
            Some(parts) => parts,
            None => (rest, ""),
        };
        if !upstream.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("its upstream version does not begin with a digit".into());
        }
        allow(upstream, ".-+~:", "upstream version")?;
        allow(revision, ".+~", "revision")?;
        Ok(Version {
            epoch,
            upstream,
            revision,
        })
    }

    fn order(a: &Version<'_>, b: &Version<'_>) -> Result<Ordering, String> {
        Ok(a.epoch
            .cmp(&b.epoch)
            .then_with(|| alternate(a.upstream, b.upstream))
            .then_with(|| alternate(a.revision, b.revision)))
    }
}

/// White space of the C locale.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// A number of 31 bits; dpkg lets it have a sign.
fn epoch(number: &str) -> Result<u32, String> {
    match number.parse::<i32>() {
        Ok(epoch) => u32::try_from(epoch).map_err(|_| "its epoch is negative".into()),
        Err(error) => Err(format!("its epoch: {error}")),
    }
}

fn allow(part: &str, punctuation: &str, name: &str) -> Result<(), String> {
    match part
        .chars()
        .find(|&c| !c.is_ascii_alphanumeric() && !punctuation.contains(c))
    {
        Some(c) => Err(format!("{c:?} is not allowed in the {name}")),
        None => Ok(()),
    }
}

/// Alternately a run of non-digits and a run of digits.
fn alternate(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() || !b.is_empty() {
        let (a_text, a_rest) = split_run(a, |c| !c.is_ascii_digit());
        let (b_text, b_rest) = split_run(b, |c| !c.is_ascii_digit());
        let (a_digits, b_digits);
        (a_digits, a) = split_digits(a_rest);
        (b_digits, b) = split_digits(b_rest);
        let order = compare_text(a_text, b_text).then_with(|| compare_digits(a_digits, b_digits));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn compare_text(a: &str, b: &str) -> Ordering {
    let longest = a.len().max(b.len());
    let weights = |text: &str| -> Vec<i32> {
        let ends = std::iter::repeat_n(0, longest - text.len());
        text.bytes().map(weight).chain(ends).collect()
    };
    weights(a).cmp(&weights(b))
}

/// A tilde sorts before the end of the text, letters before everything else.
fn weight(byte: u8) -> i32 {
    match byte {
        b'~' => -1,
        letter if letter.is_ascii_alphabetic() => i32::from(letter),
        other => i32::from(other) + 256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dpkg_calls_bad_syntax_is_invalid() {
        for bad in [
            ":1",
            "a:1",
            "1:",
            "-1:1",
            "2147483648:1",
            "1-",
            "a1",
            "1_2",
            "1-1_2",
            "1 2",
            "-1",
        ] {
            assert!(Deb::parse(bad).is_err(), "{bad}");
        }
        for good in [
            " 1 ",
            "+1:1",
            "-0:1",
            "0:1",
            "2147483647:1",
            "1:1:1",
            "1-1-1",
            "1~",
            "1+~.-1",
        ] {
            assert!(Deb::parse(good).is_ok(), "{good}");
        }
    }
}
