//! What is kept of a release between runs: never seen but by the time it saves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use crate::world::{Run, World, host};

const CHECK: [&str; 5] = ["check", "--env", "production", "--format", "json"];

/// A project of Node that asks for Node 20, whose files are older than anything the clock could confuse.
fn shop() -> World {
    let world = World::empty();
    world
        .text("shop/package.json", "{\"name\": \"shop\", \"engines\": {\"node\": \">=20\"}}\n")
        .text("shop/lib/a.js", "exports.a = 1\n")
        .text("be1.toml", &node("18.19.0"))
        .text("dev.toml", &node("22.0.0"))
        .text(
            "parity.toml",
            "[artifacts]\nbackend = [\"shop\"]\n[environments.production]\nbackend = [\"facts:be1.toml\"]\n[dev]\ntarget = \"facts:dev.toml\"\n",
        );
    world.parity(&["allow"]).ended(0);
    world
}

fn node(version: &str) -> String {
    let runtime = format!("\"runtime.version[node]\" = {{ value = \"{version}\", scheme = \"generic\" }}\n");
    format!("{}{runtime}", host("be1", "2.36"))
}

/// What was changed is old enough to be kept.
fn settle() {
    std::thread::sleep(Duration::from_millis(2_100));
}

fn kept(world: &World) -> Vec<PathBuf> {
    let entries = fs::read_dir(world.path(".cache/parity"))
        .into_iter()
        .flatten()
        .flatten();
    entries.map(|entry| entry.path()).collect()
}

/// The same with and without what was kept.
#[track_caller]
fn same(world: &World) -> Run {
    let warm = world.parity(&CHECK);
    let cold = world.parity(&[&CHECK[..], &["--no-cache"]].concat());
    assert_eq!(
        (&warm.code, &warm.out, &warm.err),
        (&cold.code, &cold.out, &cold.err)
    );
    warm
}

#[test]
fn what_is_kept_says_the_same() {
    let world = shop();
    settle();
    world.parity(&[&CHECK[..], &["--no-cache"]].concat()).ended(1);
    assert_eq!(kept(&world).len(), 0);
    same(&world).ended(1);
    let [file] = <[PathBuf; 1]>::try_from(kept(&world)).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    same(&world).ended(1);
    assert_eq!(
        fs::metadata(&file).unwrap().modified().unwrap(),
        before,
        "it was used"
    );
    // The names are those of each run.
    let below = world.parity(&[
        "check",
        "--against",
        "facts:be1.toml",
        "--artifact",
        "./shop",
        "--format",
        "json",
    ]);
    assert_eq!(
        below.ended(1).json()["findings"][0]["evidence"][1]["target"],
        "./shop"
    );
}

#[test]
fn an_edit_is_seen_whatever_it_restores() {
    let world = shop();
    settle();
    same(&world).ended(1);
    let path = world.path("shop/package.json");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    // In place, of the same size, and with its time put back.
    let text = world.read("shop/package.json").replace(">=20", ">=18");
    fs::write(&path, text).unwrap();
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(time)
        .unwrap();
    same(&world).ended(0);
    world.edit("shop/package.json", ">=18", ">=19");
    same(&world).ended(1);
    world.text("shop/.nvmrc", "18\n");
    fs::remove_file(&path).unwrap();
    same(&world);
    fs::rename(world.path("shop"), world.path("other")).unwrap();
    world.text(
        "shop/package.json",
        "{\"name\": \"shop\", \"engines\": {\"node\": \">=17\"}}\n",
    );
    same(&world).ended(0);
}

#[test]
fn what_has_just_been_written_is_not_kept() {
    let world = shop();
    for minimum in ["18", "20", "17", "21"] {
        let text = format!("{{\"name\": \"shop\", \"engines\": {{\"node\": \">={minimum}\"}}}}\n");
        world.text("shop/package.json", &text);
        same(&world).ended(i32::from(minimum > "18"));
    }
    assert_eq!(kept(&world).len(), 0);
}

#[test]
fn what_is_not_whole_is_not_used() {
    let world = shop();
    settle();
    same(&world).ended(1);
    let [file] = <[PathBuf; 1]>::try_from(kept(&world)).unwrap();
    let good = fs::read(&file).unwrap();
    let mut forged = String::from_utf8(good.clone()).unwrap();
    forged = forged.replace(">=20", ">=10");
    let broken: [&[u8]; 6] = [
        b"",
        b"\n",
        b"\xff\xfe",
        &good[..good.len() / 2],
        &good[1..],
        forged.as_bytes(),
    ];
    for bytes in broken {
        fs::write(&file, bytes).unwrap();
        same(&world).ended(1);
        assert!(fs::read(&file).unwrap() != bytes, "it is written again");
    }
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    same(&world).ended(1);
}

#[test]
fn a_place_that_others_may_write_is_not_used() {
    let world = shop();
    settle();
    fs::create_dir_all(world.path(".cache/parity")).unwrap();
    fs::set_permissions(world.path(".cache/parity"), fs::Permissions::from_mode(0o777)).unwrap();
    same(&world).ended(1);
    assert_eq!(kept(&world).len(), 0);
    fs::remove_dir(world.path(".cache/parity")).unwrap();
    world.text("elsewhere/x", "");
    std::os::unix::fs::symlink(world.path("elsewhere"), world.path(".cache/parity")).unwrap();
    same(&world).ended(1);
    assert_eq!(kept(&world).len(), 1, "nothing but x");
}

#[test]
fn nothing_is_kept_of_what_nobody_approved() {
    let world = shop();
    world.parity(&["allow", "--revoke"]).ended(0);
    settle();
    same(&world).ended(1);
    assert!(!world.path(".cache").exists());
}
