//! The report of a comparison as a comment: one change a row, those of several targets together.

use parity_core::fact::Value;
use parity_core::report::{DiffReport, Likeness};

use super::super::fold;
use super::super::number::count;
use super::{COMMENT, code};

/// The first line of a comment: who finds it replaces the comment instead of adding one.
const MARKER: &str = "<!-- parity:diff -->\n";

/// What is left for the lines after the last row.
const CLOSING: usize = 300;

/// A comment for a merge request.
pub(crate) fn diff(report: &DiffReport) -> String {
    let (sign, word) = match report.verdict {
        Likeness::Same => ("✅", "same"),
        Likeness::Different => ("🔀", "different"),
        Likeness::Inconclusive => ("❔", "inconclusive"),
    };
    let changes = fold::changes(&report.changes);
    let targets = report.coverage.iter().skip(1).map(|entry| entry.target.as_str());
    let (baseline, targets) = (code(&report.baseline), code(&fold::listed(targets)));
    let total = count(report.changes.len(), "change");
    let mut page = format!("{MARKER}## {sign} parity: {word}\n\n**{total}** from {baseline} to {targets}\n");
    if !changes.is_empty() {
        page.push_str("\n| fact | was | became | on |\n| --- | --- | --- | --- |\n");
    }
    let rows = changes.iter().take_while(|(change, targets)| {
        let (fact, targets) = (
            code(&change.fact.to_string()),
            code(&fold::listed(targets.iter().copied())),
        );
        let row = format!(
            "| {fact} | {} | {} | {targets} |\n",
            shown(&change.baseline),
            shown(&change.current)
        );
        let fits = page.len() + row.len() + CLOSING <= COMMENT;
        if fits {
            page.push_str(&row);
        }
        fits
    });
    if let hidden @ 1.. = changes.len() - rows.count() {
        let hidden = count(hidden, "row");
        page.push_str(&format!(
            "\n**Not shown, because this page is full: {hidden}.**\n"
        ));
    }
    if let gaps @ 1.. = report.not_compared.len() {
        let gaps = count(gaps, "fact");
        page.push_str(&format!(
            "\n{gaps} could not be compared, because a side does not know them.\n"
        ));
    }
    page
}

fn shown(value: &Option<Value>) -> String {
    value
        .as_ref()
        .map_or_else(|| "*absent*".to_owned(), |value| code(&value.to_string()))
}
