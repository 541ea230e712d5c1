//! Releases on this machine: what is derived from facts, and what the loader itself says.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::case::{derive, findings, on, release, this_machine};
use machine::{elf_files, skipped};
use parity_core::fact::{State, Value};
use parity_core::snapshot::Snapshot;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn host() -> Option<Snapshot> {
    if !cfg!(target_arch = "x86_64") || !Path::new("/lib64/ld-linux-x86-64.so.2").exists() {
        return None;
    }
    Some(on("x86_64", this_machine()))
}

#[test]
fn the_programs_of_this_machine_run_on_it() {
    let Some(host) = host() else {
        return skipped("no glibc loader for x86-64 on this machine");
    };
    let programs = elf_files(&["/usr/bin", "/usr/sbin"]);
    let every = (programs.len() / 300).max(1);
    let (mut judged, mut undecided) = (0, 0);
    for program in programs.iter().step_by(every) {
        let release = release(program);
        assert!(release.is_complete(), "{program:?}: {:?}", release.coverage);
        assert_eq!(findings(&release, &host), [], "{program:?}");
        if !derive(&release, &host).is_empty() {
            let search_paths = ["elf.runpath", "elf.rpath"].map(|name| release.family(name).count());
            assert_ne!(
                search_paths,
                [0, 0],
                "{program:?} has no search path, and is undecided"
            );
            undecided += 1;
        }
        judged += 1;
    }
    eprintln!("{judged} programs, {undecided} of them with libraries where no probe looks");
}

/// A release built by gcc, in a directory that is removed when the test ends.
struct Workshop {
    directory: tempfile::TempDir,
    host: Snapshot,
}

impl Workshop {
    fn open() -> Option<Workshop> {
        Command::new("gcc").arg("--version").output().ok()?;
        Some(Workshop {
            directory: tempfile::tempdir().unwrap(),
            host: host()?,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.directory.path().join("release").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn build(&self, output: &str, source: &str, arguments: &[&str]) {
        let file = self.directory.path().join("source.c");
        fs::write(&file, source).unwrap();
        let mut gcc = Command::new("gcc");
        gcc.current_dir(self.path(".")).arg("-o").arg(self.path(output));
        let output = gcc.arg(&file).args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// `lib/libone.so.1` with `one` in version ONE_`n`; libraries it needs may follow.
    fn shared_object(&self, path: &str, n: u32, more: &[&str]) {
        let script = self.directory.path().join("versions.map");
        let nodes = (1..=n).map(|n| format!("ONE_{n} {{ global: one{n}; }};\n"));
        fs::write(&script, nodes.collect::<String>()).unwrap();
        let source = (1..=n).map(|n| format!("int one{n}(void) {{ return 0; }}\n"));
        let script = format!("-Wl,--version-script={}", script.display());
        let mut arguments = vec![
            "-shared",
            "-fPIC",
            "-Wl,-soname,libone.so.1,--no-as-needed",
            &script,
        ];
        arguments.extend(more);
        self.build(path, &source.collect::<String>(), &arguments);
    }

    /// A program that needs ONE_`n` of `lib/libone.so.1`.
    fn program(&self, n: u32, more: &[&str]) {
        let source = format!("int one{n}(void); int main(void) {{ return one{n}(); }}");
        let mut arguments = vec!["lib/libone.so.1"];
        arguments.extend(more);
        self.build("bin/main", &source, &arguments);
    }

    fn findings(&self) -> Vec<(String, Value)> {
        findings(&release(&self.path(".")), &self.host)
    }

    /// What the loader says when it starts the program here.
    fn said(&self) -> String {
        let mut program = Command::new(self.path("bin/main"));
        let output = program
            .env("LC_ALL", "C")
            .env_remove("LD_LIBRARY_PATH")
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    }
}

macro_rules! workshop {
    () => {
        match Workshop::open() {
            Some(workshop) => workshop,
            None => return skipped("no gcc, or no glibc loader for x86-64"),
        }
    };
}

const RUNPATH: &str = "-Wl,--enable-new-dtags,-rpath,$ORIGIN/../lib";

#[test]
fn a_healthy_release_is_silent() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 2, &[]);
    workshop.program(2, &[RUNPATH]);
    assert_eq!((workshop.said(), workshop.findings()), (String::new(), vec![]));
    // No search path leads to it: programs have ways of their own to find what they ship.
    workshop.program(2, &[]);
    assert_eq!(workshop.findings(), []);
}

#[test]
fn a_missing_version_is_told_as_the_loader_tells_it() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 3, &[]);
    workshop.program(3, &[RUNPATH]);
    workshop.shared_object("lib/libone.so.1", 2, &[]);
    assert!(workshop.said().contains("version `ONE_3' not found"));
    let undefined = (
        "load.undefined[bin/main:libone.so.1]".to_owned(),
        Value::set(["ONE_3"]),
    );
    assert_eq!(workshop.findings(), [undefined]);
}

