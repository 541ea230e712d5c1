//! The published documents: their JSON Schemas, and formats that stay readable.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::io::Write as _;
use std::process::{Command, Stdio};

use parity_core::declared::{Source, parse};
use parity_core::fact::{Fact, Origin, Stability, State, Value};
use parity_core::finding::{Severity, Waiver};
use parity_core::judge::{Artifact, Case, Host, Knowledge, judge};
use parity_core::report::{DiffReport, Report, Threshold};
use parity_core::rule::Rule;
use parity_core::schema::{DOCUMENTS, schema_document};
use parity_core::snapshot::{Coverage, CoverageState, Problem, Snapshot};
use parity_core::version::Scheme;
use serde_json::{Value as Json, json};

/// Every state, origin, stability and kind of value.
fn snapshot() -> Snapshot {
    let fact = |id: &str, state: State, origin: Origin, stability: Stability| Fact {
        id: id.parse().unwrap(),
        scheme: matches!(state, State::Value(Value::Text(_))).then_some(Scheme::Deb),
        state,
        stability,
        origin,
    };
    let declared = Origin::Declared {
        path: "db.toml".into(),
        line: 3,
    };
    let (stable, native) = (Stability::Stable, || Origin::Native("operating system".into()));
    let facts = vec![
        fact(
            "os.id",
            State::Value("debian".into()),
            Origin::line("etc/os-release", 2),
            stable,
        ),
        fact("cpu.count", State::Value(8.into()), native(), stable),
        fact(
            "time.zoneinfo",
            State::Value(true.into()),
            Origin::file("usr/share/zoneinfo"),
            stable,
        ),
        fact(
            "listen[tcp/5432]",
            State::Value(Value::set(["::1", "127.0.0.1"])),
            declared,
            stable,
        ),
        fact(
            "sysctl[net.ipv4.conf.eth0/1.x]",
            State::Absent,
            Origin::Command("sysctl -a".into()),
            stable,
        ),
        fact(
            "library[*]",
            State::NotPermitted,
            Origin::Derived("join".into()),
            stable,
        ),
        fact(
            "host.name",
            State::Unknown("cut short".into()),
            native(),
            Stability::Identity,
        ),
        fact(
            "memory.free",
            State::Value(1.into()),
            native(),
            Stability::Volatile,
        ),
    ];
    let mut snapshot = Snapshot::new("web1", "2026-01-01T00:00:00Z", facts);
    snapshot.tool = "parity 0.1.0".into();
    for (state, reason) in [
        (CoverageState::Observed, None),
        (CoverageState::Absent, Some("no rpm database")),
        (CoverageState::Partial, Some("one file could not be read")),
        (CoverageState::NotApplicable, Some("no running system")),
        (CoverageState::NotPermitted, Some("permission denied")),
        (CoverageState::Unreachable, Some("no route")),
        (CoverageState::TimedOut, Some("10 s")),
        (CoverageState::Failed, Some("a bug")),
    ] {
        snapshot.coverage.push(Coverage {
            probe: state.word().into(),
            state,
            reason: reason.map(str::to_owned),
            millis: 3,
            facts: vec!["os.id".into()],
        });
    }
    snapshot
        .problems
        .push(Problem::new("too-large", "a file is too large").at("dpkg"));
    snapshot.problems.push(Problem::new("no-place", "something else"));
    snapshot
}

fn report() -> Json {
    let declare = |path: &str, text: &str| {
        let source = Source {
            path,
            now: "2026-01-01T00:00:00Z",
            schemas: &[],
        };
        parse(text, &source).unwrap()
    };
    let rule = Rule::parse(
        "less",
        r#"
        title = "t"
        severity = "error"
        severity-reason = "r"
        sees = "s"
        breaks = "b"
        example = "e"
        remedy = "r"
        sources = ["https://example.org"]
        for-each = { fact = "release:need", key = "{file}" }
        where = [{ fact = "host:has", below = "{value}" }]
        [report]
        subject = "{file}"
        merge = "all"
        message = "{file} needs {value}, {target} has {host:has}"
        needs = "{value}"
        provides = "{host:has}"
        you-see = "less"
        help = "more"
        evidence = ["host:has", "release:need[{file}]", "host:gone"]
        "#,
    );
    let knowledge = Knowledge {
        rules: vec![rule.unwrap()],
        derivations: Vec::new(),
    };
    let host = |role: Option<&str>, snapshot: Snapshot| Host {
        role: role.map(str::to_owned),
        snapshot,
    };
    let mut web3 = declare("web3", "[facts]\n'has' = { state = 'not-permitted' }\n");
    web3.problems
        .push(Problem::new("cut-short", "the connection ended"));
    let case = Case {
        artifacts: vec![Artifact {
            role: None,
            shipped: true,
            snapshot: declare(
                "app",
                "complete = ['need']\n[facts]\n'need[a]' = 2\n'need[b]' = 2\n",
            ),
        }],
        dev: Some(declare(
            "laptop",
            "[facts]\n'has' = 3\n'own' = { value = '1', scheme = 'deb' }\n",
        )),
        hosts: vec![
            host(
                Some("web"),
                declare(
                    "web1",
                    "[facts]\n'has' = 1\n'own' = { value = '2', scheme = 'deb' }\n",
                ),
            ),
            host(None, declare("web2", "[facts]\n'has' = 2\n")),
            host(Some("web"), web3),
        ],
        links: Vec::new(),
        now: None,
    };
    let mut judgement = judge(&case, &knowledge);
    assert_eq!((judgement.findings.len(), judgement.unknowns.len()), (1, 2));
    let mut waived = judgement.findings[0].clone();
    waived.waiver = Some(Waiver {
        reason: "moving".into(),
        owner: "ops".into(),
        expires: "2026-12-31".into(),
    });
    judgement.findings.push(waived);
    serde_json::to_value(Report::new(
        &case,
        judgement,
        Threshold::At(Severity::Error),
        true,
    ))
    .unwrap()
}

