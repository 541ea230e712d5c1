//! Comparing two snapshots: what is a change, and what could not be compared.
#![allow(clippy::unwrap_used)]

use parity_core::change::{Comparison, Direction, compare};
use parity_core::declared::{Source, parse};
use parity_core::fact::Stability;
use parity_core::report::{DiffReport, Likeness};
use parity_core::snapshot::{CoverageState, Snapshot};
use proptest::prelude::*;

fn snapshot(text: &str) -> Snapshot {
    let source = Source {
        path: "x.toml",
        now: "2026-01-01T00:00:00Z",
        schemas: &[],
    };
    parse(text, &source).unwrap()
}

fn between(old: &str, new: &str) -> Comparison {
    compare(&snapshot(old), &snapshot(new))
}

fn directions(comparison: &Comparison) -> Vec<(String, Direction)> {
    let changes = comparison.changes.iter();
    changes
        .map(|change| (change.fact.to_string(), change.direction))
        .collect()
}

fn version(old: &str, new: &str, scheme: &str) -> Vec<Direction> {
    let side = |version: &str| format!("[facts]\n'v' = {{ value = '{version}', scheme = '{scheme}' }}\n");
    let comparison = between(&side(old), &side(new));
    assert_eq!(comparison.not_compared, []);
    comparison.changes.iter().map(|change| change.direction).collect()
}

#[test]
fn a_snapshot_is_equal_to_itself() {
    let whole =
        "complete = ['p']\n[facts]\n'a' = 'x'\n'p[1]' = ['y']\n'n' = 3\n'gone' = { state = 'absent' }\n";
    assert_eq!(between(whole, whole), Comparison::default());
    let lacking = between(
        "[facts]\n'a' = { state = 'unknown' }\n",
        "[facts]\n'a' = { state = 'unknown' }\n",
    );
    assert_eq!(lacking.changes, []);
    assert!(!lacking.not_compared.is_empty(), "two unknowns are not equal");
}

/// What both sides cannot tell for one reason is told, and does not make everything else doubtful; what one of them was kept from
/// seeing does.
#[test]
fn what_neither_side_can_tell_is_no_doubt_about_the_rest() {
    let verdict = |old: &Snapshot, new: &Snapshot| DiffReport::new(old, std::slice::from_ref(new)).verdict;
    // What is written by hand is never all that there is: here a probe saw it.
    let seen = |text: &str| {
        let mut snapshot = snapshot(text);
        snapshot
            .coverage
            .iter_mut()
            .for_each(|entry| entry.state = CoverageState::Observed);
        snapshot
    };
    let at_rest = seen("[facts]\n'x' = 'y'\n'a' = { state = 'unknown', reason = 'no running system' }\n");
    assert_eq!(verdict(&at_rest, &at_rest), Likeness::Same);
    let known = seen("[facts]\n'x' = 'y'\n'a' = 'b'\n");
    assert_eq!(verdict(&at_rest, &known), Likeness::Inconclusive);
    let mut cut = at_rest.clone();
    cut.coverage
        .iter_mut()
        .for_each(|entry| entry.state = CoverageState::TimedOut);
    assert_eq!(verdict(&cut, &cut), Likeness::Inconclusive);
    let blind = seen("[facts]\n'a' = { state = 'unknown', reason = 'no running system' }\n");
    assert_eq!(verdict(&blind, &blind), Likeness::Inconclusive);
}

#[test]
fn added_removed_and_changed() {
    let comparison = between(
        "complete = ['p']\n[facts]\n'a' = 'x'\n'p[1]' = 'one'\n'p[3]' = { state = 'absent' }\n",
        "complete = ['p']\n[facts]\n'a' = 'y'\n'p[2]' = 'two'\n'p[3]' = 'three'\n",
    );
    assert_eq!(
        directions(&comparison),
        [
            ("a".to_owned(), Direction::Changed),
            ("p[1]".to_owned(), Direction::Removed),
            ("p[2]".to_owned(), Direction::Added),
            ("p[3]".to_owned(), Direction::Added),
        ]
    );
    assert_eq!(comparison.not_compared, []);
}

