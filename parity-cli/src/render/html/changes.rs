//! The changes of a comparison, one fact a row.

use parity_core::change::Direction;
use parity_core::fact::Value;
use parity_core::report::DiffReport;

use super::super::number::count;
use super::super::{configuration, fold};
use super::section;
use super::write::Html;

/// As many rows are shown.
const ROWS: usize = 5_000;

/// `12 changes from web1 to web2`.
pub(super) fn headline(report: &DiffReport) -> String {
    let changes = match report.changes.len() {
        0 => "no change".to_owned(),
        changes => count(changes, "change"),
    };
    let targets = report.coverage.iter().skip(1).map(|entry| entry.target.as_str());
    format!("{changes} from {} to {}", report.baseline, fold::listed(targets))
}

/// Directives of configuration files are shown with their files.
pub(super) fn write(page: &mut Html, report: &DiffReport) {
    let changes = fold::changes(&report.changes);
    let plain = changes
        .iter()
        .filter(|(change, _)| !configuration::is_directive(change.fact.name()));
    let plain: Vec<_> = plain.collect();
    if plain.is_empty() {
        return;
    }
    section(page, "changes", "Changes", &count(plain.len(), "fact"));
    page.raw("<div class=\"scroll\"><table class=\"list\"><tr><th>fact</th><th></th><th>")
        .say(&report.baseline);
    page.raw("</th><th>became</th><th>on</th></tr>");
    for (change, targets) in plain.iter().take(ROWS) {
        let kind = word(change.direction);
        page.open("tr", &[("data-kind", kind)]);
        page.raw("<td>").put("span", "dim", change.fact.name()).raw(" ");
        page.put("b", "", change.fact.key().unwrap_or_default())
            .raw("</td><td>");
        page.put("span", &format!("tag {}", class(change.direction)), kind)
            .raw("</td>");
        page.put("td", "mono", &shown(&change.baseline))
            .put("td", "mono", &shown(&change.current));
        page.put("td", "dim", &fold::listed(targets.iter().copied()))
            .close("tr");
    }
    page.close("table").close("div");
    if let more @ 1.. = plain.len().saturating_sub(ROWS) {
        page.put("p", "dim", &format!("and {more} more, which --format json tells"));
    }
    page.close("section");
}

/// What a side does not know is no difference, and no likeness either.
pub(super) fn not_compared(page: &mut Html, report: &DiffReport) {
    if report.not_compared.is_empty() {
        return;
    }
    section(
        page,
        "gaps",
        "Not compared",
        &count(report.not_compared.len(), "fact"),
    );
    page.raw("<details><summary>the list</summary><div class=\"scroll\"><table class=\"list\"><tr><th>fact</th><th>");
    page.say(&report.baseline)
        .raw("</th><th>the other</th><th>on</th></tr>");
    for entry in report.not_compared.iter().take(ROWS) {
        let gap = &entry.gap;
        page.raw("<tr>")
            .put("td", "mono", &gap.fact.to_string())
            .put("td", "", &gap.baseline);
        page.put("td", "", &gap.current)
            .put("td", "dim", &entry.target)
            .close("tr");
    }
    page.close("table").close("div").close("details").close("section");
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Added => "added",
        Direction::Removed => "removed",
        Direction::Newer => "newer",
        Direction::Older => "older",
        Direction::Changed => "changed",
    }
}

fn class(direction: Direction) -> &'static str {
    match direction {
        Direction::Added | Direction::Newer => "info",
        Direction::Removed | Direction::Older => "warning",
        Direction::Changed => "differs",
    }
}

fn shown(value: &Option<Value>) -> String {
    value
        .as_ref()
        .map_or_else(|| "absent".to_owned(), ToString::to_string)
}
