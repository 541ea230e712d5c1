//! Machines that lack what most have.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::World;

#[test]
fn without_the_usual_environment() {
    let world = World::shop();
    let binary = env!("CARGO_BIN_EXE_parity");
    let plain = world.parity(&["check", "--env", "production"]);
    for environment in [
        "",
        "LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8",
        "TMPDIR=/nonexistent",
        "HOME=/nonexistent",
        "TERM=dumb",
    ] {
        let run = world.shell(&format!(
            "exec env -i SOURCE_DATE_EPOCH=1767225600 {environment} {binary} check --env production"
        ));
        assert_eq!(
            (run.code, &run.out),
            (plain.code, &plain.out),
            "{environment}: {}",
            run.err
        );
    }
    world
        .shell("SOURCE_DATE_EPOCH=soon parity check")
        .told(2, &["SOURCE_DATE_EPOCH is `soon`"]);
}

#[test]
fn in_a_directory_that_is_gone() {
    let world = World::shop();
    let gone = "mkdir gone; cd gone; rmdir ../gone; ";
    world
        .shell(&format!("{gone} parity check"))
        .told(2, &["parity.lock"]);
    world
        .shell(&format!("{gone} parity lock"))
        .told(2, &["parity.toml"]);
    world.shell(&format!("{gone} parity rules")).ended(0);
    world.shell(&format!("{gone} parity init")).ended(4);
}

#[test]
fn with_closed_streams() {
    let world = World::shop();
    for streams in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        world
            .shell(&format!("parity check --env production {streams}"))
            .ended(1);
    }
    world
        .shell("parity snapshot - <&-")
        .told(2, &["standard input: "]);
}

#[test]
fn with_few_files_and_one_job() {
    let world = World::shop();
    world
        .shell("ulimit -n 32; parity check --env production")
        .ended(1);
    world.shell("parity check --env production --jobs 1").ended(1);
    let many: Vec<String> = (0..200).map(|n| format!("facts:h{n}.toml")).collect();
    for n in 0..200 {
        world.text(
            &format!("h{n}.toml"),
            &crate::world::host(&format!("h{n}"), "2.36"),
        );
    }
    let line = format!("ulimit -n 32; parity diff {} --format json", many.join(" "));
    let run = world.shell(&line);
    assert_eq!(
        run.json()["coverage"].as_array().unwrap().len(),
        200,
        "{}",
        run.err
    );
}

#[test]
fn an_interrupt_ends_it_within_a_second() {
    let world = World::shop();
    // Accepts and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a.json", listener.local_addr().unwrap());
    for (arguments, kept) in [
        (vec!["snapshot", &url], false),
        (
            vec!["diff", "facts:be1.toml", &url, "--format", "json=partial.json"],
            true,
        ),
        (vec!["check", "--against", &url, "--artifact", "bin/api"], false),
    ] {
        let child = world.command(&arguments).stdin(Stdio::null()).spawn().unwrap();
        let _connection = listener.accept().unwrap();
        let start = Instant::now();
        let kill = Command::new("/bin/kill")
            .args(["-INT", &child.id().to_string()])
            .status()
            .unwrap();
        assert!(kill.success());
        let run = crate::world::Run::of(child.wait_with_output().unwrap());
        run.ended(130);
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "{arguments:?}: {:?}",
            start.elapsed()
        );
        assert_eq!(run.out, "");
        if kept {
            let partial = world.read("partial.json");
            assert!(partial.contains("interrupted"), "{partial}");
        }
    }
}
