//! What is not known, what differs without consequence, and how completely everything was observed.

use parity_core::judge::LinkState;
use parity_core::report::{Report, TargetCoverage};
use parity_core::view::Side;

use super::super::number::count;
use super::super::{diff, fold};
use super::section;
use super::write::Html;

/// As many differences are listed.
const CHANGES: usize = 2_000;

pub(super) fn unknowns(page: &mut Html, report: &Report) {
    let open = report.open_unknowns();
    if open.is_empty() {
        return;
    }
    let groups = fold::unknowns(&open);
    section(page, "unknowns", "Not decided", &count(groups.len(), "question"));
    page.put(
        "p",
        "dim",
        "A rule needed these facts and could not have them. Nobody knows whether this works.",
    );
    page.raw("<div class=\"scroll\"><table class=\"list\"><tr><th>what</th><th>where</th><th>needs to know</th><th>why it does not</th></tr>");
    for group in groups {
        let Some(first) = group.first() else { continue };
        let role = first.role.as_deref().unwrap_or_default();
        let hosts = fold::listed(group.iter().map(|unknown| unknown.target.as_str()));
        let side = match first.side {
            Side::Host | Side::Peer => "",
            Side::Dev => " of the dev machine",
            Side::Release => " of the release",
        };
        page.open(
            "tr",
            &[
                ("data-kind", "unknown"),
                ("data-role", role),
                ("class", "unknown"),
            ],
        );
        page.raw("<td>")
            .put("b", "", &first.subject)
            .raw("<br>")
            .put("span", "dim", &first.rule)
            .raw("</td>");
        page.raw("<td>")
            .say(&hosts)
            .raw("</td><td class=\"mono\">")
            .say(&format!("{}{side}", first.fact));
        page.raw("</td>").put("td", "", &first.reason).close("tr");
    }
    page.close("table").close("div").close("section");
}

/// Who was found able to talk to whom.
pub(super) fn links(page: &mut Html, report: &Report) {
    if report.links.is_empty() {
        return;
    }
    section(
        page,
        "links",
        "Declared links",
        &count(report.links.len(), "link"),
    );
    page.open("ul", &[("class", "links")]);
    for link in &report.links {
        let (kind, meaning) = match link.state {
            LinkState::Fine => ("accepted", "listens, and not only for itself"),
            LinkState::Broken => ("error", "broken, see above"),
            LinkState::Unknown => ("unknown", "not decided"),
            LinkState::Local => ("differs", "both ends are on one machine: nothing was asked"),
        };
        page.raw("<li>").put("span", &format!("tag {kind}"), &link.name());
        page.raw(" ").put("span", "dim", meaning).close("li");
    }
    page.close("ul").close("section");
}

pub(super) fn changes(page: &mut Html, report: &Report) {
    let changes = &report.changes;
    if changes.total == 0 {
        return;
    }
    section(
        page,
        "changes",
        "Differences without consequence",
        &changes.folded.to_string(),
    );
    if changes.list.is_empty() {
        page.put(
            "p",
            "dim",
            "Nothing in this release reaches them. With --all they are listed here.",
        );
        page.close("section");
        return;
    }
    let folded = fold::changes(&changes.list);
    page.raw("<details><summary>the list</summary><div class=\"scroll\"><table class=\"list\">");
    for (change, targets) in folded.iter().take(CHANGES) {
        page.raw("<tr>").put("td", "mono", &diff::describe(change)).put(
            "td",
            "dim",
            &fold::listed(targets.iter().copied()),
        );
        page.close("tr");
    }
    page.close("table").close("div");
    if let more @ 1.. = folded.len().saturating_sub(CHANGES) {
        page.put("p", "dim", &format!("and {more} more, which --format json tells"));
    }
    page.close("details").close("section");
}

/// The first of the targets are hosts.
pub(super) fn coverage(page: &mut Html, coverage: &[TargetCoverage], hosts: usize) {
    let complete = coverage.iter().take(hosts).filter(|entry| entry.complete).count();
    let told = format!("{complete} of {hosts} completely");
    section(page, "coverage", "What was observed", &told);
    page.raw("<div class=\"scroll\"><table class=\"list\"><tr><th>target</th><th>role</th><th>when</th><th>what is missing</th></tr>");
    let mut entries: Vec<(usize, &TargetCoverage)> = coverage.iter().enumerate().collect();
    // What is not complete is what a reader looks for.
    entries.sort_by_key(|(_, entry)| entry.complete && entry.problems.is_empty());
    for (at, entry) in entries {
        let role = match &entry.role {
            Some(role) => role,
            None if at < hosts => "",
            None => "this side",
        };
        let class = if entry.complete { "complete" } else { "gaps" };
        page.open(
            "tr",
            &[
                ("class", class),
                ("data-role", entry.role.as_deref().unwrap_or_default()),
            ],
        );
        page.put("td", "", &entry.target)
            .put("td", "", role)
            .put("td", "dim", &entry.taken_at)
            .raw("<td>");
        if entry.complete && entry.problems.is_empty() {
            page.put("span", "ok", "complete");
        }
        for gap in &entry.gaps {
            let reason = gap.reason.as_deref().unwrap_or("no reason given");
            page.raw("<div>")
                .put("b", "", &gap.probe)
                .say(&format!(" {}: {reason}", gap.state.word()))
                .close("div");
        }
        for problem in &entry.problems {
            page.raw("<div>")
                .say(&problem.message)
                .raw(" ")
                .put("span", "dim", &problem.code)
                .close("div");
        }
        page.raw("</td>").close("tr");
    }
    page.close("table").close("div").close("section");
}
