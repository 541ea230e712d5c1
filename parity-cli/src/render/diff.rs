//! The report of `diff` as a person wants to read it.

use std::collections::BTreeMap;

use parity_core::change::{Change, Direction};
use parity_core::fact::Value;
use parity_core::report::{DiffReport, Likeness, TargetChange};
use parity_core::snapshot::Snapshot;

use super::configuration;
use super::number::count;
use super::page::{Look, Page};

/// The report, with colours.
pub(crate) fn render(report: &DiffReport, baseline: &Snapshot, others: &[Snapshot], all: bool) -> String {
    let mut page = Page::default();
    match others {
        [current] => {
            list(&mut page, report);
            configuration::render(&mut page, report, baseline, current);
        }
        _ => by_fact(&mut page, report),
    }
    gaps(&mut page, report, all);
    for entry in &report.coverage {
        for problem in &entry.problems {
            page.problem(&entry.target, problem);
        }
    }
    let (look, word) = match report.verdict {
        Likeness::Same => (Look::Good, "same"),
        Likeness::Different => (Look::Bad, "different"),
        Likeness::Inconclusive => (Look::Doubtful, "inconclusive"),
    };
    page.put(look, word)
        .say(&format!(": {}", count(report.changes.len(), "change")));
    if !report.not_compared.is_empty() {
        page.say(&format!(
            ", {} not compared",
            count(report.not_compared.len(), "fact")
        ));
    }
    page.end();
    page.finish()
}

fn list(page: &mut Page, report: &DiffReport) {
    let is_plain = |entry: &&TargetChange| !configuration::is_directive(entry.change.fact.name());
    for entry in report.changes.iter().filter(is_plain) {
        let look = match entry.change.direction {
            Direction::Added => Look::Good,
            Direction::Removed => Look::Bad,
            _ => Look::Doubtful,
        };
        page.put(look, sign(entry.change.direction))
            .say(&format!(" {}", describe(&entry.change)))
            .end();
    }
    if !report.changes.is_empty() {
        page.end();
    }
}

/// With three or more: each fact once, with who deviates from the baseline and how.
fn by_fact(page: &mut Page, report: &DiffReport) {
    let mut facts: BTreeMap<String, Vec<(&str, &Change)>> = BTreeMap::new();
    for entry in &report.changes {
        facts
            .entry(entry.change.fact.to_string())
            .or_default()
            .push((&entry.target, &entry.change));
    }
    for (fact, deviating) in &facts {
        page.put(Look::Strong, fact).end();
        let baseline = deviating.first().and_then(|(_, change)| change.baseline.as_ref());
        let baseline = baseline.map_or_else(|| "absent".to_owned(), ToString::to_string);
        page.field(&report.baseline, &baseline);
        for (target, change) in deviating {
            let current = change
                .current
                .as_ref()
                .map_or_else(|| "absent".to_owned(), ToString::to_string);
            page.field(target, &current);
        }
    }
    if !facts.is_empty() {
        page.end();
    }
}

fn gaps(page: &mut Page, report: &DiffReport, all: bool) {
    if all {
        for entry in &report.not_compared {
            let gap = &entry.gap;
            page.put(Look::Doubtful, "? ")
                .say(&format!(
                    "{}  {}: {} / {}",
                    entry.target, gap.fact, gap.baseline, gap.current
                ))
                .end();
        }
    } else if !report.not_compared.is_empty() {
        let mut names: Vec<&str> = report
            .not_compared
            .iter()
            .map(|entry| entry.gap.fact.name())
            .collect();
        names.dedup();
        names.truncate(8);
        page.put(Look::Doubtful, "not compared")
            .say(&format!(": {} (--all tells why)", names.join(", ")))
            .end();
    }
}

fn sign(direction: Direction) -> &'static str {
    match direction {
        Direction::Added => "+",
        Direction::Removed => "-",
        Direction::Newer => "↑",
        Direction::Older => "↓",
        Direction::Changed => "~",
    }
}

/// One line: the fact, and what became of it.
pub(crate) fn describe(change: &Change) -> String {
    let word = match change.direction {
        Direction::Newer => " (newer)",
        Direction::Older => " (older)",
        _ => "",
    };
    let what = members(change)
        .unwrap_or_else(|| format!("{} → {}{word}", value(&change.baseline), value(&change.current)));
    format!("{}: {what}", change.fact)
}

fn value(value: &Option<Value>) -> String {
    value
        .as_ref()
        .map_or_else(|| "absent".to_owned(), ToString::to_string)
}

/// Of two lists only the members that came and went; lists in another order are told whole.
fn members(change: &Change) -> Option<String> {
    let (Some(Value::List(baseline)), Some(Value::List(current))) = (&change.baseline, &change.current)
    else {
        return None;
    };
    let went = baseline.iter().filter(|member| !current.contains(member));
    let came = current.iter().filter(|member| !baseline.contains(member));
    let told: Vec<String> = went
        .map(|member| format!("-{member}"))
        .chain(came.map(|member| format!("+{member}")))
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}
