//! Root file systems with runtimes in them, made for these tests.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "test code reads what probes may not"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::fact::{FactId, State, Value};
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;

use parity_probes::runtimes::PROBE;

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn link(root: &Path, path: &str, target: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(target, path).unwrap();
}

fn observe(root: &Path) -> Snapshot {
    let mut tree = Tree::at(root, Instant::now() + Duration::from_secs(60)).unwrap();
    collect("x", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot
}

fn state(snapshot: &Snapshot, name: &'static str, runtime: &str) -> State {
    snapshot.state(&FactId::keyed(name, runtime))
}

fn text(snapshot: &Snapshot, name: &'static str, runtime: &str) -> String {
    state(snapshot, name, runtime).to_string()
}

const STATUS: &str = "\
Package: python3.11-minimal
Status: install ok installed
Architecture: amd64
Version: 3.11.2-6+deb12u3

Package: python3-minimal
Status: install ok installed
Architecture: amd64
Version: 3.11.9-1+b1

Package: php8.2-common
Status: install ok installed
Architecture: amd64
Version: 8.2.32-1~deb12u1

Package: nodejs
Status: deinstall ok config-files
Architecture: amd64
Version: 12.0.0-1

";

#[test]
fn packages_and_files_tell_and_the_first_on_the_path_is_the_default() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path();
    write(root, "var/lib/dpkg/status", STATUS);
    write(root, "usr/bin/python3.11", "");
    write(root, "usr/bin/python3.11-config", "");
    link(root, "usr/bin/python3", "python3.11");
    write(root, "usr/local/bin/python3.12", "");
    link(root, "usr/local/bin/python3", "/usr/local/bin/python3.12");
    write(
        root,
        "usr/local/include/python3.12/patchlevel.h",
        "/* x */\n#define PY_VERSION              \"3.12.4\"\n",
    );
    link(root, "usr/bin/php", "/etc/alternatives/php");
    link(root, "etc/alternatives/php", "/usr/bin/php8.2");
    write(root, "usr/bin/php8.2", "");
    link(root, "usr/bin/java", "/etc/alternatives/java");
    link(root, "etc/alternatives/java", "/usr/lib/jvm/j8/bin/java");
    write(root, "usr/lib/jvm/j8/release", "JAVA_VERSION=\"1.8.0_392\"\n");
    write(
        root,
        "usr/lib/jvm/j17/release",
        "IMPLEMENTOR=\"x\"\r\nJAVA_VERSION=\"17.0.11\"\r\n",
    );
    link(root, "usr/local/bin/go", "../go/bin/go");
    write(root, "usr/local/go/VERSION", "go1.22.3\ntime 2024\n");
    write(root, "home/a/.nvm/versions/node/v20.9.0/bin/node", "");
    write(root, "home/a/.pyenv/versions/mine/x", "");
    write(root, "home/a/.dotnet/sdk/8.0.100/x", "");
    write(
        root,
        "root/.rustup/toolchains/1.75.0-x86_64-unknown-linux-gnu/x",
        "",
    );
    let found = observe(root);
    for (name, runtime, expected) in [
        ("runtime.version", "python", "3.11.2, 3.12.4"),
        ("runtime.default", "python", "3.12.4"),
        (
            "runtime.path",
            "python",
            "/usr/bin/python3.11, /usr/local/bin/python3.12",
        ),
        ("runtime.version", "php", "8.2.32"),
        ("runtime.default", "php", "8.2.32"),
        ("runtime.version", "java", "17.0.11, 8.0.392"),
        ("runtime.default", "java", "8.0.392"),
        ("runtime.version", "go", "1.22.3"),
        // Of what is installed for nobody else.
        ("runtime.version", "node", "20.9.0"),
        ("runtime.version", "rust", "1.75.0"),
        ("runtime.version", "dotnet-sdk", "8.0.100"),
        ("runtime.version", "ruby", "absent"),
        ("runtime.user-version", "node", "20.9.0"),
        ("runtime.user-version", "rust", "1.75.0"),
        ("runtime.user-version", "python", "absent"),
    ] {
        assert_eq!(text(&found, name, runtime), expected, "{name}[{runtime}]");
    }
}

#[test]
fn a_program_that_nothing_speaks_for_is_unknown_where_nothing_is_run() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), "usr/local/bin/node", "");
    write(
        directory.path(),
        "usr/local/include/node/node_version.h",
        "#define NODE_MAJOR_VERSION x\n",
    );
    let found = observe(directory.path());
    for name in ["runtime.version", "runtime.default"] {
        assert!(matches!(state(&found, name, "node"), State::Unknown(_)));
    }
    assert_eq!(
        state(&found, "runtime.path", "node").value(),
        Some(&Value::set(["/usr/local/bin/node"]))
    );
}

#[test]
fn links_that_lead_in_circles_end() {
    let directory = tempfile::tempdir().unwrap();
    link(directory.path(), "usr/bin/ruby", "ruby3.1");
    link(directory.path(), "usr/bin/ruby3.1", "/../../usr/bin/./ruby");
    assert!(matches!(
        state(&observe(directory.path()), "runtime.version", "ruby"),
        State::Unknown(_)
    ));
}
