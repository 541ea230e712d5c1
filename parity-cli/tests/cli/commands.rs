//! The other commands.

use crate::diff::root;
use crate::world::World;

#[test]
fn without_words_it_helps() {
    let world = World::empty();
    let run = world.parity(&[]);
    run.told(2, &["Usage: parity", "Exit codes:"]);
    world.golden("help", &world.parity(&["--help"]));
    let commands = "init snapshot capture diff lock check plan explain probes rules schema completions man";
    for command in commands.split(' ') {
        let run = world.parity(&[command, "--help"]);
        assert!(
            run.ended(0).out.contains(&format!("  parity {command}")),
            "{command}: {}",
            run.out
        );
        assert!(run.out.contains("Example"), "{command}");
    }
    assert!(world.parity(&["--version"]).ended(0).out.starts_with("parity "));
}

#[test]
fn init_writes_what_lock_reads() {
    let world = World::empty();
    world.text("package.json", "{}");
    world.text(".ssh/config", "Host web1 \"we ird\" *.example\n");
    world.golden("init", &world.parity(&["init"]));
    assert!(
        world.read("parity.toml").contains("ssh:web1"),
        "{}",
        world.read("parity.toml")
    );
    // It is a configuration: what is wrong is only that there is no such host.
    world.parity(&["check"]).told(2, &["there is no parity.lock"]);
    world.parity(&["init"]).told(2, &["parity init --force"]);
    world.parity(&["init", "--force"]).ended(0);
}

#[test]
fn the_same_root_has_the_same_id() {
    let world = World::empty();
    root(&world);
    let first = world.parity(&["snapshot", "rootfs:root"]).json();
    let mut later = world.command(&["snapshot", "rootfs:root"]);
    let later = crate::world::Run::of(later.env("SOURCE_DATE_EPOCH", "1800000000").output().unwrap()).json();
    assert_eq!(first["id"], later["id"]);
    assert_eq!(first["facts"], later["facts"]);
    assert_ne!(first["taken_at"], later["taken_at"]);
    assert_eq!(first["format"], 1);
}

#[test]
fn a_recording_replays_to_the_same_facts() {
    let world = World::empty();
    root(&world);
    let seen = world.parity(&["snapshot", "rootfs:root"]).json();
    world
        .parity(&["capture", "rootfs:root", "-o", "root.bundle"])
        .told(0, &["answers recorded in root.bundle"]);
    let replayed = world.parity(&["snapshot", "bundle:root.bundle"]).json();
    assert_eq!(seen["facts"], replayed["facts"]);
    assert_eq!(seen["id"], replayed["id"]);
}

#[test]
fn lists_and_explanations() {
    let world = World::empty();
    let rules = world.parity(&["rules", "--format", "json"]).ended(0).json();
    for rule in rules.as_array().unwrap() {
        let run = world.parity(&["explain", rule["id"].as_str().unwrap()]);
        assert!(run.ended(0).out.contains("What to do"), "{}", run.out);
    }
    assert!(world.parity(&["rules"]).ended(0).out.contains("libc-symbols"));
    assert!(
        !world
            .parity(&["probes", "--format", "json"])
            .ended(0)
            .json()
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(world.parity(&["probes"]).ended(0).out.contains("os.id"));
    world.golden("explain", &world.parity(&["explain", "libc-symbols"]));
}

#[test]
fn a_plan_runs_nothing() {
    let world = World::shop();
    let run = world.parity(&["plan", "ssh://nohost.invalid"]);
    assert!(run.ended(0).out.contains("a `/bin/sh` with"), "{}", run.out);
    assert!(world.parity(&["plan"]).ended(0).out.starts_with("local\n"));
    let run = world.parity(&["plan", "facts:be1.toml"]);
    assert!(run.ended(0).out.contains("reads this document and nothing else"));
}

#[test]
fn completions_and_manual_pages() {
    let world = World::empty();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            world
                .parity(&["completions", shell])
                .ended(0)
                .out
                .contains("parity")
        );
    }
    world.parity(&["man"]).ended(0);
    assert!(world.path("parity-check.1").exists());
    world.parity(&["man", "missing/directory"]).ended(4);
}
