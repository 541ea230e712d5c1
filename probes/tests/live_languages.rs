//! What is said of releases in interpreted languages, beside what their own programs do with them on this machine.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test starts programs and writes files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::judge::{Artifact, Case, Host, judge};
use parity_core::probe::{Probe, Subject};
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;
use parity_probes::{knowledge, probes};

fn observe(mut tree: Tree, subject: Subject) -> Snapshot {
    let probes = probes();
    let of_subject: Vec<&dyn Probe> = probes
        .iter()
        .filter(|probe| probe.manifest().subject == subject)
        .map(|probe| &**probe)
        .collect();
    collect("local", "2026-01-01T00:00:00Z", &mut tree, &of_subject).snapshot
}

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(120)
}

static HOST: LazyLock<Snapshot> = LazyLock::new(|| observe(Tree::local(deadline()).unwrap(), Subject::Host));

/// A release, made of these files, in a directory that is removed when the test ends.
struct Release(tempfile::TempDir);

impl Release {
    fn new(files: &[(&str, &str)]) -> Release {
        let release = Release(tempfile::tempdir().unwrap());
        files.iter().for_each(|(path, text)| release.write(path, text));
        release
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The rules that say something of it on this machine.
    fn rules(&self) -> BTreeSet<String> {
        let release = observe(Tree::at(self.path(), deadline()).unwrap(), Subject::Release);
        let case = Case {
            artifacts: vec![Artifact::new(release)],
            hosts: vec![Host::new(HOST.clone())],
            ..Case::default()
        };
        let judgement = judge(&case, &knowledge().unwrap());
        judgement
            .findings
            .into_iter()
            .map(|finding| finding.rule)
            .collect()
    }

    fn has(&self, rule: &str) -> bool {
        self.rules().contains(rule)
    }

    /// Whether a program ends well there, and what it prints; `None`: it is not on this machine.
    fn run(&self, program: &str, arguments: &[&str]) -> Option<(bool, String)> {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command
            .env("COMPOSER_ALLOW_SUPERUSER", "1")
            .env_remove("NODE_OPTIONS")
            .env_remove("RUBYOPT");
        let Ok(output) = command.output() else {
            eprintln!("skipped: no {program}");
            return None;
        };
        let printed = [output.stdout, output.stderr].concat();
        Some((
            output.status.success(),
            String::from_utf8_lossy(&printed).into_owned(),
        ))
    }
}

#[test]
fn node_does_not_start_a_program_that_is_not_there() {
    let code = |name: &str| format!("const {{ spawn }} = require('child_process');\nspawn('{name}', []);\n");
    let release = Release::new(&[
        ("package.json", r#"{"scripts": {"start": "node server.js"}}"#),
        ("server.js", &code("no-such-program")),
    ]);
    let Some((ends_well, printed)) = release.run("node", &["server.js"]) else {
        return;
    };
    assert!(
        !ends_well && printed.contains("spawn no-such-program ENOENT"),
        "{printed}"
    );
    assert!(release.has("called-program-missing"));
    release.write("server.js", &code("tail"));
    assert!(release.run("node", &["-e", "0"]).unwrap().0);
    assert!(!release.has("called-program-missing"));
}

#[test]
fn node_does_not_find_a_file_in_another_case() {
    let release = Release::new(&[
        ("package.json", r#"{"scripts": {"start": "node server.js"}}"#),
        ("server.js", "require('./lib/Button');\n"),
        ("lib/button.js", ""),
    ]);
    let Some((ends_well, printed)) = release.run("node", &["server.js"]) else {
        return;
    };
    assert!(
        !ends_well && printed.contains("Cannot find module './lib/Button'"),
        "{printed}"
    );
    assert!(release.has("file-name-case"));
    release.write("server.js", "require('./lib/button');\n");
    assert!(release.run("node", &["server.js"]).unwrap().0);
    assert!(!release.has("file-name-case"));
}

#[test]
fn node_with_openssl_3_has_no_md4() {
    let lock =
        |version: &str| format!(r#"{{"packages": {{"node_modules/webpack": {{"version": "{version}"}}}}}}"#);
    let release = Release::new(&[
        ("package.json", r#"{"scripts": {"build": "webpack"}}"#),
        ("package-lock.json", &lock("4.46.0")),
    ]);
    let Some((is_known, printed)) = release.run("node", &["-e", "require('crypto').createHash('md4')"])
    else {
        return;
    };
    assert_eq!(release.has("crypto-legacy"), !is_known, "{printed}");
    release.write("package-lock.json", &lock("4.47.0"));
    assert!(!release.has("crypto-legacy"));
}

#[test]
fn node_does_not_load_an_addon_of_another_abi() {
    let release = Release::new(&[
        (
            "addon.c",
            "void node_register_module_v83(void *a, void *b, void *c) {}\n",
        ),
        (
            "node_modules/addon/package.json",
            r#"{"main": "build/Release/addon.node"}"#,
        ),
    ]);
    let addon = "node_modules/addon/build/Release/addon.node";
    release.write(addon, "");
    let built = release.run("gcc", &["-shared", "-fPIC", "-o", addon, "addon.c"]);
    let (Some((true, _)), Some((ends_well, printed))) =
        (built, release.run("node", &["-e", "require('addon')"]))
    else {
        return eprintln!("skipped: no gcc, or no node");
    };
    assert!(!ends_well && printed.contains("ERR_DLOPEN_FAILED"), "{printed}");
    assert!(release.has("node-abi"));
}

#[test]
fn node_lacks_the_part_for_another_platform() {
    let package =
        r#"{"optionalDependencies": {"@x/darwin-arm64": "1", "@x/linux-x64": "1", "@x/linux-arm64": "1"}}"#;
    let release = Release::new(&[
        ("package.json", r#"{"dependencies": {"x": "1"}}"#),
        ("node_modules/x/package.json", package),
        (
            "node_modules/x/index.js",
            "require(`@x/${process.platform}-${process.arch}`);\n",
        ),
        (
            "node_modules/@x/darwin-arm64/package.json",
            r#"{"os": ["darwin"], "cpu": ["arm64"]}"#,
        ),
    ]);
    let Some((ends_well, printed)) = release.run("node", &["-e", "require('x')"]) else {
        return;
    };
    assert!(
        !ends_well && printed.contains("Cannot find module '@x/linux-"),
        "{printed}"
    );
    assert!(release.has("platform-package"));
    for cpu in ["x64", "arm64"] {
        release.write(&format!("node_modules/@x/linux-{cpu}/package.json"), "{}");
        release.write(&format!("node_modules/@x/linux-{cpu}/index.js"), "");
    }
    assert!(release.run("node", &["-e", "require('x')"]).unwrap().0);
    assert!(!release.has("platform-package"));
}

#[test]
fn pip_refuses_a_wheel_for_another_python() {
    let wheel = "x-1.0-cp34-cp34m-manylinux1_x86_64.whl";
    let release = Release::new(&[(wheel, "")]);
    let arguments = [
        "-m",
        "pip",
        "install",
        "--no-index",
        "--no-deps",
        "--target",
        "t",
        wheel,
    ];
    let Some((ends_well, printed)) = release.run("/usr/bin/python3", &arguments) else {
        return;
    };
    if printed.contains("No module named pip") {
        return eprintln!("skipped: no pip");
    }
    assert!(
        !ends_well && printed.contains("is not a supported wheel on this platform"),
        "{printed}"
    );
    assert!(release.has("wheel-tag"));
}

#[test]
fn python_passes_over_a_module_of_another_version() {
    let release = Release::new(&[("_x.cpython-34m-x86_64-linux-gnu.so", "")]);
    let Some((ends_well, printed)) = release.run("/usr/bin/python3", &["-c", "import _x"]) else {
        return;
    };
    assert!(
        !ends_well && printed.contains("No module named '_x'"),
        "{printed}"
    );
    assert!(release.has("python-abi"));
    release.write("_x.py", "");
    assert!(release.run("/usr/bin/python3", &["-c", "import _x"]).unwrap().0);
    assert!(!release.has("python-abi"));
}

#[test]
fn composer_refuses_a_host_without_an_extension() {
    let manifest = |name: &str| {
        format!(r#"{{"require": {{"ext-{name}": "*"}}, "repositories": [{{"packagist.org": false}}]}}"#)
    };
    let release = Release::new(&[("composer.json", &manifest("snmp"))]);
    let check = ["update", "--dry-run", "--no-interaction"];
    let Some((ends_well, printed)) = release.run("composer", &check) else {
        return;
    };
    assert_eq!(release.has("php-extension"), !ends_well, "{printed}");
    release.write("composer.json", &manifest("json"));
    assert!(release.run("composer", &check).unwrap().0);
    assert!(!release.has("php-extension"));
}

#[test]
fn bundler_tells_of_a_newer_lock_file() {
    let lock = |version: &str| {
        format!("GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n\nBUNDLED WITH\n   {version}\n")
    };
    let release = Release::new(&[("Gemfile", ""), ("Gemfile.lock", &lock("99.0.0"))]);
    let Some((_, printed)) = release.run("bundle", &["install", "--local"]) else {
        return;
    };
    assert!(printed.contains("99.0.0"), "{printed}");
    assert!(release.has("bundler-older"));
    release.write("Gemfile.lock", &lock("1.17.3"));
    assert!(!release.has("bundler-older"));
}
