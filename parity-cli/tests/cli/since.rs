//! `check --new-since`: what was wrong before does not fail, what is new does.

use std::process::Command;

use crate::elf::Program;
use crate::world::{Run, World, host};

const LIVE: [&str; 3] = ["check", "--env", "production"];

/// The shop, with the report of today in `base.json`, and a lock.
fn adopted() -> World {
    let world = World::shop();
    world
        .parity(&[&LIVE[..], &["--format", "json=base.json"]].concat())
        .ended(1);
    world.parity(&["lock"]).ended(0);
    world
}

fn since(world: &World, base: &str, more: &[&str]) -> Run {
    world.parity(&[&LIVE[..], &["--new-since", base], more].concat())
}

/// Nobody tells any more what the C library of this host has.
fn silence(world: &World, name: &str) {
    world.edit(name, "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit(name, ", \"library.nodes\"", "");
}

#[test]
fn what_is_known_does_not_fail() {
    let world = adopted();
    world.golden("since-known", &since(&world, "base.json", &[]));
    world.golden("since-known-verbose", &since(&world, "base.json", &["-v"]));
    since(&world, "parity.lock", &[]).ended(0);
}

#[test]
fn what_is_new_fails() {
    let world = adopted();
    world.text("be3.toml", &host("be3", "2.31"));
    world.golden("since-new", &since(&world, "base.json", &[]));
    since(&world, "parity.lock", &[]).ended(1);
}

#[test]
fn a_value_that_got_worse_is_no_longer_known() {
    let world = adopted();
    world.text("be2.toml", &host("be2", "2.2"));
    let run = since(&world, "base.json", &[]);
    assert!(
        run.ended(1).out.contains("base.json has it with other values"),
        "{}",
        run.out
    );
    world.text("be2.toml", &host("be2", "2.31"));
    world.write("bin/api", &Program::needing("GLIBC_2.41").bytes());
    for base in ["base.json", "parity.lock"] {
        let report = since(&world, base, &["--format", "json"]).ended(1).json();
        assert_eq!(report["base"]["changed"], 1, "{base}: {report}");
        assert_eq!(report["summary"]["errors"], 2, "be1 is too old now: {report}");
    }
}

#[test]
fn an_open_question_may_be_known_too() {
    let world = World::shop();
    world.text("be2.toml", &host("be2", "2.41"));
    silence(&world, "be2.toml");
    world
        .parity(&[&LIVE[..], &["--format", "json=base.json"]].concat())
        .ended(3);
    let run = since(&world, "base.json", &[]);
    assert!(
        run.ended(0).out.contains("1 open question known since base.json"),
        "{}",
        run.out
    );
    silence(&world, "be3.toml");
    since(&world, "base.json", &[]).ended(3);
}

#[test]
fn what_is_no_longer_known_is_not_gone() {
    let world = adopted();
    silence(&world, "be2.toml");
    let report = since(&world, "base.json", &["--format", "json", "--ratchet"])
        .ended(3)
        .json();
    assert_eq!(report["base"]["unseen"], 1);
    assert_eq!(report["base"]["gone"], serde_json::json!([]));
    let one = [
        "check",
        "--against",
        "backend=facts:be1.toml",
        "--new-since",
        "base.json",
        "--format",
        "json",
    ];
    let report = world.parity(&one).ended(0).json();
    assert_eq!(report["base"]["unseen"], 1, "be2 was not asked: {report}");
}

#[test]
fn the_ratchet_only_turns_one_way() {
    let world = adopted();
    world.text("be2.toml", &host("be2", "2.41"));
    world.golden("since-gone", &since(&world, "base.json", &[]));
    let before = world.read("base.json");
    since(&world, "base.json", &["--ratchet"]).told(0, &["base.json: 1 gone, taken out"]);
    let after = world.read("base.json");
    assert!(after.len() < before.len());
    world.text("be2.toml", &host("be2", "2.31"));
    since(&world, "base.json", &["--ratchet"]).ended(1);
    assert_eq!(
        world.read("base.json"),
        after,
        "what comes back is not taken in again"
    );
    since(&world, "parity.lock", &["--ratchet"]).told(2, &["--ratchet makes a report smaller"]);
    world.parity(&["check", "--ratchet"]).told(2, &["--new-since"]);
}

#[test]
fn every_format_tells_known_from_new() {
    let world = adopted();
    world.text("be3.toml", &host("be3", "2.31"));
    let formats = [
        "sarif=r.sarif",
        "junit=r.xml",
        "gitlab=r.gl",
        "markdown=r.md",
        "html=r.html",
        "json=r.json",
    ];
    let formats = formats.map(|format| ["--format", format]).concat();
    let run = since(
        &world,
        "base.json",
        &[&formats[..], &["--format", "github"]].concat(),
    );
    assert_eq!(run.ended(1).out.matches("::error").count(), 1, "{}", run.out);
    assert!(run.out.contains("1 finding known since base.json"), "{}", run.out);
    let json = |name: &str| serde_json::from_str::<serde_json::Value>(&world.read(name)).unwrap();
    let results = json("r.sarif")["runs"][0]["results"].clone();
    let states: Vec<&str> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["baselineState"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["new", "unchanged"]);
    assert!(
        world.read("r.xml").contains("failures=\"1\" errors=\"0\""),
        "{}",
        world.read("r.xml")
    );
    assert!(
        world
            .read("r.xml")
            .contains("<skipped message=\"known since base.json: ")
    );
    assert_eq!(
        json("r.gl").as_array().unwrap().len(),
        2,
        "GitLab compares by itself"
    );
    assert_eq!(world.read("r.md").matches("\n### error").count(), 1);
    assert!(world.read("r.html").contains("data-kind=\"known\""));
    let summary = json("r.json")["summary"].clone();
    assert_eq!((&summary["errors"], &summary["known"]), (&1.into(), &1.into()));
}

