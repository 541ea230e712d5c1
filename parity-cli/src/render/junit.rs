//! JUnit XML: a suite a host, a case a finding. What fails the check fails, what could not be decided is an error, what
//! somebody accepted is skipped.

use parity_core::finding::{Finding, Since, Unknown};
use parity_core::report::{TargetCoverage, Verdict};

use super::markup::escaped;
use super::outcome::Outcome;
use super::page::visible;
use super::{fold, since, suppressed};

/// The report, for what reads the results of tests.
pub(crate) fn render(outcome: &Outcome<'_>) -> String {
    let report = outcome.report;
    let hosts = report.coverage.iter().take(report.summary.hosts);
    let mut suites: Vec<Suite> = hosts.map(|host| of_host(outcome, host)).collect();
    let of_nowhere = |target: &str| !report.coverage.iter().any(|entry| entry.target == target);
    let lost = report
        .unknowns
        .iter()
        .filter(|unknown| of_nowhere(&unknown.target));
    let about_all = report
        .findings
        .iter()
        .filter(|finding| of_nowhere(&finding.target));
    let mut whole = Suite::new("parity check");
    whole
        .cases
        .extend(about_all.map(|finding| found(outcome, finding)));
    whole
        .cases
        .extend(lost.map(|unknown| undecided(outcome, unknown)));
    if report.verdict == Verdict::Inconclusive && report.summary.unknowns == 0 {
        whole
            .cases
            .push(Case::error("parity check", "verdict", &outcome.headline(), ""));
    }
    whole.cases.extend(report.problems.iter().map(|problem| {
        let place = problem.origin.as_deref().unwrap_or("parity.toml");
        Case::told("parity check", place, &problem.message)
    }));
    if let Some(suppressed) = suppressed::counted(report) {
        whole
            .cases
            .push(Case::told("parity check", "suppressed", &suppressed));
    }
    if !whole.cases.is_empty() {
        suites.push(whole);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let total = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    out.push_str(&format!(
        "<testsuites name=\"parity check\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
        total(|suite| suite.cases.len()),
        total(|suite| suite.count("failure")),
        total(|suite| suite.count("error")),
    ));
    suites.iter().for_each(|suite| suite.write(&mut out));
    out.push_str("</testsuites>\n");
    out
}

struct Suite {
    name: String,
    taken_at: Option<String>,
    cases: Vec<Case>,
}

struct Case {
    class: String,
    name: String,
    /// `failure`, `error`, `skipped` or `system-out`, the line it begins with, and the rest.
    result: Option<(&'static str, String, String)>,
}

impl Suite {
    fn new(name: &str) -> Suite {
        Suite {
            name: name.to_owned(),
            taken_at: None,
            cases: Vec::new(),
        }
    }

    fn count(&self, what: &str) -> usize {
        let results = self.cases.iter().filter_map(|case| case.result.as_ref());
        results.filter(|(kind, ..)| *kind == what).count()
    }

    fn write(&self, out: &mut String) {
        let timestamp = match &self.taken_at {
            Some(taken) => format!(" timestamp=\"{}\"", escaped(taken)),
            None => String::new(),
        };
        out.push_str(&format!(
            "  <testsuite name=\"{}\"{timestamp} tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
            escaped(&self.name),
            self.cases.len(),
            self.count("failure"),
            self.count("error"),
            self.count("skipped"),
        ));
        self.cases.iter().for_each(|case| case.write(out));
        out.push_str("  </testsuite>\n");
    }
}

impl Case {
    fn error(class: &str, name: &str, message: &str, detail: &str) -> Case {
        Case {
            class: class.to_owned(),
            name: name.to_owned(),
            result: Some(("error", message.to_owned(), detail.to_owned())),
        }
    }

    /// Passed, with something to say.
    fn told(class: &str, name: &str, message: &str) -> Case {
        Case {
            class: class.to_owned(),
            name: name.to_owned(),
            result: Some(("system-out", message.to_owned(), String::new())),
        }
    }

    fn write(&self, out: &mut String) {
        let (class, name) = (escaped(&self.class), escaped(&self.name));
        out.push_str(&format!("    <testcase classname=\"{class}\" name=\"{name}\""));
        match &self.result {
            None => out.push_str("/>\n"),
            Some(("system-out", message, detail)) => {
                out.push_str(&format!(
                    "><system-out>{}\n{}</system-out></testcase>\n",
                    escaped(message),
                    lines(detail)
                ));
            }
            Some((kind, message, detail)) => {
                out.push_str(&format!(
                    "><{kind} message=\"{}\" type=\"{class}\">{}</{kind}></testcase>\n",
                    escaped(message),
                    lines(detail)
                ));
            }
        }
    }
}

fn of_host(outcome: &Outcome<'_>, host: &TargetCoverage) -> Suite {
    let report = outcome.report;
    let findings = report
        .findings
        .iter()
        .filter(|finding| finding.target == host.target);
    let unknowns = report
        .unknowns
        .iter()
        .filter(|unknown| unknown.target == host.target);
    let cases = findings
        .map(|finding| found(outcome, finding))
        .chain(unknowns.map(|unknown| undecided(outcome, unknown)));
    let mut cases: Vec<Case> = cases.collect();
    if cases.is_empty() {
        // A suite without cases is shown as one that was not run.
        cases.push(Case {
            class: "parity check".to_owned(),
            name: "nothing that this release needs is missing".to_owned(),
            result: None,
        });
    }
    Suite {
        name: match &host.role {
            Some(role) => format!("{} ({role})", host.target),
            None => host.target.clone(),
        },
        taken_at: Some(host.taken_at.clone()),
        cases,
    }
}

fn found(outcome: &Outcome<'_>, finding: &Finding) -> Case {
    let seen = finding.you_see.as_deref().unwrap_or_default();
    let more = format!("parity explain {}", finding.rule);
    let told = [
        ("also", &*fold::listed(finding.also.iter().map(String::as_str))),
        ("needs", &finding.needs),
        ("provides", &finding.provides),
        ("you see", seen),
        ("help", &finding.help),
        ("more", &more),
    ];
    let told = told.iter().filter(|(_, text)| !text.is_empty());
    let detail: Vec<String> = told
        .map(|(label, text)| format!("{label:<8} {}", visible(text)))
        .collect();
    let detail = detail.join("\n");
    let (kind, message) = match &finding.waiver {
        Some(waiver) => ("skipped", format!("waived {}", suppressed::told(waiver))),
        None if finding.since == Some(Since::Known) => {
            let since = since::of(finding.since, outcome.report).unwrap_or_default();
            ("skipped", format!("{since}: {}", finding.message))
        }
        None if outcome.threshold.fails(finding) => ("failure", finding.message.clone()),
        None => {
            let text = format!(
                "{}, does not fail this check: {}",
                finding.severity.word(),
                finding.message
            );
            ("system-out", text)
        }
    };
    Case {
        class: finding.rule.clone(),
        name: format!("{} on {}", finding.subject, finding.target),
        result: Some((kind, message, detail)),
    }
}

fn undecided(outcome: &Outcome<'_>, unknown: &Unknown) -> Case {
    let name = format!("{} on {}: {}", unknown.subject, unknown.target, unknown.fact);
    let message = format!("not decided: {}", unknown.reason);
    let skipped = |why: String| Case {
        class: unknown.rule.clone(),
        name: name.clone(),
        result: Some(("skipped", why, message.clone())),
    };
    match &unknown.waiver {
        Some(waiver) => skipped(format!("waived {}", suppressed::told(waiver))),
        None if !unknown.is_open() => skipped(since::of(unknown.since, outcome.report).unwrap_or_default()),
        None => Case::error(&unknown.rule, &name, &message, ""),
    }
}

/// Several lines, each escaped.
fn lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_illegal_is_written() {
        assert_eq!(
            escaped("\u{0}\u{1b}]]><a b='\"&\u{ffff}"),
            "\\x00\\x1b]]&gt;&lt;a b=&#39;&quot;&amp;\\u{ffff}"
        );
    }
}
