//! What is not told in full because somebody said so: how much of it there is, told in every format.

use parity_core::finding::Waiver;
use parity_core::report::Report;

use super::number::count;

/// `1 finding waived until 2026-12-31, 2 findings ignored`; nothing where nothing is suppressed.
pub(crate) fn counted(report: &Report) -> Option<String> {
    let parts = [waived(report), ignored(report)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn waived(report: &Report) -> Option<String> {
    let findings = report
        .findings
        .iter()
        .filter_map(|finding| finding.waiver.as_ref());
    let unknowns = report
        .unknowns
        .iter()
        .filter_map(|unknown| unknown.waiver.as_ref());
    let waivers: Vec<&Waiver> = findings.chain(unknowns).collect();
    // Days are written so that their text has their order.
    let first = waivers.iter().map(|waiver| waiver.expires.as_str()).min()?;
    let what = both(report.summary.waived, report.summary.waived_unknowns);
    Some(match waivers.len() {
        1 => format!("{what} waived until {first}"),
        _ => format!("{what} waived, the first until {first}"),
    })
}

fn ignored(report: &Report) -> Option<String> {
    let questions = report.ignored.iter().filter(|one| one.severity.is_none()).count();
    let findings = report.ignored.len() - questions;
    (!report.ignored.is_empty()).then(|| format!("{} ignored", both(findings, questions)))
}

/// `2 findings and 1 open question`.
fn both(findings: usize, questions: usize) -> String {
    let parts = [(findings, "finding"), (questions, "open question")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| count(*number, what))
        .collect();
    parts.join(" and ")
}

/// `until 2026-12-31 by ops: the host is replaced`.
pub(crate) fn told(waiver: &Waiver) -> String {
    format!("until {} by {}: {}", waiver.expires, waiver.owner, waiver.reason)
}
