//! `parity allow`: what `parity.toml` reaches outside of its directory is approved by its meaning, outside of the repository.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::world::World;

const CHECK: [&str; 3] = ["check", "--env", "production"];
/// Nobody listens there, and `ssh` says so at once.
const NOBODY: &str = "ssh://parity@127.0.0.1:1";

/// The shop with a lock, and then a host to connect to.
fn reaching() -> World {
    let world = World::shop();
    world.parity(&["lock"]).ended(0);
    world.edit("parity.toml", "\"facts:be3.toml\"", &format!("\"{NOBODY}\""));
    world.edit(
        "parity.lock",
        "\"facts:be3.toml\", role",
        &format!("\"{NOBODY}\", role"),
    );
    let lock = world
        .read("parity.lock")
        .replace("\"facts:be3.toml\"", &format!("\"{NOBODY}\""));
    world.text("parity.lock", &lock);
    world
}

/// The one approval that there is.
fn approval(world: &World) -> PathBuf {
    let mut entries = fs::read_dir(world.state().join("parity/approvals")).unwrap();
    entries.next().unwrap().unwrap().path()
}

#[test]
fn what_reaches_out_is_approved_first() {
    let world = reaching();
    for arguments in [&CHECK[..], &["lock"]] {
        let run = world.parity(arguments);
        run.told(2, &["not approved: parity.toml", NOBODY, "parity allow"]);
        assert_eq!(run.out, "");
    }
    world.parity(&["check"]).ended(1);
    let approved = world.parity(&["allow"]);
    assert!(
        approved
            .ended(0)
            .out
            .contains(&format!("+ environments.production.backend    {NOBODY}"))
    );
    let run = world.parity(&CHECK);
    if run.err.contains("ssh") && run.code == 2 {
        eprintln!("skipped: there is no ssh here");
        return;
    }
    // Now it is contacted.
    run.ended(1);
    assert!(run.out.contains("refused"), "{}", run.out);
}

#[test]
fn an_edit_ends_the_approval_and_the_change_is_shown() {
    let world = reaching();
    world.parity(&["allow"]).ended(0);
    world.edit("parity.toml", NOBODY, "docker://db");
    world.edit(
        "parity.toml",
        "\"docker://db\"",
        "\"docker://db\", \"rootfs:/srv/\\u001b[2K\\u202eroot\"",
    );
    let run = world.parity(&CHECK);
    world.golden("allow-changed", &run);
    run.ended(2);
    let shown = world.parity(&["allow"]);
    world.golden("allow-again", &shown);
}

#[test]
fn the_meaning_is_approved_and_not_the_letters() {
    let world = reaching();
    world.parity(&["allow"]).ended(0);
    let hash = world.parity(&["allow", "--print"]).out;
    let turned = format!(
        "# A comment.\n[environments]\nproduction = {{ backend = [ \"{NOBODY}\", 'facts:be2.toml', \"facts:be1.toml\" ] }}\n\
         [dev]\ntarget = \"facts:dev.toml\"\n[artifacts]\nbackend = \"bin/api\"\n[policy]\nfail-on = \"warning\"\n"
    );
    world.text("parity.toml", &turned);
    assert_eq!(world.parity(&["allow", "--print"]).out, hash);
    assert_ne!(world.parity(&CHECK).code, 2);
    for other in [
        "ssh://parity@127.0.0.1:2",
        "ssh://root@127.0.0.1:1",
        "ssh:127.0.0.1",
    ] {
        world.text("parity.toml", &turned.replace(NOBODY, other));
        assert_ne!(world.parity(&["allow", "--print"]).out, hash);
        world
            .parity(&CHECK)
            .told(2, &["has changed since it was approved", other]);
    }
    // Another role is another meaning.
    world.text("parity.toml", &turned.replace("backend", "web"));
    world.parity(&CHECK).told(
        2,
        &[
            "- environments.production.backend",
            "+ environments.production.web",
        ],
    );
}

#[test]
fn a_job_states_the_hash_that_it_was_given() {
    let world = reaching();
    let hash = world.parity(&["allow", "--print"]);
    let hash = hash.ended(0).out.trim();
    assert_eq!(hash.len(), 64);
    let run = |variables: &[(&str, &str)]| {
        let mut command = world.command(&CHECK);
        crate::world::Run::of(command.envs(variables.iter().copied()).output().unwrap())
    };
    run(&[("CI", "true")]).told(2, &["not approved", "PARITY_ALLOW"]);
    run(&[("CI", "true"), ("PARITY_ALLOW", "")]).ended(2);
    run(&[("CI", "true"), ("PARITY_ALLOW", &hash[1..])]).ended(2);
    run(&[("PARITY_ALLOW", &"0".repeat(64))]).ended(2);
    for stated in [
        hash.to_owned(),
        format!("{} {hash}", "0".repeat(64)),
        hash.to_uppercase(),
    ] {
        assert_ne!(run(&[("PARITY_ALLOW", &stated)]).code, 2);
    }
    world.edit("parity.toml", ":1\"", ":2\"");
    run(&[("PARITY_ALLOW", hash)]).told(2, &["not approved"]);
    assert!(!world.state().join("parity").exists());
}

