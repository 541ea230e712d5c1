//! What a check came to, with all that its reports are made of.

use parity_core::finding::Finding;
use parity_core::judge::Case;
use parity_core::report::{Report, Threshold, Verdict};
use parity_core::rule::About;

use super::places::Places;
use super::{check, fold};

/// A judged case, ready to be told.
pub(crate) struct Outcome<'a> {
    pub(crate) case: &'a Case,
    pub(crate) report: &'a Report,
    /// The rules that were put to it.
    pub(crate) rules: &'a [About],
    /// From which severity on a finding failed it.
    pub(crate) threshold: Threshold,
    pub(crate) places: &'a Places,
}

impl Outcome<'_> {
    /// `blocked`, `clear` or `inconclusive`.
    pub(crate) fn word(&self) -> &'static str {
        match self.report.verdict {
            Verdict::Blocked => "blocked",
            Verdict::Clear => "clear",
            Verdict::Inconclusive => "inconclusive",
        }
    }

    /// What the verdict means, in one sentence.
    pub(crate) fn headline(&self) -> String {
        check::headline(self.report)
    }

    /// Findings that say the same of several hosts, together.
    pub(crate) fn blocks(&self) -> Vec<Vec<&Finding>> {
        fold::findings(&self.report.findings)
    }

    /// The rule of a finding.
    pub(crate) fn rule(&self, id: &str) -> Option<&About> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

#[cfg(test)]
mod tests {
    use parity_core::finding::{Severity, Waiver};
    use parity_core::judge::{Host, Judgement};
    use parity_core::snapshot::Snapshot;

    use super::super::{github, gitlab, html, junit, markdown, sarif};
    use super::*;

    fn finding(rule: &str, waiver: Option<Waiver>) -> Finding {
        Finding {
            rule: rule.into(),
            severity: Severity::Error,
            role: None,
            target: "web1".into(),
            subject: "app".into(),
            also: Vec::new(),
            message: format!("app needs {rule}"),
            needs: rule.into(),
            provides: "nothing".into(),
            you_see: None,
            help: "install it".into(),
            fine_on: Vec::new(),
            evidence: Vec::new(),
            waiver,
            since: None,
            causes: Vec::new(),
            is_at_start: false,
            fingerprint: format!("of-{rule}"),
        }
    }

    /// Every report of a case with these findings.
    fn told(findings: Vec<Finding>) -> [String; 6] {
        let host = Snapshot::new("web1", "2026-01-01T00:00:00Z", Vec::new());
        let case = Case {
            hosts: vec![Host::new(host)],
            ..Case::default()
        };
        let judgement = Judgement {
            findings,
            requirements: 2,
            ..Judgement::default()
        };
        let threshold = Threshold::default();
        let report = Report::new(&case, judgement, threshold, false);
        let places = Places::of(None, None);
        let outcome = Outcome {
            case: &case,
            report: &report,
            rules: &[],
            threshold,
            places: &places,
        };
        [
            markdown::comment(&outcome),
            github::render(&outcome),
            gitlab::render(&outcome),
            sarif::render(&outcome),
            junit::render(&outcome),
            html::check(&outcome),
        ]
    }

    #[test]
    fn what_somebody_accepted_is_told_as_accepted() {
        const COUNTED: &str = "1 finding waived until 2026-12-31";
        let waiver = Waiver {
            reason: "until <the> move".into(),
            owner: "ops".into(),
            expires: "2026-12-31".into(),
        };
        let [markdown, github, gitlab, sarif, junit, html] =
            told(vec![finding("open", None), finding("old", Some(waiver))]);
        assert!(markdown.contains("### error, waived: `app`") && markdown.contains(COUNTED));
        assert!(
            !github.contains("title=old") && github.contains(&format!("blocked: app needs open, {COUNTED}"))
        );
        assert!(!gitlab.contains("of-old") && gitlab.contains("of-open") && gitlab.contains(COUNTED));
        assert!(sarif.contains(COUNTED) && junit.contains(COUNTED));
        let log: serde_json::Value = serde_json::from_str(&sarif).unwrap();
        let suppressions = |at: usize| log["runs"][0]["results"][at]["suppressions"].clone();
        assert_eq!(suppressions(0), serde_json::json!([]));
        assert_eq!(suppressions(1)[0]["kind"], "external");
        assert_eq!(suppressions(1)[0]["justification"], "until <the> move");
        assert!(junit.contains("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""));
        assert!(
            junit.contains("<skipped message=\"waived until 2026-12-31 by ops: until &lt;the&gt; move\"")
        );
        assert!(html.contains("data-kind=\"accepted\"") && html.contains(COUNTED));
    }
}
