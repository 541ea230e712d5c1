//! node-semver ranges: alternatives (`||`) of comparisons that must all hold.

use std::cmp::Ordering;

use ::semver::{BuildMetadata, Prerelease, Version};

use super::split_operator;
use crate::version::semver::lenient;
use crate::version::text::number;

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
    Greater,
    AtLeast,
    Less,
    AtMost,
    Tilde,
    Caret,
}

const OPERATORS: [(&str, Operator); 8] = [
    ("~>", Operator::Tilde),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

/// A version of which the later numbers may be missing or wild (`x`, `X`, `*`).
struct Partial {
    numbers: Vec<u64>,
    pre: Prerelease,
}

impl Range {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        text.split("||")
            .map(alternative)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let version = lenient(version)?;
        Ok(self.0.iter().any(|all| allows(all, &version)))
    }
}

fn allows(all: &[Comparator], version: &Version) -> bool {
    let numbers = |v: &Version| (v.major, v.minor, v.patch);
    let names_pre_release =
        |c: &Comparator| !c.version.pre.is_empty() && numbers(&c.version) == numbers(version);
    all.iter().all(|c| c.holds(version)) && (version.pre.is_empty() || all.iter().any(names_pre_release))
}

impl Comparator {
    fn holds(&self, version: &Version) -> bool {
        let order = version.cmp_precedence(&self.version);
        match self.operator {
            Operator::Greater => order == Ordering::Greater,
            Operator::AtLeast => order != Ordering::Less,
            Operator::Less => order == Ordering::Less,
            Operator::AtMost => order != Ordering::Greater,
            Operator::Equal | Operator::Tilde | Operator::Caret => order == Ordering::Equal,
        }
    }
}

fn alternative(text: &str) -> Result<Vec<Comparator>, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() {
        return Err("an alternative is empty; write * for any version".into());
    }
    if let [from, "-", to] = words[..] {
        return hyphen(&Partial::parse(from)?, &Partial::parse(to)?);
    }
    let mut comparators = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (operator, mut version) = split_operator(word, &OPERATORS).unwrap_or((Operator::Equal, word));
        if version.is_empty() {
            version = words.next().ok_or("an operator has no version")?;
        }
        comparators.extend(desugar(operator, &Partial::parse(version)?)?);
    }
    Ok(comparators)
}

/// `1.2 - 2.3` is `>=1.2.0 <2.4.0-0`; a whole upper version is included itself.
fn hyphen(from: &Partial, to: &Partial) -> Result<Vec<Comparator>, String> {
    let mut comparators = desugar(Operator::AtLeast, from)?;
    comparators.extend(desugar(Operator::AtMost, to)?);
    Ok(comparators)
}

fn desugar(operator: Operator, partial: &Partial) -> Result<Vec<Comparator>, String> {
    let given = partial.numbers.len();
    let floor = || Comparator {
        operator: Operator::AtLeast,
        version: partial.floor(),
    };
    let below = |place: usize| partial.next(place).map(before);
    Ok(match (operator, given) {
        (Operator::Greater | Operator::Less, 0) => vec![before(Version::new(0, 0, 0))],
        (_, 0) => vec![floor()],
        (Operator::Caret, _) => vec![floor(), below(partial.first_nonzero())?],
        (Operator::Tilde, _) => vec![floor(), below(1.min(given - 1))?],
        (_, 3) => vec![Comparator {
            operator,
            version: partial.floor(),
        }],
        (Operator::AtLeast, _) => vec![floor()],
        (Operator::Less, _) => vec![before(partial.floor())],
        (Operator::Greater, _) => {
            vec![Comparator {
                operator: Operator::AtLeast,
                version: partial.next(given - 1)?,
            }]
        }
        (Operator::AtMost, _) => vec![below(given - 1)?],
        (Operator::Equal, _) => vec![floor(), below(given - 1)?],
    })
}

/// Below a version and all its pre-releases.
fn before(version: Version) -> Comparator {
    let lowest = Prerelease::new("0").unwrap_or(Prerelease::EMPTY);
    Comparator {
        operator: Operator::Less,
        version: Version {
            pre: lowest,
            ..version
        },
    }
}

impl Partial {
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('=').unwrap_or(text);
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(ordered, _)| ordered);
        let (core, pre) = text.split_once('-').unwrap_or((text, ""));
        let components: Vec<&str> = core.split('.').collect();
        let is_wild = |component: &&str| matches!(*component, "x" | "X" | "*");
        let wild = components.iter().position(is_wild).unwrap_or(components.len());
        let (given, rest) = components.split_at(wild);
        if components.len() > 3 || !rest.iter().all(is_wild) {
            return Err(format!("{core:?} is not up to three numbers, the last ones wild"));
        }
        let numbers = given
            .iter()
            .map(|component| number(component))
            .collect::<Result<Vec<_>, _>>()?;
        if text.contains('-') && (pre.is_empty() || numbers.len() < 3) {
            return Err("a pre-release needs three numbers before it".into());
        }
        let pre = Prerelease::new(pre).map_err(|error| format!("in its pre-release: {error}"))?;
        Ok(Self { numbers, pre })
    }

    fn number(&self, place: usize) -> u64 {
        self.numbers.get(place).copied().unwrap_or(0)
    }

    fn floor(&self) -> Version {
        let [major, minor, patch] = [0, 1, 2].map(|place| self.number(place));
        Version {
            major,
            minor,
            patch,
            pre: self.pre.clone(),
            build: BuildMetadata::EMPTY,
        }
    }

    /// The lowest version above all that share the numbers up to `place`.
    fn next(&self, place: usize) -> Result<Version, String> {
        let up = self
            .number(place)
            .checked_add(1)
            .ok_or("a number in it is too large")?;
        Ok(match place {
            0 => Version::new(up, 0, 0),
            1 => Version::new(self.number(0), up, 0),
            _ => Version::new(self.number(0), self.number(1), up),
        })
    }

    /// The number a caret keeps: the first that is not zero, or the last given.
    fn first_nonzero(&self) -> usize {
        let last = self.numbers.len().saturating_sub(1);
        self.numbers
            .iter()
            .position(|number| *number != 0)
            .unwrap_or(last)
    }
}
