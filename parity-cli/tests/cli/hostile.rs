//! Somebody else's repository: it starts nothing, connects to nothing, reads and writes nothing outside of itself, and cannot
//! approve itself. Each run is traced where `strace` is installed.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::trace::traced;
use crate::world::{Run, World, host};

const OFFLINE: &[&str] = &["check"];
const LIVE: &[&str] = &["check", "--env", "production"];
const LOCK: &[&str] = &["lock"];

/// What lies outside and is not the repository's: a home with a secret in it.
struct Outside(TempDir);

const SECRET: &str = "CANARY-of-somebody-else";

impl Outside {
    fn new() -> Outside {
        let home = TempDir::new().unwrap();
        fs::write(
            home.path().join("secret.toml"),
            format!("\"os.id\" = \"{SECRET}\"\n{SECRET}\n"),
        )
        .unwrap();
        fs::write(home.path().join("facts.toml"), host(SECRET, "2.31")).unwrap();
        Outside(home)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

/// A clone with a lock that somebody committed; the developer's machine is this one.
fn clone() -> World {
    let world = World::shop();
    world.parity(LOCK).ended(0);
    world.edit("parity.toml", "[dev]\ntarget = \"facts:dev.toml\"\n", "");
    world
}

/// Runs it, traced where that can be: whatever it ended with, it gained nothing.
#[track_caller]
fn gains_nothing(world: &World, command: &Command, outside: &Outside) -> Run {
    let before = names(outside.path());
    let run = match traced(world, command) {
        Some((run, trace)) => {
            trace.did_nothing().never_touched(outside.path());
            run
        }
        None => {
            let mut again = Command::new(command.get_program());
            again
                .args(command.get_args())
                .env_clear()
                .envs(
                    command
                        .get_envs()
                        .filter_map(|(name, value)| Some((name, value?))),
                )
                .current_dir(command.get_current_dir().unwrap());
            Run::of(again.output().unwrap())
        }
    };
    assert!(
        !format!("{}{}", run.out, run.err).contains(SECRET),
        "{}\n{}",
        run.out,
        run.err
    );
    assert_eq!(names(outside.path()), before);
    run
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| {
            format!(
                "{:?} {:?}",
                entry.path(),
                entry.metadata().unwrap().modified().unwrap()
            )
        })
        .collect();
    names.sort();
    names
}

#[test]
fn a_clone_is_checked_by_reading_files() {
    let (world, outside) = (clone(), Outside::new());
    let run = gains_nothing(&world, &world.command(OFFLINE), &outside);
    run.ended(1);
    // The programs of this machine are asked once that is approved, and nobody else's are.
    world.parity(&["allow"]).ended(0);
    assert!(!world.parity(OFFLINE).err.contains("no program was run"));
}

#[test]
fn keys_that_would_be_commands() {
    let (world, outside) = (clone(), Outside::new());
    let long = format!("ssh://{}", "a".repeat(300));
    for (key, value) in [
        ("backend", "ssh://-oProxyCommand=touch pwned"),
        ("backend", "ssh://a;touch pwned"),
        ("backend", "ssh://a\\ntouch pwned"),
        ("backend", "ssh://$(touch pwned)"),
        ("backend", "ssh://`touch pwned`"),
        ("backend", "ssh://%h"),
        ("backend", "ssh://-l@host"),
        ("backend", "ssh:-F/tmp/config"),
        ("backend", "docker://--privileged"),
        ("backend", "kubectl://a/-x"),
        ("backend", long.as_str()),
    ] {
        world.text(
            "parity.toml",
            &format!("[environments.production]\n{key} = \"{value}\"\n"),
        );
        for arguments in [OFFLINE, LIVE, LOCK, &["allow"]] {
            let run = world.parity(arguments);
            run.told(2, &["parity.toml:2:11"]);
        }
        gains_nothing(&world, &world.command(LOCK), &outside).ended(2);
    }
    for text in [
        "command = \"touch pwned\"\n",
        "[hooks]\nbefore = \"touch pwned\"\n",
        "[ssh]\noptions = [\"-oProxyCommand=touch pwned\"]\n",
        "[dev]\ntarget = \"local\"\nrun = \"touch pwned\"\n",
        "include = \"../../etc/passwd\"\n",
        "[trust]\nallow = true\n",
    ] {
        world.text("parity.toml", text);
        gains_nothing(&world, &world.command(OFFLINE), &outside).told(2, &["unknown key"]);
    }
    assert!(!world.names().contains(&"pwned".to_owned()));
}

#[test]
fn hosts_that_nobody_approved() {
    let (world, outside) = (clone(), Outside::new());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for target in [
        format!("http://127.0.0.1:{port}/a.json"),
        format!("ssh://root@127.0.0.1:{port}"),
        "docker://shop".to_owned(),
        "podman://shop".to_owned(),
        "kubectl://shop/pod".to_owned(),
        "rootfs:/".to_owned(),
        "/etc/a.json".to_owned(),
        format!("bundle:{}", outside.path().join("secret").display()),
        "-".to_owned(),
    ] {
        world.text(
            "parity.toml",
            &format!("[environments.production]\nbackend = [\"facts:be1.toml\", \"{target}\"]\n"),
        );
        for arguments in [LIVE, LOCK] {
            gains_nothing(&world, &world.command(arguments), &outside).told(2, &["not approved", &target]);
        }
        world.text(
            "parity.toml",
            &format!(
                "[environments.production]\nbackend = \"facts:be1.toml\"\n[dev]\ntarget = \"{target}\"\n"
            ),
        );
        for arguments in [OFFLINE, LIVE, LOCK] {
            gains_nothing(&world, &world.command(arguments), &outside).told(2, &["not approved", &target]);
        }
    }
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn programs_that_lie_in_the_clone() {
    let (world, outside) = (clone(), Outside::new());
    let programs = [
        "ssh",
        "docker",
        "rpm",
        "dpkg-query",
        "systemctl",
        "uname",
        "getconf",
        "sh",
        "git",
        "ssh-keygen",
        "node",
        "python3",
    ];
    for program in programs {
        for directory in ["", "bin/", "node_modules/.bin/"] {
            let name = format!("{directory}{program}");
            world.text(&name, "#!/bin/sh\ntouch \"$0.pwned\"\n");
            fs::set_permissions(world.path(&name), PermissionsExt::from_mode(0o755)).unwrap();
        }
    }
    let path = format!(".:{}:/usr/bin:/bin", world.path("bin").display());
    let mut command = world.command(OFFLINE);
    gains_nothing(&world, command.env("PATH", &path), &outside);
    // Approved, the programs of the system are run, and still none of these.
    world.parity(&["allow"]).ended(0);
    let mut command = world.command(OFFLINE);
    Run::of(command.env("PATH", &path).output().unwrap());
    let pwned = |directory: &str| {
        let entries = fs::read_dir(world.path(directory)).unwrap().flatten();
        entries
            .filter(|entry| entry.file_name().to_string_lossy().ends_with("pwned"))
            .count()
    };
    assert_eq!((pwned("."), pwned("bin"), pwned("node_modules/.bin")), (0, 0, 0));
}

#[test]
fn an_artifact_that_leads_out() {
    let (world, outside) = (clone(), Outside::new());
    symlink(outside.path(), world.path("dist")).unwrap();
    symlink("../../../../../../../../etc", world.path("up")).unwrap();
    symlink(outside.path().join("secret.toml"), world.path("bin/tool")).unwrap();
    for artifact in ["dist", "dist/secret.toml", "up", "up/passwd", "bin/tool"] {
        let text = format!(
            "[artifacts]\nbackend = \"{artifact}\"\n[environments.production]\nbackend = [\"facts:be1.toml\", \"facts:be2.toml\", \"facts:be3.toml\"]\n"
        );
        world.text("parity.toml", &text);
        let run = gains_nothing(&world, &world.command(OFFLINE), &outside);
        run.told(
            2,
            &["not approved", "artifacts.backend", "a link to ", "--artifact"],
        );
    }
}

#[test]
fn facts_and_snapshots_that_lead_out() {
    let (world, outside) = (clone(), Outside::new());
    symlink(outside.path().join("facts.toml"), world.path("be9.toml")).unwrap();
    symlink(outside.path(), world.path("snapshots")).unwrap();
    for target in [
        "facts:be9.toml",
        "snapshots/web.json",
        "rootfs:snapshots",
        "image:snapshots",
        "bundle:snapshots/secret",
        "facts:snapshots/facts.toml",
    ] {
        world.text(
            "parity.toml",
            &format!("[environments.production]\nbackend = \"{target}\"\n"),
        );
        for arguments in [LIVE, LOCK] {
            gains_nothing(&world, &world.command(arguments), &outside)
                .told(2, &["not approved", target, "a link to /"]);
        }
    }
    world.text("parity.toml", "[environments.production]\nbackend = [\"facts:be1.toml\", \"facts:be2.toml\", \"facts:be3.toml\"]\n[facts]\n\"facts:be1.toml\" = \"be9.toml\"\n");
    gains_nothing(&world, &world.command(OFFLINE), &outside)
        .told(2, &["facts.facts:be1.toml", "be9.toml, a link to /"]);
    for path in ["../facts.toml", "/etc/passwd", "a/../../b"] {
        world.text("parity.toml", &format!("[artifacts]\nbackend = \"{path}\"\n"));
        gains_nothing(&world, &world.command(OFFLINE), &outside).told(2, &["leads out of the directory"]);
    }
}

#[test]
fn a_lock_that_leads_out() {
    let (world, outside) = (clone(), Outside::new());
    fs::copy(world.path("parity.lock"), outside.path().join("parity.lock")).unwrap();
    for target in ["parity.lock", "secret.toml", "missing"] {
        fs::remove_file(world.path("parity.lock")).unwrap();
        symlink(outside.path().join(target), world.path("parity.lock")).unwrap();
        for arguments in [OFFLINE, LOCK] {
            let run = gains_nothing(&world, &world.command(arguments), &outside);
            run.told(2, &["parity.lock is a link that leads out of its directory"]);
        }
    }
    // Without a parity.toml as well.
    fs::remove_file(world.path("parity.lock")).unwrap();
    symlink(outside.path().join("parity.lock"), world.path("parity.lock")).unwrap();
    fs::remove_file(world.path("parity.toml")).unwrap();
    gains_nothing(&world, &world.command(OFFLINE), &outside).told(2, &["leads out"]);
}

#[test]
fn a_configuration_that_leads_out() {
    let (world, outside) = (clone(), Outside::new());
    fs::remove_file(world.path("parity.toml")).unwrap();
    symlink(outside.path().join("secret.toml"), world.path("parity.toml")).unwrap();
    for arguments in [OFFLINE, LOCK, &["allow"], &["check", "--config", "parity.toml"]] {
        let run = gains_nothing(&world, &world.command(arguments), &outside);
        run.told(2, &["parity.toml is a link that leads out of its directory"]);
    }
}

#[test]
fn a_repository_that_approves_itself() {
    let (world, outside) = (clone(), Outside::new());
    world.edit("parity.toml", "\"facts:be3.toml\"", "\"ssh://root@127.0.0.1:1\"");
    world.parity(&["allow"]).ended(0);
    // It ships what an approval of this very path would be, wherever somebody could look for it.
    for place in [
        ".local/state/parity",
        "state/parity",
        ".parity",
        ".config/parity",
        ".git/parity",
    ] {
        let approvals = world.path(place).join("approvals");
        fs::create_dir_all(&approvals).unwrap();
        for entry in fs::read_dir(world.state().join("parity/approvals"))
            .unwrap()
            .flatten()
        {
            fs::copy(entry.path(), approvals.join(entry.file_name())).unwrap();
        }
    }
    world.parity(&["allow", "--revoke"]).ended(0);
    world
        .text(".env", "PARITY_ALLOW=1\nCI=true\n")
        .text(".parity.toml", "allow = true\n");
    for variables in [
        vec![("CI", "true"), ("GITHUB_ACTIONS", "true")],
        vec![("PARITY_ALLOW", "true")],
        vec![("XDG_STATE_HOME", ""), ("HOME", world.path("").to_str().unwrap())],
        vec![("XDG_STATE_HOME", world.path("state").to_str().unwrap())],
        vec![("XDG_STATE_HOME", "state")],
    ] {
        let mut command = world.command(LIVE);
        command.envs(variables.iter().copied());
        let run = gains_nothing(&world, &command, &outside);
        assert_eq!(run.code, 2, "{variables:?}: {}", run.err);
        assert!(
            run.err.contains("not approved") || run.err.contains("cannot vote"),
            "{}",
            run.err
        );
    }
}

#[test]
fn manifests_that_lead_out() {
    let (world, outside) = (clone(), Outside::new());
    fs::write(
        outside.path().join("compose.yaml"),
        format!("services:\n  db:\n    image: {SECRET}:1\n"),
    )
    .unwrap();
    fs::write(
        outside.path().join("package.json"),
        format!("{{\"name\": \"{SECRET}\", \"engines\": {{\"node\": \">=99\"}}}}"),
    )
    .unwrap();
    for name in [
        "compose.yaml",
        "package.json",
        ".env",
        "Dockerfile",
        "requirements.txt",
        "composer.json",
        "Gemfile.lock",
        ".nvmrc",
    ] {
        symlink(outside.path().join(name), world.path(name)).unwrap();
    }
    symlink(outside.path(), world.path("node_modules")).unwrap();
    symlink(outside.path(), world.path("bin/etc")).unwrap();
    world.edit("parity.toml", "\"bin/api\"", "\"bin\", \".\"");
    let run = gains_nothing(&world, &world.command(&["check", "--all", "-v"]), &outside);
    assert_ne!(run.code, 4);
}

#[test]
fn files_that_never_end() {
    let (world, outside) = (clone(), Outside::new());
    let pipe = |name: &str| {
        let made = Command::new("mkfifo").arg(world.path(name)).status();
        assert!(made.unwrap().success());
    };
    pipe("package.json");
    pipe("bin/pipe");
    symlink("/dev/zero", world.path("compose.yaml")).unwrap();
    world.edit("parity.toml", "\"bin/api\"", "\"bin\"");
    gains_nothing(&world, &world.command(OFFLINE), &outside).ended(1);
    for name in ["parity.toml", "parity.lock"] {
        let good = world.read(name);
        fs::File::create(world.path(name))
            .unwrap()
            .set_len(1 << 40)
            .unwrap();
        gains_nothing(&world, &world.command(OFFLINE), &outside).told(2, &[name, "is larger than"]);
        fs::remove_file(world.path(name)).unwrap();
        pipe(name);
        let run = gains_nothing(
            &world,
            &world.command(&["check", "--config", "parity.toml"]),
            &outside,
        );
        assert_eq!(run.code, 2, "{}", run.err);
        fs::remove_file(world.path(name)).unwrap();
        world.text(name, &good);
    }
}

#[test]
fn settings_of_git_that_are_commands() {
    let (world, outside) = (clone(), Outside::new());
    let hook = "[core]\n\tfsmonitor = touch pwned\n\tpager = touch pwned\n\tsshCommand = touch pwned\n[diff]\n\texternal = touch pwned\n";
    world
        .text(".git/HEAD", "ref: refs/heads/main\n")
        .text(".git/config", hook)
        .text(".gitattributes", "* filter=pwned diff=pwned\n")
        .text(".git/hooks/post-checkout", "#!/bin/sh\ntouch pwned\n");
    gains_nothing(&world, &world.command(OFFLINE), &outside).ended(1);
    assert!(!world.names().contains(&"pwned".to_owned()));
}

#[test]
fn a_change_that_somebody_proposes() {
    let (world, outside) = (clone(), Outside::new());
    world.edit(
        "parity.toml",
        "\"facts:be3.toml\"",
        "\"facts:be3.toml\", \"ssh://root@127.0.0.1:1\"",
    );
    world.parity(&["allow"]).ended(0);
    world.edit("parity.toml", "root@127.0.0.1:1", "root@127.0.0.1:2");
    let says = [
        "has changed since it was approved",
        "- environments.production.backend",
        "127.0.0.1:1",
        "127.0.0.1:2",
    ];
    for arguments in [LIVE, LOCK] {
        gains_nothing(&world, &world.command(arguments), &outside).told(2, &says);
    }
    // Checking files goes on as before.
    world.edit("parity.toml", ", \"ssh://root@127.0.0.1:2\"", "");
    gains_nothing(&world, &world.command(OFFLINE), &outside).ended(1);
}

#[test]
fn a_configuration_above_that_is_another_users() {
    let (world, outside) = (clone(), Outside::new());
    fs::create_dir(world.path("work")).unwrap();
    if let Err(error) = std::os::unix::fs::chown(world.path("parity.toml"), Some(12345), None) {
        eprintln!("skipped: only root gives files away: {error}");
        return;
    }
    let says = ["found above this directory", "another user", "--config"];
    gains_nothing(&world, &world.command(&["-C", "work", "check"]), &outside).told(2, &says);
    world
        .parity(&["-C", "work", "check", "--config", "../parity.toml"])
        .ended(1);
    fs::rename(world.path("parity.toml"), world.path("work/parity.toml")).unwrap();
    fs::rename(world.path("parity.lock"), world.path("work/parity.lock")).unwrap();
    world
        .parity(&["-C", "work", "check"])
        .told(2, &["bin/api is not there"]);
}
