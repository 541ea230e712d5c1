//! What somebody accepted for a while, and what became of it.

use std::collections::{BTreeMap, BTreeSet};

use super::own::problem;
use super::{Acceptance, Circumstances, Date, Policy};
use crate::finding::{Finding, Unknown, Waiver};
use crate::judge::{Case, Judgement};

/// What a waiver met in this run.
#[derive(Debug, Default, Clone, Copy)]
struct Met {
    /// What it names is there.
    fingerprint: bool,
    /// And is what the waiver says it is.
    same: bool,
}

/// What can be said of a finding that is not there.
struct Seen<'a> {
    /// The hosts of the case, and whether all was seen of them.
    targets: BTreeMap<&'a str, bool>,
    /// Rule and target of what could not be decided.
    undecided: BTreeSet<(String, String)>,
}

impl<'a> Seen<'a> {
    fn of(case: &'a Case, unknowns: &[Unknown]) -> Seen<'a> {
        let hosts = case.hosts.iter().map(|host| &host.snapshot);
        let undecided = unknowns
            .iter()
            .map(|unknown| (unknown.rule.clone(), unknown.target.clone()));
        Seen {
            targets: hosts
                .map(|host| (host.target.as_str(), host.is_complete()))
                .collect(),
            undecided: undecided.collect(),
        }
    }

    /// Whether what a waiver accepts is certainly not there: all of its host was seen, and its rule could decide.
    fn rules_out(&self, one: &Acceptance) -> bool {
        let is = |said: &Option<String>, other: &str| said.as_deref().is_none_or(|said| said == other);
        let mut hosts = self
            .targets
            .iter()
            .filter(|(target, _)| is(&one.target, target))
            .peekable();
        let open = |(rule, target): &(String, String)| is(&one.rule, rule) && is(&one.target, target);
        hosts.peek().is_some() && hosts.all(|(_, complete)| *complete) && !self.undecided.iter().any(open)
    }
}

impl Policy {
    /// Marks what is accepted today, and tells which waivers do not hold, or have nothing to do.
    pub(super) fn waive(&self, case: &Case, judgement: &mut Judgement, circumstances: &Circumstances<'_>) {
        let today = circumstances.today;
        let mut met = vec![Met::default(); self.waivers.len()];
        for finding in &mut judgement.findings {
            let fingerprint = finding.fingerprint.clone();
            if let Some(waiver) = self.waiver(&fingerprint, &mut met, today, |one| one.means(finding)) {
                finding.waiver = Some(waiver);
            }
        }
        for unknown in &mut judgement.unknowns {
            let fingerprint = unknown.fingerprint();
            if let Some(waiver) =
                self.waiver(&fingerprint, &mut met, today, |one| one.means_question(unknown))
            {
                unknown.waiver = Some(waiver);
            }
        }
        let seen = Seen::of(case, &judgement.unknowns);
        let ignored: BTreeSet<&str> = judgement
            .ignored
            .iter()
            .map(|one| one.fingerprint.as_str())
            .collect();
        let told = self.waivers.iter().zip(met).filter_map(|(one, met)| {
            let hidden = ignored.contains(one.fingerprint.as_str());
            let (code, message) = one.complaint(met, hidden, today, &seen)?;
            Some(problem(code, message, &circumstances.place(one.line)))
        });
        judgement.problems.extend(told);
    }

    fn waiver(
        &self,
        fingerprint: &str,
        met: &mut [Met],
        today: Date,
        is_meant: impl Fn(&Acceptance) -> bool,
    ) -> Option<Waiver> {
        let (one, met) = self
            .waivers
            .iter()
            .zip(met)
            .find(|(one, _)| one.fingerprint == fingerprint)?;
        met.fingerprint = true;
        met.same = is_meant(one);
        (met.same && one.holds(today)).then(|| one.waiver.clone())
    }
}

impl Acceptance {
    /// Whether it holds on this day: the last one is among them.
    pub fn holds(&self, today: Date) -> bool {
        today <= self.expires
    }

    fn means(&self, finding: &Finding) -> bool {
        self.says(&finding.rule, &finding.target, &finding.subject)
            || finding
                .also
                .iter()
                .any(|subject| self.says(&finding.rule, &finding.target, subject))
    }

    fn means_question(&self, unknown: &Unknown) -> bool {
        self.says(&unknown.rule, &unknown.target, &unknown.subject)
    }

    fn says(&self, rule: &str, target: &str, subject: &str) -> bool {
        let is = |said: &Option<String>, true_one: &str| said.as_deref().is_none_or(|said| said == true_one);
        is(&self.rule, rule) && is(&self.target, target) && is(&self.subject, subject)
    }

    /// What to say of a waiver that accepted nothing.
    fn complaint(
        &self,
        met: Met,
        hidden: bool,
        today: Date,
        seen: &Seen<'_>,
    ) -> Option<(&'static str, String)> {
        let (id, day) = (&self.fingerprint, self.expires);
        let (code, message) = match (met.fingerprint, met.same, self.holds(today)) {
            (true, true, true) => return None,
            (true, false, _) => (
                "waiver-mismatch",
                format!(
                    "the waiver {id} says of its finding what is not true of it: nothing is accepted; write it anew with `parity accept {id}`"
                ),
            ),
            (true, true, false) => (
                "waiver-expired",
                format!(
                    "the waiver {id} expired on {day}: its finding counts again; renew it with `parity accept {id}`, or remove it"
                ),
            ),
            (false, _, false) => (
                "waiver-expired",
                format!("the waiver {id} expired on {day}, and there is nothing left to accept: remove it"),
            ),
            (false, _, true) if hidden => (
                "waiver-unused",
                format!("the waiver {id} accepts what is ignored anyway: remove it"),
            ),
            (false, _, true) if !seen.rules_out(self) => return None,
            (false, _, true) => (
                "waiver-unused",
                format!(
                    "the waiver {id} accepts what this check did not find: where it is gone for good, remove it"
                ),
            ),
        };
        Some((code, message))
    }
}
