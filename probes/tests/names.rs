//! What a file of a release is called does not change what is needed, and of whom.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use parity_core::declared::{Source, parse};
use parity_core::judge::{Artifact, Case, Host, judge};
use parity_core::observe::{Options, observe_path};
use parity_core::probe::Subject;
use parity_core::spelling::plain;
use parity_probes::{knowledge, probes};
use proptest::prelude::*;

const FILES: [(&str, &str, &str); 4] = [
    (
        "db",
        ".sql",
        "ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a * 2) VIRTUAL;\nMERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;\n",
    ),
    (
        "nginx",
        ".conf",
        "server { listen 443 ssl; http2 on; location / { proxy_pass http://127.0.0.1:9001; } }\n",
    ),
    (
        "bin",
        ".sh",
        "#!/bin/sh\nif [[ $1 == x ]]; then ffmpeg -i x; fi\n",
    ),
    ("", ".json", "{\"name\": \"x\"}"),
];

const HOST: &str = r#"
target = "be1"
complete = ["program", "script.interpreter"]

[facts]
"service.version[postgresql]" = { value = "13.4", scheme = "generic" }
"service.version[nginx]" = { value = "1.18.0", scheme = "generic" }
"program[sh]" = ["/bin/sh"]
"shell.kind[/bin/sh]" = "dash"
"#;

/// Rules with what they are about, where each file has this name; the name taken out again.
fn told(name: &str) -> BTreeSet<(String, String)> {
    let release = tempfile::tempdir().unwrap();
    for (directory, ending, content) in FILES {
        let directory = release.path().join(directory);
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(format!("{name}{ending}")), content).unwrap();
    }
    let shown = |text: &str| plain(text).replace(name, "NAME");
    let judgement = case(release.path());
    let told = judgement
        .findings
        .iter()
        .map(|finding| (finding.rule.clone(), shown(&finding.subject)));
    let unknowns = judgement
        .unknowns
        .iter()
        .map(|unknown| (unknown.rule.clone(), shown(&unknown.subject)));
    told.chain(unknowns).collect()
}

fn case(release: &Path) -> parity_core::judge::Judgement {
    let source = Source {
        path: "host.toml",
        now: "2026-01-01T00:00:00Z",
        schemas: &[],
    };
    let options = Options::at("2026-01-01T00:00:00Z");
    let seen = observe_path(release, Subject::Release, &probes(), &options).snapshot;
    let case = Case {
        artifacts: vec![Artifact::new(seen)],
        hosts: vec![Host::new(parse(HOST, &source).unwrap())],
        ..Case::default()
    };
    judge(&case, &knowledge().unwrap())
}

#[test]
fn an_odd_name_hides_no_need() {
    let plain = told("release");
    for rule in ["sql-feature", "nginx-directive", "bashism"] {
        assert!(plain.iter().any(|(told, _)| told == rule), "{rule}: {plain:?}");
    }
    for name in [
        "2024-01-01T10:30:00",
        "a:b:c",
        "postgresql:x=y",
        "100%",
        "%3A",
        "a=b",
        ":",
        "=",
    ] {
        assert_eq!(told(name), plain, "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn no_name_hides_a_need(name in "x[a-d:=%0-9A-F]{1,12}") {
        prop_assert_eq!(told(&name), told("release"));
    }
}

#[test]
fn a_name_that_cannot_be_told_is_told_by_its_directory() {
    let release = tempfile::tempdir().unwrap();
    fs::write(release.path().join("a\nb"), "").unwrap();
    let options = Options::at("2026-01-01T00:00:00Z");
    let seen = observe_path(release.path(), Subject::Release, &probes(), &options).snapshot;
    let messages = seen.problems.iter().map(|problem| problem.message.as_str());
    let messages: Vec<&str> = messages.filter(|message| message.contains("a name")).collect();
    assert!(!messages.is_empty());
    assert!(
        messages
            .iter()
            .all(|message| *message == "/: holds a name with control characters"),
        "{messages:?}"
    );
}
