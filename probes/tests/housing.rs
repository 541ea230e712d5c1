//! What an image brings is not asked of a host that runs it, whatever the rule; what it shares with the host is.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with the pairs")]
mod pair;

use std::collections::BTreeSet;

use parity_core::fact::{Fact, FactId, Origin, State, Value};
use parity_core::judge::{Judgement, Knowledge, judge};
use parity_core::snapshot::Snapshot;
use parity_probes::knowledge;

use pair::Pair;

fn put(snapshot: &mut Snapshot, id: FactId, state: State) {
    let origin = Origin::Derived("the test".into());
    let fact = Fact {
        state,
        ..Fact::new(id, "", origin)
    };
    snapshot.facts.retain(|other| other.id != fact.id);
    snapshot.facts.push(fact);
    snapshot.facts.sort_by(|a, b| a.id.cmp(&b.id));
}

/// The same pair, with a container file and these engines; nothing where the pair speaks of images or units itself.
fn with_container_file(pair: &Pair, engines: &State, knowledge: &Knowledge) -> Option<Judgement> {
    const OF_THEIR_OWN: [&str; 7] = [
        "compose-file.",
        "container.",
        "container-file.",
        "started.",
        "unit-file.",
        "nginx-file.",
        "certificate.",
    ];
    let mut case = pair.case.clone();
    let release = &mut case.artifacts.first_mut()?.snapshot;
    let speaks = |fact: &Fact| OF_THEIR_OWN.iter().any(|own| fact.id.name().starts_with(own));
    if release.facts.iter().any(speaks)
        || pair
            .case
            .hosts
            .iter()
            .any(|host| host.snapshot.facts.iter().any(speaks))
    {
        return None;
    }
    let text = |text: &str| State::Value(text.into());
    put(release, FactId::keyed("container.final", "Dockerfile"), text("0"));
    put(
        release,
        FactId::keyed("container.base", "Dockerfile:0"),
        text("example/base:1"),
    );
    for host in &mut case.hosts {
        put(
            &mut host.snapshot,
            FactId::single("container.engines"),
            engines.clone(),
        );
    }
    Some(judge(&case, knowledge))
}

fn is_brought(knowledge: &Knowledge, rule: &str) -> bool {
    knowledge
        .rules
        .iter()
        .any(|known| known.id == rule && known.is_brought_by_image)
}

fn told(judgement: &Judgement) -> BTreeSet<(String, String, String)> {
    let findings = judgement.findings.iter();
    findings
        .map(|finding| {
            (
                finding.rule.clone(),
                finding.subject.clone(),
                finding.target.clone(),
            )
        })
        .collect()
}

#[test]
fn what_an_image_brings_is_not_asked_of_the_host() {
    let knowledge = knowledge().unwrap();
    let engines = State::Value(Value::set(["docker"]));
    let mut silenced = BTreeSet::new();
    for pair in pair::all(&knowledge) {
        let Some(housed) = with_container_file(&pair, &engines, &knowledge) else {
            continue;
        };
        let before = told(&judge(&pair.case, &knowledge));
        let after = told(&housed);
        let brought = |(rule, ..): &&(String, String, String)| is_brought(&knowledge, rule);
        silenced.extend(before.iter().filter(brought).map(|(rule, ..)| rule.clone()));
        assert_eq!(after.iter().filter(brought).count(), 0, "{}", pair.name);
        let undecided = housed
            .unknowns
            .iter()
            .find(|unknown| is_brought(&knowledge, &unknown.rule));
        assert_eq!(undecided, None, "{}", pair.name);
        let shared =
            |told: &BTreeSet<_>| -> BTreeSet<_> { told.iter().filter(|it| !brought(it)).cloned().collect() };
        assert_eq!(shared(&before), shared(&after), "{}", pair.name);
    }
    let all = knowledge.rules.iter().filter(|rule| rule.is_brought_by_image);
    let untested: Vec<&str> = all
        .map(|rule| rule.id.as_str())
        .filter(|rule| !silenced.contains(*rule))
        .collect();
    assert_eq!(
        untested, [""; 0],
        "no pair in which it fires can be put into an image"
    );
}

#[test]
fn where_nobody_knows_whether_the_host_runs_images_it_is_not_decided() {
    let knowledge = knowledge().unwrap();
    let engines = State::Unknown("the test".into());
    for pair in pair::all(&knowledge) {
        let Some(unclear) = with_container_file(&pair, &engines, &knowledge) else {
            continue;
        };
        for (rule, subject, target) in told(&judge(&pair.case, &knowledge)) {
            if !is_brought(&knowledge, &rule) {
                continue;
            }
            let lacks = |unknown: &&parity_core::finding::Unknown| {
                unknown.rule == rule && unknown.target == target && unknown.fact.name() == "container.engines"
            };
            assert!(
                unclear.unknowns.iter().any(|unknown| lacks(&unknown)),
                "{}: {subject}",
                pair.name
            );
        }
        assert!(
            told(&unclear)
                .iter()
                .all(|(rule, ..)| !is_brought(&knowledge, rule)),
            "{}",
            pair.name
        );
    }
}

#[test]
fn rules_about_what_an_image_shares_with_the_host_are_put_to_it() {
    let knowledge = knowledge().unwrap();
    for shared in [
        "architecture",
        "cpu-level",
        "page-size",
        "kernel-setting-low",
        "memory-declared",
        "userns-denied",
    ] {
        assert!(!is_brought(&knowledge, shared), "{shared}");
    }
}
