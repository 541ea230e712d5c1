//! SARIF 2.1.0, for code scanning. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeSet;

use parity_core::finding::{Finding, Severity, Since, Unknown};
use parity_core::report::Verdict;
use parity_core::rule::About;
use serde_json::{Value, json};

use super::outcome::Outcome;
use super::output;
use super::page::visible;
use super::places::Spot;
use super::suppressed;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// GitHub takes as many results of a run.
const RESULTS: usize = 25_000;

/// One run: the rules that have something to say, their findings, and as notifications what could not be decided.
pub(crate) fn render(outcome: &Outcome<'_>) -> String {
    let report = outcome.report;
    let told = report.findings.iter().map(|finding| finding.rule.as_str());
    let asked = report.unknowns.iter().map(|unknown| unknown.rule.as_str());
    let ids: BTreeSet<&str> = told.chain(asked).collect();
    let rules: Vec<&About> = ids.iter().filter_map(|id| outcome.rule(id)).collect();
    let results = report
        .findings
        .iter()
        .take(RESULTS)
        .map(|finding| result(outcome, &rules, finding));
    let code = report.verdict.exit_code();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "parity",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<Value>>(),
            } },
            "automationDetails": { "id": "parity/check/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { "SRCROOT": { "description": { "text": "the root of the repository" } } },
            "invocations": [{
                "executionSuccessful": report.verdict != Verdict::Inconclusive,
                "exitCode": code,
                "exitCodeDescription": visible(&description(outcome)),
                "toolExecutionNotifications": notifications(outcome, &rules),
            }],
            "results": results.collect::<Vec<Value>>(),
            "properties": {
                "waived": report.summary.waived, "waivedUnknowns": report.summary.waived_unknowns,
                "ignored": report.ignored,
            },
        }],
    });
    output::document(&log)
}

/// The verdict, and how much of it is suppressed.
fn description(outcome: &Outcome<'_>) -> String {
    let suppressed = suppressed::counted(outcome.report).map(|text| format!("; {text}"));
    let (word, headline) = (outcome.word(), outcome.headline());
    format!("{word}: {headline}{}", suppressed.unwrap_or_default())
}

fn described(rule: &About) -> Value {
    let sources: Vec<String> = rule
        .sources
        .iter()
        .map(|source| format!("- <{source}>"))
        .collect();
    let text = format!("{}\n\nWhat to do: {}", rule.breaks.trim(), rule.remedy.trim());
    let markdown = format!(
        "**What it sees.** {}\n\n**Why it breaks.** {}\n\n**For example.** {}\n\n**What to do.** {}\n\n{}\n",
        rule.sees.trim(),
        rule.breaks.trim(),
        rule.example.trim(),
        rule.remedy.trim(),
        sources.join("\n")
    );
    let mut described = json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.breaks.trim() },
        "help": { "text": text, "markdown": markdown },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if let (Some(source), Some(fields)) = (rule.sources.first(), described.as_object_mut()) {
        fields.insert("helpUri".to_owned(), json!(source));
    }
    described
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// What is gone has no result: not every reader knows that an absent result is none.
fn state(since: Since) -> &'static str {
    match since {
        Since::New => "new",
        Since::Changed => "updated",
        Since::Known => "unchanged",
    }
}

