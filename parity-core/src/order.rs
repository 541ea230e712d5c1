//! The order of what was found, and what is told as one.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};
use crate::judge::Judgement;
use crate::rule::Rule;

/// The worst first, each once.
pub(crate) fn order(judgement: &mut Judgement) {
    judgement.findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
    judgement.findings.dedup_by(|b, a| a.fingerprint == b.fingerprint);
    judgement.unknowns.sort();
    judgement.unknowns.dedup();
    judgement.problems.sort();
    judgement.problems.dedup();
}

/// How far a program gets. A link that nobody answers is often the consequence of a service that did not start.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    Run,
    Link,
}

fn rank(finding: &Finding) -> (bool, Severity, Stage, &str, &str, Option<&str>, &str, &str) {
    let (rule, target) = (finding.rule.as_str(), finding.target.as_str());
    let stage = match finding.is_at_start {
        true => Stage::Start,
        false if rule.starts_with("link-") => Stage::Link,
        false => Stage::Run,
    };
    (
        finding.waiver.is_some(),
        finding.severity,
        stage,
        rule,
        &finding.subject,
        finding.role.as_deref(),
        target,
        &finding.fingerprint,
    )
}

/// As many needs are named in one finding; of further ones the number.
const NAMED: usize = 4;

/// Findings of one fingerprint become one: the first subject with the others beside it, and all their needs.
pub(crate) fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<(Finding, Vec<String>)> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let Some((first, needs)) = seen.get(&finding.fingerprint).and_then(|at| merged.get_mut(*at)) else {
            seen.insert(finding.fingerprint.clone(), merged.len());
            let needs = vec![finding.needs.clone()];
            merged.push((finding, needs));
            continue;
        };
        if first.subject != finding.subject && !first.also.contains(&finding.subject) {
            first.also.push(finding.subject);
        }
        if !needs.contains(&finding.needs) {
            needs.push(finding.needs);
        }
        for evidence in finding.evidence {
            if !first.evidence.contains(&evidence) {
                first.evidence.push(evidence);
            }
        }
    }
    let joined = |(mut finding, needs): (Finding, Vec<String>)| {
        let named = needs
            .iter()
            .take(NAMED)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        finding.needs = match needs.len().saturating_sub(NAMED) {
            0 => named,
            more => format!("{named} and {more} more"),
        };
        finding
    };
    merged.into_iter().map(joined).collect()
}

/// One finding for one cause: a rule that leaves to others is silent where one of them has told the same cause. What its finding
/// rested on, and whom it concerned, stand with theirs.
pub(crate) fn one_for_each_cause(findings: Vec<Finding>, rules: &[Rule]) -> Vec<Finding> {
    let leaves_to = |finding: &Finding, other: &Finding| {
        let rule = rules.iter().find(|rule| rule.id == finding.rule);
        rule.is_some_and(|rule| rule.leaves_to.contains(&other.rule))
            && finding.causes.iter().any(|cause| other.causes.contains(cause))
    };
    let is_left = |finding: &Finding| findings.iter().any(|other| leaves_to(finding, other));
    let (left, mut told): (Vec<Finding>, Vec<Finding>) = findings.iter().cloned().partition(is_left);
    for finding in left {
        if let Some(other) = told.iter_mut().find(|other| leaves_to(&finding, other)) {
            let mut further = finding.evidence;
            further.retain(|seen| !other.evidence.contains(seen));
            other.evidence.append(&mut further);
            if other.subject != finding.subject && !other.also.contains(&finding.subject) {
                other.also.push(finding.subject);
            }
        }
    }
    told
}
