mod locked;
mod waivers;

use std::collections::BTreeSet;

use super::*;
use crate::fact::{Fact, FactId, Origin, Stability, State};
use crate::finding::{Evidence, Finding, Unknown};
use crate::judge::{Case, Host, Judgement};
use crate::report::{Report, Threshold, Verdict};
use crate::snapshot::{Coverage, CoverageState, Snapshot};
use crate::version::Scheme;
use crate::view::Side;

const OPENSSL: &str = "package.deb[openssl:amd64]";

fn fact(id: &str, version: &str) -> Fact {
    let mut fact = Fact::new(id.parse().unwrap(), version, Origin::file("var/lib/dpkg/status"));
    fact.scheme = Some(Scheme::Deb);
    fact
}

/// A machine of which all packages and its machine id were observed.
fn machine(name: &str, facts: &[(&str, &str)]) -> Snapshot {
    let facts = facts.iter().map(|(id, version)| fact(id, version)).collect();
    let mut snapshot = Snapshot::new(name, "2026-01-01T00:00:00Z", facts);
    snapshot
        .coverage
        .push(Coverage::observed("all", ["package.deb", "host.machine-id"]));
    snapshot
}

fn web(name: &str, facts: &[(&str, &str)]) -> Host {
    Host::new(machine(name, facts)).in_role("web")
}

fn partly(mut host: Host) -> Host {
    host.snapshot.coverage[0].state = CoverageState::Partial;
    host
}

fn case(dev: &[(&str, &str)], hosts: Vec<Host>) -> Case {
    Case {
        dev: Some(machine("laptop", dev)),
        hosts,
        ..Case::default()
    }
}

fn entry() -> Entry {
    Entry {
        line: 7,
        ..Entry::default()
    }
}

