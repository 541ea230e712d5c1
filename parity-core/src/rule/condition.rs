//! Conditions: small, typed, total predicates with three answers.

use std::cmp::Ordering;

use super::evaluate::Bench;
use super::template::Template;
use crate::fact::{FactId, State, Value};
use crate::version::{Range, RangeSyntax, Scheme};
use crate::view::Side;

/// One condition: a thing looked at, and a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub(super) what: What,
    pub(super) test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Fact(Side, Template),
    Text(Template),
}

/// What is asked of it. A fact that is absent has no value: it *is* nothing, is *not* anything, and *lacks* everything.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Test {
    /// There is a value (or not).
    Exists(bool),
    /// The value is this text.
    Is(Template),
    /// The value is another text, or there is none.
    IsNot(Template),
    /// The value, or every member of it, is one of these.
    OneOf(Vec<String>),
    /// No member of the value is one of these.
    NoneOf(Vec<String>),
    /// A member of the value is this text.
    Contains(Template),
    /// No member of the value is this text.
    Lacks(Template),
    /// The number or version is at least this.
    AtLeast(Template, Option<Scheme>),
    /// The number or version is below this.
    Below(Template, Option<Scheme>),
    /// No member of the value lies in this range.
    OutsideRange {
        /// Name of a [`RangeSyntax`].
        syntax: Template,
        /// The range.
        range: Template,
    },
    /// The first number of every version differs from the first number of this one.
    MajorDiffers(Template),
}

/// Yes, no, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    True,
    False,
    Unknown {
        side: Side,
        fact: FactId,
        reason: String,
    },
}

impl From<bool> for Truth {
    fn from(value: bool) -> Truth {
        if value { Truth::True } else { Truth::False }
    }
}

impl Condition {
    /// Every template in it.
    pub(super) fn templates(&self) -> impl Iterator<Item = &Template> {
        let (What::Fact(_, what) | What::Text(what)) = &self.what;
        let test: Vec<&Template> = match &self.test {
            Test::Exists(_) | Test::OneOf(_) | Test::NoneOf(_) => Vec::new(),
            Test::OutsideRange { syntax, range } => vec![syntax, range],
            Test::Is(text) | Test::IsNot(text) | Test::Contains(text) | Test::Lacks(text) => vec![text],
            Test::AtLeast(text, _) | Test::Below(text, _) | Test::MajorDiffers(text) => vec![text],
        };
        std::iter::once(what).chain(test)
    }

    /// Whether it can be answered before anything is bound.
    pub(super) fn is_closed(&self) -> bool {
        self.templates().all(|template| template.variables().is_empty())
    }

    pub(super) fn holds(&self, bench: &Bench<'_>) -> Truth {
        let (side, id, state) = match &self.what {
            What::Text(text) => {
                let value = bench.value(text);
                (Side::Release, FactId::single("value"), State::Value(value))
            }
            What::Fact(side, id) => match id.fill(bench).parse::<FactId>() {
                Ok(id) => {
                    let state = bench.state(*side, &id);
                    (*side, id, state)
                }
                Err(error) => {
                    let reason = error.to_string();
                    return Truth::Unknown {
                        side: *side,
                        fact: FactId::single("invalid"),
                        reason,
                    };
                }
            },
        };
        let value = match state {
            State::Value(value) => Some(value),
            State::Absent => None,
            State::NotPermitted => {
                return Truth::Unknown {
                    side,
                    fact: id,
                    reason: "this user may not see it".into(),
                };
            }
            State::Unknown(reason) => {
                return Truth::Unknown {
                    side,
                    fact: id,
                    reason,
                };
            }
        };
        match self.test.of(value.as_ref(), bench) {
            Ok(holds) => holds.into(),
            Err(reason) => Truth::Unknown {
                side,
                fact: id,
                reason,
            },
        }
    }
}

impl Test {
    fn of(&self, value: Option<&Value>, bench: &Bench<'_>) -> Result<bool, String> {
        let Some(value) = value else {
            return Ok(match self {
                Test::Exists(wanted) => !wanted,
                Test::IsNot(_) | Test::NoneOf(_) | Test::Lacks(_) => true,
                _ => false,
            });
        };
        let members = value.members();
        match self {
            Test::Exists(wanted) => Ok(*wanted),
            Test::Is(text) => Ok(value.to_string() == text.fill(bench)),
            Test::IsNot(text) => Ok(value.to_string() != text.fill(bench)),
            Test::OneOf(texts) => Ok(members
                .iter()
                .all(|member| texts.iter().any(|text| text == member))),
            Test::NoneOf(texts) => Ok(!members
                .iter()
                .any(|member| texts.iter().any(|text| text == member))),
            Test::Contains(text) => Ok(members.contains(&text.fill(bench).into())),
            Test::Lacks(text) => Ok(!members.contains(&text.fill(bench).into())),
            Test::AtLeast(bound, scheme) => {
                Ok(order(&value.to_string(), &bound.fill(bench), *scheme)? != Ordering::Less)
            }
            Test::Below(bound, scheme) => {
                Ok(order(&value.to_string(), &bound.fill(bench), *scheme)? == Ordering::Less)
            }
            Test::OutsideRange { syntax, range } => {
                let syntax: RangeSyntax = syntax
                    .fill(bench)
                    .parse()
                    .map_err(|_| "a range syntax that is not known".to_owned())?;
                let range = Range::parse(syntax, &range.fill(bench)).map_err(|error| error.to_string())?;
                for member in &members {
                    if range.contains(member).map_err(|error| error.to_string())? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Test::MajorDiffers(other) => {
                let other = other.fill(bench);
                let wanted = major(&other).ok_or_else(|| format!("`{other}` has no major version"))?;
                for member in &members {
                    let major = major(member).ok_or_else(|| format!("`{member}` has no major version"))?;
                    if major == wanted {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }
}

fn order(value: &str, bound: &str, scheme: Option<Scheme>) -> Result<Ordering, String> {
    if let (Ok(value), Ok(bound)) = (value.parse::<i64>(), bound.parse::<i64>()) {
        return Ok(value.cmp(&bound));
    }
    scheme
        .unwrap_or(Scheme::Generic)
        .compare(value, bound)
        .map_err(|error| error.to_string())
}

/// The first number of a version, its epoch left out.
fn major(version: &str) -> Option<u64> {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    let digits = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}
