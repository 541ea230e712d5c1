//! What nobody wants to hear.

use std::collections::BTreeSet;

use serde::Serialize;

use super::own::problem;
use super::{Circumstances, Ignore, Policy};
use crate::fact::FactId;
use crate::finding::{Finding, Severity, Unknown};
use crate::judge::{Case, Host, Judgement};
use crate::view::Side;

/// A finding, or a question without an answer, that a policy ignores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// The rule.
    pub rule: String,
    /// How bad it would be; `null` for a question without an answer.
    pub severity: Option<Severity>,
    /// The role of the target, where it has one.
    pub role: Option<String>,
    /// The target.
    pub target: String,
    /// The artifact, service, link or fact concerned.
    pub subject: String,
    /// Why it is ignored.
    pub reason: String,
    /// The line of `parity.toml` that says so.
    pub line: usize,
    /// Names the same in every run.
    pub fingerprint: String,
}

impl Ignore {
    fn concerns(&self, rule: &str, facts: &[&FactId]) -> bool {
        let fits = |pattern: &super::FactPattern| facts.iter().any(|fact| pattern.fits(fact));
        self.rule.as_ref().is_none_or(|glob| glob.fits(rule)) && self.fact.as_ref().is_none_or(fits)
    }

    fn reason(&self) -> String {
        self.entry.reason.clone().unwrap_or_default()
    }
}

/// The facts that a finding stands and falls with: of each side the first.
fn decisive(finding: &Finding) -> Vec<&FactId> {
    let first = |side| finding.evidence.iter().find(|evidence| evidence.side == side);
    let sides = [Side::Release, Side::Dev, Side::Host].into_iter();
    sides.filter_map(first).map(|evidence| &evidence.fact).collect()
}

impl Policy {
    /// Takes what is ignored out of a judgement, and tells which entries had nothing to do.
    pub(super) fn hush(&self, case: &Case, judgement: &mut Judgement, circumstances: &Circumstances<'_>) {
        let mut used = vec![false; self.ignore.len()];
        let environment = circumstances.environment;
        let mut by = |rule: &str, role: Option<&str>, target: &str, facts: &[&FactId]| {
            let concerns = |(_, ignore): &(usize, &Ignore)| {
                ignore.entry.scope.holds(environment, role, target) && ignore.concerns(rule, facts)
            };
            let (at, ignore) = self.ignore.iter().enumerate().find(concerns)?;
            if let Some(used) = used.get_mut(at) {
                *used = true;
            }
            Some(ignore)
        };
        let mut ignored = Vec::new();
        judgement.findings.retain(|finding| {
            let facts = decisive(finding);
            let ignore = by(&finding.rule, finding.role.as_deref(), &finding.target, &facts);
            ignored.extend(ignore.map(|ignore| finding.ignored(ignore)));
            ignore.is_none()
        });
        judgement.unknowns.retain(|unknown| {
            let facts = [&unknown.fact];
            let ignore = by(&unknown.rule, unknown.role.as_deref(), &unknown.target, &facts);
            ignored.extend(ignore.map(|ignore| unknown.ignored(ignore)));
            ignore.is_none()
        });
        judgement.ignored.extend(ignored);
        for host in &case.hosts {
            self.hush_differences(case, host, judgement, environment);
        }
        for (ignore, _) in self.ignore.iter().zip(used).filter(|(_, used)| !used) {
            if let Some(message) = ignore.is_idle(case, environment) {
                let place = ignore.entry.place(circumstances);
                judgement.problems.push(problem("ignore-unused", message, &place));
            }
        }
    }

    /// Differences of ignored facts are not counted.
    fn hush_differences(
        &self,
        case: &Case,
        host: &Host,
        judgement: &mut Judgement,
        environment: Option<&str>,
    ) {
        let entries = self.ignore.iter().filter(|ignore| ignore.rule.is_none());
        let entries = entries.filter(|ignore| ignore.entry.scope.has(environment, host));
        for pattern in entries.filter_map(|ignore| ignore.fact.as_ref()) {
            let sides = [Some(&host.snapshot), case.dev.as_ref()];
            let facts = sides.into_iter().flatten().flat_map(|side| pattern.facts(side));
            let facts: BTreeSet<FactId> = facts.map(|fact| fact.id.clone()).collect();
            judgement
                .unheeded
                .entry(host.snapshot.target.clone())
                .or_default()
                .extend(facts);
        }
    }
}

impl Ignore {
    /// What to say of an entry that ignored no finding; nothing where there may be something for it to do.
    fn is_idle(&self, case: &Case, environment: Option<&str>) -> Option<String> {
        let mut hosts = case
            .hosts
            .iter()
            .filter(|host| self.entry.scope.has(environment, host));
        if hosts.clone().any(|host| !host.snapshot.is_complete()) {
            return None;
        }
        let first = hosts.next()?;
        let Some(pattern) = &self.fact else {
            let rule = self.rule.as_ref()?;
            return Some(format!("`{rule}` found nothing to ignore: remove this entry"));
        };
        let sides = std::iter::once(&first.snapshot).chain(hosts.map(|host| &host.snapshot));
        let mut sides = sides.chain(&case.dev);
        let has_facts = self.rule.is_none() && sides.any(|side| pattern.facts(side).next().is_some());
        (!has_facts).then(|| match &self.rule {
            Some(rule) => format!("`{rule}` found nothing about `{pattern}` to ignore: remove this entry"),
            None => format!("`{pattern}` fits no fact of these hosts: remove this entry"),
        })
    }
}

impl Finding {
    fn ignored(&self, ignore: &Ignore) -> Ignored {
        Ignored {
            rule: self.rule.clone(),
            severity: Some(self.severity),
            role: self.role.clone(),
            target: self.target.clone(),
            subject: self.subject.clone(),
            reason: ignore.reason(),
            line: ignore.entry.line,
            fingerprint: self.fingerprint.clone(),
        }
    }
}

impl Unknown {
    fn ignored(&self, ignore: &Ignore) -> Ignored {
        Ignored {
            rule: self.rule.clone(),
            severity: None,
            role: self.role.clone(),
            target: self.target.clone(),
            subject: self.subject.clone(),
            reason: ignore.reason(),
            line: ignore.entry.line,
            fingerprint: self.fingerprint(),
        }
    }
}
