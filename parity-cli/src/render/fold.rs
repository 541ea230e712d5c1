//! What is said of several hosts is told once, with the hosts listed. Documents for programs keep one entry a host.

use parity_core::change::Change;
use parity_core::finding::{Finding, Severity, Unknown};
use parity_core::report::{Report, TargetChange};
use parity_core::snapshot::Problem;
use parity_core::view::Side;

/// As many hosts are listed by name.
const NAMED: usize = 8;

/// Puts what has the same key together, in the order of the first of each.
pub(crate) fn by_key<'a, T, K: PartialEq>(items: impl IntoIterator<Item = &'a T>, key: impl Fn(&T) -> K) -> Vec<Vec<&'a T>> {
    let mut groups: Vec<(K, Vec<&T>)> = Vec::new();
    for item in items {
        let key = key(item);
        match groups.iter_mut().rev().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(item),
            None => groups.push((key, vec![item])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The same need of the same subject, unmet on several hosts of a role.
pub(crate) fn findings(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    by_key(findings, |finding| {
        (
            finding.rule.clone(),
            finding.severity,
            finding.role.clone(),
            finding.subject.clone(),
            finding.needs.clone(),
            finding.waiver.clone(),
        )
    })
}

/// The same question without an answer on several hosts.
pub(crate) fn unknowns(unknowns: &[Unknown]) -> Vec<Vec<&Unknown>> {
    by_key(unknowns, |unknown| {
        let Unknown {
            rule,
            role,
            subject,
            side,
            fact,
            reason,
            ..
        } = unknown;
        (
            rule.clone(),
            role.clone(),
            subject.clone(),
            *side,
            fact.clone(),
            reason.clone(),
        )
    })
}

/// Problems with the targets that have them.
pub(crate) fn problems(report: &Report) -> Vec<(&Problem, Vec<&str>)> {
    let mut folded: Vec<(&Problem, Vec<&str>)> = Vec::new();
    for entry in &report.coverage {
        for problem in &entry.problems {
            let same = |(known, _): &&mut (&Problem, Vec<&str>)| {
                known.code == problem.code && known.message == problem.message
            };
            match folded.iter_mut().find(same) {
                Some((_, targets)) => targets.push(&entry.target),
                None => folded.push((problem, vec![&entry.target])),
            }
        }
    }
    folded
}

/// Changes with the targets that have them, by fact.
pub(crate) fn changes(list: &[TargetChange]) -> Vec<(&Change, Vec<&str>)> {
    let mut sorted: Vec<&TargetChange> = list.iter().collect();
    sorted.sort_by(|a, b| a.change.fact.cmp(&b.change.fact));
    let mut folded: Vec<(&Change, Vec<&str>)> = Vec::new();
    for entry in sorted {
        let same = |(known, _): &&mut (&Change, Vec<&str>)| {
            known.fact == entry.change.fact
                && known.baseline == entry.change.baseline
                && known.current == entry.change.current
        };
        // Sorted by fact: only the last few can be the same.
        let of_this_fact = folded
            .iter_mut()
            .rev()
            .take_while(|(known, _)| known.fact == entry.change.fact);
        match of_this_fact.into_iter().find(same) {
            Some((_, targets)) => targets.push(&entry.target),
            None => folded.push((&entry.change, vec![&entry.target])),
        }
    }
    folded
}

/// `be1, be2`, and how many more.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    let shown = once.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match once.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A text for each host, told once where all say the same.
pub(crate) fn told<'a>(group: &[&'a Finding], text: impl Fn(&'a Finding) -> String) -> Vec<String> {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for finding in group {
        let text = text(finding);
        match told.iter_mut().find(|(known, _)| *known == text) {
            Some((_, targets)) => targets.push(&finding.target),
            None => told.push((text, vec![&finding.target])),
        }
    }
    match told.len() {
        1 => told.into_iter().map(|(text, _)| text).collect(),
        _ => told
            .into_iter()
            .map(|(text, targets)| format!("{}: {text}", listed(targets)))
            .collect(),
    }
}

/// What the worst finding means, in a few words: `shop-api will not start on 1 of 3 backend hosts` where a program does not
/// start on some host of a role of several, else its message.
pub(crate) fn in_short(report: &Report, finding: &Finding) -> String {
    let is_of_program = |finding: &Finding| {
        let mut evidence = finding.evidence.iter();
        finding.severity == Severity::Error
            && finding.waiver.is_none()
            && evidence.any(|e| e.side == Side::Release && e.fact.name().starts_with("elf."))
    };
    let Some(role) = finding.role.as_deref().filter(|_| is_of_program(finding)) else {
        return finding.message.clone();
    };
    let hosts = report.coverage.iter().take(report.summary.hosts);
    let of_role = hosts.filter(|entry| entry.role.as_deref() == Some(role)).count();
    let mut broken: Vec<&str> = report
        .findings
        .iter()
        .filter(|other| other.role.as_deref() == Some(role) && is_of_program(other))
        .filter(|other| other.subject == finding.subject || other.also.contains(&finding.subject))
        .map(|other| other.target.as_str())
        .collect();
    broken.sort_unstable();
    broken.dedup();
    if of_role < 2 {
        return finding.message.clone();
    }
    let program = finding.subject.rsplit('/').next().unwrap_or(&finding.subject);
    format!("{program} will not start on {} of {of_role} {role} hosts", broken.len())
}
