//! The report of `check` as a person wants to read it.

use jiff::Timestamp;
use parity_core::finding::{Evidence, Finding, Severity, Unknown};
use parity_core::judge::{LeftToImage, LinkState};
use parity_core::report::{Report, Summary, Verdict};
use parity_core::view::Side;

use super::number::count;
use super::page::{Look, Page};
use super::{fold, origin, since, suppressed};

/// As many unknowns are shown.
const SHOWN: usize = 5;

/// How much of a report is told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Every difference, one by one.
    pub(crate) all: bool,
    /// Every unknown and every gap.
    pub(crate) verbose: bool,
    /// What breaks and what is not known, and nothing else.
    pub(crate) quiet: bool,
}

/// The report, with colours.
pub(crate) fn render(report: &Report, extent: Extent, now: Timestamp) -> String {
    let mut page = Page::default();
    let blocks = fold::findings(&report.findings);
    heading(&mut page, report);
    let is_open = |block: &&Vec<&Finding>| block.iter().any(|finding| finding.is_open());
    for block in blocks.iter().filter(|block| extent.verbose || is_open(block)) {
        page.end();
        show(&mut page, block, report, extent.verbose);
    }
    let questions = match extent.verbose {
        true => report.unknowns.clone(),
        false => report.open_unknowns(),
    };
    unknowns(&mut page, &questions, extent.verbose);
    problems(&mut page, report);
    if extent.verbose {
        ignored(&mut page, report);
        gaps(&mut page, report);
    }
    if !extent.quiet {
        page.end();
        links(&mut page, report);
        changes(&mut page, report, extent.all);
        base(&mut page, report, extent.verbose);
    }
    if let Some(suppressed) = suppressed::counted(report) {
        let hint = if extent.verbose { "" } else { " (-v lists them)" };
        page.line(&format!("{suppressed}{hint}"));
    }
    if !extent.quiet {
        footer(&mut page, report, now);
    }
    page.finish()
}

fn heading(page: &mut Page, report: &Report) {
    let (look, word) = match report.verdict {
        Verdict::Blocked => (Look::Bad, "blocked"),
        Verdict::Inconclusive => (Look::Doubtful, "inconclusive"),
        Verdict::Clear => (Look::Good, "clear"),
    };
    page.put(look, word).put(Look::Strong, ": ");
    page.put(Look::Strong, &headline(report));
    if let (Verdict::Blocked, more @ 1..) = (report.verdict, others(report)) {
        page.put(Look::Strong, &format!(" ({more} more below)"));
    }
    page.end();
}

/// What the verdict means, in one sentence.
pub(crate) fn headline(report: &Report) -> String {
    let blocks = fold::findings(&report.findings);
    let mut open = blocks
        .iter()
        .filter_map(|block| block.first())
        .filter(|finding| finding.is_open());
    let first = open.next();
    let summary = &report.summary;
    match (report.verdict, first) {
        (Verdict::Blocked, first) => {
            let first = first.map(|finding| fold::in_short(report, finding));
            first.unwrap_or_default()
        }
        (Verdict::Inconclusive, _) if summary.requirements == 0 && summary.unknowns == 0 => {
            "nothing here requires anything: name what ships with --artifact, or in parity.toml".to_owned()
        }
        (Verdict::Inconclusive, first) if summary.unknowns == 0 => {
            let blind = report.coverage.iter().filter(|entry| entry.blind);
            let targets = fold::listed(blind.map(|entry| entry.target.as_str()));
            let before = first.map_or("", |_| "no finding fails this check, and ");
            format!("{before}nothing that any rule knows was seen in {targets}")
        }
        (Verdict::Inconclusive, Some(_)) => {
            "no finding fails this check, and something needed is not known".to_owned()
        }
        (Verdict::Inconclusive, None) => {
            "nothing certain is wrong, and something needed is not known".to_owned()
        }
        (Verdict::Clear, Some(_)) => {
            let all = others(report) + 1;
            format!("{} below, none that fails this check", count(all, "finding"))
        }
        (Verdict::Clear, None) if since::known(report).is_some() => {
            let known = since::known(report).unwrap_or_default();
            format!("nothing is new ({known})")
        }
        (Verdict::Clear, None) if summary.waived + summary.waived_unknowns + summary.ignored > 0 => {
            "nothing breaks but what is waived or ignored, see below".to_owned()
        }
        (Verdict::Clear, None) => {
            let (hosts, needs) = (count(summary.hosts, "host"), count(summary.requirements, "check"));
            format!("what this release needs was found on {hosts} ({needs})")
        }
    }
}