#[test]
fn missing_versions_stand_oldest_first() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 11, &[]);
    let source = "int one2(void); int one9(void); int one11(void); int main(void) { return one11() + one9() + one2(); }";
    workshop.build("bin/main", source, &["lib/libone.so.1", RUNPATH]);
    workshop.shared_object("lib/libone.so.1", 2, &[]);
    let nodes = Value::List(vec!["ONE_9".into(), "ONE_11".into()]);
    assert_eq!(
        workshop.findings(),
        [("load.undefined[bin/main:libone.so.1]".to_owned(), nodes)]
    );
}

#[test]
fn a_missing_library_is_told_as_the_loader_tells_it() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 1, &[]);
    workshop.program(1, &[RUNPATH]);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    assert!(
        workshop
            .said()
            .contains("libone.so.1: cannot open shared object file")
    );
    let missing = (
        "load.missing-library[bin/main:libone.so.1]".to_owned(),
        Value::from("x86_64"),
    );
    assert_eq!(workshop.findings(), [missing]);
}

#[test]
fn what_a_shipped_library_needs_is_needed_too() {
    let workshop = workshop!();
    workshop.build(
        "lib/libtwo.so.2",
        "int two(void) { return 2; }",
        &["-shared", "-fPIC", "-Wl,-soname,libtwo.so.2"],
    );
    workshop.shared_object("lib/libone.so.1", 1, &["lib/libtwo.so.2"]);
    workshop.program(1, &[RUNPATH, "-Wl,-rpath-link,lib"]);
    fs::remove_file(workshop.path("lib/libtwo.so.2")).unwrap();
    assert!(
        workshop
            .said()
            .contains("libtwo.so.2: cannot open shared object file")
    );
    let missing = (
        "load.missing-library[lib/libone.so.1:libtwo.so.2]".to_owned(),
        Value::from("x86_64"),
    );
    assert_eq!(workshop.findings(), [missing]);
}

#[test]
fn a_link_to_another_major_version_fails_on_the_version() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 3, &[]);
    workshop.program(3, &[RUNPATH]);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    // On the host: a hand-made link, seen by the probe under the old name.
    let root = tempfile::tempdir().unwrap();
    let libraries = root.path().join("usr/lib/x86_64-linux-gnu");
    fs::create_dir_all(&libraries).unwrap();
    fs::create_dir_all(root.path().join("lib64")).unwrap();
    for name in ["libc.so.6", "ld-linux-x86-64.so.2"] {
        let real = fs::canonicalize(Path::new("/lib/x86_64-linux-gnu").join(name));
        let Ok(real) = real else {
            return skipped("no Debian layout");
        };
        fs::copy(real, libraries.join(name)).unwrap();
    }
    std::os::unix::fs::symlink(
        "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
        root.path().join("lib64/ld-linux-x86-64.so.2"),
    )
    .unwrap();
    workshop.shared_object("../libone.so.2", 2, &[]);
    fs::rename(workshop.path("../libone.so.2"), libraries.join("libone.so.2")).unwrap();
    std::os::unix::fs::symlink("libone.so.2", libraries.join("libone.so.1")).unwrap();
    let host = on("x86_64", machine::case::root(root.path()));
    let complaint = |name: &str, value| (format!("{name}[bin/main:libone.so.1]"), value);
    let expected = [
        complaint("load.defined", Value::from("ONE_2")),
        complaint("load.undefined", Value::set(["ONE_3"])),
    ];
    assert_eq!(findings(&release(&workshop.path(".")), &host), expected);
}

#[test]
fn an_unversioned_library_that_aborts_is_told() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 1, &[]);
    workshop.program(1, &[RUNPATH]);
    let flags = ["-shared", "-fPIC", "-nostdlib", "-Wl,-soname,libone.so.1"];
    workshop.build("lib/libone.so.1", "int one1(void) { return 0; }", &flags);
    assert!(workshop.said().contains("Inconsistency detected"));
    let unversioned = (
        "load.unversioned[bin/main:libone.so.1]".to_owned(),
        Value::from("x86_64"),
    );
    assert_eq!(workshop.findings(), [unversioned]);
}

#[test]
fn a_directory_that_no_probe_lists_makes_it_unknown() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 1, &[]);
    workshop.program(1, &["-Wl,-rpath,/opt/vendor/lib"]);
    assert_eq!(workshop.findings(), []);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    let facts = derive(&release(&workshop.path(".")), &workshop.host);
    let reason = "no probe looks for /opt/vendor/lib/libone.so.1".to_owned();
    assert_eq!(
        facts,
        [(
            "load.missing-library[bin/main:libone.so.1]".to_owned(),
            State::Unknown(reason)
        )]
    );
}

#[test]
fn a_missing_interpreter_is_the_only_complaint() {
    let workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", 1, &[]);
    workshop.program(1, &["-Wl,--dynamic-linker=/lib64/ld-linux-none.so.9"]);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    let missing = (
        "load.missing-interpreter[bin/main]".to_owned(),
        Value::from("/lib64/ld-linux-none.so.9"),
    );
    assert_eq!(workshop.findings(), [missing]);
}
