//! Where results go, and what happens when they cannot go there.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::world::{Run, World};

const LIVE: &str = "check --env production";

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let world = World::shop();
    let has_escape = |line: &str| world.shell(line).out.contains('\u{1b}');
    assert!(!has_escape("parity check --env production"));
    assert!(has_escape("parity check --env production --color always"));
    assert!(!has_escape("parity check --env production --color never"));
    if world.shell("script --version").code != 0 {
        eprintln!("skipped: there is no script(1) to make a terminal with");
        return;
    }
    let on_terminal = |environment: &str| {
        has_escape(&format!(
            "TERM=xterm {environment} script -qec 'parity {LIVE} 2>/dev/null' /dev/null"
        ))
    };
    assert!(on_terminal(""));
    assert!(!on_terminal("NO_COLOR=1"));
}

#[test]
fn files_have_no_colours_and_are_whole() {
    let world = World::shop();
    let run = world.shell("parity check --env production --color always -o report.txt");
    assert_eq!(run.out, "");
    run.ended(1);
    let report = world.read("report.txt");
    assert!(
        report.starts_with("blocked: ") && !report.contains('\u{1b}'),
        "{report}"
    );
    let mode = fs::metadata(world.path("report.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o644);
    world.shell("umask 077; parity check --env production -o private.txt");
    let mode = fs::metadata(world.path("private.txt"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn less_and_more() {
    let world = World::shop();
    world.golden(
        "check-quiet",
        &world.parity(&["check", "--env", "production", "-q"]),
    );
    world.parity(&["check", "--env", "production", "-v"]).ended(1);
    assert_eq!(world.parity(&["lock", "-q"]).ended(0).err, "");
}

#[test]
fn a_link_stays_and_its_file_is_replaced() {
    let world = World::shop();
    world.text("kept/report.txt", "old");
    std::os::unix::fs::symlink("kept/report.txt", world.path("link.txt")).unwrap();
    world.shell("parity check --env production -o link.txt").ended(1);
    assert!(fs::symlink_metadata(world.path("link.txt")).unwrap().is_symlink());
    assert!(world.read("kept/report.txt").starts_with("blocked"));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let world = World::shop();
    let run = world.shell("{ parity plan ssh://host; echo \"code $?\" >&2; } | head -1");
    run.told(0, &["code 0"]);
    assert_eq!(run.out, "ssh://host\n");
}

#[test]
fn a_full_disk_is_told() {
    let world = World::shop();
    world.edit("parity.toml", "\"facts:be2.toml\", ", "");
    world
        .shell("parity check --env production > /dev/full")
        .told(4, &["standard output: ", "error"]);
    world
        .shell("parity check --env production -o /dev/full")
        .told(4, &["/dev/full: "]);
    world
        .shell("parity snapshot facts:be1.toml -o /dev/full")
        .told(4, &["/dev/full: "]);
    assert!(!fs::metadata("/dev/full").unwrap().is_file());
    assert!(!world.names().iter().any(|name| name.starts_with(".parity-")));
}

#[test]
fn what_breaks_is_told_before_what_could_not_be_written() {
    let world = World::shop();
    world
        .shell("parity check --env production > /dev/full")
        .told(1, &["standard output: "]);
    let run = world.shell("parity check --env production --format json=/dev/full --format text");
    run.told(1, &["/dev/full: "]);
    assert!(run.out.starts_with("blocked"));
    world
        .shell("parity diff facts:be1.toml facts:be2.toml > /dev/full")
        .ended(1);
}

#[test]
fn a_directory_that_cannot_be_written() {
    let world = World::shop();
    world
        .parity(&["lock", "-o", "missing/parity.lock"])
        .told(4, &["missing/parity.lock: "]);
    world.parity(&["lock", "-o", "bin"]).told(4, &["bin: "]);
    world.text("sealed/parity.lock", "old");
    fs::set_permissions(world.path("sealed"), fs::Permissions::from_mode(0o555)).unwrap();
    let probe = fs::write(world.path("sealed/probe"), "");
    let run = world.parity(&["lock", "-o", "sealed/parity.lock"]);
    let kept = world.read("sealed/parity.lock");
    fs::set_permissions(world.path("sealed"), fs::Permissions::from_mode(0o755)).unwrap();
    if probe.is_ok() {
        eprintln!("skipped: this user may write into every directory");
        return;
    }
    run.told(4, &["sealed/parity.lock: "]);
    assert_eq!(kept, "old");
}

#[test]
fn narrow_terminals() {
    let world = World::shop();
    for name in ["be1.toml", "be2.toml", "be3.toml"] {
        world.edit(name, "Debian with", "デビアン 東京 with");
    }
    for columns in ["1", "20", "40", "80", "nonsense", "0", "-1"] {
        for arguments in [
            vec!["check", "--env", "production", "--all", "-v"],
            vec!["diff", "facts:be1.toml", "facts:be2.toml", "facts:be3.toml"],
            vec!["explain", "libc-symbols"],
        ] {
            let mut command = world.command(&arguments);
            let run = Run::of(command.env("COLUMNS", columns).output().unwrap());
            assert!(
                [0, 1].contains(&run.code) && !run.err.contains("panicked"),
                "{}",
                run.err
            );
        }
    }
    let mut command = world.command(&["check", "--env", "production"]);
    world.golden(
        "check-narrow",
        &Run::of(command.env("COLUMNS", "40").output().unwrap()),
    );
}
