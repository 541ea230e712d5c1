//! `parity lock`, and checking against what it wrote.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::world::{NOW, Run, SHOP, World, host};

#[test]
fn what_was_locked_is_checked_without_the_hosts() {
    let world = World::shop();
    let live = world.parity(&["check", "--env", "production"]);
    world.parity(&["lock"]).told(0, &["parity.lock: ", " of 3 hosts"]);
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        std::fs::remove_file(world.path(name)).unwrap();
    }
    let offline = world.parity(&["check"]);
    offline.ended(1);
    assert_eq!(offline.out.lines().next(), live.out.lines().next());
    world.golden("check-offline", &offline);
}

#[test]
fn a_lock_is_made_for_review() {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(
        snapbox::Data::text(world.read("parity.lock")).raw(),
        snapbox::Data::read_from(
            &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/parity.lock"),
            Some(snapbox::data::DataFormat::Text),
        )
        .raw(),
    );
    let first = world.read("parity.lock");
    world.parity(&["lock"]).ended(0);
    assert_eq!(world.read("parity.lock"), first);
}

#[test]
fn locks_that_cannot_be_read_say_where_and_what_to_do() {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    let good = world.read("parity.lock");
    let (head, tail) = good.split_at(good.find("  { id").unwrap());
    let line = head.lines().count() + 1;
    let conflict = format!("{head}<<<<<<< HEAD\n{tail}");
    let at = |line: usize| format!("parity.lock: line {line}: ");
    for (text, says) in [
        (String::new(), "parity.lock: the file is empty".to_owned()),
        (" \n".to_owned(), "parity.lock: the file is empty".to_owned()),
        (conflict, format!("{}a merge conflict marker", at(line))),
        (
            good.replace("format = 1", "format = 2"),
            "use a newer parity".to_owned(),
        ),
        ("\u{1}\u{2}garbage".to_owned(), at(1)),
        (good.replacen("id = \"", "idd = \"", 1), at(line)),
        (
            format!("{head}  {{ id = \"os.id\" }},\n{tail}"),
            format!("{}`os.id` needs either", at(line)),
        ),
        (
            format!("{head}{}{tail}", tail.lines().next().unwrap().to_owned() + "\n"),
            at(line + 1),
        ),
        (good.replacen("targets = [", "targetz = [", 1), at(5)),
        (good[..good.len() / 2].to_owned(), "parity.lock: line ".to_owned()),
        (
            good.replacen("\"facts:be1.toml\"", "\"facts:other.toml\"", 1),
            "which is no target".to_owned(),
        ),
    ] {
        world.text("parity.lock", &text);
        let run = world.parity(&["check"]);
        run.told(2, &[&says]);
        assert_eq!(run.out, "");
        assert!(
            run.err.contains("parity lock") || run.err.contains("newer parity"),
            "{}",
            run.err
        );
    }
    world.text("parity.lock", &format!("\u{feff}{}", good.replace('\n', "\r\n")));
    world.parity(&["check"]).ended(1);
}

#[test]
fn a_silent_host_is_not_locked_away() {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    let before = world.read("parity.lock");
    world.edit(
        "parity.toml",
        "\"facts:be3.toml\"]",
        "\"facts:be3.toml\", \"ssh://parity@127.0.0.1:1\"]",
    );
    world.parity(&["allow"]).ended(0);
    let run = world.parity(&["lock", "--timeout", "5s"]);
    if run.err.contains("ssh is not") || run.code == 2 {
        eprintln!("skipped: there is no ssh here");
        return;
    }
    run.told(
        3,
        &[
            "ssh://parity@127.0.0.1:1",
            "refused",
            "parity.lock is as it was",
            "help: ",
        ],
    );
    assert_eq!(world.read("parity.lock"), before);
    assert!(!world.names().iter().any(|name| name.starts_with(".parity-")));
}

#[test]
fn a_machine_may_serve_in_two_roles() {
    let world = World::shop();
    world.edit("parity.toml", "[dev]", "db = [\"facts:be1.toml\"]\n[dev]");
    world.parity(&["lock"]).ended(0);
    let run = world.parity(&["check", "--format", "json"]);
    assert_eq!(run.ended(1).json()["summary"]["hosts"], 4);
}

#[test]
fn two_runs_at_once_leave_one_whole_lock() {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    let expected = world.read("parity.lock");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| world.parity(&["lock"]).ended(0).code);
        }
    });
    assert_eq!(world.read("parity.lock"), expected);
    assert!(!world.names().iter().any(|name| name.starts_with(".parity-")));
}

#[test]
fn a_killed_run_leaves_the_old_lock_or_the_new_one() {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    let old = world.read("parity.lock");
    world.text("be1.toml", &host("be1", "2.41"));
    world.parity(&["lock", "-o", "new.lock"]).ended(0);
    let new = world.read("new.lock");
    assert_ne!(old, new);
    let start = std::time::Instant::now();
    world.parity(&["lock"]).ended(0);
    let whole = start.elapsed();
    for point in 0..48u32 {
        world.text("parity.lock", &old);
        let mut child = world.command(&["lock"]).stderr(Stdio::null()).spawn().unwrap();
        // Most of them in the last half, where it writes.
        let at = whole * (16 + point * 2) / 100;
        thread::sleep(at.max(Duration::from_micros(1)));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = world.read("parity.lock");
        assert!(now == old || now == new, "torn after {at:?}: {now}");
    }
}

#[test]
fn an_old_lock_is_a_finding() {
    let world = World::shop();
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        world.text(name, &host(name, "2.41"));
    }
    world.parity(&["lock"]).ended(0);
    let check = |days: u64, words: &[&str]| {
        let now = NOW.parse::<u64>().unwrap() + days * 24 * 60 * 60;
        let mut command = world.command(&[&["check", "--format", "json"], words].concat());
        let output = command
            .env("SOURCE_DATE_EPOCH", now.to_string())
            .output()
            .unwrap();
        Run::of(output)
    };
    let found = |run: &Run| {
        let findings = run.json()["findings"].as_array().unwrap().clone();
        findings
            .iter()
            .map(|finding| finding["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    // Observed two days before.
    assert_eq!(found(check(28, &[]).ended(0)), [""; 0]);
    let old = check(29, &[]);
    assert_eq!(
        found(old.ended(0)),
        ["parity.lock is 31 days old: production may have changed since"]
    );
    assert_eq!(old.json()["findings"][0]["help"], "parity lock --env production");
    check(29, &["--fail-on", "warning"]).ended(1);
    let junit = check(29, &["--fail-on", "warning", "--format", "junit=junit.xml"]);
    assert!(junit.ended(1).out.contains("lock-age"));
    assert!(
        world.read("junit.xml").contains("failures=\"1\""),
        "{}",
        world.read("junit.xml")
    );
    // Hosts that are asked now have no age.
    assert_eq!(found(check(400, &["--env", "production"]).ended(0)), [""; 0]);
    let policy = |age: &str| {
        world.text(
            "parity.toml",
            &format!("[policy]\nlock-max-age = \"{age}\"\n{SHOP}"),
        )
    };
    policy("2w");
    assert_eq!(found(check(12, &[]).ended(0)), [""; 0]);
    assert_eq!(found(check(13, &[]).ended(0)).len(), 1);
    for wrong in ["two weeks", "0d", "-1d", "1y"] {
        policy(wrong);
        check(0, &[]).told(2, &["parity.toml:2:16", "14d, 2w or 36h"]);
    }
}