fn diff_report() -> Json {
    let mut other = snapshot();
    other.facts[0].state = State::Value(9.into());
    other.facts.retain(|fact| fact.id.name() != "os.id");
    let report = DiffReport::new(&snapshot(), &[other]);
    assert!(!report.changes.is_empty() && !report.not_compared.is_empty());
    serde_json::to_value(report).unwrap()
}

#[cfg(feature = "collect")]
fn bundle() -> Json {
    use parity_core::answer::{
        Answer, Answers, Blob, Entries, Entry, EntryKind, Outcome, Output, Skipped, SystemReading,
    };
    use parity_core::bundle::Bundle;
    use parity_core::need::{Native, Need, Take};

    let mut answers = Answers::default();
    let entry = |path: &str, kind: EntryKind, content: Option<Outcome<Blob>>| Entry {
        path: path.into(),
        kind,
        mode: 0o644,
        size: 3,
        link: (kind == EntryKind::Link).then(|| "b".to_owned()),
        content,
    };
    let entries = Entries {
        entries: vec![
            entry(
                "etc/a",
                EntryKind::File,
                Some(Outcome::Got(Blob(vec![0xff, 0xfe]))),
            ),
            entry("etc/b", EntryKind::Link, None),
            entry(
                "etc/c",
                EntryKind::File,
                Some(Outcome::failed("too-large", "9 MiB")),
            ),
            entry("etc/d", EntryKind::Directory, None),
            entry("etc/e", EntryKind::Other, Some(Outcome::NotPermitted)),
        ],
        skipped: vec![Skipped {
            path: "etc/f".into(),
            reason: "permission denied".into(),
        }],
    };
    let output = Output {
        status: 0,
        stdout: b"x\n".to_vec(),
        stderr: Vec::new(),
    };
    let system = SystemReading {
        machine: Some("x86_64".into()),
        ..SystemReading::default()
    };
    let uname = || Need::command(["uname", "-m"]);
    for (need, outcome) in [
        (
            Need::file("etc/os-release"),
            Outcome::Got(Answer::Bytes(b"ID=debian\n".to_vec())),
        ),
        (
            Need::range("bin/sh", 0, 64),
            Outcome::Got(Answer::Bytes(vec![0x7f, 0xff])),
        ),
        (
            Need::glob("etc/*", Take::Content(9)),
            Outcome::Got(Answer::Entries(entries)),
        ),
        (Need::glob("etc/*", Take::Stat), Outcome::Absent),
        (Need::glob("etc/*", Take::Head(4)), Outcome::NotPermitted),
        (uname(), Outcome::Got(Answer::Output(output.clone()))),
        (Need::Native(Native::System), Outcome::Got(Answer::System(system))),
        (Need::Offline(Box::new(uname())), Outcome::NotApplicable),
        (
            Need::FirstOf(vec![uname(), Need::file("x")]),
            Outcome::Got(Answer::One(0, Box::new(Answer::Output(output)))),
        ),
        (Need::file("y"), Outcome::failed("timed-out", "10 s")),
    ] {
        answers.insert(need, outcome);
    }
    let bundle = Bundle::record("web1", "2026-01-01T00:00:00Z", &answers);
    assert_eq!(Bundle::read(bundle.to_json().as_bytes()).unwrap(), bundle);
    serde_json::from_str(&bundle.to_json()).unwrap()
}

fn samples() -> Vec<(&'static str, Json)> {
    vec![
        ("snapshot", serde_json::from_str(&snapshot().to_json()).unwrap()),
        ("report", report()),
        ("diff-report", diff_report()),
        #[cfg(feature = "collect")]
        ("bundle", bundle()),
    ]
}

