//! The report as one page to look at: no network, no other file, and a policy that allows nothing but its own style and script.

mod columns;
mod files;
mod findings;
mod matrix;
mod rest;
mod write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parity_core::finding::Severity;
use parity_core::report::Verdict;
use sha2::{Digest, Sha256};

use super::check::count;
use super::fold;
use super::outcome::Outcome;
use write::Html;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The whole page.
pub(crate) fn render(outcome: &Outcome<'_>) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n")
        .open("html", &[("lang", "en")])
        .open("head", &[])
        .raw("<meta charset=\"utf-8\">");
    page.open(
        "meta",
        &[("http-equiv", "Content-Security-Policy"), ("content", &policy())],
    );
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.raw(
        "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"referrer\" content=\"no-referrer\">",
    );
    page.put(
        "title",
        "",
        &format!("parity: {}: {}", outcome.word(), outcome.headline()),
    );
    page.raw("<style>")
        .raw(STYLE)
        .raw("</style>")
        .close("head")
        .raw("\n<body>\n");
    top(&mut page, outcome);
    page.open("main", &[]);
    findings::write(&mut page, outcome);
    rest::unknowns(&mut page, outcome.report);
    matrix::write(&mut page, outcome.report);
    rest::links(&mut page, outcome.report);
    files::write(&mut page, outcome.case);
    rest::changes(&mut page, outcome.report);
    rest::coverage(&mut page, outcome.report);
    page.close("main");
    page.raw("<dialog id=\"panel\"><form method=\"dialog\"><button class=\"quiet\" aria-label=\"close\">✕</button></form><div id=\"panel-text\"></div></dialog>\n");
    page.raw("<script>")
        .raw(SCRIPT)
        .raw("</script>\n</body></html>\n");
    page.finish()
}

/// Nothing is loaded, and of style and script only what this program wrote.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn top(page: &mut Html, outcome: &Outcome<'_>) {
    let (report, summary) = (outcome.report, &outcome.report.summary);
    let (sign, meaning) = match report.verdict {
        Verdict::Blocked => ("✕", "Blocked"),
        Verdict::Inconclusive => ("?", "Inconclusive"),
        Verdict::Clear => ("✓", "Clear"),
    };
    page.open("header", &[("class", &format!("top {}", outcome.word()))]);
    page.open("p", &[("class", "verdict")]);
    page.put("span", "sign", sign).put("span", "", meaning).close("p");
    page.put("h1", "", &outcome.headline());
    page.open("p", &[("class", "counts")]);
    let accepted = match summary.waived {
        0 => None,
        waived => Some(("#findings", format!("{waived} accepted"))),
    };
    let (blocks, undecided) = (outcome.blocks(), fold::unknowns(&report.unknowns).len());
    let findings = |severity: Severity, what: &str| {
        let first = blocks.iter().filter_map(|block| block.first());
        let open = first.filter(|finding| finding.severity == severity && finding.waiver.is_none());
        Some(open.count())
            .filter(|number| *number > 0)
            .map(|number| ("#findings", count(number, what)))
    };
    let counts = [
        findings(Severity::Error, "error"),
        findings(Severity::Warning, "warning"),
        findings(Severity::Info, "note"),
        accepted,
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
    for (place, text) in counts.into_iter().flatten() {
        page.open("a", &[("href", place)]).say(&text).close("a");
    }
    page.close("p").close("header");
    page.raw("<nav class=\"tools\" aria-label=\"find\">");
    page.raw("<input id=\"search\" type=\"search\" placeholder=\"Find a host, a package, a rule…   press /\" aria-label=\"find\" autocomplete=\"off\">");
    for (kind, label) in [
        ("error", "errors"),
        ("warning", "warnings"),
        ("info", "notes"),
        ("unknown", "not decided"),
    ] {
        page.open(
            "button",
            &[("class", "filter"), ("data-kind", kind), ("aria-pressed", "true")],
        )
        .say(label)
        .close("button");
    }
    let roles = roles(outcome);
    if roles.len() > 1 {
        page.raw("<select id=\"role\" aria-label=\"role\"><option value=\"\">all roles</option>");
        for role in &roles {
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

/// The heading of a part of the page.
fn section(page: &mut Html, id: &'static str, title: &str, told: &str) {
    page.open("section", &[("id", id)]).open("h2", &[]).say(title);
    if !told.is_empty() {
        page.raw(" ").put("small", "", told);
    }
    page.close("h2");
}
