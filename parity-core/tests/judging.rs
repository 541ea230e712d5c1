//! Judging: links, merging, order, where it is fine, and what is lacking.
#![allow(clippy::unwrap_used)]

use parity_core::declared::{Source, parse};
use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::judge::{Artifact, Case, Host, Judgement, Knowledge, Link, LinkState, judge};
use parity_core::rule::Rule;
use parity_core::schema::{Kind, Schema};
use parity_core::snapshot::Snapshot;
use parity_core::view::{Read, Side};

fn snapshot(target: &str, facts: &str) -> Snapshot {
    let source = Source {
        path: target,
        now: "2026-01-01T00:00:00Z",
        schemas: &[],
    };
    parse(facts, &source).unwrap()
}

fn host(role: &str, target: &str, facts: &str) -> Host {
    Host {
        role: (!role.is_empty()).then(|| role.to_owned()),
        snapshot: snapshot(target, facts),
    }
}

fn artifact(role: Option<&str>, shipped: bool, facts: &str) -> Artifact {
    Artifact {
        role: role.map(str::to_owned),
        shipped,
        snapshot: snapshot("release", facts),
    }
}

fn rule(id: &str, severity: &str, for_each: &str, conditions: &str, subject: &str, more: &str) -> Rule {
    let text = format!(
        r#"
        title = "t"
        severity = "{severity}"
        severity-reason = "r"
        sees = "s"
        breaks = "b"
        example = "e"
        remedy = "r"
        sources = ["https://example.org"]
        for-each = {{ {for_each} }}
        where = [{conditions}]
        report = {{ subject = "{subject}", message = "{{target}}", needs = "n", provides = "p", help = "h"{more} }}
        "#
    );
    Rule::parse(id, &text).unwrap()
}

/// The host has less of something than a file of the release needs.
fn need(id: &str, severity: &str, more: &str) -> Rule {
    rule(
        id,
        severity,
        "fact = 'release:need', key = '{file}'",
        "{ fact = 'host:has', below = '{value}' }",
        "{file}",
        more,
    )
}

fn knowing(rules: Vec<Rule>) -> Knowledge {
    Knowledge {
        rules,
        derivations: Vec::new(),
    }
}

fn told(judgement: &Judgement) -> Vec<String> {
    let findings = judgement.findings.iter();
    findings
        .map(|finding| format!("{} {} on {}", finding.rule, finding.subject, finding.target))
        .collect()
}

fn lacking(judgement: &Judgement) -> Vec<String> {
    let unknowns = judgement.unknowns.iter();
    unknowns
        .map(|unknown| {
            let (rule, subject, target) = (&unknown.rule, &unknown.subject, &unknown.target);
            format!(
                "{rule} {subject} on {target}: {}:{}",
                unknown.side.word(),
                unknown.fact
            )
        })
        .collect()
}

const HAS_EVIDENCE: &str = ", evidence = ['host:has']";

#[test]
fn the_worst_comes_first_and_links_last() {
    let link = rule(
        "link-x",
        "error",
        "link = true",
        "{ fact = 'host:up', exists = false }",
        "{to}",
        "",
    );
    let knowledge = knowing(vec![
        link,
        need("b-info", "info", ""),
        need("c-error", "error", ""),
        need("d-error", "error", ""),
        need("a-warning", "warning", ""),
    ]);
    let facts = "complete = ['up']\n[facts]\n'has' = 1\n";
    let case = Case {
        artifacts: vec![artifact(
            None,
            true,
            "complete = ['need']\n[facts]\n'need[z]' = 2\n'need[a]' = 2\n",
        )],
        hosts: vec![
            host("db", "h2", facts),
            host("db", "h1", facts),
            host("web", "w", "complete = ['up']\n[facts]\n'has' = 9\n"),
        ],
        links: vec![Link {
            from: "web".into(),
            to: "db".into(),
            port: 1,
        }],
        ..Case::default()
    };
    let judgement = judge(&case, &knowledge);
    let mut wanted: Vec<String> = Vec::new();
    for rule in ["c-error", "d-error"] {
        wanted.extend(["a on h1", "a on h2", "z on h1", "z on h2"].map(|rest| format!("{rule} {rest}")));
    }
    wanted.extend(["link-x db on h1".to_owned(), "link-x db on h2".to_owned()]);
    for rule in ["a-warning", "b-info"] {
        wanted.extend(["a on h1", "a on h2", "z on h1", "z on h2"].map(|rest| format!("{rule} {rest}")));
    }
    assert_eq!(told(&judgement), wanted);
}

