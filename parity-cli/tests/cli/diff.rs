//! `parity diff`, and targets of every form against themselves.

use crate::world::{World, host};

#[test]
fn two_targets() {
    let world = World::shop();
    world.golden(
        "diff-two",
        &world.parity(&["diff", "facts:be1.toml", "facts:be2.toml"]),
    );
    let report = world.parity(&["diff", "facts:be1.toml", "facts:be2.toml", "--format", "json"]);
    let report = report.ended(1).json();
    assert_eq!(report["verdict"], "different");
    assert_eq!(report["baseline"], "facts:be1.toml");
    assert!(
        report["changes"]
            .as_array()
            .unwrap()
            .iter()
            .any(|change| { change["fact"] == "libc.version" && change["direction"] == "older" })
    );
}

#[test]
fn three_targets_tell_who_deviates() {
    let world = World::shop();
    world.text("be3.toml", &host("be3", "2.36"));
    let run = world.parity(&["diff", "facts:be1.toml", "facts:be2.toml", "facts:be3.toml"]);
    world.golden("diff-three", &run);
}

#[test]
fn what_one_side_does_not_know_is_not_compared() {
    let world = World::shop();
    world.edit("be1.toml", "\"libc.version\" = ", "# ");
    world.text("be2.toml", &host("be2", "2.36"));
    world.edit("be2.toml", "\"be2\"", "\"be1\"");
    let run = world.parity(&["diff", "facts:be1.toml", "facts:be2.toml"]);
    world.golden("diff-not-compared", &run);
    world.golden(
        "diff-not-compared-all",
        &world.parity(&["diff", "facts:be1.toml", "facts:be2.toml", "--all"]),
    );
}

#[test]
fn every_form_is_the_same_as_itself() {
    let world = World::shop();
    root(&world);
    world.parity(&["snapshot", "rootfs:root", "-o", "root.json"]);
    world
        .parity(&["capture", "rootfs:root", "-o", "root.bundle"])
        .ended(0);
    world.shell("zstd -q root.json -o root.json.zst || true");
    let forms = ["facts:be1.toml", "root.json", "root.json.zst"];
    for form in forms
        .into_iter()
        .filter(|form| !form.ends_with("zst") || world.path(form).exists())
    {
        let run = world.parity(&["diff", form, form, "--format", "json"]);
        assert_eq!(run.json()["changes"], serde_json::json!([]), "{form}");
    }
    for (one, other) in [
        ("rootfs:root", "rootfs:root"),
        ("rootfs:root", "bundle:root.bundle"),
        ("bundle:root.bundle", "bundle:root.bundle"),
        ("rootfs:root", "root.json"),
    ] {
        let run = world.parity(&["diff", one, other, "--format", "json"]);
        assert_eq!(
            run.json()["changes"],
            serde_json::json!([]),
            "{one} {other}: {}",
            run.out
        );
    }
    let input = world.read("root.json");
    let run = world.parity_with_input(&["diff", "-", "root.json", "--format", "json"], input.as_bytes());
    assert_eq!(run.json()["changes"], serde_json::json!([]));
    world
        .parity(&["diff", "facts:be1.toml", "facts:be1.toml"])
        .ended(0);
}

#[test]
fn this_machine_is_the_same_as_itself() {
    let world = World::empty();
    let run = world.parity(&["diff", "local", "local", "--format", "json", "--timeout", "60s"]);
    assert_eq!(run.json()["changes"], serde_json::json!([]), "{}", run.out);
    assert!([0, 3].contains(&run.code), "{}", run.err);
}

#[test]
fn standard_input_is_read_once() {
    let world = World::shop();
    world
        .parity(&["diff", "-", "-"])
        .told(2, &["standard input is named twice"]);
}

/// A small Debian root.
pub(crate) fn root(world: &World) {
    world
        .text("root/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n")
        .text("root/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        .text("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
        .text("root/etc/group", "root:x:0:\n")
        .text(
            "root/var/lib/dpkg/status",
            "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\nMaintainer: x\nDescription: x\n",
        );
}