#[test]
fn what_a_side_does_not_know_is_no_change() {
    let comparison = between(
        "complete = ['p']\n[facts]\n'p[1]' = 'one'\n",
        "[facts]\n'p[2]' = 'two'\n",
    );
    assert_eq!(directions(&comparison), [("p[2]".to_owned(), Direction::Added)]);
    let gaps: Vec<String> = comparison
        .not_compared
        .iter()
        .map(|gap| gap.fact.to_string())
        .collect();
    assert_eq!(gaps, ["p[*]", "p[1]"], "the one side may have more of them");
    let refused = between(
        "[facts]\n'a' = 'x'\n",
        "[facts]\n'a' = { state = 'not-permitted' }\n",
    );
    assert_eq!(refused.changes, []);
    assert_eq!(refused.not_compared[0].current, "not permitted");
    let hidden = "complete = ['p']\n[facts]\n'p[1]' = 'one'\n'p[*]' = { state = 'not-permitted' }\n";
    let mut bare = snapshot(hidden);
    bare.coverage.clear();
    let gaps: Vec<String> = compare(&bare, &bare)
        .not_compared
        .iter()
        .map(|gap| gap.fact.to_string())
        .collect();
    assert_eq!(
        gaps,
        ["p[*]"],
        "the rest is not known, whatever the coverage says"
    );
    let never = between("[facts]\n'a' = 'x'\n", "[facts]\n'b' = 'x'\n");
    assert_eq!(never.changes, []);
    assert_eq!(never.not_compared.len(), 4, "{:?}", never.not_compared);
}

#[test]
fn what_a_kind_of_target_cannot_show_is_no_gap() {
    let live = snapshot("complete = ['listen']\n[facts]\n'os' = 'x'\n");
    let mut root = snapshot("complete = ['listen']\n[facts]\n'os' = 'x'\n");
    for entry in &mut root.coverage {
        if entry.facts.contains(&"listen".to_owned()) {
            entry.state = CoverageState::NotApplicable;
        }
    }
    assert_eq!(compare(&live, &root).changes, []);
    assert!(
        compare(&live, &root)
            .not_compared
            .iter()
            .all(|gap| gap.fact.name() != "listen")
    );
}

#[test]
fn versions_have_a_direction_and_spellings_have_none() {
    assert_eq!(version("1.9", "1.10", "generic"), [Direction::Newer]);
    assert_eq!(version("1.10", "1.9", "generic"), [Direction::Older]);
    assert_eq!(version("1:2.0-1", "3.0-1", "deb"), [Direction::Older]);
    assert_eq!(version("1.0~rc1-1", "1.0-1", "deb"), [Direction::Newer]);
    assert_eq!(
        version("0:2.0-1", "2.0-1", "deb"),
        [],
        "an epoch of 0 may be left out"
    );
    assert_eq!(version("1.0", "1.0.0", "pep440"), []);
    assert_eq!(version("abc", "1.2", "generic"), [Direction::Changed]);
}

#[test]
fn identity_and_volatile_facts_are_never_a_change() {
    for stability in [Stability::Identity, Stability::Volatile] {
        let (mut old, mut new) = (snapshot("[facts]\n'a' = 'x'\n"), snapshot("[facts]\n'a' = 'y'\n"));
        for fact in old.facts.iter_mut().chain(&mut new.facts) {
            fact.stability = stability;
        }
        assert_eq!(compare(&old, &new).changes, [], "{stability:?}");
    }
}

proptest! {
    /// What one side sees as added the other sees as removed.
    #[test]
    fn changes_are_seen_from_both_sides(
        old in proptest::collection::btree_map("[a-d]", "[0-3]", 0..4),
        new in proptest::collection::btree_map("[a-d]", "[0-3]", 0..4),
    ) {
        let side = |facts: &std::collections::BTreeMap<String, String>| {
            let lines: String = facts.iter().map(|(key, value)| format!("'p[{key}]' = '{value}'\n")).collect();
            snapshot(&format!("complete = ['p']\n[facts]\n{lines}"))
        };
        let (old, new) = (side(&old), side(&new));
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        prop_assert_eq!(there.changes.len(), back.changes.len());
        for (a, b) in there.changes.iter().zip(&back.changes) {
            prop_assert_eq!((&a.fact, &a.baseline, &a.current), (&b.fact, &b.current, &b.baseline));
        }
        prop_assert_eq!(there.changes.is_empty(), old.id == new.id);
    }
}
