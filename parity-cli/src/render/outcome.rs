//! What a check came to, with all that its reports are made of.

use parity_core::finding::Finding;
use parity_core::judge::Case;
use parity_core::report::{Report, Threshold, Verdict};
use parity_core::rule::Rule;

use super::places::Places;
use super::{check, fold};

/// A judged case, ready to be told.
pub(crate) struct Outcome<'a> {
    pub(crate) case: &'a Case,
    pub(crate) report: &'a Report,
    /// The rules that were put to it.
    pub(crate) rules: &'a [Rule],
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
    pub(crate) fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
