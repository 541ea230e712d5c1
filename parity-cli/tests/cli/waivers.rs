//! Waivers: until when they hold, what is told of those that do not, and `parity accept`, which writes them.

use crate::world::{Run, World, host};

const LIVE: [&str; 3] = ["check", "--env", "production"];

/// The first finding, or else the first open question, of a check.
fn fingerprint(world: &World) -> String {
    let report = world.parity(&[&LIVE[..], &["--format", "json"]].concat()).json();
    let first = |list: &str| report[list][0]["fingerprint"].as_str().map(str::to_owned);
    first("findings").or(first("unknowns")).unwrap()
}

fn waiver(fingerprint: &str, expires: &str) -> String {
    format!(
        "[[waivers]]\nfingerprint = \"{fingerprint}\"\nreason = \"be2 is replaced\"\nowner = \"ops\"\nexpires = {expires}\n"
    )
}

fn add(world: &World, text: &str) {
    world.text("parity.toml", &format!("{}{text}", world.read("parity.toml")));
}

fn at(world: &World, seconds: &str, arguments: &[&str]) -> Run {
    let mut command = world.command(arguments);
    Run::of(command.env("SOURCE_DATE_EPOCH", seconds).output().unwrap())
}

/// A host of which it is not known what its C library has.
fn hide_symbols(world: &World, name: &str) {
    world.edit(name, "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
    world.edit(name, ", \"library.nodes\"", "");
}

#[test]
fn a_waiver_holds_to_the_last_second_of_its_day() {
    let world = World::shop();
    let id = fingerprint(&world);
    add(&world, &waiver(&id, "2026-01-31"));
    // 2026-01-31T23:59:59Z, and the second after.
    let before = at(&world, "1769903999", &LIVE);
    world.golden("waiver-holds", &before);
    let after = at(&world, "1769904000", &LIVE);
    world.golden("waiver-expired", &after);
    assert_eq!((before.code, after.code), (0, 1));
}

#[test]
fn a_waived_finding_is_counted_in_every_format() {
    let world = World::shop();
    let id = fingerprint(&world);
    add(&world, &waiver(&id, "2026-01-31"));
    for format in ["text", "markdown", "github", "gitlab", "sarif", "junit", "html"] {
        let run = world.parity(&[&LIVE[..], &["--format", format]].concat());
        assert!(
            run.ended(0).out.contains("1 finding waived until 2026-01-31"),
            "{format}: {}",
            run.out
        );
    }
    let json = world.parity(&[&LIVE[..], &["--format", "json"]].concat());
    let report = json.ended(0).json();
    assert_eq!(report["summary"]["waived"], 1);
    assert_eq!(report["summary"]["errors"], 0);
    assert_eq!(report["findings"][0]["waiver"]["owner"], "ops");
    world.golden("waiver-verbose", &world.parity(&[&LIVE[..], &["-v"]].concat()));
}

#[test]
fn waivers_with_nothing_to_do_are_told_in_every_format() {
    let world = World::shop();
    world.text("be2.toml", &host("be2", "2.41"));
    add(&world, &waiver("0123456789abcdef", "2026-01-31"));
    add(&world, &waiver("fedcba9876543210", "2025-12-31"));
    world.golden("waiver-unused", &world.parity(&LIVE));
    for format in ["json", "markdown", "github", "gitlab", "sarif", "junit", "html"] {
        let run = world.parity(&[&LIVE[..], &["--format", format]].concat());
        for id in ["0123456789abcdef", "fedcba9876543210"] {
            assert!(run.ended(0).out.contains(id), "{format}: {}", run.out);
        }
    }
    // Of a host that was not asked nothing is said.
    world.edit(
        "parity.toml",
        "fingerprint = \"0123456789abcdef\"",
        "fingerprint = \"0123456789abcdef\"\ntarget = \"facts:be9.toml\"",
    );
    let run = world.parity(&LIVE);
    assert!(!run.ended(0).out.contains("0123456789abcdef"), "{}", run.out);
}

#[test]
fn a_waiver_says_the_truth_or_accepts_nothing() {
    let world = World::shop();
    let id = fingerprint(&world);
    add(&world, &waiver(&id, "2026-01-31"));
    world.edit(
        "parity.toml",
        "reason = \"be2",
        "subject = \"docs\"\nreason = \"be2",
    );
    world.golden("waiver-mismatch", &world.parity(&LIVE));
}

/// Every state of a finding with every state of a question.
#[test]
fn findings_and_questions_are_accepted_each_for_itself() {
    let states = [None, Some("2025-12-31"), Some("2026-01-01"), Some("absent")];
    for finding in states {
        for question in states {
            let world = World::shop();
            if finding == Some("absent") {
                world.text("be2.toml", &host("be2", "2.41"));
            }
            if question != Some("absent") {
                hide_symbols(&world, "be3.toml");
            }
            let run = world.parity(&[&LIVE[..], &["--format", "json"]].concat());
            let report = run.json();
            for (list, state) in [("findings", finding), ("unknowns", question)] {
                for one in report[list].as_array().unwrap() {
                    if let Some(day) = state {
                        add(&world, &waiver(one["fingerprint"].as_str().unwrap(), day));
                    }
                }
            }
            let accepted = |state| matches!(state, Some("2026-01-01" | "absent"));
            let expected = match (accepted(finding), accepted(question)) {
                (false, _) => 1,
                (true, false) => 3,
                (true, true) => 0,
            };
            let run = world.parity(&LIVE);
            assert_eq!(
                run.code, expected,
                "{finding:?} {question:?}\n{}{}",
                run.out, run.err
            );
        }
    }
}

const COMMENTED: &str = "\u{feff}# The shop.\r\n[artifacts]\r\nbackend = [\"bin/api\"] # what ships\r\n\r\n\
    [environments.production]\r\nbackend = [\"facts:be1.toml\", \"facts:be2.toml\",\r\n  # the old one\r\n  \"facts:be3.toml\"]\r\n\
    [dev]\r\ntarget = \"facts:dev.toml\"\r\n# the end";

fn accept(world: &World, more: &[&str]) -> Run {
    world.parity(&[&["accept"], more].concat())
}

#[test]
fn what_is_accepted_stays_accepted_and_nothing_else_changes() {
    let world = World::shop();
    world.text("parity.toml", COMMENTED);
    let id = fingerprint(&world);
    let words = [
        &id[..6],
        "--reason",
        "be2 is \"replaced\"",
        "--expires",
        "30d",
        "--owner",
        "ops",
        "--env",
        "production",
    ];
    let run = accept(&world, &words);
    run.told(
        0,
        &["error[libc-symbols] api → facts:be2.toml is waived until 2026-01-31 by ops"],
    );
    let text = world.read("parity.toml");
    let added = text.strip_prefix(COMMENTED).unwrap();
    assert_eq!(
        added,
        format!(
            "\r\n\r\n[[waivers]]\r\nfingerprint = \"{id}\"\r\nrule = \"libc-symbols\"\r\ntarget = \"facts:be2.toml\"\r\n\
             subject = \"api\"\r\nreason = \"be2 is \\\"replaced\\\"\"\r\nowner = \"ops\"\r\nexpires = 2026-01-31\r\n"
        )
    );
    world.parity(&LIVE).ended(0);
    // Renewed in its place.
    let words = [
        &id[..],
        "--reason",
        "later",
        "--expires",
        "2026-03-01",
        "--owner",
        "dev",
        "--env",
        "production",
    ];
    accept(&world, &words).ended(0);
    let renewed = text
        .replace("be2 is \\\"replaced\\\"", "later")
        .replace("\"ops\"", "\"dev\"")
        .replace("2026-01-31", "2026-03-01");
    assert_eq!(world.read("parity.toml"), renewed);
    assert!(!world.names().iter().any(|name| name.starts_with(".parity-")));
}

#[test]
fn without_more_words_the_lock_is_checked() {
    let world = World::shop();
    let id = fingerprint(&world);
    let words = [
        &id[..],
        "--reason",
        "x",
        "--expires",
        "2026-01-01",
        "--owner",
        "ops",
    ];
    accept(&world, &words).told(2, &["parity lock"]);
    world.parity(&["lock"]).ended(0);
    accept(&world, &words).ended(0);
    world.parity(&["check"]).ended(0);
}

#[test]
fn questions_are_accepted_from_a_report_without_the_hosts() {
    let world = World::shop();
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        hide_symbols(&world, name);
    }
    world
        .parity(&[&LIVE[..], &["--format", "json=report.json"]].concat())
        .ended(3);
    let report: serde_json::Value = serde_json::from_str(&world.read("report.json")).unwrap();
    for unknown in report["unknowns"].as_array().unwrap() {
        let words = [
            unknown["fingerprint"].as_str().unwrap(),
            "--reason",
            "nobody may look",
            "--expires",
            "4w",
            "--report",
            "report.json",
        ];
        let mut command = world.command(&[&["accept"], &words[..]].concat());
        let run = Run::of(command.env("USER", "jo").output().unwrap());
        run.told(0, &["question[libc-symbols]", "by jo"]);
    }
    world.golden("waiver-questions", &world.parity(&[&LIVE[..], &["-v"]].concat()));
}

