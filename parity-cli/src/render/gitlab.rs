//! Code quality of GitLab. <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use parity_core::finding::Severity;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::outcome::Outcome;
use super::output;
use super::page::cut;
use super::places::Spot;
use super::suppressed;

/// As many characters of a description are shown.
const LENGTH: usize = 2_000;

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// One entry a finding that nobody accepted, and one a question without an answer.
pub(crate) fn render(outcome: &Outcome<'_>) -> String {
    let open = outcome
        .report
        .findings
        .iter()
        .filter(|finding| finding.waiver.is_none());
    let findings = open.map(|finding| Entry {
        description: cut(&format!("{}. Help: {}", finding.message, finding.help), LENGTH),
        check_name: finding.rule.clone(),
        fingerprint: finding.fingerprint.clone(),
        severity: match finding.severity {
            Severity::Error => "blocker",
            Severity::Warning => "major",
            Severity::Info => "info",
        },
        location: location(outcome.places.of_finding(finding).first(), outcome),
    });
    let unknowns = outcome.report.open_unknowns();
    let unknowns = unknowns.iter().map(|unknown| Entry {
        description: cut(
            &format!(
                "not decided: {} on {} needs {}: {}",
                unknown.subject, unknown.target, unknown.fact, unknown.reason
            ),
            LENGTH,
        ),
        check_name: unknown.rule.clone(),
        fingerprint: unknown.fingerprint(),
        severity: "minor",
        location: location(outcome.places.of_unknown(unknown).first(), outcome),
    });
    let problems = outcome.report.problems.iter().map(|problem| Entry {
        description: cut(&problem.message, LENGTH),
        check_name: problem.code.clone(),
        fingerprint: digest(&[&problem.code, &problem.message]),
        severity: "minor",
        location: location(outcome.places.of_policy(problem).as_ref(), outcome),
    });
    let suppressed = suppressed::counted(outcome.report).map(|text| Entry {
        description: text,
        check_name: "parity-suppressed".to_owned(),
        fingerprint: digest(&["parity-suppressed"]),
        severity: "info",
        location: location(None, outcome),
    });
    let entries = findings.chain(unknowns).chain(problems).chain(suppressed);
    output::document(&entries.collect::<Vec<Entry>>())
}

/// Names the same in every run.
fn digest(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join("\0"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn location(spot: Option<&Spot>, outcome: &Outcome<'_>) -> Location {
    let spot = spot.unwrap_or(outcome.places.whole());
    Location {
        path: spot.path.clone(),
        lines: Lines { begin: spot.line },
    }
}
