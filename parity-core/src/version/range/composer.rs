//! Composer constraints: alternatives (`||`) of comparisons that must all hold.

use std::cmp::Ordering;

use super::split_operator;
use crate::version::text::{number, split_digits, split_run, without_v};

#[derive(Debug, Clone)]
pub(super) struct Range(Vec<Vec<Comparator>>);

#[derive(Debug, Clone)]
struct Comparator {
    operator: Operator,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    AtLeast,
    Less,
    AtMost,
    Tilde,
    Caret,
}

const OPERATORS: [(&str, Operator); 10] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("<>", Operator::NotEqual),
    ("!=", Operator::NotEqual),
    ("==", Operator::Equal),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

/// Four numbers, then how far along the release is. Ordered by its fields.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    numbers: [u64; 4],
    stability: Stability,
    stage: Option<u64>,
    /// A development build (`RC1-dev`) is older than what it leads to.
    is_final: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Dev,
    Alpha,
    Beta,
    Candidate,
    Stable,
    Patch,
}

/// A version with as many numbers as were written, and whether it names a stability.
struct Written {
    version: Version,
    given: usize,
    is_wild: bool,
    names_stability: bool,
}

impl Range {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.replace("||", "|");
        text.split('|')
            .map(alternative)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// A suffix that is no stability (`-4ubuntu2.19`) is the distribution's, and is left out as
    /// Composer leaves it out.
    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let upstream = version.split(['~', '+', '-']).next().unwrap_or(version);
        let written = Written::parse(version).or_else(|_| Written::parse(upstream))?;
        if written.is_wild {
            return Err("a version has no wildcard".into());
        }
        Ok(self
            .0
            .iter()
            .any(|all| all.iter().all(|c| c.holds(&written.version))))
    }
}

impl Comparator {
    fn holds(&self, version: &Version) -> bool {
        let order = version.cmp(&self.version);
        match self.operator {
            Operator::NotEqual => order != Ordering::Equal,
            Operator::Greater => order == Ordering::Greater,
            Operator::AtLeast => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Equal | Operator::Tilde | Operator::Caret => order == Ordering::Equal,
        }
    }
}

fn alternative(text: &str) -> Result<Vec<Comparator>, String> {
    let words: Vec<&str> = text
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|w| !w.is_empty())
        .collect();
    if words.is_empty() {
        return Err("an alternative is empty; write * for any version".into());
    }
    if let [from, "-", to] = words[..] {
        return hyphen(&Written::parse(from)?, &Written::parse(to)?);
    }
    let mut comparators = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (operator, mut version) = split_operator(word, &OPERATORS).unwrap_or((Operator::Equal, word));
        if version.is_empty() {
            version = words.next().ok_or("an operator has no version")?;
        }
        comparators.extend(desugar(operator, &Written::parse(version)?)?);
    }
    Ok(comparators)
}

/// An upper version of one or two numbers includes its whole line.
fn hyphen(from: &Written, to: &Written) -> Result<Vec<Comparator>, String> {
    if from.is_wild || to.is_wild {
        return Err("a wildcard cannot be an end of a hyphen range".into());
    }
    let upper = if to.given > 2 || to.names_stability {
        Comparator {
            operator: Operator::AtMost,
            version: to.version.clone(),
        }
    } else {
        to.below_next(to.given - 1)?
    };
    Ok(vec![from.floor(), upper])
}

fn desugar(operator: Operator, written: &Written) -> Result<Vec<Comparator>, String> {
    let plain = |version| vec![Comparator { operator, version }];
    Ok(match operator {
        _ if written.is_wild => return wildcard(operator, written),
        Operator::Caret => vec![written.floor(), written.below_next(written.caret_place())?],
        Operator::Tilde => {
            vec![
                written.floor(),
                written.below_next(written.given.saturating_sub(2))?,
            ]
        }
        Operator::AtLeast | Operator::Less => plain(written.dev_onward()),
        _ => plain(written.version.clone()),
    })
}

fn wildcard(operator: Operator, written: &Written) -> Result<Vec<Comparator>, String> {
    match (operator, written.given) {
        (Operator::Equal, 0) => Ok(vec![written.floor()]),
        (Operator::Equal, given) => Ok(vec![written.floor(), written.below_next(given - 1)?]),
        _ => Err("a wildcard takes no operator".into()),
    }
}