/// Findings that nobody accepted, beside the first.
fn others(report: &Report) -> usize {
    let blocks = fold::findings(&report.findings);
    let open = blocks
        .iter()
        .filter_map(|block| block.first())
        .filter(|finding| finding.is_open());
    open.count().saturating_sub(1)
}

fn show(page: &mut Page, block: &[&Finding], report: &Report, verbose: bool) {
    let Some(finding) = block.first() else { return };
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
    let targets = fold::listed(block.iter().map(|finding| finding.target.as_str()));
    page.say(" → ").put(Look::Strong, &targets);
    if let Some(role) = &finding.role {
        page.say(&format!(" ({role})"));
    }
    page.end();
    page.field(
        "needs",
        &with_origin(&finding.needs, source(finding, |side| side != Side::Host)),
    );
    page.fields("provides", &provides(block));
    if !finding.fine_on.is_empty() {
        page.field("fine on", &fold::fine(finding).join(" · "));
    }
    let seen = block.iter().copied().filter(|finding| finding.you_see.is_some());
    let seen: Vec<&Finding> = seen.collect();
    page.fields(
        "you see",
        &fold::told(&seen, |f| f.you_see.clone().unwrap_or_default()),
    );
    page.fields("help", &fold::told(block, |finding| finding.help.clone()));
    page.field("more", &format!("parity explain {}", finding.rule));
    if let Some(since) = since::of(finding.since, report) {
        page.field("since", &since);
    }
    match &finding.waiver {
        Some(waiver) => page.field("waived", &suppressed::told(waiver)),
        None if verbose && finding.is_open() => {
            let accept = |finding: &&Finding| acceptance(&finding.fingerprint, &finding.target);
            page.fields("accept", &block.iter().map(accept).collect::<Vec<String>>());
        }
        None => {}
    }
}

/// How one finding, or one question, is accepted.
fn acceptance(fingerprint: &str, target: &str) -> String {
    format!("parity accept {fingerprint} --reason … --expires 30d   [{target}]")
}

/// What each host has instead, with its origin where one origin can be told for all.
fn provides(block: &[&Finding]) -> Vec<String> {
    let origin =
        |finding: &Finding| source(finding, |side| side == Side::Host).and_then(|e| e.origin.clone());
    let told = fold::told(block, |finding| finding.provides.clone());
    match (told.as_slice(), block) {
        ([text], [first, others @ ..]) if others.iter().all(|other| origin(other) == origin(first)) => {
            let evidence = source(first, |side| side == Side::Host);
            vec![with_origin(text, evidence)]
        }
        _ => told,
    }
}

fn source(finding: &Finding, wanted: impl Fn(Side) -> bool) -> Option<&Evidence> {
    finding
        .evidence
        .iter()
        .find(|evidence| wanted(evidence.side) && evidence.origin.is_some())
}

fn with_origin(text: &str, evidence: Option<&Evidence>) -> String {
    match evidence.and_then(origin::told) {
        Some(origin) => format!("{text}   [{origin}]"),
        None => text.to_owned(),
    }
}

fn unknowns(page: &mut Page, unknowns: &[Unknown], verbose: bool) {
    if unknowns.is_empty() {
        return;
    }
    page.end();
    let folded = fold::unknowns(unknowns);
    let shown = if verbose { folded.len() } else { SHOWN };
    for group in folded.iter().take(shown) {
        let Some(unknown) = group.first() else { continue };
        let hosts = fold::listed(group.iter().map(|unknown| unknown.target.as_str()));
        let whose = match unknown.side {
            Side::Host | Side::Peer if group.len() > 1 => "of these hosts",
            Side::Host | Side::Peer => "of this host",
            Side::Dev => "of the developer's machine",
            Side::Release => "of the release",
        };
        page.put(Look::Doubtful, "unknown")
            .say("  ")
            .put(Look::Strong, &unknown.subject)
            .say(&format!(
                " → {hosts}: {} cannot be decided without `{}` {whose}: ",
                unknown.rule, unknown.fact
            ))
            .say(&unknown.reason)
            .end();
        match &unknown.waiver {
            Some(waiver) => page.field("waived", &suppressed::told(waiver)),
            None if verbose => {
                let accept = |unknown: &&Unknown| acceptance(&unknown.fingerprint(), &unknown.target);
                page.fields("accept", &group.iter().map(accept).collect::<Vec<String>>());
            }
            None => {}
        }
    }
    if folded.len() > shown {
        page.put(Look::Doubtful, "unknown")
            .say(&format!("  and {} more (-v shows them)", folded.len() - shown))
            .end();
    }
}

