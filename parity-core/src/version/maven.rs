//! Maven: the [Version Order Specification](https://maven.apache.org/pom.html#version-order-specification)
//! of the POM reference, as `ComparableVersion` of Maven 3.8.7 reads it.

use std::cmp::Ordering;

use super::Grammar;
use super::text::{compare_digits, split_run};

pub(super) struct Maven;

/// A dash, and a change between digits and letters, open a list inside the list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    Number(String),
    Qualifier(Qualifier),
    List(Vec<Item>),
}

/// Known qualifiers in their order, then the others by letter. `Release` is the same as none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Qualifier {
    Alpha,
    Beta,
    Milestone,
    Candidate,
    Snapshot,
    Release,
    ServicePack,
    Other(String),
}

impl Grammar for Maven {
    const NAME: &'static str = "maven";
    type Version<'a> = Item;

    fn parse(text: &str) -> Result<Item, String> {
        if let Some(c) = text.chars().find(|c| !c.is_ascii_graphic()) {
            return Err(format!("{c:?} is not printable ASCII"));
        }
        Ok(nest(levels(&text.to_ascii_lowercase())))
    }

    fn order(a: &Item, b: &Item) -> Result<Ordering, String> {
        Ok(compare(Some(a), Some(b)))
    }
}

/// The items of each list, outermost first; every list but the first is the last item of the one
/// before it.
fn levels(mut text: &str) -> Vec<Vec<Item>> {
    let mut levels = vec![];
    let mut level = vec![];
    loop {
        let (run, rest) = match text.chars().next() {
            Some(first) if first.is_ascii_digit() => split_run(text, |c| c.is_ascii_digit()),
            _ => split_run(text, |c| !c.is_ascii_digit() && c != '.' && c != '-'),
        };
        let numeric = run.starts_with(|c: char| c.is_ascii_digit());
        let separator = rest.chars().next().filter(|c| matches!(c, '.' | '-'));
        let digit_follows = rest.starts_with(|c: char| c.is_ascii_digit());
        let starts_list = !numeric && !run.is_empty() && (digit_follows || rest.is_empty());
        if starts_list && !level.is_empty() {
            levels.push(std::mem::take(&mut level));
        }
        match run {
            "" if rest.is_empty() => {}
            "" => level.push(Item::Number(String::new())),
            digits if numeric => level.push(number(digits)),
            word => level.push(Item::Qualifier(Qualifier::read(word, digit_follows))),
        }
        if rest.is_empty() {
            levels.push(level);
            return levels;
        }
        if separator != Some('.') {
            levels.push(std::mem::take(&mut level));
        }
        text = if separator.is_some() { &rest[1..] } else { rest };
    }
}

/// From the innermost list outwards, so that what normalises to nothing disappears.
fn nest(levels: Vec<Vec<Item>>) -> Item {
    let mut inner = None;
    for mut level in levels.into_iter().rev() {
        level.extend(inner);
        drop_trailing_nulls(&mut level);
        inner = Some(Item::List(level));
    }
    inner.unwrap_or(Item::List(Vec::new()))
}

/// Zeros, release qualifiers and empty lists at the end do not count, nor do those before a list.
fn drop_trailing_nulls(items: &mut Vec<Item>) {
    for place in (0..items.len()).rev() {
        match items.get(place) {
            Some(item) if item.is_null() => drop(items.remove(place)),
            Some(Item::List(_)) => {}
            _ => return,
        }
    }
}

fn number(digits: &str) -> Item {
    Item::Number(digits.trim_start_matches('0').to_owned())
}

impl Item {
    fn is_null(&self) -> bool {
        match self {
            Self::Number(digits) => digits.is_empty(),
            Self::Qualifier(qualifier) => *qualifier == Qualifier::Release,
            Self::List(items) => items.is_empty(),
        }
    }
}

impl Qualifier {
    /// `a`, `b` and `m` are abbreviations only where a digit follows.
    fn read(word: &str, digit_follows: bool) -> Self {
        match word {
            "a" if digit_follows => Self::Alpha,
            "b" if digit_follows => Self::Beta,
            "m" if digit_follows => Self::Milestone,
            "alpha" => Self::Alpha,
            "beta" => Self::Beta,
            "milestone" => Self::Milestone,
            "rc" | "cr" => Self::Candidate,
            "snapshot" => Self::Snapshot,
            "ga" | "final" | "release" => Self::Release,
            "sp" => Self::ServicePack,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Where one version has ended, the other's item is compared with nothing.
fn compare(a: Option<&Item>, b: Option<&Item>) -> Ordering {
    use Item::{List, Number, Qualifier};
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(item)) => beyond_end(item).reverse(),
        (Some(item), None) => beyond_end(item),
        (Some(Number(a)), Some(Number(b))) => compare_digits(a, b),
        (Some(Qualifier(a)), Some(Qualifier(b))) => a.cmp(b),
        (Some(List(a)), Some(List(b))) => (0..a.len().max(b.len()))
            .map(|place| compare(a.get(place), b.get(place)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal),
        (Some(a), Some(b)) => kind(a).cmp(&kind(b)),
    }
}

fn beyond_end(item: &Item) -> Ordering {
    match item {
        Item::Number(digits) => compare_digits(digits, ""),
        Item::Qualifier(qualifier) => qualifier.cmp(&Qualifier::Release),
        Item::List(items) => items
            .iter()
            .map(beyond_end)
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal),
    }
}

/// At one place a qualifier is older than a list, and a list older than a number.
fn kind(item: &Item) -> u8 {
    match item {
        Item::Qualifier(_) => 0,
        Item::List(_) => 1,
        Item::Number(_) => 2,
    }
}
