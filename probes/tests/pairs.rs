//! Every rule runs on every pair of `fixtures/pairs`, with all knowledge at once.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with the page of accuracy")]
mod pair;

use std::collections::BTreeSet;

use parity_core::change::compare;
use parity_core::finding::Finding;
use parity_core::judge::{Case, Host, Judgement, judge};
use parity_probes::{RULES, knowledge};

use pair::Pair;

#[test]
fn exactly_what_is_expected_is_told() {
    let knowledge = knowledge().unwrap();
    let mut wrong = Vec::new();
    for pair in pair::all(&knowledge) {
        let judgement = judge(&pair.case, &knowledge);
        let (told, wanted) = (told(&judgement), wanted(&pair));
        let (missing, extra): (Vec<_>, Vec<_>) = (
            wanted.difference(&told).collect(),
            told.difference(&wanted).collect(),
        );
        if !missing.is_empty() || !extra.is_empty() {
            wrong.push(format!(
                "{}\n  missing {missing:#?}\n  extra {extra:#?}",
                pair.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn told(judgement: &Judgement) -> BTreeSet<String> {
    let findings = judgement.findings.iter().map(|finding| {
        let Finding {
            rule,
            severity,
            subject,
            target,
            also,
            fine_on,
            ..
        } = finding;
        let severity = severity.word();
        format!("{severity} {rule}: {subject} {also:?} on {target}, fine on {fine_on:?}")
    });
    let unknowns = judgement.unknowns.iter().map(|unknown| {
        let (rule, subject, target) = (&unknown.rule, &unknown.subject, &unknown.target);
        format!(
            "unknown {rule}: {subject} on {target} for want of {}:{}",
            unknown.side.word(),
            unknown.fact
        )
    });
    findings.chain(unknowns).collect()
}

fn wanted(pair: &Pair) -> BTreeSet<String> {
    let only = pair.case.hosts.first().unwrap().snapshot.target.clone();
    let target = |target: &Option<String>| target.clone().unwrap_or_else(|| only.clone());
    let findings = pair.description.expect.iter().map(|expected| {
        let (severity, rule, subject) = (&expected.severity, &expected.rule, &expected.subject);
        let (also, fine_on) = (&expected.also, &expected.fine_on);
        format!(
            "{severity} {rule}: {subject} {also:?} on {}, fine on {fine_on:?}",
            target(&expected.target)
        )
    });
    let unknowns = pair.description.unknown.iter().map(|unknown| {
        let (rule, subject, fact) = (&unknown.rule, &unknown.subject, &unknown.fact);
        format!(
            "unknown {rule}: {subject} on {} for want of {fact}",
            target(&unknown.target)
        )
    });
    findings.chain(unknowns).collect()
}

#[test]
fn the_first_line_has_the_target_and_both_values() {
    let knowledge = knowledge().unwrap();
    for pair in pair::all(&knowledge) {
        let findings = judge(&pair.case, &knowledge).findings;
        for expected in &pair.description.expect {
            let found = findings.iter().find(|finding| {
                finding.rule == expected.rule
                    && finding.subject == expected.subject
                    && expected.says.iter().all(|text| finding.message.contains(text))
                    && finding.message.contains(&finding.target)
            });
            let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
            assert!(
                found.is_some() && !expected.says.is_empty(),
                "{}: {expected:?}\n{messages:#?}",
                pair.name
            );
        }
    }
}

#[test]
fn no_text_of_a_finding_has_a_hole_or_an_unknown_in_it() {
    let knowledge = knowledge().unwrap();
    for pair in pair::all(&knowledge) {
        for finding in judge(&pair.case, &knowledge).findings {
            let texts = [
                &finding.subject,
                &finding.message,
                &finding.needs,
                &finding.provides,
                &finding.help,
            ];
            for text in texts.into_iter().chain(&finding.you_see).chain(&finding.fine_on) {
                let is_whole = !text.contains(['{', '}', '\n']) && !text.contains("unknown (");
                assert!(
                    is_whole && !text.contains("()") && !text.contains("  ") && !text.trim().is_empty(),
                    "{}: {text}",
                    pair.name
                );
            }
            assert!(!finding.evidence.is_empty(), "{}: no evidence", pair.name);
        }
    }
}

#[test]
fn a_host_against_itself_is_silent() {
    let knowledge = knowledge().unwrap();
    for pair in pair::all(&knowledge) {
        for host in pair.case.hosts {
            let case = Case {
                dev: Some(host.snapshot.clone()),
                hosts: vec![Host {
                    role: host.role,
                    snapshot: host.snapshot.clone(),
                }],
                ..Case::default()
            };
            assert_eq!(judge(&case, &knowledge).findings, [], "{}", pair.name);
            assert_eq!(
                compare(&host.snapshot, &host.snapshot).changes,
                [],
                "{}",
                pair.name
            );
        }
    }
}

#[test]
fn judging_twice_tells_the_same() {
    let knowledge = knowledge().unwrap();
    for pair in pair::all(&knowledge) {
        let (once, again) = (judge(&pair.case, &knowledge), judge(&pair.case, &knowledge));
        assert_eq!(once.findings, again.findings, "{}", pair.name);
        assert_eq!(once.unknowns, again.unknowns, "{}", pair.name);
    }
}

#[test]
fn every_rule_has_pairs_that_fire_stay_silent_and_lack_a_fact() {
    let pairs = pair::all(&knowledge().unwrap());
    for pair in &pairs {
        let (rule, about) = (&pair.rule, &pair.description);
        assert!(RULES.iter().any(|(id, _)| id == rule), "{rule} is not a rule");
        assert!(
            about.source == "constructed" || about.source.starts_with("https://"),
            "{}: a source is an address or `constructed`",
            pair.name
        );
        assert!(
            !about.title.is_empty() && !about.title.contains('\n'),
            "{}",
            pair.name
        );
        let mine = |id: &String| id == rule;
        let is_silent = about.expect.is_empty() && about.unknown.is_empty();
        let is_mine = about.expect.iter().any(|expected| mine(&expected.rule))
            || about.unknown.iter().any(|unknown| mine(&unknown.rule));
        assert!(is_silent || is_mine, "{} is about another rule", pair.name);
        assert!(
            about.note.as_ref().is_none_or(|note| !note.is_empty()),
            "{}",
            pair.name
        );
    }
    for (id, _) in RULES {
        let of_rule = || {
            pairs
                .iter()
                .filter(|pair| pair.rule == *id)
                .map(|pair| &pair.description)
        };
        let firing = of_rule().filter(|about| !about.expect.is_empty()).count();
        let silent = of_rule()
            .filter(|about| about.expect.is_empty() && about.unknown.is_empty())
            .count();
        let unknown = of_rule().filter(|about| !about.unknown.is_empty()).count();
        assert!(
            firing >= 2 && silent >= 2 && unknown >= 1,
            "{id}: {firing} firing, {silent} silent, {unknown} unknown; write pairs below fixtures/pairs/{id}"
        );
    }
}
