//! The report of `check` as a person wants to read it.

use jiff::Timestamp;
use parity_core::finding::{Evidence, Finding, Severity, Unknown};
use parity_core::report::{Report, Verdict};
use parity_core::view::Side;

use super::page::{Look, Page};

/// As many unknowns of one kind are shown one by one.
const SHOWN: usize = 5;

/// The report, with colours.
pub(crate) fn render(report: &Report, all: bool, verbose: bool, now: Timestamp) -> String {
    let mut page = Page::default();
    headline(&mut page, report);
    for finding in &report.findings {
        page.end();
        show(&mut page, finding);
    }
    unknowns(&mut page, &report.unknowns, verbose);
    problems(&mut page, report, verbose);
    footer(&mut page, report, all, now);
    page.finish()
}

fn headline(page: &mut Page, report: &Report) {
    let first = report.findings.iter().find(|finding| finding.waiver.is_none());
    match (report.verdict, first) {
        (Verdict::Blocked, Some(finding)) => {
            page.put(Look::Bad, "blocked")
                .put(Look::Strong, ": ")
                .put(Look::Strong, &finding.message);
            let more = report.summary.errors + report.summary.warnings;
            if more > 1 {
                page.say(&format!(" ({} more below)", more - 1));
            }
        }
        (Verdict::Blocked, None) => {
            page.put(Look::Bad, "blocked");
        }
        (Verdict::Inconclusive, _) => {
            let why = match report.summary {
                ref summary if summary.requirements == 0 && report.unknowns.is_empty() => {
                    "nothing here requires anything: name what ships with --artifact, or in parity.toml"
                }
                _ => "nothing certain is wrong, and something needed is not known",
            };
            page.put(Look::Doubtful, "inconclusive")
                .put(Look::Strong, ": ")
                .say(why);
        }
        (Verdict::Clear, _) => {
            let (hosts, needs) = (report.summary.hosts, report.summary.requirements);
            page.put(Look::Good, "clear").put(Look::Strong, ": ");
            page.say(&format!(
                "what this release needs was found on {} ({needs} checks)",
                count(hosts, "host")
            ));
        }
    }
    page.end();
}

fn show(page: &mut Page, finding: &Finding) {
    let look = match finding.severity {
        Severity::Error => Look::Bad,
        Severity::Warning => Look::Doubtful,
        Severity::Info => Look::Strong,
    };
    page.put(look, &format!("{}[{}]", finding.severity.word(), finding.rule))
        .say("  ")
        .put(Look::Strong, &finding.subject);
    if !finding.also.is_empty() {
        page.say(&format!(" and {} more", finding.also.len()));
    }
    page.say(" → ").put(Look::Strong, &finding.target);
    if let Some(role) = &finding.role {
        page.say(&format!(" ({role})"));
    }
    page.end();
    page.field(
        "needs",
        &with_origin(&finding.needs, origin(finding, |side| side != Side::Host)),
    );
    page.field(
        "provides",
        &with_origin(&finding.provides, origin(finding, |side| side == Side::Host)),
    );
    if !finding.fine_on.is_empty() {
        page.field("fine on", &finding.fine_on.join(" · "));
    }
    if let Some(text) = &finding.you_see {
        page.field("you see", text);
    }
    page.put(Look::Dim, "  help       ")
        .put(Look::Good, &finding.help)
        .end();
    page.field("more", &format!("parity explain {}", finding.rule));
    if let Some(waiver) = &finding.waiver {
        page.field(
            "accepted",
            &format!("until {} by {}: {}", waiver.expires, waiver.owner, waiver.reason),
        );
    }
}

fn origin(finding: &Finding, wanted: impl Fn(Side) -> bool) -> Option<&Evidence> {
    finding
        .evidence
        .iter()
        .find(|evidence| wanted(evidence.side) && evidence.origin.is_some())
}

fn with_origin(text: &str, evidence: Option<&Evidence>) -> String {
    match evidence.and_then(|evidence| evidence.origin.as_ref()) {
        Some(origin) => format!("{text}   [{origin}]"),
        None => text.to_owned(),
    }
}

fn unknowns(page: &mut Page, unknowns: &[Unknown], verbose: bool) {
    if unknowns.is_empty() {
        return;
    }
    page.end();
    let shown = if verbose { unknowns.len() } else { SHOWN };
    for unknown in unknowns.iter().take(shown) {
        let place = match unknown.side {
            Side::Host => unknown.target.as_str(),
            side => side.word(),
        };
        page.put(Look::Doubtful, "unknown")
            .say("  ")
            .put(Look::Strong, &unknown.subject);
        page.say(&format!(
            " → {}: {} needs `{}` of {place}: ",
            unknown.target, unknown.rule, unknown.fact
        ));
        page.say(&unknown.reason).end();
    }
    if unknowns.len() > shown {
        page.put(Look::Doubtful, "unknown")
            .say(&format!("  and {} more (-v shows them)", unknowns.len() - shown))
            .end();
    }
}

fn problems(page: &mut Page, report: &Report, verbose: bool) {
    let mut first = true;
    for entry in &report.coverage {
        for problem in &entry.problems {
            if std::mem::take(&mut first) {
                page.end();
            }
            page.put(Look::Doubtful, "problem")
                .say("  ")
                .put(Look::Strong, &entry.target)
                .say(": ");
            page.say(&problem.message)
                .put(Look::Dim, &format!(" [{}]", problem.code))
                .end();
        }
        if verbose {
            for gap in &entry.gaps {
                let reason = gap.reason.as_deref().unwrap_or("no reason given");
                page.put(Look::Dim, "gap")
                    .say(&format!(
                        "      {}: {} {}: {reason}",
                        entry.target,
                        gap.probe,
                        gap.state.word()
                    ))
                    .end();
            }
        }
    }
}

fn footer(page: &mut Page, report: &Report, all: bool, now: Timestamp) {
    page.end();
    if all {
        for entry in &report.changes.list {
            page.line(&format!(
                "  {}  {}",
                entry.target,
                super::diff::describe(&entry.change)
            ));
        }
        if !report.changes.list.is_empty() {
            page.end();
        }
    }
    let changes = &report.changes;
    if changes.total > 0 {
        let hint = if all { "" } else { " (--all shows them)" };
        let waived = match report.summary.waived {
            0 => String::new(),
            waived => format!(", {} waived", count(waived, "finding")),
        };
        page.line(&format!(
            "{} that nothing in this release reaches: folded{hint}{waived}",
            count(changes.folded, "difference")
        ));
    }
    let oldest = report
        .coverage
        .iter()
        .filter_map(|entry| entry.taken_at.parse::<Timestamp>().ok())
        .min();
    let age = oldest
        .map(|taken| now.duration_since(taken).as_hours() / 24)
        .filter(|days| *days > 0);
    let age = age
        .map(|days| format!(", the oldest observation is {days} days old"))
        .unwrap_or_default();
    page.line(&format!(
        "observed {} of {}{age}",
        report.summary.observed,
        count(report.summary.hosts, "host")
    ));
}

/// `1 host`, `2 hosts`.
pub(crate) fn count(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}
