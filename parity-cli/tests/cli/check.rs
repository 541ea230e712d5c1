//! `parity check`: the gate.

use crate::elf::Program;
use crate::world::{World, host};

const LIVE: [&str; 3] = ["check", "--env", "production"];

#[test]
fn a_host_that_is_too_old_blocks() {
    let world = World::shop();
    world.golden("check-blocked", &world.parity(&LIVE));
}

#[test]
fn what_two_hosts_lack_is_told_once() {
    let world = World::shop();
    world.text("be3.toml", &host("be3", "2.31"));
    world.golden("check-blocked-twice", &world.parity(&LIVE));
    let report = world.parity(&[&LIVE[..], &["--format", "json"]].concat());
    assert_eq!(report.ended(1).json()["findings"].as_array().unwrap().len(), 2);
}

#[test]
fn a_release_that_fits_is_clear() {
    let world = World::shop();
    world.write("bin/api", &Program::needing("GLIBC_2.31").bytes());
    world.golden("check-clear", &world.parity(&LIVE));
}

#[test]
fn what_is_not_known_is_inconclusive() {
    let world = World::shop();
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        world.edit(name, "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
        world.edit(name, ", \"library.nodes\"", "");
    }
    world.golden("check-inconclusive", &world.parity(&LIVE));
}

#[test]
fn nothing_that_ships_is_not_clear() {
    let world = World::shop();
    world.edit("parity.toml", "[artifacts]\nbackend = [\"bin/api\"]\n", "");
    world.golden("check-nothing-required", &world.parity(&LIVE));
}

#[test]
fn every_difference_is_listed_where_asked() {
    let world = World::shop();
    world.golden("check-all", &world.parity(&[&LIVE[..], &["--all"]].concat()));
}

#[test]
fn certain_drift_beats_what_is_not_known() {
    let world = World::shop();
    world.edit("be3.toml", "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit("be3.toml", ", \"library.nodes\"", "");
    let report = world.parity(&[&LIVE[..], &["--format", "json"]].concat());
    let report = report.ended(1).json();
    assert_eq!(report["verdict"], "blocked");
    assert_ne!(report["unknowns"].as_array().unwrap().len(), 0);
}

#[test]
fn the_threshold_decides_what_fails() {
    let world = World::shop();
    let never = world.parity(&[&LIVE[..], &["--fail-on", "never"]].concat());
    world.golden("check-never-fails", &never);
    world.edit("parity.toml", "[dev]", "[policy]\nfail-on = \"never\"\n[dev]");
    world.parity(&LIVE).ended(0);
    world
        .parity(&[&LIVE[..], &["--fail-on", "warning"]].concat())
        .ended(1);
}

#[test]
fn the_documents_of_one_run_agree() {
    let world = World::shop();
    let run = world.parity(&[&LIVE[..], &["--format", "text", "--format", "json=report.json"]].concat());
    run.ended(1);
    assert!(run.out.starts_with("blocked: "), "{}", run.out);
    let report: serde_json::Value = serde_json::from_str(&world.read("report.json")).unwrap();
    assert_eq!(report["format"], 1);
    assert_eq!(report["verdict"], "blocked");
    assert_eq!(report["findings"][0]["rule"], "libc-symbols");
    assert_eq!(report["findings"][0]["target"], "facts:be2.toml");
    assert_eq!(report["summary"]["hosts"], 3);
    for key in ["findings", "unknowns", "changes", "coverage", "summary"] {
        assert!(!report[key].is_null(), "{key}");
    }
}

#[test]
fn documents_are_whole_whatever_the_verdict() {
    let world = World::shop();
    let json = [&LIVE[..], &["--format", "json"]].concat();
    assert_eq!(world.parity(&json).ended(1).json()["verdict"], "blocked");
    world.text("be2.toml", &host("be2", "2.41"));
    assert_eq!(world.parity(&json).ended(0).json()["verdict"], "clear");
    world.edit("be2.toml", "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit("be2.toml", ", \"library.nodes\"", "");
    assert_eq!(world.parity(&json).ended(3).json()["verdict"], "inconclusive");
}

#[test]
fn a_fingerprint_names_the_finding_in_every_run() {
    let world = World::shop();
    let json = [&LIVE[..], &["--format", "json"]].concat();
    let first = world.parity(&json).json()["findings"][0]["fingerprint"].clone();
    world.edit("be2.toml", "Debian with 2.31", "Debian with another name");
    let second = world.parity(&json).json()["findings"][0]["fingerprint"].clone();
    assert_eq!(first, second);
    assert!(first.is_string());
}

#[test]
fn one_host_needs_no_configuration() {
    let world = World::shop();
    std::fs::remove_file(world.path("parity.toml")).unwrap();
    let against = |target: &str| {
        let arguments = [
            "check",
            "--against",
            target,
            "--artifact",
            "bin/api",
            "--dev",
            "facts:dev.toml",
        ];
        world.parity(&arguments)
    };
    against("backend=facts:be2.toml").ended(1);
    against("facts:be2.toml").ended(1);
    against("facts:be1.toml").ended(0);
}

#[test]
fn a_link_to_loopback_blocks() {
    let world = World::shop();
    world.write("bin/api", &Program::needing("GLIBC_2.31").bytes());
    world.text(
        "db.toml",
        &format!("{}\"listen[tcp/5432]\" = [\"127.0.0.1\"]\n", host("db", "2.36")),
    );
    world.edit(
        "parity.toml",
        "[dev]",
        "db = [\"facts:db.toml\"]\n[[links]]\nfrom = \"backend\"\nto = \"db\"\nport = 5432\n[dev]",
    );
    world.golden("check-link", &world.parity(&LIVE));
    world.edit("db.toml", "127.0.0.1", "0.0.0.0");
    world.golden("check-link-fine", &world.parity(&LIVE));
    world.edit("db.toml", "0.0.0.0", "127.0.0.1");
    world.edit(
        "parity.toml",
        "[[links]]\nfrom = \"backend\"\nto = \"db\"\nport = 5432\n",
        "",
    );
    world.parity(&LIVE).ended(0);
    world
        .parity(&[&LIVE[..], &["--link", "backend:db:5432"]].concat())
        .ended(1);
}

#[test]
fn one_machine_under_two_names_is_noted() {
    let world = World::shop();
    for name in ["be1", "be3"] {
        let text = format!("{}\"host.machine-id\" = \"0123\"\n", host(name, "2.41"));
        world.text(&format!("{name}.toml"), &text);
    }
    let run = world.parity(&LIVE);
    run.ended(1);
    assert!(
        run.out
            .contains("note  facts:be3.toml: facts:be3.toml has the same machine-id as facts:be1.toml"),
        "{}",
        run.out
    );
    world
        .parity(&["lock"])
        .told(0, &["has the same machine-id as facts:be1.toml"]);
}