fn problems(page: &mut Page, report: &Report) {
    let folded = fold::problems(report);
    if !folded.is_empty() {
        page.end();
    }
    for (problem, targets) in folded {
        page.problem(&fold::listed(targets), problem);
    }
}

fn ignored(page: &mut Page, report: &Report) {
    if !report.ignored.is_empty() {
        page.end();
    }
    for one in &report.ignored {
        let what = one.severity.map_or("question", Severity::word);
        page.put(Look::Dim, "ignored")
            .say(&format!(
                "  {what}[{}] {} → {}: ",
                one.rule, one.subject, one.target
            ))
            .say(&one.reason)
            .put(Look::Dim, &format!("   [line {} of parity.toml]", one.line))
            .end();
    }
}

fn gaps(page: &mut Page, report: &Report) {
    if report.coverage.iter().any(|entry| !entry.gaps.is_empty()) {
        page.end();
    }
    for entry in &report.coverage {
        for gap in &entry.gaps {
            let reason = gap.reason.as_deref().unwrap_or("no reason given");
            let text = format!(
                "      {}: {} {}: {reason}",
                entry.target,
                gap.probe,
                gap.state.word()
            );
            page.put(Look::Dim, "gap").say(&text).end();
        }
    }
}

fn changes(page: &mut Page, report: &Report, all: bool) {
    let changes = &report.changes;
    for (change, targets) in fold::changes(&changes.list) {
        page.say(&format!("  {}", super::diff::describe(change)))
            .put(Look::Dim, &format!("   {}", fold::listed(targets)))
            .end();
    }
    if !changes.list.is_empty() {
        page.end();
    }
    if changes.total > 0 {
        let text = match all {
            true => format!(
                "{} between dev and the hosts are listed above; nothing in this release depends on {} of them",
                count(changes.total, "difference"),
                changes.folded
            ),
            false => format!(
                "{} between dev and the hosts: nothing in this release depends on them (--all lists them)",
                count(changes.folded, "other difference")
            ),
        };
        page.line(&text);
    }
    for left in &report.left_to_images {
        let LeftToImage {
            target,
            reason,
            requirements,
        } = left;
        page.line(&format!(
            "{} left to an image ({reason}) on {target}: it brings its own",
            count(*requirements, "need")
        ));
    }
}

/// What the base has too, and what it has no longer.
fn base(page: &mut Page, report: &Report, verbose: bool) {
    if let Some(known) = since::known(report) {
        let how = if verbose { "" } else { " (-v shows them)" };
        page.line(&format!("{known}{how}"));
    }
    since::gone(report).iter().for_each(|line| page.line(line));
}

/// Declared links that hold.
fn links(page: &mut Page, report: &Report) {
    let fine = report.links.iter().filter(|link| link.state == LinkState::Fine);
    for link in fine {
        page.put(Look::Good, "fine")
            .say("  ")
            .put(Look::Strong, &link.name())
            .say(&format!(
                ": every {} host listens there, and not only for itself",
                link.to
            ))
            .end();
    }
}

fn footer(page: &mut Page, report: &Report, now: Timestamp) {
    let oldest = report
        .coverage
        .iter()
        .filter_map(|entry| entry.taken_at.parse::<Timestamp>().ok())
        .min();
    let age = oldest
        .map(|taken| now.duration_since(taken).as_hours() / 24)
        .filter(|days| *days > 0);
    let age = age
        .map(|days| format!(", the oldest observation is {} old", count_days(days)))
        .unwrap_or_default();
    page.line(&format!("{}{age}", observed(&report.summary)));
}

/// `observed 3 of 3 hosts`; where that is less, it says that it counts those of which all was seen.
pub(crate) fn observed(summary: &Summary) -> String {
    let whole = match summary.observed < summary.hosts {
        true => " completely",
        false => "",
    };
    format!(
        "observed {} of {}{whole}",
        summary.observed,
        count(summary.hosts, "host")
    )
}

fn count_days(days: i64) -> String {
    count(usize::try_from(days).unwrap_or(usize::MAX), "day")
}
