//! Conditions: small, typed, total predicates with three answers.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::evaluate::Bench;
use super::template::{Operand, Template};
use super::trail::named;
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

/// What is asked of it. A fact that is absent, or an empty list, has no value: it *is* nothing, is *not* anything, and
/// *lacks* everything.
///
/// The other side of a comparison may be a fact too. While that is not known the answer is not known; where it is absent,
/// nothing is equal to it, and nothing can be ordered against it.
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
    /// No member of the value has this text in it.
    Without(Template),
    /// The number or version is at least this.
    AtLeast(Template, Option<Scheme>),
    /// The number or version is below this.
    Below(Template, Option<Scheme>),
    /// The instant (RFC 3339) lies before this one and so many days after it.
    Before(Template, u16),
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
    Unknown(Lack),
}

/// A fact that an answer would need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lack {
    pub(crate) side: Side,
    pub(crate) fact: FactId,
    pub(crate) reason: String,
}

impl Lack {
    fn new(side: Side, fact: &FactId, reason: impl Into<String>) -> Lack {
        Lack {
            side,
            fact: fact.clone(),
            reason: reason.into(),
        }
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
            Test::Without(text) | Test::Before(text, _) => vec![text],
        };
        std::iter::once(what).chain(test)
    }

    /// Whether it looks at a fact of this side.
    pub(super) fn speaks_of(&self, side: Side) -> bool {
        let looks = matches!(&self.what, What::Fact(of, _) if *of == side);
        looks || self.templates().any(|template| template.speaks_of(side))
    }

    /// Whether everything it speaks of is bound.
    fn is_answerable(&self, bench: &Bench<'_>) -> bool {
        self.templates()
            .flat_map(Template::variables)
            .all(|name| bench.binds(name))
    }

    /// Whether the words bound so far alone make it false: no fact has to be looked at.
    pub(super) fn passes_over(&self, bench: &Bench<'_>) -> bool {
        let What::Text(text) = &self.what else {
            return false;
        };
        text.variables().into_iter().all(|name| bench.binds(name)) && self.fails(bench)
    }

    /// Whether it is certainly false, whatever is bound later.
    pub(super) fn fails(&self, bench: &Bench<'_>) -> bool {
        if self.is_answerable(bench) {
            return self.holds(bench) == Truth::False;
        }
        let What::Fact(side, id) = &self.what else {
            return false;
        };
        // Of what is absent the test says the same whatever it is compared with.
        let is_bound = id.variables().into_iter().all(|name| bench.binds(name));
        let id = if is_bound {
            fact_id(id, *side, bench).ok()
        } else {
            None
        };
        id.is_some_and(|id| {
            bench.state(*side, &id) == State::Absent && self.test.of(None, (*side, &id), bench) == Ok(false)
        })
    }

    /// The fact that it looks at here.
    pub(super) fn fact(&self, bench: &Bench<'_>) -> Option<(Side, FactId)> {
        match &self.what {
            What::Fact(side, id) => Some((*side, fact_id(id, *side, bench).ok()?)),
            What::Text(_) => None,
        }
    }

    /// Whether it may be about one of these facts.
    pub(super) fn looks_at(&self, facts: &BTreeSet<FactId>) -> bool {
        self.templates().any(|text| text.may_name(facts))
    }

    /// What does not hold, with the values: `host:runtime.version[node] is 20.11.1, not outside >=18`.
    pub(super) fn told(&self, bench: &Bench<'_>) -> String {
        let what = match (&self.what, self.fact(bench)) {
            (What::Fact(..), Some((side, id))) => {
                let state = bench.state(side, &id);
                format!("{} is {state}", named(side, &id))
            }
            (What::Text(text) | What::Fact(_, text), _) => text.fill(bench),
        };
        format!("{what}; the rule is about what {}", self.test.told(bench))
    }

    pub(super) fn holds(&self, bench: &Bench<'_>) -> Truth {
        self.answer(bench).map_or_else(
            Truth::Unknown,
            |holds| {
                if holds { Truth::True } else { Truth::False }
            },
        )
    }

    fn answer(&self, bench: &Bench<'_>) -> Result<bool, Lack> {
        let (side, id) = match &self.what {
            What::Text(text) => {
                let id = FactId::single("value");
                let value = bench.value(text);
                return self.test.of(Some(&value), (Side::Release, &id), bench);
            }
            What::Fact(side, id) => (*side, fact_id(id, *side, bench)?),
        };
        let state = bench.state(side, &id);
        match state.doubt() {
            Some(reason) => Err(Lack::new(side, &id, reason)),
            None => self.test.of(state.value(), (side, &id), bench),
        }
    }
}

/// The fact that a template names here.
fn fact_id(template: &Template, side: Side, bench: &Bench<'_>) -> Result<FactId, Lack> {
    let text = operand(template, bench)?;
    text.parse().map_err(|error: crate::fact::InvalidFactId| {
        Lack::new(side, &FactId::single("invalid"), error.to_string())
    })
}

/// The other side of a comparison, where it has a value.
fn operand(template: &Template, bench: &Bench<'_>) -> Result<String, Lack> {
    match template.operand(bench) {
        Operand::Text(text) => Ok(text),
        Operand::Fact(side, fact, state) => {
            let reason = state
                .doubt()
                .unwrap_or("it is absent: there is nothing to compare with");
            Err(Lack::new(side, &fact, reason))
        }
    }
}

/// The other side of a comparison for equality: `None` where it is absent.
fn equal_to(template: &Template, bench: &Bench<'_>) -> Result<Option<String>, Lack> {
    match template.operand(bench) {
        Operand::Fact(_, _, state) if state.is_certain() => Ok(None),
        _ => operand(template, bench).map(Some),
    }
}

