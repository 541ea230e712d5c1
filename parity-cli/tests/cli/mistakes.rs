//! What the user gets wrong: all at once, with its line, and what to do about it. The code is 2 and nothing was contacted.

use crate::world::World;

#[test]
fn mistakes_of_the_configuration_are_told_at_once() {
    let world = World::shop();
    world.text(
        "parity.toml",
        r#"[artefacts]
backend = ["bin/api"]
[artifacts]
bakend = ["bin/api", "../secret", 7]
[environments.production]
backend = ["ssh://be1", "ssh://be1", "ssh://-oProxyCommand=id", "http://example.com/x"]
[environments.staging]
[[links]]
from = "backend"
to = "bd"
port = 0
[[links]]
from = "backend"
[policy]
fail-on = "sometimes"
[facts]
"ssh://be9" = "be9.toml"
"#,
    );
    let run = world.parity(&["check"]);
    world.golden("config-mistakes", &run);
    assert_eq!(run.ended(2).out, "");
}

#[test]
fn syntax_is_told_with_its_line() {
    let world = World::empty();
    world.text("parity.toml", "[environments\nproduction = 1\n");
    world.golden("config-syntax", &world.parity(&["lock"]));
    world.write("parity.toml", b"\xff\xfe");
    world.parity(&["lock"]).told(2, &["parity.toml"]);
    world.text("parity.toml", "a = \"\u{1b}[31m\"");
    let run = world.parity(&["lock"]);
    run.ended(2);
    assert!(!run.err.contains('\u{1b}'), "{}", run.err);
}

#[test]
fn mistakes_in_facts_are_told_at_once() {
    let world = World::shop();
    world.text(
        "be2.toml",
        "[facts]\n\"os.idd\" = \"debian\"\n\"kernel.page-size\" = \"big\"\n\"libc\" = 1\n",
    );
    let run = world.parity(&["check", "--env", "production"]);
    world.golden("facts-mistakes", &run);
}

#[test]
fn words_that_make_no_sense() {
    let world = World::shop();
    for (arguments, says) in [
        (vec!["chek"], "check"),
        (vec!["check", "--agianst", "local"], "--against"),
        (vec!["check", "--fail-on", "sometimes"], "error, warning or never"),
        (vec!["check", "--jobs", "0"], "--jobs"),
        (vec!["check", "--timeout", "soon"], "30s"),
        (vec!["check", "--timeout=-5s"], "30s"),
        (vec!["check", "--format", "yaml"], "sarif, junit or html"),
        (
            vec!["check", "--format", "text", "--format", "json"],
            "two reports would go to standard output",
        ),
        (
            vec!["check", "--format", "text", "--format", "json", "-o", "x"],
            "two reports would go to x",
        ),
        (vec!["check", "--env", "prod"], "--env with one of: production"),
        (
            vec!["check", "--env", "production", "--against", "local"],
            "cannot be used with",
        ),
        (
            vec![
                "check",
                "--against",
                "facts:be1.toml",
                "--against",
                "facts:be1.toml",
            ],
            "named twice",
        ),
        (
            vec!["check", "--against", "ssh://-oProxyCommand=id"],
            "is not a target",
        ),
        (vec!["check", "--against", "ssh://a;id"], "is not a target"),
        (
            vec!["check", "--against", "http://example.com/a.json"],
            "loopback only",
        ),
        (
            vec!["check", "--against", "https://u:CANARY@example.com/a.json"],
            "leave it out",
        ),
        (
            vec!["check", "--against", "missing.json"],
            "missing.json: there is no such file",
        ),
        (
            vec!["check", "--against", "rootfs:missing"],
            "missing: there is no such file",
        ),
        (
            vec!["check", "--against", "facts:missing.toml"],
            "missing.toml: there is no such file",
        ),
        (
            vec!["check", "--env", "production", "--artifact", "bin/missing"],
            "build it first",
        ),
        (
            vec!["check", "--env", "production", "--dev", "nowhere"],
            "is not a target",
        ),
        (vec!["check", "--link", "a:b"], "FROM:TO:PORT"),
        (vec!["check"], "parity lock"),
        (vec!["check", "-C", "missing"], "missing"),
        (vec!["check", "--config", "missing.toml"], "missing.toml"),
        (vec!["diff", "facts:be1.toml"], "CURRENT"),
        (vec!["capture", "local"], "-o FILE"),
        (vec!["capture", "facts:be1.toml", "-o", "x"], "is a document"),
        (vec!["explain", "libc-symbol"], "did you mean `libc-symbols`?"),
        (vec!["explain", "banana"], "`parity rules` lists them"),
        (vec!["schema", "banana"], "snapshot, report, diff and bundle"),
        (vec!["lock", "--env", "staging"], "--env with one of: production"),
        (vec!["init"], "parity init --force"),
    ] {
        let run = world.parity(&arguments);
        run.told(2, &[says]);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(!world.path("x").exists());
    }
}

#[test]
fn all_targets_that_are_wrong_are_told() {
    let world = World::shop();
    let run = world.parity(&["diff", "facts:a.toml", "b.json", "rootfs:c", "bundle:d"]);
    run.told(2, &["a.toml: ", "b.json: ", "c: ", "d: "]);
    let run = world.parity(&["diff", "ssh://", "nowhere"]);
    run.told(2, &["`ssh://` is not a target", "`nowhere` is not a target"]);
}

#[test]
fn a_mistake_is_told_before_anything_is_contacted() {
    let world = World::shop();
    // A host that would take its time.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/a.json", listener.local_addr().unwrap());
    for arguments in [
        vec!["check", "--against", &url, "--dev", "missing.json"],
        vec!["check", "--against", &url, "--against", "missing.json"],
        vec!["check", "--against", &url, "--artifact", "missing"],
        vec!["diff", &url, "missing.json"],
    ] {
        world.parity(&arguments).ended(2);
        assert!(listener.accept().is_err(), "{arguments:?} contacted the host");
    }
}

#[test]
fn snapshots_that_cannot_be_read() {
    let world = World::shop();
    world.parity(&["snapshot", "facts:be1.toml", "-o", "good.json"]);
    let good = world.read("good.json");
    let nested = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let id = good.find("\"sha256:").unwrap();
    for (text, says) in [
        (String::new(), "the file is empty"),
        (good[..good.len() / 2].to_owned(), "line "),
        (format!("<<<<<<< HEAD\n{good}"), "line 1: a merge conflict marker"),
        (
            good.replace("\"format\": 1", "\"format\": 9"),
            "use a newer parity",
        ),
        (good.replacen("2.36", "2.41", 1), "the id does not match"),
        (
            format!("{}0000{}", &good[..id + 8], &good[id + 12..]),
            "the id does not match",
        ),
        (nested.clone(), "line 1"),
        (format!("{{\"format\": 1, \"facts\": {nested}}}"), "line 1"),
        ("not json".to_owned(), "line 1"),
        ("null".to_owned(), "line 1"),
    ] {
        world.text("bad.json", &text);
        world
            .parity(&["diff", "good.json", "bad.json"])
            .told(2, &["bad.json: ", says]);
    }
    world.text("bad.json", &format!("\u{feff}{}", good.replace('\n', "\r\n")));
    world.parity(&["diff", "good.json", "bad.json"]).ended(0);
    world.write("bad.json.zst", b"(\xb5/\xfdgarbage");
    world
        .parity(&["snapshot", "bad.json.zst"])
        .told(2, &["bad.json.zst: "]);
    world.text("bad.bundle", "{\"format\": 1}");
    world
        .parity(&["snapshot", "bundle:bad.bundle"])
        .told(2, &["bad.bundle: "]);
}