#[test]
fn findings_of_one_text_become_one_and_keep_all_subjects() {
    let knowledge = knowing(vec![need("r", "error", ", merge = 'all'")]);
    let facts = "complete = ['need']\n[facts]\n'need[a]' = 2\n'need[b]' = 3\n'need[c]' = 1\n";
    let case = |facts: &str| Case {
        artifacts: vec![artifact(None, true, facts)],
        hosts: vec![
            host("", "h1", "[facts]\n'has' = 1\n"),
            host("", "h2", "[facts]\n'has' = 2\n"),
        ],
        ..Case::default()
    };
    let judgement = judge(&case(facts), &knowledge);
    assert_eq!(told(&judgement), ["r a on h1", "r b on h2"]);
    assert_eq!(judgement.findings[0].also, ["b"]);
    // The fingerprint names rule, role, target and text, not values.
    let other = judge(&case(&facts.replace("= 3", "= 4")), &knowledge);
    assert_eq!(judgement.findings[1].fingerprint, other.findings[1].fingerprint);
    assert_ne!(
        judgement.findings[0].fingerprint,
        judgement.findings[1].fingerprint
    );
}

#[test]
fn it_is_fine_only_where_the_need_is_met() {
    let knowledge = knowing(vec![need(
        "r",
        "error",
        &format!(", merge = 'all'{HAS_EVIDENCE}"),
    )]);
    let release = "complete = ['need']\n[facts]\n'need[a]' = 2\n'need[b]' = 3\n";
    let hosts = |dev: &str| Case {
        artifacts: vec![artifact(None, true, release)],
        dev: Some(snapshot("laptop", dev)),
        hosts: vec![
            host("web", "h1", "[facts]\n'has' = 1\n"),
            host("web", "h2", "[facts]\n'has' = 2\n"),
            host("web", "h3", "[facts]\n'has' = 3\n"),
            host("web", "h4", "[facts]\n'has' = { state = 'not-permitted' }\n"),
            host("db", "h5", "[facts]\n'has' = 9\n"),
        ],
        ..Case::default()
    };
    let judgement = judge(&hosts("[facts]\n'has' = 7\n"), &knowledge);
    assert_eq!(told(&judgement), ["r a on h1", "r b on h2"]);
    assert_eq!(judgement.findings[0].fine_on, ["dev 7", "h2 2", "h3 3"]);
    assert_eq!(
        judgement.findings[1].fine_on,
        ["dev 7", "h3 3"],
        "h1 lacks it for the file beside"
    );
    let poor = judge(&hosts("[facts]\n'has' = 1\n"), &knowledge);
    assert_eq!(
        poor.findings[1].fine_on,
        ["h3 3"],
        "the developer's machine is judged too"
    );
}

#[test]
fn artifacts_go_to_their_role() {
    let knowledge = knowing(vec![need("r", "error", "")]);
    let needs = |name: &str| format!("complete = ['need']\n[facts]\n'need[{name}]' = 2\n");
    let case = Case {
        artifacts: vec![
            artifact(Some("web"), true, &needs("web-file")),
            artifact(Some("db"), true, &needs("db-file")),
            artifact(None, true, &needs("all")),
        ],
        hosts: vec![
            host("web", "w", "[facts]\n'has' = 1\n"),
            host("", "any", "[facts]\n'has' = 1\n"),
        ],
        ..Case::default()
    };
    assert_eq!(
        told(&judge(&case, &knowledge)),
        [
            "r all on any",
            "r all on w",
            "r db-file on any",
            "r web-file on any",
            "r web-file on w"
        ]
    );
}

