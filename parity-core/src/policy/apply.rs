//! Applies a policy to a judgement, each step to what the one before left.

use super::own::Own;
use super::{Circumstances, Policy};
use crate::judge::{self, Case, Judgement};

impl Policy {
    /// Adds what the entries of this policy find, takes out what is ignored, sets how bad the rest is, and marks what is
    /// accepted. What is wrong with its entries is among the [problems](Judgement::problems).
    ///
    /// ```
    /// use parity_core::judge::{Case, Knowledge, judge};
    /// use parity_core::policy::{Circumstances, Policy};
    ///
    /// let (case, policy) = (Case::default(), Policy::default());
    /// let mut judgement = judge(&case, &Knowledge::default());
    /// let today = "2026-01-01".parse()?;
    /// let circumstances = Circumstances { environment: None, today, file: "parity.toml", before: &[] };
    /// policy.apply(&case, &mut judgement, &circumstances);
    /// assert!(judgement.findings.is_empty() && judgement.problems.is_empty());
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn apply(&self, case: &Case, judgement: &mut Judgement, circumstances: &Circumstances<'_>) {
        let own = Own::of(self, case, circumstances);
        judgement.findings.extend(own.findings);
        judgement.unknowns.extend(own.unknowns);
        judgement.problems.extend(own.problems);
        judgement.requirements += own.requirements;
        for (reads, asked) in judgement.reads.iter_mut().zip(own.reads) {
            reads.extend(asked);
        }
        self.hush(case, judgement, circumstances);
        self.weigh(judgement, circumstances);
        self.waive(case, judgement, circumstances);
        judge::order(judgement);
    }

    /// The last entry that fits decides how bad a finding is.
    fn weigh(&self, judgement: &mut Judgement, circumstances: &Circumstances<'_>) {
        for finding in &mut judgement.findings {
            let role = finding.role.as_deref();
            let fits = |level: &&super::Level| {
                level.rule.fits(&finding.rule)
                    && level
                        .entry
                        .scope
                        .holds(circumstances.environment, role, &finding.target)
            };
            if let Some(level) = self.severity.iter().rfind(fits) {
                finding.severity = level.level;
            }
        }
    }
}
