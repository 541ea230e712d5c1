//! Alpine: "Package names and versions" of apk-package(5), in the source of apk-tools.

use std::cmp::Ordering;

use super::Grammar;
use super::text::{compare_digits, split_digits, split_run};

pub(super) struct Apk;

/// The parts of a version, in the order in which they may follow one another. Where two versions
/// have different parts at one place, the part that comes later here is the older.
#[derive(Clone, Copy)]
enum Part<'a> {
    First(&'a str),
    Number(&'a str),
    Letter(char),
    Suffix(i8),
    SuffixNumber(&'a str),
    Hash(&'a str),
    Revision(&'a str),
    End,
    NotUnderstood,
}

/// Weights below zero are pre-releases.
const SUFFIXES: [(&str, i8); 9] = [
    ("alpha", -4),
    ("beta", -3),
    ("pre", -2),
    ("rc", -1),
    ("cvs", 1),
    ("svn", 2),
    ("git", 3),
    ("hg", 4),
    ("p", 5),
];

impl Grammar for Apk {
    const NAME: &'static str = "apk";
    type Version<'a> = Parts<'a>;

    fn parse(text: &str) -> Result<Parts<'_>, String> {
        let (first, rest) = split_digits(text);
        if first.is_empty() {
            return Err("it does not begin with a digit".into());
        }
        Ok(Parts {
            current: Part::First(first),
            rest,
        })
    }

    fn order(a: &Parts<'_>, b: &Parts<'_>) -> Result<Ordering, String> {
        let (mut a, mut b) = (*a, *b);
        while a.current.rank() == b.current.rank() && !a.current.is_last() {
            let order = a.current.compare(&b.current);
            if order != Ordering::Equal {
                return Ok(order);
            }
            a.advance();
            b.advance();
        }
        Ok(match (a.current, b.current) {
            (Part::Suffix(..0), _) => Ordering::Less,
            (_, Part::Suffix(..0)) => Ordering::Greater,
            (a, b) => b.rank().cmp(&a.rank()),
        })
    }

    fn validate(text: &str) -> Result<(), String> {
        let mut parts = Self::parse(text)?;
        while !parts.current.is_last() {
            parts.advance();
        }
        match parts.current {
            Part::NotUnderstood => Err(format!("{:?} is not understood", parts.rest)),
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    current: Part<'a>,
    rest: &'a str,
}

impl<'a> Parts<'a> {
    fn advance(&mut self) {
        let next = if self.rest.is_empty() {
            Some((Part::End, ""))
        } else {
            self.next()
        };
        match next {
            Some((part, rest)) => (self.current, self.rest) = (part, rest),
            None => self.current = Part::NotUnderstood,
        }
    }

    /// The next part and what follows it, if the current one allows it.
    fn next(&self) -> Option<(Part<'a>, &'a str)> {
        use Part::{First, Hash, Letter, Number, Revision, Suffix, SuffixNumber};
        let mut chars = self.rest.chars();
        let sign = chars.next()?;
        let after = chars.as_str();
        let part = match (sign, self.current) {
            ('.', First(_) | Number(_)) => {
                let (digits, rest) = split_digits(after);
                (Number(digits), rest)
            }
            ('a'..='z', First(_) | Number(_)) => return Some((Letter(sign), after)),
            ('0'..='9', Suffix(_)) => {
                let (digits, rest) = split_digits(self.rest);
                (SuffixNumber(digits), rest)
            }
            ('_', First(_) | Number(_) | Letter(_) | Suffix(_) | SuffixNumber(_)) => {
                let (word, rest) = split_run(after, |c| c.is_ascii_lowercase());
                let (_, weight) = SUFFIXES.iter().find(|(name, _)| *name == word)?;
                return Some((Suffix(*weight), rest));
            }
            ('~', First(_) | Number(_) | Letter(_) | Suffix(_) | SuffixNumber(_)) => {
                let (hash, rest) = split_run(after, |c| matches!(c, '0'..='9' | 'a'..='f'));
                (Hash(hash), rest)
            }
            ('-', current) if !matches!(current, Revision(_)) => {
                let (digits, rest) = split_digits(after.strip_prefix('r')?);
                (Revision(digits), rest)
            }
            _ => return None,
        };
        let (Number(text) | SuffixNumber(text) | Hash(text) | Revision(text), _) = part else {
            return None;
        };
        (!text.is_empty()).then_some(part)
    }
}

impl Part<'_> {
    fn rank(&self) -> u8 {
        match self {
            Self::First(_) => 0,
            Self::Number(_) => 1,
            Self::Letter(_) => 2,
            Self::Suffix(_) => 3,
            Self::SuffixNumber(_) => 4,
            Self::Hash(_) => 5,
            Self::Revision(_) => 6,
            Self::End => 7,
            Self::NotUnderstood => 8,
        }
    }

    fn is_last(&self) -> bool {
        matches!(self, Self::End | Self::NotUnderstood)
    }

    /// The order of two parts of one kind. After the first, a number with a leading zero is a
    /// decimal fraction, as in Gentoo: `1.05` < `1.1`.
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) if a.starts_with('0') || b.starts_with('0') => a.cmp(b),
            (Self::First(a), Self::First(b))
            | (Self::Number(a), Self::Number(b))
            | (Self::SuffixNumber(a), Self::SuffixNumber(b))
            | (Self::Revision(a), Self::Revision(b)) => compare_digits(a, b),
            (Self::Letter(a), Self::Letter(b)) => a.cmp(b),
            (Self::Suffix(a), Self::Suffix(b)) => a.cmp(b),
            (Self::Hash(a), Self::Hash(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }
}
