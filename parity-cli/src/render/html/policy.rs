//! What the policy holds back: what somebody waived or ignores, and what is wrong with the policy itself.

use parity_core::finding::Severity;
use parity_core::report::Report;

use super::super::suppressed;
use super::section;
use super::write::Html;

/// As many entries are listed.
const LISTED: usize = 500;

pub(super) fn write(page: &mut Html, report: &Report) {
    let counted = suppressed::counted(report);
    if counted.is_none() && report.problems.is_empty() {
        return;
    }
    section(page, "suppressed", "Policy", &counted.unwrap_or_default());
    problems(page, report);
    let waived = report
        .findings
        .iter()
        .filter_map(|finding| {
            let waiver = finding.waiver.as_ref()?;
            let what = format!("{}[{}]", finding.severity.word(), finding.rule);
            Some((what, &finding.subject, &finding.target, suppressed::told(waiver)))
        })
        .chain(report.unknowns.iter().filter_map(|unknown| {
            let waiver = unknown.waiver.as_ref()?;
            let what = format!("not decided[{}]", unknown.rule);
            Some((what, &unknown.subject, &unknown.target, suppressed::told(waiver)))
        }));
    let ignored = report.ignored.iter().map(|one| {
        let what = format!(
            "{}[{}]",
            one.severity.map_or("not decided", Severity::word),
            one.rule
        );
        (what, &one.subject, &one.target, one.reason.clone())
    });
    let waived = waived.map(|row| ("waived", row));
    let rows: Vec<_> = waived.chain(ignored.map(|row| ("ignored", row))).collect();
    if rows.is_empty() {
        page.close("section");
        return;
    }
    page.raw("<details><summary>the list</summary><div class=\"scroll\"><table class=\"list\">");
    page.raw("<tr><th></th><th>what</th><th>subject</th><th>where</th><th>why</th></tr>");
    for (how, (what, subject, target, why)) in rows.iter().take(LISTED) {
        page.raw("<tr>")
            .put("td", "", how)
            .put("td", "mono", what)
            .put("td", "", subject)
            .put("td", "", target)
            .put("td", "", why)
            .close("tr");
    }
    page.close("table").close("div");
    if let more @ 1.. = rows.len().saturating_sub(LISTED) {
        page.put("p", "dim", &format!("and {more} more, which --format json tells"));
    }
    page.close("details").close("section");
}

/// Waivers that do not hold, and entries that do nothing.
fn problems(page: &mut Html, report: &Report) {
    if report.problems.is_empty() {
        return;
    }
    page.open("ul", &[("class", "links")]);
    for problem in &report.problems {
        page.raw("<li>").say(&problem.message).raw(" ").put(
            "span",
            "dim",
            problem.origin.as_deref().unwrap_or_default(),
        );
        page.close("li");
    }
    page.close("ul");
}
