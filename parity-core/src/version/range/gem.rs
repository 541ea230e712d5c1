//! `Gem::Requirement`.

use super::split_operator;
use crate::version::gem::Version;
use crate::version::text::{is_digits, without_v};

/// All comparisons must hold.
#[derive(Debug, Clone)]
pub(super) struct Range(Vec<(Operator, Version)>);

#[derive(Debug, Clone, Copy)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Compatible,
}

const OPERATORS: [(&str, Operator); 7] = [
    ("~>", Operator::Compatible),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("!=", Operator::NotEqual),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

impl Range {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(|part| comparison(part.trim()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    pub(super) fn contains(&self, version: &str) -> Result<bool, String> {
        let version = Version::parse(without_patch_level(without_v(version)))?;
        Ok(self
            .0
            .iter()
            .all(|(operator, base)| holds(*operator, &version, base)))
    }
}

fn comparison(text: &str) -> Result<(Operator, Version), String> {
    let (operator, version) = split_operator(text, &OPERATORS).unwrap_or((Operator::Equal, text));
    Ok((operator, Version::parse(version)?))
}

fn holds(operator: Operator, version: &Version, base: &Version) -> bool {
    let order = version.compare(base);
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => order.is_gt(),
        Operator::Less => order.is_lt(),
        Operator::AtLeast => order.is_ge(),
        Operator::AtMost => order.is_le(),
        Operator::Compatible => order.is_ge() && version.is_on_line_of(base),
    }
}

/// `ruby --version` prints `3.1.2p20`; as a gem version that would be a pre-release.
fn without_patch_level(version: &str) -> &str {
    match version.split_once('p') {
        Some((release, level)) if is_digits(level) && release.split('.').all(is_digits) => release,
        _ => version,
    }
}
