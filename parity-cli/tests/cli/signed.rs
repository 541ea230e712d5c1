//! Signed locks: what is signed is verified with the user's own `ssh-keygen`, by a list of signers outside of the repository.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use crate::world::{Run, World, host};

/// A shop, a key of Alice's, and a list that names her. `None` where there is no `ssh-keygen`.
fn shop() -> Option<World> {
    let world = World::shop();
    let made = keygen(&world, "alice") && keygen(&world, "mallory");
    if !made {
        eprintln!("skipped: there is no ssh-keygen here");
        return None;
    }
    allow(&world, "namespaces=\"parity-lock\"");
    Some(world)
}

fn keygen(world: &World, name: &str) -> bool {
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f"])
        .arg(outside(world, name));
    command.status().is_ok_and(|status| status.success())
}

fn outside(world: &World, name: &str) -> PathBuf {
    world.state().join(name)
}

/// The list names Alice, with these options.
fn allow(world: &World, options: &str) {
    let key = fs::read_to_string(outside(world, "alice.pub")).unwrap();
    let file = outside(world, "signers");
    fs::write(&file, format!("# Who may.\nalice@example.com {options} {key}")).unwrap();
    fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
}

fn sign(world: &World, key: &str) -> Run {
    let key = outside(world, key).display().to_string();
    world.parity(&["lock", "--sign", &key])
}

fn check(world: &World) -> Run {
    let signers = outside(world, "signers").display().to_string();
    world.parity(&["check", "--allowed-signers", &signers])
}

/// Signs the lock as it is, for another purpose or with another key.
fn sign_by_hand(world: &World, namespace: &str, key: &str, file: &str) {
    let _ = fs::remove_file(world.path(&format!("{file}.sig")));
    let mut command = Command::new("ssh-keygen");
    command
        .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
        .arg(outside(world, key))
        .arg(world.path(file));
    assert!(command.output().unwrap().status.success());
}

#[test]
fn a_lock_of_somebody_who_may_sign() {
    let Some(world) = shop() else { return };
    sign(&world, "alice").ended(0);
    let lock = world.read("parity.lock");
    assert!(
        lock.contains("sequence = 1\nlocked_at = \"2026-01-01T00:00:00Z\"\n"),
        "{lock}"
    );
    check(&world).ended(1);
    let signers = outside(&world, "signers").display().to_string();
    let run = world.parity(&["check", "-v", "--allowed-signers", &signers]);
    run.told(
        1,
        &["parity.lock: number 1 of 2026-01-01T00:00:00Z, signed by alice@example.com"],
    );
    // As a checkout with other line ends has it.
    world.text("parity.lock", &format!("\u{feff}{}", lock.replace('\n', "\r\n")));
    check(&world).ended(1);
    // Anybody can verify it without us.
    world.text("parity.lock", &lock);
    let line = format!(
        "ssh-keygen -Y verify -n parity-lock -f {} -I alice@example.com -s parity.lock.sig < parity.lock",
        outside(&world, "signers").display()
    );
    world.shell(&line).ended(0);
    // The next one counts on.
    sign(&world, "alice").ended(0);
    assert!(world.read("parity.lock").contains("sequence = 2\n"));
    check(&world).ended(1);
}

#[test]
fn each_refusal_has_its_words() {
    let Some(world) = shop() else { return };
    let refused = |says: &str| {
        let run = check(&world);
        run.told(2, &[says, "help: "]);
        assert_eq!(run.out, "");
    };
    world.parity(&["lock"]).ended(0);
    refused("parity.lock is not signed: there is no parity.lock.sig");
    sign(&world, "alice").ended(0);
    let (lock, signature) = (world.read("parity.lock"), world.read("parity.lock.sig"));
    check(&world).ended(1);

    for bad in [
        "",
        "garbage",
        &signature[..signature.len() / 2],
        &signature.replace("BEGIN SSH", "BEGIN PGP"),
    ] {
        world.text("parity.lock.sig", bad);
        refused("parity.lock.sig is not an ssh signature");
    }
    world.text("parity.lock.sig", &signature);
    world.text("parity.lock", &lock.replacen("2.31", "2.41", 1));
    refused("parity.lock.sig is the signature of another file, or parity.lock was changed");
    world.text("other", &lock.replace("sequence = 1", "sequence = 9"));
    sign_by_hand(&world, "parity-lock", "alice", "other");
    world
        .text("parity.lock", &lock)
        .text("parity.lock.sig", &world.read("other.sig"));
    refused("parity.lock.sig is the signature of another file");
    sign_by_hand(&world, "file", "alice", "parity.lock");
    refused("parity.lock.sig is a signature for `file`, not for `parity-lock`");
    sign_by_hand(&world, "parity-lock", "mallory", "parity.lock");
    refused("parity.lock.sig is made with another key than those that may sign: the key SHA256:");
    world.text("parity.lock.sig", &signature);
    allow(&world, "valid-before=\"20251231\"");
    refused("expired or may not sign this: valid-before=\"20251231\"");
    allow(&world, "valid-before=\"20260102\"");
    check(&world).ended(1);
    allow(&world, "namespaces=\"git\"");
    refused("may not sign this: namespaces=\"git\"");
    allow(&world, "cert-authority");
    refused("which may not sign this");
    fs::write(outside(&world, "signers"), "").unwrap();
    refused("another key");
}

