//! An image tells what its tree tells, and one that is damaged tells nothing.

use std::process::Command;

use crate::elf::Program;
use crate::world::World;

const STATUS: &str =
    "Package: alpha\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2.0-1\n\n";

fn tree() -> Option<World> {
    let world = World::empty();
    world
        .text("root/etc/os-release", "ID=debian\nVERSION_ID=12\nNAME=Debian\n")
        .text("root/etc/nginx/nginx.conf", "events { worker_connections 1; }\n")
        .text("root/var/lib/dpkg/status", STATUS)
        .write("root/usr/bin/api", &Program::needing("GLIBC_2.34").bytes());
    let made = Command::new("tar")
        .args([
            "--create",
            "--gzip",
            "--file",
            "image.tgz",
            "--directory",
            "root",
            ".",
        ])
        .current_dir(world.path("."))
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        eprintln!("skipped: no tar");
        return None;
    }
    Some(world)
}

#[test]
fn it_is_equal_to_its_tree() {
    let Some(world) = tree() else { return };
    let id = |target: &str| {
        let run = world.parity(&["snapshot", target]);
        run.ended(0);
        let snapshot = run.json();
        assert_eq!(snapshot["target"], target);
        snapshot["id"].clone()
    };
    assert_eq!(id("image:image.tgz"), id("rootfs:root"));
    world.parity(&["diff", "image:image.tgz", "rootfs:root"]).ended(0);
    world
        .parity(&["diff", "image:image.tgz", "image:image.tgz"])
        .ended(0);
}

#[test]
fn a_damaged_one_tells_nothing() {
    let Some(world) = tree() else { return };
    let bytes = std::fs::read(world.path("image.tgz")).unwrap();
    world.write("cut.tgz", &bytes[..bytes.len() - 9]);
    let run = world.parity(&["snapshot", "image:cut.tgz", "-o", "out.json"]);
    run.told(3, &["cut.tgz", "[bad-image]"]);
    let snapshot: serde_json::Value = serde_json::from_str(&world.read("out.json")).unwrap();
    let facts = snapshot["facts"].as_array().unwrap().iter();
    assert_eq!(facts.filter(|fact| !fact["value"].is_null()).count(), 0);
    let told = world.parity(&["snapshot", "image:none.tgz"]);
    told.told(2, &["none.tgz: there is no such file or directory"]);
}
