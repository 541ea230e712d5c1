//! The report as one page to look at: no network, no other file, and a policy that allows nothing but its own style and script.

mod changes;
mod columns;
mod files;
mod findings;
mod matrix;
mod policy;
mod rest;
mod top;
mod write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parity_core::report::DiffReport;
use parity_core::snapshot::Snapshot;
use sha2::{Digest, Sha256};

use super::outcome::Outcome;
use write::Html;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Where both sides of a cell are shown.
const PANEL: &str = "<dialog id=\"panel\"><form method=\"dialog\"><button class=\"quiet\" aria-label=\"close\">✕</button></form>\
    <div id=\"panel-text\"></div></dialog>\n";

/// The page of a check.
pub(crate) fn check(outcome: &Outcome<'_>) -> String {
    let title = format!("parity: {}: {}", outcome.word(), outcome.headline());
    document(&title, |page| {
        top::check(page, outcome);
        page.open("main", &[]);
        findings::write(page, outcome);
        rest::unknowns(page, outcome.report);
        policy::write(page, outcome.report);
        matrix::write(page, outcome.report);
        rest::links(page, outcome.report);
        let dev = outcome.case.dev.iter().map(|dev| ("dev machine", dev));
        let hosts = outcome.case.hosts.iter();
        let hosts = hosts.map(|host| (host.snapshot.target.as_str(), &host.snapshot));
        files::write(page, dev.chain(hosts));
        rest::changes(page, outcome.report);
        rest::coverage(page, &outcome.report.coverage, outcome.report.summary.hosts);
        page.close("main");
    })
}

/// The page of a comparison.
pub(crate) fn diff(report: &DiffReport, baseline: &Snapshot, others: &[Snapshot]) -> String {
    let title = format!("parity: {}", changes::headline(report));
    document(&title, |page| {
        top::diff(page, report);
        page.open("main", &[]);
        changes::write(page, report);
        let all = std::iter::once(baseline).chain(others);
        files::write(page, all.map(|machine| (machine.target.as_str(), machine)));
        changes::not_compared(page, report);
        rest::coverage(page, &report.coverage, report.coverage.len());
        page.close("main");
    })
}

/// All that is the same on every page, around what is not.
fn document(title: &str, body: impl FnOnce(&mut Html)) -> String {
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
    page.put("title", "", title);
    page.raw("<style>")
        .raw(STYLE)
        .raw("</style>")
        .close("head")
        .raw("\n<body>\n");
    body(&mut page);
    page.raw(PANEL)
        .raw("<script>")
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

/// The heading of a part of the page.
fn section(page: &mut Html, id: &'static str, title: &str, told: &str) {
    page.open("section", &[("id", id)]).open("h2", &[]).say(title);
    if !told.is_empty() {
        page.raw(" ").put("small", "", told);
    }
    page.close("h2");
}