impl Written {
    fn parse(text: &str) -> Result<Self, String> {
        let text = without_v(text);
        let (mut numbers, mut given, mut is_wild, mut rest) = ([0; 4], 0, false, text);
        loop {
            let (digits, after) = split_digits(rest);
            let slot = numbers.get_mut(given).ok_or("it has more than four numbers")?;
            if let Some(after) = rest.strip_prefix(['*', 'x', 'X']) {
                (is_wild, rest) = (true, after);
            } else if is_wild {
                return Err("a number follows a wildcard".into());
            } else {
                *slot = number(digits)?;
                (given, rest) = (given + 1, after);
            }
            match rest.strip_prefix('.') {
                Some(after)
                    if after.starts_with(['*', 'x', 'X'])
                        || after.starts_with(|c: char| c.is_ascii_digit()) =>
                {
                    rest = after;
                }
                _ => break,
            }
        }
        if is_wild && !rest.is_empty() {
            return Err("a suffix follows a wildcard".into());
        }
        let suffix = rest.split_once('+').map_or(rest, |(suffix, _)| suffix);
        let (stability, stage, is_final) = stability(suffix)?;
        let version = Version {
            numbers,
            stability,
            stage,
            is_final,
        };
        Ok(Self {
            version,
            given,
            is_wild,
            names_stability: !suffix.is_empty(),
        })
    }

    /// From this version on; if it names no stability, from its development builds on.
    fn floor(&self) -> Comparator {
        Comparator {
            operator: Operator::AtLeast,
            version: self.dev_onward(),
        }
    }

    fn dev_onward(&self) -> Version {
        if self.names_stability {
            self.version.clone()
        } else {
            Version::dev(self.version.numbers)
        }
    }

    /// Below every version whose number at `place` is the next one.
    fn below_next(&self, place: usize) -> Result<Comparator, String> {
        let mut numbers = [0; 4];
        for (at, (new, old)) in numbers.iter_mut().zip(self.version.numbers).enumerate() {
            *new = match at.cmp(&place) {
                Ordering::Less => old,
                Ordering::Equal => old.checked_add(1).ok_or("a number in it is too large")?,
                Ordering::Greater => 0,
            };
        }
        Ok(Comparator {
            operator: Operator::Less,
            version: Version::dev(numbers),
        })
    }

    /// The number a caret keeps: the first of three that is not zero, or the last given.
    fn caret_place(&self) -> usize {
        let last = self.given.min(3).saturating_sub(1);
        let written = self.version.numbers.iter().take(last);
        written
            .into_iter()
            .position(|number| *number != 0)
            .unwrap_or(last)
    }
}

impl Version {
    fn dev(numbers: [u64; 4]) -> Self {
        Self {
            numbers,
            stability: Stability::Dev,
            stage: None,
            is_final: true,
        }
    }
}

/// `-RC1`, `beta2`, `-dev`, `RC1-dev`, `pl3`; nothing is stable.
fn stability(suffix: &str) -> Result<(Stability, Option<u64>, bool), String> {
    let trimmed = |text| str::trim_start_matches(text, ['.', '-', '_']);
    let (word, rest) = split_run(trimmed(suffix), |c| c.is_ascii_alphabetic());
    let stability = match word.to_ascii_lowercase().as_str() {
        "" if suffix.is_empty() => Stability::Stable,
        "stable" => Stability::Stable,
        "dev" => Stability::Dev,
        "alpha" | "a" => Stability::Alpha,
        "beta" | "b" => Stability::Beta,
        "rc" => Stability::Candidate,
        "patch" | "pl" | "p" => Stability::Patch,
        _ => return Err(format!("{suffix:?} is not a stability")),
    };
    let (digits, rest) = split_digits(rest.strip_prefix(['.', '-']).unwrap_or(rest));
    let stage = if digits.is_empty() {
        None
    } else {
        Some(number(digits)?)
    };
    match trimmed(rest) {
        "" if rest.is_empty() => Ok((stability, stage, true)),
        dev if dev.eq_ignore_ascii_case("dev") => Ok((stability, stage, false)),
        _ => Err(format!("{suffix:?} is not a stability")),
    }
}
