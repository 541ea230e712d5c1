//! Ruby: [`Gem::Version`](https://docs.ruby-lang.org/en/master/Gem/Version.html).

use std::cmp::Ordering;

use super::Grammar;
use super::text::{compare_digits, split_run};

pub(super) struct Gem;

/// Runs of digits and runs of letters. A dash reads as `.pre.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Number(String),
    Word(String),
}

const ZERO: Segment = Segment::Number(String::new());

impl Grammar for Gem {
    const NAME: &'static str = "gem";
    type Version<'a> = Version;

    fn parse(text: &str) -> Result<Version, String> {
        Version::parse(text.trim())
    }

    fn order(a: &Version, b: &Version) -> Result<Ordering, String> {
        Ok(a.compare(b))
    }
}

impl Version {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (plain, dashed) = match text.split_once('-') {
            Some((plain, dashed)) => (plain, Some(dashed)),
            None => (text, None),
        };
        if !super::text::is_digits(plain.split('.').next().unwrap_or_default()) {
            return Err("its first segment is not a number".into());
        }
        segments_are(plain, |c| c.is_ascii_alphanumeric())?;
        if let Some(dashed) = dashed {
            segments_are(dashed, |c| c.is_ascii_alphanumeric() || c == '-')?;
        }
        Ok(Self {
            segments: segments(&text.replace('-', ".pre.")),
        })
    }

    /// Trailing zeros of the numbers before the first word, and of the whole, do not count; a
    /// word is older than a number.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        compare_segments(&self.canonical(), &other.canonical())
    }

    /// The numbers before the first word: what a pre-release leads to.
    pub(super) fn release(&self) -> Self {
        let numbers = self
            .segments
            .iter()
            .take_while(|s| matches!(s, Segment::Number(_)));
        Self {
            segments: numbers.cloned().collect(),
        }
    }

    /// Whether this version, pre-release or not, stays on the line that `~> base` names: all but
    /// the last number of `base` are the same, or lower.
    pub(super) fn is_on_line_of(&self, base: &Self) -> bool {
        let base = base.release().segments;
        let fixed = base.get(..base.len().saturating_sub(1).max(1)).unwrap_or(&base);
        let mut own = self.release().segments;
        own.resize(fixed.len(), ZERO);
        compare_segments(&own, fixed) != Ordering::Greater
    }

    fn canonical(&self) -> Vec<Segment> {
        let is_word = |s: &Segment| matches!(s, Segment::Word(_));
        let split = self
            .segments
            .iter()
            .position(is_word)
            .unwrap_or(self.segments.len());
        let (numbers, words) = self.segments.split_at(split);
        [without_zeros(numbers), without_zeros(words)].concat()
    }
}

fn segments_are(part: &str, allowed: impl Fn(char) -> bool) -> Result<(), String> {
    if let Some(c) = part.chars().find(|&c| c != '.' && !allowed(c)) {
        return Err(format!("{c:?} is not allowed in it"));
    }
    if part.split('.').any(str::is_empty) {
        return Err("one of its segments is empty".into());
    }
    Ok(())
}

fn segments(mut text: &str) -> Vec<Segment> {
    let mut found = Vec::new();
    while let Some(first) = text.chars().next() {
        let run;
        if first.is_ascii_digit() {
            (run, text) = split_run(text, |c| c.is_ascii_digit());
            found.push(Segment::Number(run.trim_start_matches('0').to_owned()));
        } else if first.is_ascii_alphabetic() {
            (run, text) = split_run(text, |c| c.is_ascii_alphabetic());
            found.push(Segment::Word(run.to_owned()));
        } else {
            (_, text) = split_run(text, |c| !c.is_ascii_alphanumeric());
        }
    }
    found
}

fn without_zeros(segments: &[Segment]) -> &[Segment] {
    let end = segments
        .iter()
        .rposition(|s| *s != ZERO)
        .map_or(0, |last| last + 1);
    segments.get(..end).unwrap_or(segments)
}

fn compare_segments(a: &[Segment], b: &[Segment]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(
            |place| match (a.get(place).unwrap_or(&ZERO), b.get(place).unwrap_or(&ZERO)) {
                (Segment::Number(a), Segment::Number(b)) => compare_digits(a, b),
                (Segment::Word(a), Segment::Word(b)) => a.cmp(b),
                (Segment::Word(_), Segment::Number(_)) => Ordering::Less,
                (Segment::Number(_), Segment::Word(_)) => Ordering::Greater,
            },
        )
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