#[test]
fn what_cannot_be_accepted_is_said() {
    let world = World::shop();
    let id = fingerprint(&world);
    world.text("report.json", "{}");
    let before = world.read("parity.toml");
    let given = [
        "--reason",
        "x",
        "--expires",
        "1d",
        "--owner",
        "ops",
        "--env",
        "production",
    ];
    for (change, with, words, says) in [
        ("", "", vec!["0123"], "it found "),
        ("", "", vec![&format!("{}z", &id[..7])], "did you mean "),
        ("", "", vec!["zzzz"], "nothing with the fingerprint `zzzz`"),
        ("", "", vec![&id[..3]], "nothing with the fingerprint"),
        ("1d", "2025-12-31", vec![&id], "is over: today is 2026-01-01"),
        ("1d", "tomorrow", vec![&id], "30d, 4w"),
        ("x", " ", vec![&id], "--reason is empty"),
        ("ops", "", vec![&id], "--owner"),
        ("production", "staging", vec![&id], "--env with one of"),
        ("--env", "--report", vec![&id], "production: "),
        ("production", "report.json", vec![&id], "has no environment"),
    ] {
        let given: Vec<&str> = given
            .iter()
            .map(|word| if *word == change { with } else { word })
            .collect();
        let run = accept(&world, &[words, given].concat());
        run.told(2, &[says]);
        assert_eq!(world.read("parity.toml"), before, "{says}");
    }
    let words = [
        &id[..],
        "--reason",
        "x",
        "--expires",
        "1d",
        "--owner",
        "ops",
        "--report",
        "report.json",
    ];
    accept(&world, &words).told(2, &["this is no report of a check"]);
    add(
        &world,
        "[[policy.ignore]]\nrule = \"libc-symbols\"\nreason = \"y\"\n",
    );
    accept(&world, &[&[id.as_str()], &given[..]].concat()).told(2, &["ignored anyway, by line 7"]);
    std::fs::remove_file(world.path("parity.toml")).unwrap();
    accept(&world, &[&[id.as_str()], &given[..]].concat()).told(2, &["parity init"]);
}
