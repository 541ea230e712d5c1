//! The matrix of a report: what every machine has, and what follows from it.

#![allow(clippy::unwrap_used)]

use parity_core::fact::{Fact, FactId, Origin, Value};
use parity_core::finding::{Evidence, Finding, Severity, Unknown};
use parity_core::judge::{Case, Host};
use parity_core::matrix::{Component, Consequence, components};
use parity_core::snapshot::{Coverage, Snapshot};
use parity_core::version::Scheme;
use parity_core::view::Side;

fn machine(target: &str, facts: &[(&str, &str)]) -> Snapshot {
    let fact = |(id, value): &(&str, &str)| {
        Fact::new(id.parse().unwrap(), *value, Origin::file("x")).ordered_by(Scheme::Generic)
    };
    let mut machine = Snapshot::new(target, "2026-01-01T00:00:00Z", facts.iter().map(fact).collect());
    machine
        .coverage
        .push(Coverage::observed("all", ["libc.version", "service.version"]));
    machine
}

fn case() -> Case {
    let host = |target: &str, libc: &str| {
        Host::new(machine(
            target,
            &[("libc.version", libc), ("service.version[nginx]", "1.22")],
        ))
        .in_role("web")
    };
    Case {
        dev: Some(machine("local", &[("libc.version", "2.41")])),
        hosts: vec![
            host("web1", "2.41"),
            host("web2", "2.31"),
            host("web3", "2.31"),
            host("web4", "2.36"),
        ],
        ..Case::default()
    }
}

fn finding(target: &str, fact: &str) -> Finding {
    let evidence = |side, fact: &str| Evidence {
        side,
        target: target.into(),
        fact: fact.parse().unwrap(),
        value: Some(Value::from("2.31")),
        origin: None,
    };
    Finding {
        rule: "libc-symbols".into(),
        severity: Severity::Error,
        role: Some("web".into()),
        target: target.into(),
        subject: "app".into(),
        also: Vec::new(),
        message: String::new(),
        needs: String::new(),
        provides: String::new(),
        you_see: None,
        help: String::new(),
        fine_on: Vec::new(),
        evidence: vec![
            evidence(Side::Release, "elf.version-needs[app]"),
            evidence(Side::Host, fact),
            evidence(Side::Host, "os.name"),
        ],
        waiver: None,
        since: None,
        causes: Vec::new(),
        is_at_start: false,
        fingerprint: format!("of {target}"),
    }
}

fn of<'a>(components: &'a [Component], fact: &str) -> &'a Component {
    components
        .iter()
        .find(|component| component.fact.to_string() == fact)
        .unwrap()
}

#[test]
fn hosts_that_have_the_same_stand_together() {
    let findings = [finding("web2", "libc.version"), finding("web3", "libc.version")];
    let components = components(&case(), &findings, &[]);
    let libc = &components[0];
    assert_eq!(libc.fact.to_string(), "libc.version");
    assert_eq!(libc.dev.as_ref().unwrap().value, Some(Value::from("2.41")));
    let told: Vec<(Consequence, &[String])> = libc
        .hosts
        .iter()
        .map(|standing| (standing.consequence, standing.targets.as_slice()))
        .collect();
    assert_eq!(
        told,
        [
            (Consequence::Error, &["web2".to_owned(), "web3".to_owned()][..]),
            (Consequence::Differs, &["web4".to_owned()][..]),
            (Consequence::Same, &["web1".to_owned()][..]),
        ]
    );
    assert_eq!(libc.hosts[0].findings, ["of web2", "of web3"]);
    // Only the observation that the need was compared with is the cause.
    assert!(
        components
            .iter()
            .all(|component| component.fact.name() != "os.name")
    );
}

#[test]
fn a_question_without_an_answer_is_no_absence() {
    let mut case = case();
    case.hosts[0].snapshot.coverage.clear();
    case.hosts[0].snapshot.facts.clear();
    let unknown = Unknown {
        rule: "libc-symbols".into(),
        role: None,
        target: "web1".into(),
        subject: "app".into(),
        side: Side::Host,
        fact: FactId::single("libc.version"),
        reason: "timed out".into(),
        waiver: None,
        since: None,
    };
    let components = components(&case, &[], &[unknown]);
    let first = |fact: &str| of(&components, fact).hosts[0].clone();
    assert_eq!(first("libc.version").consequence, Consequence::Unknown);
    let nginx = of(&components, "service.version[nginx]");
    let unseen = nginx
        .hosts
        .iter()
        .find(|standing| standing.targets == ["web1"])
        .unwrap();
    assert_eq!(unseen.consequence, Consequence::Unseen);
    assert!(
        unseen
            .reading
            .reason
            .as_deref()
            .unwrap()
            .contains("no probe looked")
    );
    // The developer's machine certainly has none.
    assert_eq!(nginx.dev.as_ref().unwrap().reason.as_deref(), Some("absent"));
}

#[test]
fn large_families_and_long_values_are_left_out() {
    let many: Vec<(String, &str)> = (0..40).map(|n| (format!("package.deb[p{n}]"), "1")).collect();
    let mut facts: Vec<(&str, &str)> = many.iter().map(|(id, value)| (id.as_str(), *value)).collect();
    let long = "x".repeat(100);
    facts.push(("cpu.flags", &long));
    facts.push(("os.id", "debian"));
    let case = Case {
        hosts: vec![Host::new(machine("web1", &facts))],
        ..Case::default()
    };
    let names: Vec<String> = components(&case, &[], &[])
        .iter()
        .map(|c| c.fact.to_string())
        .collect();
    assert_eq!(names, ["os.id"]);
}
