//! What a release needs of the servers that it talks to is asked of the hosts at the far ends of its links.
#![allow(clippy::unwrap_used)]

use parity_core::declared::{Source, parse};
use parity_core::judge::{Artifact, Case, Host, Knowledge, Link, judge};
use parity_core::rule::Rule;
use parity_core::snapshot::Snapshot;

fn snapshot(target: &str, facts: &str) -> Snapshot {
    let source = Source {
        path: target,
        now: "2026-01-01T00:00:00Z",
        schemas: &[],
    };
    parse(facts, &source).unwrap()
}

fn rule(id: &str, more: &str) -> Rule {
    let text = format!(
        r#"
        title = "t"
        severity = "error"
        severity-reason = "r"
        sees = "s"
        breaks = "b"
        example = "e"
        remedy = "r"
        sources = ["https://example.org"]
        {more}
        for-each = {{ fact = 'release:need', key = '{{file}}' }}
        where = [{{ fact = 'host:has', below = '{{value}}' }}]
        report = {{ subject = "{{file}}", message = "{{target}}", needs = "n", provides = "p", help = "h" }}
        "#
    );
    Rule::parse(id, &text).unwrap()
}

#[test]
fn a_server_is_asked_where_a_link_leads() {
    let has = |role: &str| Host::new(snapshot(role, "[facts]\n'has' = 1\n")).in_role(role);
    let release = snapshot("release", "complete = ['need']\n[facts]\n'need[a]' = 2\n");
    let case = Case {
        artifacts: vec![Artifact::new(release).for_role("backend")],
        hosts: vec![has("backend"), has("db"), has("web")],
        links: vec![Link::new("backend", "db", 5432), Link::new("web", "backend", 80)],
        ..Case::default()
    };
    let knowledge = Knowledge {
        rules: vec![rule("of-machine", ""), rule("of-server", "over-links = true")],
        derivations: Vec::new(),
    };
    let findings = judge(&case, &knowledge).findings;
    let told = findings
        .iter()
        .map(|finding| format!("{} on {}", finding.rule, finding.target));
    let mut told: Vec<String> = told.collect();
    told.sort();
    assert_eq!(
        told,
        ["of-machine on backend", "of-server on backend", "of-server on db"]
    );
}