#[test]
fn an_older_lock_is_refused() {
    let Some(world) = shop() else { return };
    sign(&world, "alice").ended(0);
    let old = (world.read("parity.lock"), world.read("parity.lock.sig"));
    check(&world).ended(1);
    world.text("be2.toml", &host("be2", "2.36"));
    sign(&world, "alice").ended(0);
    check(&world).ended(0);
    world.text("parity.lock", &old.0).text("parity.lock.sig", &old.1);
    check(&world).told(
        2,
        &[
            "parity.lock is older than one that was verified here",
            "number 1",
            "number 2",
        ],
    );
    // Without the demand for signatures nothing is remembered; and whoever goes back on purpose says so.
    world.parity(&["check"]).ended(1);
    world.parity(&["allow"]).ended(0);
    check(&world).ended(1);
}

#[test]
fn a_lock_of_other_hosts_is_refused() {
    let Some(world) = shop() else { return };
    sign(&world, "alice").ended(0);
    world.edit("parity.toml", "\"facts:be1.toml\", ", "");
    let says = [
        "parity.lock is of facts:be1.toml, which parity.toml does not name for `production`",
        "parity lock",
    ];
    check(&world).told(2, &says);
    world.parity(&["check"]).told(2, &says);
    world.edit(
        "parity.toml",
        "\"facts:be2.toml\"",
        "\"facts:be1.toml\", \"facts:be2.toml\", \"ssh://be4\"",
    );
    let says = [
        "not of all hosts that parity.toml names",
        "+ environments.production.backend  ssh://be4",
    ];
    world.parity(&["check"]).told(2, &says);
    world.edit("parity.toml", "environments.production", "environments.staging");
    world
        .parity(&["check"])
        .told(2, &["is of the environment `production`", "staging"]);
}

#[test]
fn the_list_of_signers_is_the_users_own() {
    let Some(world) = shop() else { return };
    let unsigned = "is not signed";
    world.parity(&["lock"]).ended(0);
    let with = |name: &str, value: &str| {
        let mut command = world.command(&["check"]);
        Run::of(command.env(name, value).output().unwrap())
    };
    let signers = outside(&world, "signers");
    with("PARITY_ALLOWED_SIGNERS", signers.to_str().unwrap()).told(2, &[unsigned]);
    with("PARITY_ALLOWED_SIGNERS", "").told(2, &["PARITY_ALLOWED_SIGNERS is empty"]);
    with("PARITY_ALLOWED_SIGNERS", "/missing").told(2, &["/missing"]);
    // In the user's configuration it is required everywhere.
    let config = outside(&world, "config/parity");
    fs::create_dir_all(&config).unwrap();
    fs::copy(&signers, config.join("allowed_signers")).unwrap();
    with("XDG_CONFIG_HOME", config.parent().unwrap().to_str().unwrap()).told(2, &[unsigned]);
    // What a change to the repository could reach is none.
    fs::copy(&signers, world.path("signers")).unwrap();
    with("PARITY_ALLOWED_SIGNERS", "signers").told(2, &["lies in the repository"]);
    with("HOME", world.path("").to_str().unwrap()).ended(1);
    world.text(".config/parity/allowed_signers", "");
    with("HOME", world.path("").to_str().unwrap()).told(2, &["lies in the repository"]);
    fs::remove_dir_all(world.path(".config")).unwrap();
    fs::set_permissions(&signers, PermissionsExt::from_mode(0o666)).unwrap();
    check(&world).told(2, &["may be written by other users", "chmod go-w"]);
}

#[test]
fn signing_is_asked_for_before_anything_is_contacted() {
    let Some(world) = shop() else { return };
    world
        .parity(&["lock", "--sign"])
        .told(2, &["no key in ~/.ssh", "--sign KEY"]);
    world.parity(&["lock", "--sign", "missing"]).told(2, &["missing"]);
    // A key that cannot sign leaves the old lock.
    world.parity(&["lock"]).ended(0);
    let before = world.read("parity.lock");
    world.text("nokey", "garbage\n");
    world
        .parity(&["lock", "--sign", "nokey"])
        .told(4, &["did not sign with"]);
    assert_eq!(world.read("parity.lock"), before);
    // The usual key.
    fs::create_dir(world.path(".ssh")).unwrap();
    fs::copy(outside(&world, "alice"), world.path(".ssh/id_ed25519")).unwrap();
    world.parity(&["lock", "--sign"]).ended(0);
    check(&world).ended(1);
    // A lock without a signature keeps the count, and says what became of the signature.
    world
        .parity(&["lock"])
        .told(0, &["parity.lock.sig is the signature of the lock before"]);
    assert!(world.read("parity.lock").contains("sequence = 2\n"));
    // What was signed by hand and does not count is no lock to go by.
    world.text("parity.lock", &before);
    sign_by_hand(&world, "parity-lock", "alice", "parity.lock");
    check(&world).told(2, &["does not say its sequence and time"]);
}
