//! This repository's own gate lets through what its users can start, and nothing else.

use std::fs;
use std::path::Path;

use crate::elf::Program;
use crate::world::World;

/// The configuration and the lock of this repository, with another program in place of the one that was built.
fn gated(needs: &str) -> World {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let world = World::empty();
    for name in ["parity.toml", "parity.lock"] {
        world.text(name, &fs::read_to_string(top.join(name)).unwrap());
    }
    world.write("target/debug/parity", &Program::needing(needs).bytes());
    world
}

#[test]
fn a_build_for_a_newer_system_does_not_pass() {
    let run = gated("GLIBC_2.38").parity(&["check"]);
    let told = &run.ended(1).out;
    assert!(
        told.starts_with("blocked: parity will not start on 1 of 2 cli hosts\n"),
        "{told}"
    );
    assert!(told.contains("→ rootfs:target/users/debian-12 (cli)"), "{told}");
    let run = gated("GLIBC_2.42").parity(&["check"]);
    assert!(run.ended(1).out.contains("on 2 of 2 cli hosts"), "{}", run.out);
}

#[test]
fn a_build_for_the_oldest_system_passes() {
    gated("GLIBC_2.34").parity(&["check"]).ended(0);
}