#[test]
fn a_base_that_cannot_be_read_is_told_before_anything_else() {
    let world = adopted();
    let lock = world.read("parity.lock");
    let (without, _) = lock.split_once("\n# What was wrong then").unwrap();
    world
        .text("old.lock", without)
        .text("text.json", "{")
        .text("other.json", "{\"format\": 1, \"facts\": []}")
        .text("newer.json", "{\"format\": 2}");
    for (base, says) in [
        ("old.lock", "does not say what was wrong when it was written"),
        (
            "text.json",
            "text.json: it is no report of `parity check --format json`",
        ),
        ("other.json", "missing field `findings`"),
        ("newer.json", "use a newer parity"),
        ("absent.json", "absent.json: No such file"),
        ("--upload-pack=x", "unexpected argument"),
        ("HEAD:x", "FILE.json, FILE.lock or a git revision"),
    ] {
        let run = since(&world, base, &[]);
        run.told(2, &[says]);
        assert_eq!(run.out, "");
    }
}

/// The world as a repository whose first commit has everything.
fn committed(world: &World) -> bool {
    let is_done = git(world, &["init", "-q", "-b", "main", "."]);
    if !is_done {
        eprintln!("skipped: there is no git");
        return false;
    }
    git(world, &["add", "."]) && git(world, &["commit", "-q", "-m", "one"])
}

fn git(world: &World, arguments: &[&str]) -> bool {
    let mut command = Command::new("git");
    command
        .args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=e@example",
            "-c",
            "commit.gpgSign=false",
        ])
        .args(arguments)
        .current_dir(world.path("."))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_revision_stands_for_its_lock() {
    let world = adopted();
    if !committed(&world) {
        return;
    }
    since(&world, "main", &[]).ended(0);
    world.text("be3.toml", &host("be3", "2.31"));
    world.parity(&["lock"]).ended(0);
    since(&world, "parity.lock", &[]).ended(0);
    // A change that locks what it breaks does not get past the lock of the branch it is for.
    let run = since(&world, "main", &[]);
    assert!(
        run.ended(1).out.contains("known since parity.lock of main"),
        "{}",
        run.out
    );
    // Nor one that brings a file of the name of that branch.
    world.text("main", &world.read("parity.lock"));
    since(&world, "main", &[]).ended(1);
    since(&world, "HEAD^{commit}", &[]).ended(1);
    since(&world, "nowhere", &[]).told(2, &["parity.lock of nowhere: ", "help: "]);
    git(&world, &["rm", "-q", "--cached", "parity.lock"]);
    git(&world, &["commit", "-q", "-m", "two"]);
    since(&world, "main", &[]).told(2, &["parity.lock of main: "]);
    since(&world, "main~1", &[]).ended(1);
}

#[test]
fn git_runs_nothing_that_the_repository_names() {
    let world = adopted();
    if !committed(&world) {
        return;
    }
    let trap = format!("touch {}", world.path("trapped").display());
    world.text(".gitattributes", "* diff=trap filter=trap\n");
    for (key, value) in [
        ("core.fsmonitor", trap.as_str()),
        ("core.pager", &trap),
        ("core.sshCommand", &trap),
        ("diff.trap.textconv", &trap),
        ("filter.trap.smudge", &trap),
        ("core.hooksPath", "hooks"),
        ("extensions.partialClone", "origin"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.url", "ssh://127.0.0.1/x"),
    ] {
        assert!(git(&world, &["config", key, value]), "{key}");
    }
    since(&world, "main", &[]).ended(0);
    // What is missing would be fetched from where the repository says.
    std::fs::remove_dir_all(world.path(".git/objects")).unwrap();
    std::fs::create_dir_all(world.path(".git/objects/info")).unwrap();
    since(&world, "main", &[]).told(2, &["parity.lock of main: "]);
    assert!(!world.path("trapped").exists());
}

#[test]
fn a_finding_is_the_same_from_a_directory_below() {
    let world = adopted();
    world.text("below/file", "").text(".git/HEAD", "");
    let below = [
        &["-C", "below"],
        &LIVE[..],
        &["--new-since", "../base.json", "--format", "json"],
    ]
    .concat();
    let report = world.parity(&below).ended(0).json();
    let finding = &report["findings"][0];
    assert_eq!(finding["since"], "known");
    assert_eq!(finding["evidence"][2]["target"], "bin/api");
    let gitlab = [&below[..below.len() - 1], &["gitlab"]].concat();
    let told = world.parity(&gitlab).ended(0).json();
    assert_eq!(told[0]["location"]["path"], "parity.toml");
}