fn linked(callers: &[(&str, &str)], listeners: &[(&str, &str)]) -> Judgement {
    let link = rule(
        "link-x",
        "error",
        "link = true",
        "{ fact = 'host:listen[tcp/{port}]', exists = false }",
        "{from} {to}:{port}",
        "",
    );
    let side = |role: &'static str, hosts: &[(&str, &str)]| {
        let hosts = hosts.iter().map(|(target, facts)| host(role, target, facts));
        hosts.collect::<Vec<_>>()
    };
    let case = Case {
        hosts: [side("web", callers), side("db", listeners)].concat(),
        links: vec![Link {
            from: "web".into(),
            to: "db".into(),
            port: 5432,
        }],
        ..Case::default()
    };
    judge(&case, &knowing(vec![link]))
}

#[test]
fn a_link_is_judged_at_its_far_end() {
    let (none, some) = (
        "complete = ['listen']",
        "complete = ['listen']\n[facts]\n'listen[tcp/5432]' = ['::']\n",
    );
    assert_eq!(
        told(&linked(&[("w", some)], &[("d", none)])),
        ["link-x web db:5432 on d"]
    );
    let fine = linked(&[("w", none)], &[("d", some)]);
    assert_eq!(told(&fine), [] as [&str; 0]);
    assert_eq!(fine.links[0].state, LinkState::Fine);
    assert_eq!(fine.links[0].name(), "web → db:5432");
    assert_eq!(told(&linked(&[], &[("d", none)])), ["link-x web db:5432 on d"]);
    assert_eq!(linked(&[("w", none)], &[]).links[0].state, LinkState::Unknown);
    let both = linked(
        &[("w", none)],
        &[("d1", none), ("d2", some), ("d3", "[facts]\n'x' = 1\n")],
    );
    assert_eq!(told(&both), ["link-x web db:5432 on d1"]);
    assert_eq!(both.links[0].state, LinkState::Broken);
    assert_eq!(
        lacking(&both),
        ["link-x web db:5432 on d3: host:listen[tcp/5432]"]
    );
}

#[test]
fn both_ends_on_one_machine_are_not_judged_unless_another_calls_too() {
    let none = "complete = ['listen']";
    let local = linked(&[("one", none)], &[("one", none)]);
    assert_eq!(told(&local), [] as [&str; 0]);
    assert_eq!(local.links[0].state, LinkState::Local);
    assert_eq!(
        told(&linked(&[("one", none), ("two", none)], &[("one", none)])),
        ["link-x web db:5432 on one"]
    );
}

#[test]
fn what_is_lacking_is_told_once_and_only_where_it_matters() {
    let conditions = "{ value = '{file}', is-not = 'other' }, { value = '{shipped}', is = 'true' }, { fact = 'host:has', below = '{value}' }";
    let rules = || {
        vec![rule(
            "r",
            "error",
            "fact = 'release:need', key = '{file}'",
            conditions,
            "{file} {value}",
            "",
        )]
    };
    let judged = |shipped: bool, release: &str, facts: &str| {
        let case = Case {
            artifacts: vec![artifact(None, shipped, release)],
            hosts: vec![host("", "h", facts)],
            ..Case::default()
        };
        lacking(&judge(&case, &knowing(rules())))
    };
    let (known, lost) = (
        "complete = ['need']\n[facts]\n'need[a]' = 2\n",
        "[facts]\n'need[a]' = { state = 'unknown' }\n",
    );
    let (has, hidden) = (
        "[facts]\n'has' = 1\n",
        "[facts]\n'has' = { state = 'not-permitted' }\n",
    );
    let nothing = [] as [&str; 0];
    assert_eq!(judged(true, known, has), nothing);
    assert_eq!(judged(true, known, hidden), ["r a 2 on h: host:has"]);
    assert_eq!(
        judged(true, known, "[facts]\n'x' = 1\n"),
        ["r a 2 on h: host:has"]
    );
    assert_eq!(
        judged(false, known, hidden),
        nothing,
        "false by another condition"
    );
    assert_eq!(
        judged(true, lost, has),
        ["r a on h: release:need[a]", "r release on h: release:need[*]"]
    );
    assert_eq!(judged(false, lost, has), nothing);
    let absent = "[facts]\n'has' = { state = 'absent' }\n";
    assert_eq!(
        judged(true, lost, absent),
        nothing,
        "what is absent is below nothing"
    );
    let other = lost.replace("[a]", "[other]");
    assert_eq!(judged(true, &other, has), ["r release on h: release:need[*]"]);
}

