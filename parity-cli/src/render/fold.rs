//! What is said of several hosts is told once, with the hosts listed. Documents for programs keep one entry a host.

use parity_core::change::Change;
use parity_core::config::FILE_NAME;
use parity_core::finding::{Finding, Severity, Unknown};
use parity_core::report::{Report, TargetChange};
use parity_core::snapshot::Problem;
use parity_core::view::Side;

/// As many hosts are listed by name.
const NAMED: usize = 8;

/// As many hosts on which a need is met are told one by one.
const FINE: usize = 4;

/// Puts what has the same key together, in the order of the first of each.
pub(crate) fn by_key<'a, T, K: PartialEq>(
    items: impl IntoIterator<Item = &'a T>,
    key: impl Fn(&T) -> K,
) -> Vec<Vec<&'a T>> {
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
            finding.since,
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
            since,
            ..
        } = unknown;
        (
            rule.clone(),
            role.clone(),
            subject.clone(),
            *side,
            fact.clone(),
            reason.clone(),
            *since,
            unknown.waiver.clone(),
        )
    })
}

/// Problems with the targets that have them, or the line of the policy.
pub(crate) fn problems(report: &Report) -> Vec<(&Problem, Vec<&str>)> {
    let mut folded: Vec<(&Problem, Vec<&str>)> = Vec::new();
    let observed = report.coverage.iter();
    let observed = observed.flat_map(|entry| {
        entry
            .problems
            .iter()
            .map(|problem| (problem, entry.target.as_str()))
    });
    let of_policy = report.problems.iter();
    let of_policy = of_policy.map(|problem| (problem, problem.origin.as_deref().unwrap_or(FILE_NAME)));
    for (problem, place) in of_policy.chain(observed) {
        let same = |(known, _): &&mut (&Problem, Vec<&str>)| {
            known.code == problem.code && known.message == problem.message
        };
        match folded.iter_mut().find(same) {
            Some((_, targets)) => targets.push(place),
            None => folded.push((problem, vec![place])),
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

/// Where a need is met, in a few words: each machine with what it has, or of many how many have what.
pub(crate) fn fine(finding: &Finding) -> Vec<String> {
    let split = |text: &String| {
        text.split_once(' ')
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let is_dev = |text: &&String| text.as_str() == "dev" || text.starts_with("dev ");
    let (dev, hosts): (Vec<&String>, Vec<&String>) = finding.fine_on.iter().partition(is_dev);
    if hosts.len() <= FINE {
        return finding.fine_on.clone();
    }
    let mut told: Vec<String> = dev.into_iter().cloned().collect();
    let values = by_key(hosts.iter().copied(), |text| split(text).map(|(_, value)| value));
    told.extend(values.iter().map(|group| {
        let value = group
            .first()
            .copied()
            .and_then(split)
            .map(|(_, value)| format!(" {value}"));
        format!(
            "{}{}",
            super::number::count(group.len(), "host"),
            value.unwrap_or_default()
        )
    }));
    told
}

/// A text for each host, told once where all say the same but for their own name.
pub(crate) fn told<'a>(group: &[&'a Finding], text: impl Fn(&'a Finding) -> String) -> Vec<String> {
    const NAME: &str = "\0";
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for finding in group {
        let text = replace_word(&text(finding), &finding.target, NAME);
        match told.iter_mut().find(|(known, _)| *known == text) {
            Some((_, targets)) => targets.push(&finding.target),
            None => told.push((text, vec![&finding.target])),
        }
    }
    let alone = told.len() == 1;
    let told = told.into_iter().map(|(text, targets)| {
        let names = listed(targets);
        match alone || text.contains(NAME) {
            true => text.replace(NAME, &names),
            false => format!("{names}: {text}"),
        }
    });
    told.collect()
}

/// Replaces a name where it stands alone: `db` not within `mydb`.
fn replace_word(text: &str, word: &str, with: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || "-_".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word).filter(|_| !word.is_empty()) {
        let is_within = before.ends_with(is_part) || after.starts_with(is_part);
        out.push_str(before);
        out.push_str(if is_within { word } else { with });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What the worst finding means, in a few words, and where: `shop-api will not start on 1 of 3 backend hosts` where a program
/// does not start, else its message.
pub(crate) fn in_short(report: &Report, finding: &Finding) -> String {
    let hosts = report.coverage.iter().take(report.summary.hosts);
    let of_role = hosts.filter(|entry| entry.role == finding.role).count();
    let alike = |other: &&Finding| {
        other.role == finding.role
            && other.is_open()
            && is_of_program(other) == is_of_program(finding)
            && (is_of_program(finding) || other.rule == finding.rule)
            && (other.subject == finding.subject || other.also.contains(&finding.subject))
    };
    let broken = report.findings.iter().filter(alike);
    let mut broken: Vec<&str> = broken.map(|other| other.target.as_str()).collect();
    broken.sort_unstable();
    broken.dedup();
    let role = finding.role.as_deref();
    let place = match (of_role, role) {
        (0 | 1, Some(role)) => format!("{} ({role})", finding.target),
        (0 | 1, None) => finding.target.clone(),
        (all, Some(role)) => format!("{} of {all} {role} hosts", broken.len()),
        (all, None) => format!("{} of {all} hosts", broken.len()),
    };
    if is_of_program(finding) {
        let program = finding.subject.rsplit('/').next().unwrap_or(&finding.subject);
        return format!("{program} will not start on {place}");
    }
    match (of_role, role) {
        (0 | 1, Some(role)) if replace_word(&finding.message, role, "") == finding.message => {
            format!("{} ({role})", finding.message)
        }
        (0 | 1, _) => finding.message.clone(),
        _ => format!("{} (on {place})", finding.message),
    }
}

/// Whether a program does not start.
fn is_of_program(finding: &Finding) -> bool {
    let mut evidence = finding.evidence.iter();
    finding.severity == Severity::Error
        && evidence.any(|e| e.side == Side::Release && e.fact.name().starts_with("elf."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_where_it_stands_alone() {
        assert_eq!(
            replace_word("move db to mydb, db-2 or db.", "db", "X"),
            "move X to mydb, db-2 or X."
        );
        assert_eq!(replace_word("nothing", "", "X"), "nothing");
    }

    #[test]
    fn names_are_listed_once() {
        assert_eq!(listed(["a", "b", "a"]), "a, b");
        let many: Vec<String> = (0..10).map(|n| n.to_string()).collect();
        assert_eq!(
            listed(many.iter().map(String::as_str)),
            "0, 1, 2, 3, 4, 5, 6, 7 and 2 more"
        );
    }
}
