//! The probe against unit files of real servers, and against `systemctl` on this machine.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;

use super::PROBE;

fn observe(root: &Path) -> Snapshot {
    let mut tree = Tree::at(root, Instant::now() + Duration::from_secs(60)).unwrap();
    collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot
}

fn values(snapshot: &Snapshot, name: &str) -> BTreeMap<String, String> {
    let facts = snapshot.facts.iter().filter(|fact| fact.id.name() == name);
    facts
        .map(|fact| {
            (
                fact.id.key().unwrap_or_default().to_owned(),
                fact.state.to_string(),
            )
        })
        .collect()
}

fn write(root: &Path, path: &str, content: &str) {
    let path = root.join(path.trim_start_matches('/'));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, content).unwrap();
}

fn link(root: &Path, path: &str, target: &str) {
    let path = root.join(path.trim_start_matches('/'));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(target, path).unwrap();
}

/// A tree with the unit paths, links and `[Install]` lines that were recorded of a server.
fn rebuild(recorded: &str, root: &Path) {
    for line in recorded.lines() {
        let unit: serde_json::Value = serde_json::from_str(line).unwrap();
        let path = unit["path"].as_str().unwrap();
        let lines = |key: &str| -> String {
            let lines = unit[key].as_array().into_iter().flatten();
            lines
                .filter_map(|line| line.as_str())
                .map(|line| format!("{line}\n"))
                .collect()
        };
        if let Some(target) = unit["link"].as_str() {
            link(root, path, target);
        } else if unit["empty"] == true {
            write(root, path, "");
        } else if unit["lines"].is_array() {
            write(root, path, &lines("lines"));
        } else {
            write(root, path, &format!("[Unit]\n[Install]\n{}", lines("install")));
        }
    }
}

#[test]
fn states_are_those_of_systemctl_on_recorded_servers() {
    for server in ["debian-12-server", "debian-13-server"] {
        let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/systemd");
        let Ok(recorded) = std::fs::read_to_string(format!("{data}/{server}/units.jsonl")) else {
            eprintln!("skipped: {data} is not here");
            return;
        };
        let truth = std::fs::read_to_string(format!("{data}/{server}/unit-files.tsv")).unwrap();
        let top = tempfile::tempdir().unwrap();
        rebuild(&recorded, top.path());
        let found = values(&observe(top.path()), "unit.state");
        let mut compared = 0;
        for line in truth.lines().skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert_eq!(
                found.get(fields[0]).map(String::as_str),
                Some(fields[1]),
                "{server} {line}"
            );
            compared += 1;
        }
        assert!(compared > 200);
    }
}

#[test]
fn states_are_those_of_systemctl_on_this_machine() {
    let listed = Command::new("systemctl")
        .args([
            "--root=/",
            "list-unit-files",
            "--no-legend",
            "--no-pager",
            "--full",
            "--plain",
        ])
        .output();
    let Ok(listed) = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) else {
        eprintln!("skipped: no systemctl");
        return;
    };
    let found = values(&observe(Path::new("/")), "unit.state");
    for line in listed.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words[1] == "generated" || words[1] == "transient" {
            continue;
        }
        assert_eq!(found.get(words[0]).map(String::as_str), Some(words[1]), "{line}");
    }
}

#[test]
fn drop_ins_change_what_a_service_runs_as() {
    let top = tempfile::tempdir().unwrap();
    let root = top.path();
    write(
        root,
        "usr/lib/systemd/system/shop-api.service",
        "[Service]\nExecStart=/usr/bin/shop --port 80\nEnvironment=A=1 B=2\nEnvironmentFile=-/etc/default/shop\nUser=shop\n[Install]\nWantedBy=multi-user.target\n",
    );
    write(
        root,
        "etc/systemd/system/shop-api.service.d/50-user.conf",
        "[Service]\nUser=web\nExecStart=\nExecStart=/opt/shop\n",
    );
    write(
        root,
        "usr/lib/systemd/system/shop-api.service.d/50-user.conf",
        "[Service]\nUser=never\n",
    );
    write(
        root,
        "etc/systemd/system/shop-.service.d/10-limit.conf",
        "[Service]\nLimitNOFILE=1024:4096\n",
    );
    write(
        root,
        "usr/lib/systemd/system/service.d/00-all.conf",
        "[Service]\nEnvironment=\"C=x y\"\n",
    );
    write(
        root,
        "usr/lib/systemd/system/job@.service",
        "[Service]\nDynamicUser=yes\nExecStart=/bin/job %i\n[Install]\nWantedBy=x.target\n",
    );
    link(
        root,
        "etc/systemd/system/x.target.wants/job@1.service",
        "/usr/lib/systemd/system/job@.service",
    );
    link(root, "etc/systemd/system/gone.service", "/dev/null");
    let snapshot = observe(root);
    assert_eq!(snapshot.problems, []);
    let of = |name: &str| values(&snapshot, name);
    assert_eq!(of("unit.user")["shop-api.service"], "web");
    assert_eq!(of("unit.exec-start")["shop-api.service"], "/opt/shop");
    assert_eq!(of("unit.limit-nofile")["shop-api.service"], "1024:4096");
    assert_eq!(of("unit.environment-names")["shop-api.service"], "A, B, C");
    assert_eq!(
        of("unit.environment-files")["shop-api.service"],
        "/etc/default/shop"
    );
    assert_eq!(of("unit.state")["shop-api.service"], "disabled");
    assert_eq!(of("unit.state")["gone.service"], "masked");
    assert_eq!(of("unit.state")["job@1.service"], "enabled");
    assert_eq!(of("unit.state")["job@.service"], "indirect");
    assert_eq!(of("unit.user")["job@1.service"], "(dynamic)");
}

#[test]
fn units_of_an_old_layout_are_asked_for_in_a_second_round() {
    let top = tempfile::tempdir().unwrap();
    write(
        top.path(),
        "lib/systemd/system/old.service",
        "[Service]\nExecStart=/bin/old\n",
    );
    write(
        top.path(),
        "usr/lib/systemd/system/new.service",
        "[Service]\nExecStart=/bin/new\n",
    );
    let found = values(&observe(top.path()), "unit.exec-start");
    assert_eq!(found["old.service"], "/bin/old");
    assert_eq!(found["new.service"], "/bin/new");
}