impl Test {
    /// The test in words.
    fn told(&self, bench: &Bench<'_>) -> String {
        let list = |texts: &[String]| texts.join(", ");
        match self {
            Test::Exists(true) => "is there".to_owned(),
            Test::Exists(false) => "is not there".to_owned(),
            Test::Is(text) => format!("is {}", text.fill(bench)),
            Test::IsNot(text) => format!("is not {}", text.fill(bench)),
            Test::OneOf(texts) => format!("is one of {}", list(texts)),
            Test::NoneOf(texts) => format!("is none of {}", list(texts)),
            Test::Contains(text) => format!("contains {}", text.fill(bench)),
            Test::Lacks(text) => format!("does not contain {}", text.fill(bench)),
            Test::Without(text) => format!("has nothing with {} in it", text.fill(bench)),
            Test::AtLeast(bound, _) => format!("is at least {}", bound.fill(bench)),
            Test::Below(bound, _) => format!("is below {}", bound.fill(bench)),
            Test::Before(bound, 0) => format!("is before {}", bound.fill(bench)),
            Test::Before(bound, days) => format!("is before {} and {days} days", bound.fill(bench)),
            Test::OutsideRange { range, .. } => format!("is outside {}", range.fill(bench)),
            Test::MajorDiffers(other) => format!("has another major version than {}", other.fill(bench)),
        }
    }

    fn of(
        &self,
        value: Option<&Value>,
        (side, id): (Side, &FactId),
        bench: &Bench<'_>,
    ) -> Result<bool, Lack> {
        if let Test::Exists(wanted) = self {
            return Ok(value.is_some() == *wanted);
        }
        let Some(value) = value.filter(|value| !matches!(value, Value::List(members) if members.is_empty()))
        else {
            return Ok(matches!(
                self,
                Test::IsNot(_) | Test::NoneOf(_) | Test::Lacks(_) | Test::Without(_)
            ));
        };
        let doubt = |reason: String| Lack::new(side, id, reason);
        let (whole, members) = (value.to_string(), value.members());
        let is_member = |text: &str| members.iter().any(|member| member == text);
        let among = |texts: &[String], member: &str| texts.iter().any(|text| text == member);
        match self {
            Test::Exists(wanted) => Ok(*wanted),
            Test::Is(text) => Ok(equal_to(text, bench)?.is_some_and(|text| text == whole)),
            Test::IsNot(text) => Ok(equal_to(text, bench)?.is_none_or(|text| text != whole)),
            Test::OneOf(texts) => Ok(members.iter().all(|member| among(texts, member))),
            Test::NoneOf(texts) => Ok(!members.iter().any(|member| among(texts, member))),
            Test::Contains(text) => Ok(equal_to(text, bench)?.is_some_and(|text| is_member(&text))),
            Test::Lacks(text) => Ok(!equal_to(text, bench)?.is_some_and(|text| is_member(&text))),
            Test::Without(text) => {
                let text = operand(text, bench)?;
                Ok(!members.iter().any(|member| member.contains(&text)))
            }
            Test::Before(bound, days) => is_before(&whole, &operand(bound, bench)?, *days).map_err(doubt),
            Test::AtLeast(bound, scheme) => {
                Ok(order(&whole, &operand(bound, bench)?, *scheme).map_err(doubt)? != Ordering::Less)
            }
            Test::Below(bound, scheme) => {
                Ok(order(&whole, &operand(bound, bench)?, *scheme).map_err(doubt)? == Ordering::Less)
            }
            Test::OutsideRange { syntax, range } => {
                let syntax = operand(syntax, bench)?;
                let syntax: RangeSyntax = syntax
                    .parse()
                    .map_err(|_| doubt(format!("`{syntax}` is not a range syntax that is known")))?;
                let range = Range::parse(syntax, &operand(range, bench)?)
                    .map_err(|error| doubt(error.to_string()))?;
                none(&members, |member| {
                    range.contains(member).map_err(|error| error.to_string())
                })
                .map_err(doubt)
            }
            Test::MajorDiffers(other) => {
                let other = operand(other, bench)?;
                let wanted = major(&other).map_err(doubt)?;
                none(&members, |member| Ok(major(member)? == wanted)).map_err(doubt)
            }
        }
    }
}

/// Whether this is true of no member. One of which it is true decides, whatever is not known of the others.
fn none(members: &[Cow<'_, str>], is_true: impl Fn(&str) -> Result<bool, String>) -> Result<bool, String> {
    let mut doubt = None;
    for member in members {
        match is_true(member) {
            Ok(true) => return Ok(false),
            Ok(false) => {}
            Err(reason) => doubt = doubt.or(Some(reason)),
        }
    }
    doubt.map_or(Ok(true), Err)
}

/// Whether an instant lies before another one and so many days after it.
fn is_before(value: &str, bound: &str, days: u16) -> Result<bool, String> {
    let margin = jiff::SignedDuration::from_hours(i64::from(days) * 24);
    let end = instant(bound)?.saturating_add(margin);
    Ok(instant(value)? < end)
}

/// A time in UTC, up to the end of the year 9999: what has no end is said so (RFC 5280, section 4.1.2.5).
fn instant(text: &str) -> Result<jiff::civil::DateTime, String> {
    let utc = text.strip_suffix('Z').and_then(|text| text.parse().ok());
    utc.ok_or_else(|| format!("`{text}` is not a time such as 2026-01-31T00:00:00Z"))
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
fn major(version: &str) -> Result<u64, String> {
    let upstream = version.split_once(':').map_or(version, |(_, rest)| rest);
    let digits = upstream.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end]
        .parse()
        .map_err(|_| format!("`{version}` has no major version"))
}

#[cfg(test)]
mod tests;
