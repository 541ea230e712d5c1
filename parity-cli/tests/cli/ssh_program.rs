//! A program called `ssh` that is none is told once, before any host is asked.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::world::{Run, World};

/// Three hosts by an `ssh` that is this script.
fn with(script: &str) -> (World, Run) {
    let world = World::empty();
    world.text("programs/ssh", script);
    fs::set_permissions(world.path("programs/ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", world.path("programs").display());
    let mut command = world.command(&[
        "check",
        "--dev",
        "facts:dev.toml",
        "--timeout",
        "10s",
        "--against",
    ]);
    command.args(["ssh:web1", "--against", "ssh:web2", "--against", "ssh:web3"]);
    world.text("dev.toml", &crate::world::host("laptop", "2.41"));
    let run = Run::of(command.env("PATH", path).output().unwrap());
    (world, run)
}

#[test]
fn one_that_prints_nonsense() {
    let (_, run) = with("#!/bin/sh\necho lorem ipsum dolor\n");
    run.told(
        2,
        &[
            "is no OpenSSH client: `ssh -V` says `lorem ipsum dolor`",
            "command -v ssh",
        ],
    );
    assert_eq!(run.err.matches("ssh -V").count(), 1, "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn one_that_never_answers() {
    let (_, run) = with("#!/bin/sh\nexec sleep 60\n");
    run.told(2, &["does not answer `ssh -V`"]);
}

#[test]
fn one_that_may_not_be_run() {
    let (world, _) = with("");
    fs::set_permissions(world.path("programs/ssh"), fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = world.command(&["snapshot", "ssh:web1"]);
    let run = Run::of(command.env("PATH", world.path("programs")).output().unwrap());
    run.told(2, &["the program `ssh` on the PATH may not be run"]);
    let run = Run::of(command.env("PATH", world.path("nowhere")).output().unwrap());
    run.told(
        2,
        &[
            "the program `ssh` is not on the PATH",
            "install the OpenSSH client",
        ],
    );
}
