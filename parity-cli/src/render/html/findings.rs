//! The findings: what is needed and what is there side by side, what to do, and the evidence of both sides on demand.

use parity_core::finding::{Finding, Since};
use parity_core::report::Verdict;
use parity_core::view::Side;

use super::super::number::count;
use super::super::outcome::Outcome;
use super::super::{fold, origin, suppressed};
use super::section;
use super::write::Html;

/// With more of them each is folded but the first.
const OPEN: usize = 3;

/// As many hosts are named in a heading.
const NAMED: usize = 2;

/// As many observations of one finding are shown.
const EVIDENCE: usize = 60;

pub(super) fn write(page: &mut Html, outcome: &Outcome<'_>) {
    let blocks = outcome.blocks();
    if blocks.is_empty() {
        return;
    }
    let breaks = outcome.report.verdict == Verdict::Blocked;
    let title = if breaks { "What breaks" } else { "Findings" };
    section(page, "findings", title, &count(blocks.len(), "finding"));
    for (at, block) in blocks.iter().enumerate() {
        finding(page, outcome, block, at == 0 || blocks.len() <= OPEN);
    }
    page.close("section");
}

fn finding(page: &mut Html, outcome: &Outcome<'_>, block: &[&Finding], open: bool) {
    let Some(first) = block.first() else { return };
    let waived = first.waiver.is_some();
    let known = first.since == Some(Since::Known);
    let kind = match (waived, known) {
        (true, _) => "accepted",
        (false, true) => "known",
        (false, false) => first.severity.word(),
    };
    let hosts: Vec<&str> = block.iter().map(|finding| finding.target.as_str()).collect();
    let role = first.role.as_deref().unwrap_or_default();
    page.open(
        "article",
        &[
            ("class", &format!("finding {kind}")),
            ("data-kind", kind),
            ("data-role", role),
        ],
    );
    for finding in block {
        page.open("a", &[("class", "anchor"), ("id", &anchor(&finding.fingerprint))])
            .close("a");
    }
    match open {
        true => page.raw("<details open>"),
        false => page.raw("<details>"),
    };
    page.open("summary", &[])
        .put("span", &format!("tag {kind}"), kind);
    page.open("span", &[("class", "what")])
        .put("b", "", &first.subject);
    if !first.also.is_empty() {
        page.open(
            "span",
            &[("title", &fold::listed(first.also.iter().map(String::as_str)))],
        );
        page.say(&format!(" and {} more", first.also.len())).close("span");
    }
    page.raw(" → ");
    match hosts.as_slice() {
        few if few.len() <= NAMED => page.put("b", "", &few.join(", ")),
        many => page.put("b", "", &format!("{} hosts", many.len())),
    };
    if !role.is_empty() {
        page.raw(" ").put("span", "role", role);
    }
    page.close("span");
    if let Some(rule) = outcome.rule(&first.rule) {
        page.put("span", "title", &rule.title);
    }
    page.close("summary");
    if hosts.len() > NAMED {
        page.put("p", "where", &hosts.join(" "));
    }
    sides(page, block, first);
    told(page, block, first);
    evidence(page, block);
    page.close("details").close("article");
}

/// What is needed beside what is there.
fn sides(page: &mut Html, block: &[&Finding], first: &Finding) {
    page.raw("<div class=\"sides\">");
    page.open("div", &[("class", "side")])
        .put("span", "label", "needs")
        .put("p", "value", &first.needs);
    page.close("div")
        .open("div", &[("class", "side bad")])
        .put("span", "label", "provides");
    for text in fold::told(block, |finding| finding.provides.clone()) {
        page.put("p", "value", &text);
    }
    page.close("div");
    if !first.fine_on.is_empty() {
        page.open("div", &[("class", "side good")])
            .put("span", "label", "fine on");
        page.put("p", "value", &fold::fine(first).join(" · "))
            .close("div");
    }
    page.close("div");
}

fn told(page: &mut Html, block: &[&Finding], first: &Finding) {
    let seen: Vec<&Finding> = block
        .iter()
        .copied()
        .filter(|finding| finding.you_see.is_some())
        .collect();
    for text in fold::told(&seen, |finding| finding.you_see.clone().unwrap_or_default()) {
        page.raw("<div class=\"seen\">")
            .put("span", "label", "you see")
            .put("pre", "", &text)
            .close("div");
    }
    for text in fold::told(block, |finding| finding.help.clone()) {
        page.raw("<div class=\"help\">")
            .put("span", "label", "help")
            .put("p", "", &text)
            .close("div");
    }
    if let Some(waiver) = &first.waiver {
        page.raw("<div class=\"help\">")
            .put("span", "label", "accepted")
            .put("p", "", &suppressed::told(waiver))
            .close("div");
    }
}

fn evidence(page: &mut Html, block: &[&Finding]) {
    let all = block.iter().flat_map(|finding| &finding.evidence);
    let mut groups = fold::by_key(all, |evidence| {
        (evidence.side, evidence.fact.clone(), evidence.value.clone())
    });
    groups.sort_by_key(|group| group.first().map(|evidence| evidence.side));
    page.raw(
        "<details class=\"evidence\"><summary>Evidence of both sides</summary><div class=\"scroll\"><table>",
    );
    page.raw("<tr><th>side</th><th>who</th><th>fact</th><th>value</th><th>from</th></tr>");
    for group in groups.iter().take(EVIDENCE) {
        let Some(first) = group.first() else { continue };
        let side = match first.side {
            Side::Release => "release",
            Side::Dev => "dev machine",
            Side::Host | Side::Peer => "host",
        };
        let who = fold::listed(group.iter().map(|evidence| evidence.target.as_str()));
        let value = first
            .value
            .as_ref()
            .map_or_else(|| "absent".to_owned(), ToString::to_string);
        let mut origins: Vec<String> = group
            .iter()
            .filter_map(|evidence| origin::told(evidence))
            .collect();
        origins.sort_unstable();
        origins.dedup();
        let origin = match origins.as_slice() {
            [] => String::new(),
            [origin] => origin.clone(),
            [origin, others @ ..] => format!("{origin} and {} more", others.len()),
        };
        page.open("tr", &[("class", first.side.word())])
            .put("td", "", side)
            .put("td", "", &who);
        page.put("td", "mono", &first.fact.to_string())
            .put("td", "mono value", &value);
        page.put("td", "mono dim", &origin).close("tr");
    }
    page.close("table").close("div");
    if let more @ 1.. = groups.len().saturating_sub(EVIDENCE) {
        page.put("p", "dim", &format!("and {more} more, which --format json tells"));
    }
    if let Some(first) = block.first() {
        page.raw("<p class=\"dim\">more: ")
            .put("code", "", &format!("parity explain {}", first.rule));
        page.say(" · fingerprint ")
            .put("code", "", &first.fingerprint)
            .close("p");
    }
    page.close("details");
}

/// The place of a finding in the page.
pub(super) fn anchor(fingerprint: &str) -> String {
    format!("finding-{fingerprint}")
}
