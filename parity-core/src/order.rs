//! The order of what was found, and what is told as one.

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};
use crate::judge::Judgement;

/// The worst first, each once.
pub(crate) fn order(judgement: &mut Judgement) {
    judgement.findings.sort_by(|a, b| rank(a).cmp(&rank(b)));
    judgement.findings.dedup_by(|b, a| a.fingerprint == b.fingerprint);
    judgement.unknowns.sort();
    judgement.unknowns.dedup();
    judgement.problems.sort();
    judgement.problems.dedup();
}

fn rank(finding: &Finding) -> (bool, Severity, bool, &str, &str, Option<&str>, &str, &str) {
    // A link that nobody answers is often the consequence of a service that did not start: causes come first.
    let (rule, target) = (finding.rule.as_str(), finding.target.as_str());
    let is_link = rule.starts_with("link-");
    (
        finding.waiver.is_some(),
        finding.severity,
        is_link,
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

/// What follows from a cause that another finding tells is told there: its subject stands beside.
pub(crate) fn told_once(
    mut findings: Vec<Finding>,
    causes: &BTreeMap<String, String>,
    follows: &BTreeMap<String, String>,
) -> Vec<Finding> {
    let cause_of = |finding: &Finding| {
        let cause = causes.get(follows.get(&finding.fingerprint)?)?;
        (*cause != finding.fingerprint).then(|| cause.clone())
    };
    let consequences: Vec<(String, Finding)> = findings
        .iter()
        .filter_map(|finding| Some((cause_of(finding)?, finding.clone())))
        .collect();
    for (cause, consequence) in consequences {
        let Some(first) = findings.iter_mut().find(|finding| finding.fingerprint == cause) else {
            continue;
        };
        if first.subject != consequence.subject && !first.also.contains(&consequence.subject) {
            first.also.push(consequence.subject);
        }
        findings.retain(|finding| finding.fingerprint != consequence.fingerprint);
    }
    findings
}