fn result(outcome: &Outcome<'_>, rules: &[&About], finding: &Finding) -> Value {
    let spots = outcome.places.of_finding(finding);
    let (first, related) = spots.split_at(1.min(spots.len()));
    let locations = |spots: &[Spot]| spots.iter().map(location).collect::<Vec<Value>>();
    let suppressions = finding.waiver.iter().map(|waiver| {
        json!({
            "kind": "external",
            "status": "accepted",
            "justification": visible(&waiver.reason),
            "properties": { "owner": waiver.owner, "expires": waiver.expires },
        })
    });
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": message(&format!("{}\nHelp: {}", finding.message, finding.help)) },
        "locations": locations(first),
        "partialFingerprints": { "parity/v1": finding.fingerprint },
        "properties": {
            "role": finding.role, "target": finding.target, "subject": finding.subject, "also": finding.also,
            "needs": finding.needs, "provides": finding.provides, "evidence": finding.evidence,
        },
    });
    if let Some(fields) = result.as_object_mut() {
        if let Some(at) = rules.iter().position(|rule| rule.id == finding.rule) {
            fields.insert("ruleIndex".to_owned(), json!(at));
        }
        if let Some(since) = finding.since {
            fields.insert("baselineState".to_owned(), json!(state(since)));
        }
        if !related.is_empty() {
            fields.insert("relatedLocations".to_owned(), json!(locations(related)));
        }
        // Where one result of a run may be suppressed, all of them say whether they are.
        fields.insert(
            "suppressions".to_owned(),
            json!(suppressions.collect::<Vec<Value>>()),
        );
    }
    result
}

fn location(spot: &Spot) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&spot.path), "uriBaseId": "SRCROOT" },
        "region": { "startLine": spot.line },
    } })
}

fn notifications(outcome: &Outcome<'_>, rules: &[&About]) -> Vec<Value> {
    let report = outcome.report;
    let unknown = |unknown: &Unknown| {
        let waived = unknown.waiver.as_ref();
        let text = format!(
            "not decided{}: {} on {} needs {}: {}",
            waived.map_or_else(String::new, |waiver| format!(
                ", waived {}",
                suppressed::told(waiver)
            )),
            unknown.subject,
            unknown.target,
            unknown.fact,
            unknown.reason
        );
        let spots = outcome.places.of_unknown(unknown);
        let mut notification = json!({
            "level": if waived.is_some() { "note" } else { "warning" },
            "message": { "text": message(&text) },
            "locations": spots.iter().take(1).map(location).collect::<Vec<Value>>(),
        });
        let known = rules.iter().position(|rule| rule.id == unknown.rule);
        if let (Some(at), Some(fields)) = (known, notification.as_object_mut()) {
            fields.insert(
                "associatedRule".to_owned(),
                json!({ "id": unknown.rule, "index": at }),
            );
        }
        notification
    };
    let plain = |text: String| json!({ "level": "warning", "message": { "text": message(&text) } });
    let problems = report.coverage.iter().flat_map(|entry| {
        entry.problems.iter().map(move |problem| {
            plain(format!(
                "{}: {} ({})",
                entry.target, problem.message, problem.code
            ))
        })
    });
    let of_policy = report.problems.iter().map(|problem| {
        let mut notification = plain(format!("{} ({})", problem.message, problem.code));
        let spot = outcome.places.of_policy(problem);
        if let (Some(spot), Some(fields)) = (&spot, notification.as_object_mut()) {
            fields.insert("locations".to_owned(), json!([location(spot)]));
        }
        notification
    });
    let cut = report.findings.len().saturating_sub(RESULTS);
    let cut = (cut > 0).then(|| plain(format!("{cut} more findings are not in this file")));
    report
        .unknowns
        .iter()
        .map(unknown)
        .chain(of_policy)
        .chain(problems)
        .chain(cut)
        .collect()
}

/// Braces stand for arguments in messages, and brackets before parentheses for links.
fn message(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    let text = lines.join("\n").replace('{', "{{").replace('}', "}}");
    match text.contains("](") {
        true => text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]"),
        false => text,
    }
}

/// A path as a relative reference (RFC 3986): all but unreserved characters and slashes are percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("a b/ü:x"), "a%20b/%C3%BC%3Ax");
    }

    #[test]
    fn messages_hold_no_arguments_and_no_links() {
        assert_eq!(message("{0} [a](http://x)"), "{{0}} \\[a\\](http://x)");
        assert_eq!(message("fact[key]\n\u{1b}"), "fact[key]\n\\x1b");
    }
}
