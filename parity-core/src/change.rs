//! Changes: any difference between two snapshots, by the semantics that the facts carry.

use std::cmp::Ordering;

use serde::Serialize;

use crate::fact::{Fact, FactId, Origin, Stability, State, Value};
use crate::snapshot::Snapshot;
use crate::version::Scheme;

/// The direction of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Only the current side has it.
    Added,
    /// Only the baseline has it.
    Removed,
    /// A later version under the scheme of the fact.
    Newer,
    /// An earlier version under the scheme of the fact.
    Older,
    /// Another value.
    Changed,
}

/// One fact that two snapshots hold different certain states of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The fact.
    pub fact: FactId,
    /// What the current side is, seen from the baseline.
    pub direction: Direction,
    /// Value of the baseline; `null` where it is absent.
    pub baseline: Option<Value>,
    /// Value of the current side; `null` where it is absent.
    pub current: Option<Value>,
    /// Who said so, on the current side where it has the fact.
    pub origin: Option<Origin>,
}

/// One fact that could not be compared, because a side does not know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCompared {
    /// The fact; the key `*` stands for all of its name.
    pub fact: FactId,
    /// What the baseline knows.
    pub baseline: String,
    /// What the current side knows.
    pub current: String,
}

impl NotCompared {
    /// Whether both sides say the same of it.
    pub fn is_mutual(&self) -> bool {
        self.baseline == self.current
    }
}

/// What came of comparing two snapshots.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Sorted by fact.
    pub changes: Vec<Change>,
    /// Sorted by fact; facts of one name that neither side knows are one entry.
    pub not_compared: Vec<NotCompared>,
}

/// Compares the stable facts of two snapshots. Identity and volatile facts are never a difference.
pub fn compare(baseline: &Snapshot, current: &Snapshot) -> Comparison {
    let mut comparison = Comparison::default();
    let (mut left, mut right) = (comparable(baseline).peekable(), comparable(current).peekable());
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.id.cmp(&b.id),
        };
        let before = if order.is_le() { left.next() } else { None };
        let after = if order.is_ge() { right.next() } else { None };
        let Some(id) = before.or(after).map(|fact| &fact.id) else {
            break;
        };
        if id.is_rest() {
            continue;
        }
        let old = before.map_or_else(|| baseline.state(id), |fact| fact.state.clone());
        let new = after.map_or_else(|| current.state(id), |fact| fact.state.clone());
        comparison.add(id, (old, before), (new, after));
    }
    comparison.add_blind_spots(baseline, current);
    comparison
}

/// How one fact of the current side differs from the baseline; nothing where both have the same, or a side does not know it.
pub(crate) fn difference(baseline: &Snapshot, current: &Snapshot, id: &FactId) -> Option<Direction> {
    let (old, new) = (baseline.state(id), current.state(id));
    let fact = current.fact(id).or_else(|| baseline.fact(id));
    let certain = old.is_certain() && new.is_certain();
    certain.then(|| direction(&old, &new, fact.and_then(|fact| fact.scheme)))?
}

/// Nothing where two certain states are the same.
fn direction(old: &State, new: &State, scheme: Option<Scheme>) -> Option<Direction> {
    Some(match (old.value(), new.value(), scheme) {
        (old, new, _) if old == new => return None,
        (None, _, _) => Direction::Added,
        (_, None, _) => Direction::Removed,
        (Some(Value::Text(old)), Some(Value::Text(new)), Some(scheme)) => match scheme.compare(old, new) {
            // Spelled in another way, the same version.
            Ok(Ordering::Equal) => return None,
            Ok(Ordering::Less) => Direction::Newer,
            Ok(Ordering::Greater) => Direction::Older,
            Err(_) => Direction::Changed,
        },
        _ => Direction::Changed,
    })
}

impl Comparison {
    fn add(
        &mut self,
        id: &FactId,
        (old, before): (State, Option<&Fact>),
        (new, after): (State, Option<&Fact>),
    ) {
        if !old.is_certain() || !new.is_certain() {
            self.not_compared.push(NotCompared {
                fact: id.clone(),
                baseline: old.to_string(),
                current: new.to_string(),
            });
            return;
        }
        let scheme = after.or(before).and_then(|fact| fact.scheme);
        let Some(direction) = direction(&old, &new, scheme) else {
            return;
        };
        let (old, new) = (old.value().cloned(), new.value().cloned());
        let origin = after.or(before).map(|fact| fact.origin.clone());
        self.changes.push(Change {
            fact: id.clone(),
            direction,
            baseline: old,
            current: new,
            origin,
        });
    }

    /// Names that a side has no answer for and no fact of: not compared, one entry a name.
    fn add_blind_spots(&mut self, baseline: &Snapshot, current: &Snapshot) {
        let sides = [baseline, current];
        let covered = sides
            .iter()
            .flat_map(|side| &side.coverage)
            .flat_map(|entry| &entry.facts);
        let rests = sides
            .iter()
            .flat_map(|side| &side.facts)
            .filter(|fact| fact.id.is_rest());
        let mut names: Vec<&str> = covered
            .map(String::as_str)
            .chain(rests.map(|fact| fact.id.name()))
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let (old, new) = (rest(baseline, name), rest(current, name));
            // What a kind of target cannot show by its nature is told by the coverage, not as a gap in the comparison.
            let blind = |state: &State| !state.is_certain();
            let both_cannot = not_applicable(baseline, name) || not_applicable(current, name);
            if (blind(&old) || blind(&new)) && !both_cannot {
                self.not_compared.push(NotCompared {
                    fact: FactId::rest(name.to_owned()),
                    baseline: old.to_string(),
                    current: new.to_string(),
                });
            }
        }
        self.not_compared.sort_by(|a, b| a.fact.cmp(&b.fact));
        self.not_compared.dedup_by(|a, b| a.fact == b.fact);
    }
}

fn rest(side: &Snapshot, name: &str) -> State {
    side.fact(&FactId::rest(name.to_owned()))
        .map_or_else(|| side.silence(name), |fact| fact.state.clone())
}

fn not_applicable(side: &Snapshot, name: &str) -> bool {
    use crate::snapshot::CoverageState::NotApplicable;
    side.coverage.iter().any(|entry| {
        entry.state == NotApplicable && entry.facts.iter().any(|fact| fact == name || fact == "*")
    })
}

fn comparable(side: &Snapshot) -> impl Iterator<Item = &Fact> {
    side.facts
        .iter()
        .filter(|fact| fact.stability == Stability::Stable)
}