/// What Python's `jsonschema` has against documents; `None` where it is not installed.
fn validate(cases: &[(Json, Json)]) -> Option<Vec<Vec<String>>> {
    let program = "
import json, sys
from jsonschema import Draft202012Validator as V
out = []
for schema, document in json.load(sys.stdin):
    V.check_schema(schema)
    out.append([error.json_path + ': ' + error.message for error in V(schema).iter_errors(document)])
print(json.dumps(out))
";
    let probe = Command::new("python3").args(["-c", "import jsonschema"]).output();
    if !probe.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: Python's jsonschema is not installed");
        return None;
    }
    let mut child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let input = serde_json::to_vec(cases).unwrap();
    child.stdin.take().unwrap().write_all(&input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The schema with every object closed: what is written and not described becomes a mistake.
fn closed(schema: &Json) -> Json {
    match schema {
        Json::Object(members) => {
            let mut members: serde_json::Map<String, Json> = members
                .iter()
                .map(|(key, value)| (key.clone(), closed(value)))
                .collect();
            if members.get("type") == Some(&json!("object")) && members.contains_key("properties") {
                members.insert("additionalProperties".into(), json!(false));
            }
            Json::Object(members)
        }
        Json::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

fn schema(name: &str) -> Json {
    serde_json::from_str(schema_document(name).unwrap()).unwrap()
}

#[test]
fn documents_are_as_their_schemas_say() {
    let samples = samples();
    let cases: Vec<(Json, Json)> = samples
        .iter()
        .map(|(name, document)| (closed(&schema(name)), document.clone()))
        .collect();
    for (name, mistakes) in samples.iter().zip(validate(&cases).unwrap_or_default()) {
        assert_eq!(mistakes, [] as [&str; 0], "{}\n{}", name.0, name.1);
    }
}

#[test]
fn schemas_refuse_what_no_document_says() {
    let damage: [(&str, &str, Json); 12] = [
        ("snapshot", "/format", json!(2)),
        ("snapshot", "/id", json!("sha256:0")),
        ("snapshot", "/facts/0/value", json!(1.5)),
        ("snapshot", "/facts/0/state", json!("absent")),
        ("snapshot", "/facts/0/origin", json!({"guess": "x"})),
        ("snapshot", "/coverage/0/state", json!("fine")),
        ("report", "/verdict", json!("ok")),
        ("report", "/findings/0/severity", json!("fatal")),
        ("report", "/findings/0/fingerprint", json!("")),
        ("report", "/unknowns/0/side", json!("server")),
        ("diff-report", "/changes/0/direction", json!("up")),
        ("bundle", "/answers/0/0", json!({"files": {}})),
    ];
    let samples = samples();
    let mut cases = Vec::new();
    for (name, place, value) in &damage {
        let Some((_, document)) = samples.iter().find(|(sample, _)| sample == name) else {
            continue;
        };
        let (parent, key) = place.rsplit_once('/').unwrap();
        let mut document = document.clone();
        match document.pointer_mut(parent).unwrap() {
            Json::Object(members) => members.insert(key.to_owned(), value.clone()),
            Json::Array(items) => Some(std::mem::replace(
                &mut items[key.parse::<usize>().unwrap()],
                value.clone(),
            )),
            _ => panic!("{place}"),
        };
        cases.push((schema(name), document));
    }
    for (damage, mistakes) in damage.iter().zip(validate(&cases).unwrap_or_default()) {
        assert!(!mistakes.is_empty(), "{damage:?}");
    }
}

#[test]
fn every_schema_is_one_of_its_draft_and_has_a_name() {
    for (name, text) in DOCUMENTS {
        let schema: Json = serde_json::from_str(text).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:parity:{name}:1"));
        assert_eq!(schema["properties"]["format"]["const"], 1);
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas")).unwrap();
    assert_eq!(files.count(), DOCUMENTS.len(), "every file is published");
}

/// These files were written by format 1 and are never written anew: whatever the current format is, they must be read.
#[test]
fn format_1_stays_readable() {
    let frozen = |name: &str| {
        let path = format!("{}/../fixtures/formats/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    };
    let read = Snapshot::parse(&frozen("snapshot-1.json")).unwrap();
    let now = snapshot();
    assert_eq!(read.id, now.id, "the id of the same facts does not change");
    assert_eq!(read, now);
    #[cfg(feature = "collect")]
    {
        use parity_core::bundle::Bundle;
        let read = Bundle::read(frozen("bundle-1.json").as_bytes()).unwrap();
        assert_eq!(serde_json::from_str::<Json>(&read.to_json()).unwrap(), bundle());
    }
}