/// Derives `double[FILE]` from `need[FILE]` and the host's `has`.
struct Doubling;

const DOUBLE: &[Schema] = &[Schema::family("double", "file", Kind::Number, "Twice the need.")];

impl Derivation for Doubling {
    fn schemas(&self) -> &[Schema] {
        DOUBLE
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut derived = Derived::default();
        let has = FactId::single("has");
        for need in sides
            .release
            .into_iter()
            .flat_map(|release| release.family("need"))
        {
            let id = FactId::keyed("double", need.id.key().unwrap());
            let state = match sides.host.state(&has) {
                State::Value(value) => State::Value((value.as_int().unwrap() * 2).into()),
                state => {
                    derived.lacks.insert(id.clone(), (Side::Host, has.clone()));
                    State::Unknown(state.doubt().unwrap().to_owned())
                }
            };
            derived.facts.push(Fact {
                id,
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::Derived("test".into()),
            });
        }
        derived
    }
}

#[test]
fn the_observed_fact_behind_a_derived_one_is_named() {
    let rules = || Knowledge {
        rules: vec![rule(
            "r",
            "error",
            "fact = 'release:double', key = '{file}'",
            "{ value = '{value}', at-least = 4 }",
            "{file}",
            "",
        )],
        derivations: vec![Box::new(Doubling)],
    };
    let judged = |facts: &str| {
        let case = Case {
            artifacts: vec![artifact(
                None,
                true,
                "complete = ['need']\n[facts]\n'need[a]' = 1\n",
            )],
            hosts: vec![host("", "h", facts)],
            ..Case::default()
        };
        judge(&case, &rules())
    };
    assert_eq!(told(&judged("[facts]\n'has' = 2\n")), ["r a on h"]);
    assert_eq!(told(&judged("[facts]\n'has' = 1\n")), [] as [&str; 0]);
    let hidden = judged("[facts]\n'has' = { state = 'not-permitted' }\n");
    assert_eq!(lacking(&hidden), ["r a on h: host:has"]);
    assert_eq!(hidden.unknowns[0].reason, "this user may not see it");
    assert!(hidden.reads[0].contains(&Read::Fact(FactId::single("has"))));
}

#[test]
fn a_rule_about_the_caller_is_put_to_the_host_that_connects() {
    let of_caller = rule(
        "link-y",
        "error",
        "link = 'caller', fact = 'host:confined'",
        "{ value = '{value}', is = 'yes' }",
        "{from} {to}:{port}",
        "",
    );
    let confined = "[facts]\nconfined = 'yes'";
    let case = Case {
        hosts: vec![
            host("web", "w", confined),
            host("web", "w2", "[facts]"),
            host("db", "d", confined),
        ],
        links: vec![Link::new("web", "db", 5432)],
        ..Case::default()
    };
    let judgement = judge(&case, &knowing(vec![of_caller]));
    assert_eq!(told(&judgement), ["link-y web db:5432 on w"]);
    assert_eq!(lacking(&judgement), [""; 0]);
}

#[test]
fn a_fault_of_a_host_alone_is_told_unless_the_developers_machine_has_it_too() {
    let of_host = || {
        let conditions = "{ value = '{value}', is = '0' }";
        knowing(vec![rule(
            "x",
            "error",
            "fact = 'host:forward', key = '{key}'",
            conditions,
            "{key}",
            "",
        )])
    };
    let (on, off) = ("[facts]\n'forward[v4]' = '1'", "[facts]\n'forward[v4]' = '0'");
    let told_with = |dev: &str| {
        let case = Case {
            dev: Some(snapshot("laptop", dev)),
            hosts: vec![host("", "h", off)],
            ..Case::default()
        };
        told(&judge(&case, &of_host()))
    };
    assert_eq!(told_with(on), ["x v4 on h"]);
    assert_eq!(told_with(off), [""; 0]);
    let silent = Case {
        hosts: vec![host("", "h", "[facts]")],
        ..Case::default()
    };
    assert_eq!(lacking(&judge(&silent, &of_host())), [""; 0]);
}
