//! The report of a check: a comment for a merge request, and the summary of a step.

use parity_core::finding::{Evidence, Finding, Since, Unknown};
use parity_core::judge::LinkState;
use parity_core::report::Verdict;

use super::super::check::observed;
use super::super::number::count;
use super::super::outcome::Outcome;
use super::super::{fold, origin, since, suppressed};
use super::{COMMENT, code, prose};

/// The first line of a comment: who finds it replaces the comment instead of adding one.
const MARKER: &str = "<!-- parity:check -->\n";

/// The summary of a step on GitHub holds 1 MiB.
const SUMMARY: usize = 1_000_000;

/// What is left for the lines after the last finding.
const CLOSING: usize = 1_000;

/// As many subjects and observations of one finding are shown.
const LISTED: usize = 12;

/// A comment for a merge request.
pub(crate) fn comment(outcome: &Outcome<'_>) -> String {
    format!("{MARKER}{}", within(outcome, COMMENT - MARKER.len()))
}

/// The summary of a step of a GitHub workflow.
pub(crate) fn summary(outcome: &Outcome<'_>) -> String {
    within(outcome, SUMMARY)
}

fn within(outcome: &Outcome<'_>, limit: usize) -> String {
    let report = outcome.report;
    let sign = match report.verdict {
        Verdict::Blocked => "⛔",
        Verdict::Inconclusive => "❔",
        Verdict::Clear => "✅",
    };
    let headline = prose(&outcome.headline());
    let mut page = format!("## {sign} parity: {}\n\n**{headline}**\n", outcome.word());
    let mut fits = |part: String| {
        let fits = page.len() + part.len() + CLOSING <= limit;
        if fits {
            page.push_str(&part);
        }
        fits
    };
    let questions = report.open_unknowns();
    let (mut blocks, unknowns) = (outcome.blocks(), fold::unknowns(&questions));
    blocks.retain(|block| {
        block
            .first()
            .is_some_and(|finding| finding.since != Some(Since::Known))
    });
    let shown = blocks.iter().take_while(|block| fits(finding(block))).count();
    let undecided = (0..)
        .zip(&unknowns)
        .take_while(|(at, group)| fits(unknown(*at, group)))
        .count();
    let problems = fold::problems(report);
    let told = problems.iter().take_while(|(problem, targets)| {
        let targets = fold::listed(targets.iter().copied());
        fits(format!("\n⚠️ {}: {}\n", code(&targets), prose(&problem.message)))
    });
    let told = told.count();
    let hidden = [
        (blocks.len() - shown, "finding"),
        (unknowns.len() - undecided, "open question"),
        (problems.len() - told, "problem"),
    ];
    let hidden: Vec<String> = hidden
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| count(*number, what))
        .collect();
    if !hidden.is_empty() {
        let hidden = hidden.join(", ");
        page.push_str(&format!(
            "\n**Not shown, because this page is full: {hidden}.**\n"
        ));
    }
    page.push_str(&closing(outcome));
    page
}

fn finding(block: &Vec<&Finding>) -> String {
    let Some(first) = block.first() else {
        return String::new();
    };
    let targets = fold::listed(block.iter().map(|finding| finding.target.as_str()));
    let role = first
        .role
        .as_ref()
        .map(|role| format!(" ({})", prose(role)))
        .unwrap_or_default();
    let waived = if first.waiver.is_some() { ", waived" } else { "" };
    let mut text = format!(
        "\n### {}{waived}: {} → {}{role}\n\n| `{}` | |\n| --- | --- |\n",
        first.severity.word(),
        code(&first.subject),
        code(&targets),
        first.rule,
    );
    let mut row = |label: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("| {label} | {value} |\n"));
        }
    };
    let lines = |texts: Vec<String>, shown: fn(&str) -> String| {
        let texts: Vec<String> = texts
            .iter()
            .filter(|text| !text.is_empty())
            .map(|text| shown(text))
            .collect();
        texts.join("<br>")
    };
    let more = first.also.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| format!("and {more} more"));
    let also = first
        .also
        .iter()
        .take(LISTED)
        .map(|subject| code(subject))
        .chain(more);
    row("also", &also.collect::<Vec<String>>().join("<br>"));
    row("needs", &prose(&first.needs));
    row(
        "provides",
        &lines(fold::told(block, |finding| finding.provides.clone()), prose),
    );
    row("fine on", &prose(&fold::fine(first).join(" · ")));
    let seen = fold::told(block, |finding| finding.you_see.clone().unwrap_or_default());
    row("you see", &lines(seen, code));
    row(
        "help",
        &lines(fold::told(block, |finding| finding.help.clone()), prose),
    );
    if first.since == Some(Since::Changed) {
        row("since", "known before, with other values");
    }
    if let Some(waiver) = &first.waiver {
        row("waived", &prose(&suppressed::told(waiver)));
    }
    row("more", &code(&format!("parity explain {}", first.rule)));
    text.push_str(
        "\n<details><summary>Evidence</summary>\n\n| | fact | value | from |\n| --- | --- | --- | --- |\n",
    );
    let all: Vec<&Evidence> = block.iter().flat_map(|finding| &finding.evidence).collect();
    for one in all.iter().take(LISTED) {
        text.push_str(&evidence(one));
    }
    if let more @ 1.. = all.len().saturating_sub(LISTED) {
        text.push_str(&format!("| and {more} more | | | |\n"));
    }
    text.push_str("\n</details>\n");
    text
}

fn evidence(evidence: &Evidence) -> String {
    let value = evidence
        .value
        .as_ref()
        .map_or_else(|| "*absent*".to_owned(), |value| code(&value.to_string()));
    let origin = origin::told(evidence)
        .map(|origin| code(&origin))
        .unwrap_or_default();
    let (target, fact) = (code(&evidence.target), code(&evidence.fact.to_string()));
    format!("| {target} | {fact} | {value} | {origin} |\n")
}

fn unknown(at: usize, group: &[&Unknown]) -> String {
    let Some(first) = group.first() else {
        return String::new();
    };
    let heading = if at == 0 { "\n### Not decided\n\n" } else { "" };
    let hosts = fold::listed(group.iter().map(|unknown| unknown.target.as_str()));
    format!(
        "{heading}- {} → {}: `{}` needs {}: {}\n",
        code(&first.subject),
        code(&hosts),
        first.rule,
        code(&first.fact.to_string()),
        prose(&first.reason)
    )
}

fn closing(outcome: &Outcome<'_>) -> String {
    let (summary, changes) = (&outcome.report.summary, &outcome.report.changes);
    let mut parts = vec![observed(summary)];
    let links = &outcome.report.links;
    let fine = links.iter().filter(|link| link.state == LinkState::Fine).count();
    if fine > 0 {
        parts.push(format!("{fine} of {} fine", count(links.len(), "declared link")));
    }
    if changes.folded > 0 {
        parts.push(format!(
            "{} that nothing in this release depends on",
            count(changes.folded, "other difference")
        ));
    }
    parts.extend(suppressed::counted(outcome.report));
    parts.extend(since::known(outcome.report).map(|known| prose(&known)));
    let gone = outcome.report.base.as_ref().and_then(since::gone_in_short);
    parts.extend(gone.map(|gone| prose(&gone)));
    format!("\n<sub>{}</sub>\n", parts.join(" · "))
}