#[test]
fn words_of_the_command_line_need_no_approval() {
    let world = reaching();
    let run = world.parity(&["check", "--against", NOBODY, "--dev", "facts:dev.toml"]);
    assert_ne!(run.code, 2, "{}", run.err);
    world.edit("parity.toml", "facts:dev.toml", "docker://dev");
    world
        .parity(&["check"])
        .told(2, &["dev", "docker://dev", "--dev"]);
    world.parity(&["check", "--dev", "facts:dev.toml"]).ended(1);
}

#[test]
fn it_is_taken_back_and_listed() {
    let world = reaching();
    assert_eq!(world.parity(&["allow", "--list"]).ended(0).out, "");
    world.parity(&["allow"]).ended(0);
    let listed = world.parity(&["allow", "--list"]);
    assert!(
        listed.out.contains("parity.toml") && listed.out.contains(NOBODY),
        "{}",
        listed.out
    );
    world
        .parity(&["allow", "--revoke"])
        .told(0, &["no longer approved"]);
    world
        .parity(&["allow", "--revoke"])
        .told(0, &["was not approved"]);
    world.parity(&CHECK).told(2, &["not approved"]);
    World::empty().parity(&["allow"]).told(2, &["parity init"]);
}

#[test]
fn an_approval_is_for_one_place() {
    let world = reaching();
    world.parity(&["allow"]).ended(0);
    let elsewhere = world.path("vendored/shop");
    fs::create_dir_all(&elsewhere).unwrap();
    fs::copy(world.path("parity.toml"), elsewhere.join("parity.toml")).unwrap();
    let run = world.parity(&[
        "--config",
        "vendored/shop/parity.toml",
        "check",
        "--env",
        "production",
    ]);
    run.told(2, &["not approved"]);
}

#[test]
fn what_others_could_have_written_is_no_approval() {
    let world = reaching();
    world.parity(&["allow"]).ended(0);
    let file = approval(&world);
    let directory = file.parent().unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(directory)), (0o600, 0o700));
    assert_eq!(mode(directory.parent().unwrap()), 0o700);
    for (path, usual) in [
        (file.as_path(), 0o600),
        (directory, 0o700),
        (directory.parent().unwrap(), 0o700),
        (world.state(), 0o700),
    ] {
        fs::set_permissions(path, PermissionsExt::from_mode(0o777)).unwrap();
        world
            .parity(&CHECK)
            .told(2, &["may be written by other users", "chmod go-w"]);
        // What needs no approval goes on.
        world.parity(&["check"]).ended(1);
        fs::set_permissions(path, PermissionsExt::from_mode(usual)).unwrap();
        assert_ne!(world.parity(&CHECK).code, 2);
    }
    match std::os::unix::fs::chown(&file, Some(12345), None) {
        Ok(()) => drop(world.parity(&CHECK).told(2, &["belongs to another user (12345)"])),
        Err(error) => eprintln!("skipped: only root gives files away: {error}"),
    }
    let copy = world.path("approval.json");
    fs::rename(&file, &copy).unwrap();
    symlink(&copy, &file).unwrap();
    world.parity(&CHECK).ended(2);
    fs::remove_file(&file).unwrap();
    fs::write(&file, "{").unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
    world.parity(&CHECK).told(2, &["parity allow"]);
}

#[test]
fn the_state_directory_is_not_that_of_the_repository() {
    let world = reaching();
    let inside = world.path("state");
    for name in ["XDG_STATE_HOME", "HOME"] {
        for arguments in [&["allow"][..], &CHECK] {
            let mut command = world.command(arguments);
            let run = command
                .env_remove("XDG_STATE_HOME")
                .env(name, &inside)
                .output()
                .unwrap();
            crate::world::Run::of(run).told(2, &["cannot vote on its own trust", "XDG_STATE_HOME"]);
        }
    }
    assert!(!inside.exists());
    // A directory of the same repository above the configuration is no better.
    fs::create_dir_all(world.path(".git")).unwrap();
    fs::create_dir_all(world.path("services/a")).unwrap();
    fs::copy(world.path("parity.toml"), world.path("services/a/parity.toml")).unwrap();
    let mut command = world.command(&["-C", "services/a", "allow"]);
    let run = crate::world::Run::of(command.env("XDG_STATE_HOME", &inside).output().unwrap());
    run.told(2, &["cannot vote"]);
    let mut command = world.command(&["allow"]);
    let run = command
        .env("XDG_STATE_HOME", "relative")
        .env_remove("HOME")
        .output()
        .unwrap();
    assert_ne!(crate::world::Run::of(run).code, 4);
}
