//! The top of a page: the verdict, what it means, how much of what there is, and the tools to find it.

use parity_core::finding::Severity;
use parity_core::report::{DiffReport, Likeness, Verdict};

use super::super::number::count;
use super::super::outcome::Outcome;
use super::super::{fold, since, suppressed};
use super::changes;
use super::write::Html;

/// The verdict of a check, in one sentence and in numbers.
pub(super) fn check(page: &mut Html, outcome: &Outcome<'_>) {
    let (report, summary) = (outcome.report, &outcome.report.summary);
    let (sign, meaning) = match report.verdict {
        Verdict::Blocked => ("✕", "Blocked"),
        Verdict::Inconclusive => ("?", "Inconclusive"),
        Verdict::Clear => ("✓", "Clear"),
    };
    verdict(page, outcome.word(), sign, meaning, &outcome.headline());
    let accepted = suppressed::counted(report).map(|text| ("#suppressed", text));
    let known = since::known(report).map(|known| ("#findings", known));
    let undecided = fold::unknowns(&report.open_unknowns()).len();
    let blocks = outcome.blocks();
    let findings = |severity: Severity, what: &str| {
        let first = blocks.iter().filter_map(|block| block.first());
        let open = first.filter(|finding| finding.severity == severity && finding.is_open());
        Some(open.count())
            .filter(|number| *number > 0)
            .map(|number| ("#findings", count(number, what)))
    };
    let counts = [
        findings(Severity::Error, "error"),
        findings(Severity::Warning, "warning"),
        findings(Severity::Info, "note"),
        accepted,
        known,
        (undecided > 0).then(|| ("#unknowns", format!("{undecided} not decided"))),
        Some((
            "#coverage",
            format!(
                "{} of {} observed",
                summary.observed,
                count(summary.hosts, "host")
            ),
        )),
        Some(("#coverage", count(summary.requirements, "check"))),
        (report.changes.total > 0).then(|| {
            (
                "#changes",
                format!(
                    "{} without consequence",
                    count(report.changes.folded, "difference")
                ),
            )
        }),
    ];
    numbers(page, counts.into_iter().flatten());
    let kinds = [
        ("error", "errors"),
        ("warning", "warnings"),
        ("info", "notes"),
        ("unknown", "not decided"),
    ];
    tools(page, &kinds, &roles(outcome));
}

/// Whether the targets of a comparison are alike.
pub(super) fn diff(page: &mut Html, report: &DiffReport) {
    let (class, sign, meaning) = match report.verdict {
        Likeness::Same => ("clear", "=", "Same"),
        Likeness::Different => ("different", "≠", "Different"),
        Likeness::Inconclusive => ("inconclusive", "?", "Inconclusive"),
    };
    verdict(page, class, sign, meaning, &changes::headline(report));
    let gaps = report.not_compared.len();
    let complete = report.coverage.iter().filter(|entry| entry.complete).count();
    let observed = format!(
        "{complete} of {} observed",
        count(report.coverage.len(), "target")
    );
    let counts = [
        Some(("#changes", count(report.changes.len(), "change"))),
        (gaps > 0).then(|| ("#gaps", format!("{} not compared", count(gaps, "fact")))),
        Some(("#coverage", observed)),
    ];
    numbers(page, counts.into_iter().flatten());
    let kinds = ["added", "removed", "newer", "older", "changed"];
    tools(page, &kinds.map(|kind| (kind, kind)), &[]);
}

fn verdict(page: &mut Html, class: &str, sign: &str, meaning: &str, headline: &str) {
    page.open("header", &[("class", &format!("top {class}"))]);
    page.open("p", &[("class", "verdict")]);
    page.put("span", "sign", sign).put("span", "", meaning).close("p");
    page.put("h1", "", headline);
}

fn numbers(page: &mut Html, counts: impl Iterator<Item = (&'static str, String)>) {
    page.open("p", &[("class", "counts")]);
    for (place, text) in counts {
        page.open("a", &[("href", place)]).say(&text).close("a");
    }
    page.close("p").close("header");
}

/// What the script works with; without it they are not shown.
fn tools(page: &mut Html, kinds: &[(&str, &str)], roles: &[&str]) {
    page.raw("<nav class=\"tools\" aria-label=\"find\">");
    page.raw("<input id=\"search\" type=\"search\" placeholder=\"Find a host, a package, a rule…   press /\" aria-label=\"find\" autocomplete=\"off\">");
    for (kind, label) in kinds {
        page.open(
            "button",
            &[("class", "filter"), ("data-kind", kind), ("aria-pressed", "true")],
        );
        page.say(label).close("button");
    }
    if roles.len() > 1 {
        page.raw("<select id=\"role\" aria-label=\"role\"><option value=\"\">all roles</option>");
        for role in roles {
            page.open("option", &[("value", role)]).say(role).close("option");
        }
        page.close("select");
    }
    page.raw("<button id=\"expand\" class=\"quiet\">open all</button><output id=\"found\"></output></nav>\n");
}

/// In the order of the hosts.
fn roles<'a>(outcome: &Outcome<'a>) -> Vec<&'a str> {
    let hosts = outcome.report.coverage.iter().take(outcome.report.summary.hosts);
    let mut roles: Vec<&str> = Vec::new();
    for role in hosts.filter_map(|host| host.role.as_deref()) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}