fn pattern(text: &str) -> FactPattern {
    FactPattern::parse(text).unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn applied_to(policy: &Policy, case: &Case, mut judgement: Judgement) -> Judgement {
    judgement.reads = vec![BTreeSet::new(); case.hosts.len()];
    let circumstances = Circumstances {
        environment: Some("production"),
        today: day("2026-01-01"),
        file: "parity.toml",
        before: &[],
    };
    policy.apply(case, &mut judgement, &circumstances);
    judgement
}

fn applied(policy: &Policy, case: &Case) -> Judgement {
    applied_to(policy, case, Judgement::default())
}

fn messages(judgement: &Judgement) -> Vec<&str> {
    judgement
        .findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect()
}

fn codes(judgement: &Judgement) -> Vec<&str> {
    judgement
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

fn finding(rule: &str, target: &str, fact: &str) -> Finding {
    Finding {
        rule: rule.into(),
        severity: Severity::Error,
        role: Some("web".into()),
        target: target.into(),
        subject: "app".into(),
        also: vec!["worker".into()],
        message: format!("{rule} on {target}"),
        needs: "more".into(),
        provides: "less".into(),
        you_see: None,
        help: "mend it".into(),
        fine_on: Vec::new(),
        evidence: ["os.id", fact, "os.name"]
            .iter()
            .zip([Side::Release, Side::Host, Side::Host])
            .map(|(id, side)| Evidence {
                side,
                target: target.into(),
                fact: id.parse().unwrap(),
                value: None,
                origin: None,
            })
            .collect(),
        waiver: None,
        since: None,
        causes: Vec::new(),
        is_at_start: false,
        fingerprint: crate::finding::fingerprint(&[rule, target, fact]),
    }
}

fn unknown(rule: &str, fact: &str) -> Unknown {
    Unknown {
        rule: rule.into(),
        role: Some("web".into()),
        target: "web1".into(),
        subject: "app".into(),
        side: Side::Host,
        fact: fact.parse().unwrap(),
        reason: "nobody looked".into(),
        waiver: None,
        since: None,
    }
}

fn found(findings: Vec<Finding>) -> Judgement {
    Judgement {
        findings,
        requirements: 1,
        ..Judgement::default()
    }
}

fn allow(fact: &str, versions: &str) -> Policy {
    Policy {
        allow: vec![Allow {
            entry: entry(),
            fact: pattern(fact),
            versions: Versions::parse(&[versions]).unwrap(),
            level: Severity::Warning,
        }],
        ..Policy::default()
    }
}

fn alike(likeness: Likeness, fact: &str, dev: bool) -> Policy {
    Policy {
        alike: vec![Alike {
            entry: entry(),
            likeness,
            fact: pattern(fact),
            dev,
            level: Severity::Error,
        }],
        ..Policy::default()
    }
}

#[test]
fn a_version_that_is_not_allowed_is_found_where_it_is() {
    let case = case(
        &[],
        vec![
            web("web1", &[(OPENSSL, "3.0.11-1")]),
            web("web2", &[(OPENSSL, "3.0.13-1")]),
            web("web3", &[]),
        ],
    );
    let policy = allow("package.*[openssl:*]", ">= 3.0.13");
    let judgement = applied(&policy, &case);
    assert_eq!(
        messages(&judgement),
        ["package.deb[openssl:amd64] is 3.0.11-1 on web1, and >= 3.0.13 is allowed"]
    );
    assert_eq!(judgement.findings[0].severity, Severity::Warning);
    assert_eq!((judgement.unknowns.len(), judgement.requirements), (0, 2));
    let of_db = Policy {
        allow: vec![Allow {
            entry: Entry {
                scope: Scope {
                    role: Some("db".into()),
                    ..Scope::default()
                },
                ..entry()
            },
            ..policy.allow[0].clone()
        }],
        ..Policy::default()
    };
    assert!(applied(&of_db, &case).findings.is_empty());
}

#[test]
fn a_version_that_nobody_knows_is_a_question() {
    let hosts = vec![partly(web("web1", &[])), web("web2", &[(OPENSSL, "no version")])];
    let judgement = applied(&allow("package.deb[openssl:*]", ">= 3"), &case(&[], hosts));
    let told: Vec<String> = judgement
        .unknowns
        .iter()
        .map(|unknown| format!("{} {}", unknown.target, unknown.fact))
        .collect();
    assert_eq!(
        told,
        [
            "web1 package.deb[openssl:*]".to_owned(),
            format!("web2 {OPENSSL}")
        ]
    );
    assert!(judgement.findings.is_empty());
}

#[test]
fn an_entry_that_fits_nothing_is_told() {
    let judgement = applied(
        &allow("package.deb[opensll]", ">= 3"),
        &case(&[], vec![web("web1", &[])]),
    );
    assert_eq!(codes(&judgement), ["policy-unused"]);
    assert_eq!(judgement.problems[0].origin.as_deref(), Some("parity.toml:7"));
    // There is nobody whom it could be about.
    assert!(
        codes(&applied(
            &allow("package.deb[opensll]", ">= 3"),
            &case(&[], vec![])
        ))
        .is_empty()
    );
}

#[test]
fn who_deviates_from_most_is_told() {
    let hosts = vec![
        web("web1", &[(OPENSSL, "1")]),
        web("web2", &[(OPENSSL, "2")]),
        web("web3", &[(OPENSSL, "2")]),
        web("web4", &[]),
    ];
    let judgement = applied(
        &alike(Likeness::Equal, "package.deb[openssl*]", false),
        &case(&[(OPENSSL, "1")], hosts),
    );
    assert_eq!(
        messages(&judgement),
        [
            "package.deb[openssl:amd64] is 1 on web1 and 2 on web2 and web3: it must be equal",
            "package.deb[openssl:amd64] is nothing on web4 and 2 on web2 and web3: it must be equal",
        ]
    );
}

#[test]
fn with_dev_hosts_must_have_what_dev_has() {
    let hosts = vec![
        web("web1", &[(OPENSSL, "1")]),
        // The same version in another spelling.
        web("web2", &[(OPENSSL, "0:2")]),
        partly(web("web3", &[])),
    ];
    let case = case(&[(OPENSSL, "2")], hosts);
    let judgement = applied(&alike(Likeness::Equal, OPENSSL, true), &case);
    assert_eq!(
        messages(&judgement),
        ["package.deb[openssl:amd64] is 1 on web1 and 2 on dev and web2: it must be equal"]
    );
    assert_eq!(judgement.unknowns.len(), 1);
    assert_eq!(judgement.unknowns[0].target, "web3");
}

#[test]
fn digests_of_two_keys_say_nothing_of_each_other() {
    let id = "secret.digest[etc/app.env:TOKEN]";
    let host = |name, digest| {
        let mut host = web(name, &[(id, digest)]);
        host.snapshot.facts[0].scheme = None;
        host.snapshot.coverage[0].facts.push("secret.digest".to_owned());
        host
    };
    let hosts = vec![
        host("web1", "aa:1"),
        host("web2", "aa:1"),
        host("web3", "bb:1"),
        host("web4", "aa:2"),
    ];
    let mut case = case(&[], hosts);
    case.dev = None;
    let judgement = applied(&alike(Likeness::Equal, "secret.digest[*:TOKEN]", false), &case);
    assert_eq!(
        messages(&judgement),
        ["secret.digest[etc/app.env:TOKEN] is aa:2 on web4 and aa:1 on web1 and web2: it must be equal"]
    );
    let unknown: Vec<&str> = judgement.unknowns.iter().map(|one| one.target.as_str()).collect();
    assert_eq!(unknown, ["web3"]);
}

#[test]
fn one_host_is_compared_with_nothing() {
    let alone = case(&[(OPENSSL, "1")], vec![web("web1", &[(OPENSSL, "1")])]);
    let policy = |dev| alike(Likeness::Equal, OPENSSL, dev);
    assert_eq!(codes(&applied(&policy(false), &alone)), ["policy-unused"]);
    assert!(applied(&policy(true), &alone).problems.is_empty());
}

#[test]
fn what_must_differ_is_told_of_the_later_one() {
    let id = "host.machine-id";
    let hosts = vec![
        web("web1", &[(id, "a")]),
        web("web2", &[(id, "b")]),
        web("web3", &[(id, "a")]),
        web("web4", &[]),
    ];
    let policy = alike(Likeness::Different, id, false);
    let judgement = applied(&policy, &case(&[(id, "b")], hosts.clone()));
    assert_eq!(
        messages(&judgement),
        ["host.machine-id is a on web3 and on web1: it must differ"]
    );
    let with_dev = alike(Likeness::Different, id, true);
    assert_eq!(applied(&with_dev, &case(&[(id, "b")], hosts)).findings.len(), 2);
}

#[test]
fn changes_are_told_to_who_is_interested() {
    let policy = Policy {
        interest: vec![Interest {
            entry: entry(),
            fact: pattern("package.deb[openssl*]"),
        }],
        ..Policy::default()
    };
    let now = case(
        &[(OPENSSL, "3.0.15-1")],
        vec![web("web1", &[(OPENSSL, "3.0.13-1")]), web("web2", &[])],
    );
    let before = [web("web1", &[(OPENSSL, "3.0.11-1")])];
    let mut judgement = Judgement::default();
    let circumstances = Circumstances {
        environment: None,
        today: day("2026-01-01"),
        file: "parity.toml",
        before: &before,
    };
    policy.apply(&now, &mut judgement, &circumstances);
    assert_eq!(
        messages(&judgement),
        [
            "package.deb[openssl:amd64] was 3.0.11-1 on web1 when it was locked, and is 3.0.13-1 now",
            "package.deb[openssl:amd64] is 3.0.15-1 on dev and 3.0.13-1 on web1",
            "package.deb[openssl:amd64] is 3.0.15-1 on dev and nothing on web2",
        ]
    );
    assert!(judgement.findings.iter().all(|f| f.severity == Severity::Info));
    assert_eq!(judgement.findings[0].provides, "3.0.13-1, newer");
    assert_eq!(judgement.findings[1].provides, "3.0.13-1, older");
}

#[test]
fn only_versions_are_held_against_versions() {
    let mut host = web("web1", &[(OPENSSL, "3.0.13-1")]);
    let mut state = fact("package.deb-state[openssl:amd64]", "hold ok installed");
    state.scheme = None;
    host.snapshot.facts.push(state);
    host.snapshot.facts.sort_by(|a, b| a.id.cmp(&b.id));
    host.snapshot.coverage[0].facts.push("package.deb-state".into());
    let judgement = applied(&allow("package.*[openssl:*]", ">= 3"), &case(&[], vec![host]));
    assert_eq!((judgement.findings.len(), judgement.unknowns), (0, Vec::new()));
}

#[test]
fn what_dev_has_nothing_of_did_not_change() {
    let policy = Policy {
        interest: vec![Interest {
            entry: entry(),
            fact: pattern("package.deb[openssl*]"),
        }],
        ..Policy::default()
    };
    let dev = [("package.deb[zlib1g]", "1")];
    let judgement = applied(&policy, &case(&dev, vec![web("web1", &[(OPENSSL, "1")])]));
    assert!(judgement.findings.is_empty());
}

fn ignore(fact: Option<&str>, rule: Option<&str>) -> Policy {
    Policy {
        ignore: vec![Ignore {
            entry: Entry {
                reason: Some("ours to know".into()),
                ..entry()
            },
            fact: fact.map(pattern),
            rule: rule.and_then(Glob::new),
        }],
        ..Policy::default()
    }
}

#[test]
fn what_is_ignored_is_counted() {
    let hosts = || vec![web("web1", &[(OPENSSL, "1")])];
    let judged = || Judgement {
        unknowns: vec![unknown("libc-symbols", "package.deb[*]")],
        ..found(vec![
            finding("libc-symbols", "web1", OPENSSL),
            finding("cpu-level", "web1", "cpu.x86-level"),
        ])
    };
    for (fact, rule, findings, unknowns) in [
        (Some("package.deb"), None, 1, 0),
        (Some("package.deb[openssl*]"), None, 1, 1),
        (None, Some("libc-*"), 1, 0),
        (Some("cpu.*"), Some("libc-*"), 2, 1),
        // What asks counts, and what is compared; not what is shown beside it.
        (Some("os.id"), None, 0, 1),
        (Some("os.name"), None, 2, 1),
    ] {
        let policy = ignore(fact, rule);
        let judgement = applied_to(&policy, &case(&[], hosts()), judged());
        let left = (judgement.findings.len(), judgement.unknowns.len());
        assert_eq!(left, (findings, unknowns), "{fact:?} {rule:?}");
        assert_eq!(judgement.ignored.len(), 3 - findings - unknowns);
        assert!(
            judgement
                .ignored
                .iter()
                .all(|one| one.reason == "ours to know" && one.line == 7)
        );
    }
}

#[test]
fn differences_of_ignored_facts_are_not_counted() {
    let case = case(&[(OPENSSL, "2")], vec![web("web1", &[(OPENSSL, "1")])]);
    let total = |policy: &Policy| {
        let judgement = applied(policy, &case);
        assert_eq!(codes(&judgement), [""; 0]);
        Report::new(&case, judgement, Threshold::default(), true)
            .changes
            .total
    };
    assert_eq!(total(&Policy::default()), 1);
    assert_eq!(total(&ignore(Some("package.deb[openssl*]"), None)), 0);
}

#[test]
fn an_ignore_with_nothing_to_do_is_told() {
    let case = case(&[], vec![web("web1", &[(OPENSSL, "1")])]);
    let idle = |policy: Policy| codes(&applied(&policy, &case)) == ["ignore-unused"];
    assert!(idle(ignore(Some("package.deb[zlib]"), None)));
    assert!(idle(ignore(None, Some("libc-symbols"))));
    assert!(idle(ignore(Some("package.deb"), Some("libc-symbols"))));
    assert!(!idle(ignore(Some("package.deb"), None)));
    let mut elsewhere = ignore(Some("package.deb[zlib]"), None);
    elsewhere.ignore[0].entry.scope.environment = Some("staging".into());
    assert!(!idle(elsewhere));
}

#[test]
fn the_last_severity_that_fits_decides() {
    let level = |rule: &str, role: Option<&str>, level| Level {
        entry: Entry {
            scope: Scope {
                role: role.map(str::to_owned),
                ..Scope::default()
            },
            ..entry()
        },
        rule: Glob::new(rule).unwrap(),
        level,
    };
    let policy = Policy {
        severity: vec![
            level("*", None, Severity::Warning),
            level("libc-*", Some("web"), Severity::Info),
            level("libc-*", Some("db"), Severity::Error),
        ],
        ..Policy::default()
    };
    let findings = vec![
        finding("libc-symbols", "web1", OPENSSL),
        finding("cpu-level", "web1", "cpu.x86-level"),
    ];
    let judgement = applied_to(&policy, &case(&[], vec![web("web1", &[])]), found(findings));
    let told: Vec<(&str, Severity)> = judgement
        .findings
        .iter()
        .map(|finding| (finding.rule.as_str(), finding.severity))
        .collect();
    assert_eq!(
        told,
        [("cpu-level", Severity::Warning), ("libc-symbols", Severity::Info)]
    );
}

#[test]
fn a_fact_that_is_not_permitted_is_no_other_value() {
    let mut host = web("web2", &[]);
    let mut secret = fact(OPENSSL, "1");
    secret.state = State::NotPermitted;
    host.snapshot.facts = vec![secret];
    let case = case(&[], vec![web("web1", &[(OPENSSL, "1")]), host]);
    let judgement = applied(&alike(Likeness::Equal, OPENSSL, false), &case);
    assert!(judgement.findings.is_empty());
    let lacking: Vec<&FactId> = judgement.unknowns.iter().map(|unknown| &unknown.fact).collect();
    assert_eq!(lacking, [&OPENSSL.parse::<FactId>().unwrap()]);
}
