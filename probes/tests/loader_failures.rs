//! Programs built to fail, run on this machine, and what `load` says about them.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::{ThisMachine, skipped};
use parity_probes::elf::ElfFile;
use parity_probes::loader::{Interpreter, LoadReport, Via, load};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";

/// A directory in which small libraries and programs are built.
struct Workshop {
    directory: tempfile::TempDir,
    machine: ThisMachine,
}

impl Workshop {
    fn open() -> Option<Workshop> {
        let machine = ThisMachine::new(LOADER)?;
        Command::new("gcc").arg("--version").output().ok()?;
        Some(Workshop {
            directory: tempfile::tempdir().unwrap(),
            machine,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        let path = self.directory.path().canonicalize().unwrap().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Compiles `source` to `output`; arguments that begin with `@` are files of this workshop.
    fn build(&self, output: &str, source: &str, arguments: &[&str]) {
        let file = self.path("source.c");
        fs::write(&file, source).unwrap();
        let mut gcc = Command::new("gcc");
        gcc.current_dir(self.directory.path())
            .arg("-o")
            .arg(self.path(output))
            .arg(&file);
        for argument in arguments {
            match argument.strip_prefix('@') {
                Some(name) => gcc.arg(self.path(name)),
                None => gcc.arg(argument),
            };
        }
        let output = gcc.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// A library with this soname that defines the function, in this version if there is one.
    fn shared_object(
        &self,
        output: &str,
        soname: &str,
        function: &str,
        version: Option<&str>,
        arguments: &[&str],
    ) {
        let mut all = vec![
            "-shared".to_owned(),
            "-fPIC".to_owned(),
            format!("-Wl,-soname,{soname}"),
        ];
        if let Some(version) = version {
            let script = self.path("versions.map");
            fs::write(&script, format!("{version} {{ global: {function}; local: *; }};")).unwrap();
            all.push(format!("-Wl,--version-script={}", script.display()));
        }
        let arguments = all
            .iter()
            .map(String::as_str)
            .chain(arguments.iter().copied())
            .collect::<Vec<_>>();
        self.build(
            output,
            &format!("int {function}(void) {{ return 0; }}"),
            &arguments,
        );
    }

    /// Runs the program and holds every word of the loader against the report.
    fn run(&mut self, program: &str, library_path: Option<&str>) -> LoadReport {
        let program = self.path(program).into_os_string().into_string().unwrap();
        self.machine.rules.as_mut().unwrap().library_path = library_path.map(str::to_owned);
        let report = load(&program, &self.machine).unwrap();
        let mut command = Command::new(&program);
        command.env("LC_ALL", "C").env_remove("LD_LIBRARY_PATH");
        command.envs(library_path.map(|path| ("LD_LIBRARY_PATH", path)));
        let Ok(output) = command.output() else {
            assert!(
                matches!(report.interpreter, Interpreter::Missing(_)),
                "{report:?}"
            );
            return report;
        };
        assert_eq!(output.status.success(), !report.fails(), "{report:?}\n{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        // Where no file was tried at all, glibc has no system error to add.
        let without_error = |line: &str| line.trim_end_matches(": No such file or directory").to_owned();
        let (aborted, said) = said
            .lines()
            .partition::<Vec<_>, _>(|line| line.starts_with("Inconsistency detected"));
        assert_eq!(
            !aborted.is_empty(),
            report.unversioned.iter().any(|library| library.aborts)
        );
        let mut said = said.into_iter().map(without_error).collect::<Vec<_>>();
        let mut expected = report
            .missing
            .first()
            .map(|missing| vec![without_error(&missing.message(&program))]);
        expected = expected.or(report
            .rejected
            .first()
            .map(|rejected| vec![rejected.message(&program)]));
        let mut expected = expected.unwrap_or_else(|| {
            let nodes = report.missing_nodes.iter().map(|node| node.message(&program));
            nodes
                .chain(report.unversioned.iter().map(|library| library.message(&program)))
                .collect()
        });
        said.sort();
        expected.sort();
        assert_eq!(said, expected);
        report
    }
}

const MAIN: &str = "int one(void); int main(void) { return one(); }";

fn via(report: &LoadReport, soname: &str) -> (Via, String) {
    let chosen = &report.chosen[soname];
    (chosen.via.clone(), chosen.path.clone())
}

/// `main` needs version ONE_1 of `libone.so.1`, which lies in `lib`.
fn versioned(workshop: &Workshop) {
    workshop.shared_object("lib/libone.so.1", "libone.so.1", "one", Some("ONE_1"), &[]);
    workshop.build(
        "main",
        MAIN,
        &["@lib/libone.so.1", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/lib"],
    );
}

macro_rules! workshop {
    () => {
        match Workshop::open() {
            Some(workshop) => workshop,
            None => return skipped("no gcc, or no glibc loader for x86-64"),
        }
    };
}

#[test]
fn a_deleted_library_is_missing() {
    let mut workshop = workshop!();
    versioned(&workshop);
    let report = workshop.run("main", None);
    let file = workshop.path("lib/libone.so.1");
    assert_eq!(
        via(&report, "libone.so.1"),
        (Via::Runpath, file.to_str().unwrap().to_owned())
    );
    assert!(!report.fails());

    let mut workshop = Workshop::open().unwrap();
    versioned(&workshop);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    assert_eq!(workshop.run("main", None).missing.len(), 1);
}

#[test]
fn a_symbolic_link_to_another_version_passes_the_search_and_fails_on_the_node() {
    let mut workshop = workshop!();
    versioned(&workshop);
    fs::remove_file(workshop.path("lib/libone.so.1")).unwrap();
    workshop.shared_object("lib/libone.so.2", "libone.so.2", "one", Some("ONE_2"), &[]);
    std::os::unix::fs::symlink("libone.so.2", workshop.path("lib/libone.so.1")).unwrap();
    let report = workshop.run("main", None);
    assert_eq!(report.missing, []);
    assert_eq!(report.missing_nodes.len(), 1);
    assert_eq!(
        (
            report.missing_nodes[0].node.as_str(),
            report.missing_nodes[0].weak
        ),
        ("ONE_1", false)
    );
}

#[test]
fn a_library_without_versions_is_a_warning() {
    let mut workshop = workshop!();
    versioned(&workshop);
    let flags = ["-shared", "-fPIC", "-Wl,-soname,libone.so.1"];
    let source = "#include <stdlib.h>\nint one(void) { return abs(atoi(\"0\")); }";
    workshop.build("lib/libone.so.1", source, &flags);
    let report = workshop.run("main", None);
    assert_eq!((report.unversioned.len(), report.fails()), (1, false));
}

#[test]
fn a_library_that_knows_no_versions_aborts() {
    let mut workshop = workshop!();
    versioned(&workshop);
    workshop.shared_object("lib/libone.so.1", "libone.so.1", "one", None, &["-nostdlib"]);
    assert!(workshop.run("main", None).unversioned[0].aborts);
}

/// Sets `VER_FLG_WEAK` on every version that the file needs: GNU ld itself never does.
fn weaken(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let table = ElfFile::parse(&bytes)
        .unwrap()
        .dynamic
        .unwrap()
        .version_needs
        .unwrap();
    let number = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let mut need = table.start as usize;
    loop {
        let mut node = need + number(&bytes, need + 8);
        loop {
            bytes[node + 4] |= 2;
            match number(&bytes, node + 12) {
                0 => break,
                next => node += next,
            }
        }
        match number(&bytes, need + 12) {
            0 => break,
            next => need += next,
        }
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_weak_need_is_no_error() {
    let mut workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", "libone.so.1", "one", Some("ONE_1"), &[]);
    let source = "int one(void) __attribute__((weak)); int main(void) { return one ? one() : 0; }";
    let flags = ["-Wl,--no-as-needed", "@lib/libone.so.1", "-Wl,-rpath,$ORIGIN/lib"];
    workshop.build("main", source, &flags);
    weaken(&workshop.path("main"));
    workshop.shared_object("lib/libone.so.1", "libone.so.1", "one", Some("ONE_2"), &[]);
    let report = workshop.run("main", None);
    assert_eq!(
        (report.missing_nodes.len(), report.missing_nodes[0].weak),
        (1, true)
    );
}

#[test]
fn a_runpath_is_not_inherited_and_an_rpath_is() {
    for (tags, inherited) in [
        ("-Wl,--enable-new-dtags", false),
        ("-Wl,--disable-new-dtags", true),
    ] {
        let mut workshop = workshop!();
        workshop.shared_object("far/libtwo.so", "libtwo.so", "two", None, &[]);
        workshop.shared_object(
            "lib/libone.so",
            "libone.so",
            "one",
            None,
            &["-Wl,--no-as-needed", "@far/libtwo.so"],
        );
        let far = workshop.path("far").display().to_string();
        let path = format!("-Wl,-rpath,$ORIGIN/lib:$ORIGIN/far,-rpath-link,{far}");
        workshop.build("main", MAIN, &["@lib/libone.so", tags, &path]);
        let report = workshop.run("main", None);
        assert_eq!(report.missing.is_empty(), inherited, "{report:?}");
        if inherited {
            let main = workshop.path("main").display().to_string();
            assert_eq!(
                via(&report, "libtwo.so"),
                (Via::Rpath(main), format!("{far}/libtwo.so"))
            );
        }
    }
}

#[test]
fn the_environment_comes_before_a_runpath_and_after_an_rpath() {
    for (tags, environment_wins) in [
        ("-Wl,--enable-new-dtags", true),
        ("-Wl,--disable-new-dtags", false),
    ] {
        let mut workshop = workshop!();
        workshop.shared_object("lib/libone.so", "libone.so", "one", None, &[]);
        workshop.shared_object("env/libone.so", "libone.so", "one", None, &[]);
        workshop.build("main", MAIN, &["@lib/libone.so", tags, "-Wl,-rpath,$ORIGIN/lib"]);
        let environment = workshop.path("env").display().to_string();
        let report = workshop.run("main", Some(&environment));
        assert_eq!(via(&report, "libone.so").0 == Via::LibraryPath, environment_wins);
        // The library returns 0 wherever it lies; which one was loaded is what the loader lists.
        let mut list = Command::new(LOADER);
        list.arg("--list")
            .arg(workshop.path("main"))
            .env("LD_LIBRARY_PATH", &environment);
        let mut listed = list.output().unwrap().stdout;
        listed.retain(|byte| *byte != b'\t');
        let listed = String::from_utf8(listed).unwrap();
        assert!(
            listed.contains(&format!("libone.so => {} (", via(&report, "libone.so").1)),
            "{listed}"
        );
    }
}

#[test]
fn a_file_for_another_machine_is_skipped_and_a_text_is_not() {
    let mut workshop = workshop!();
    versioned(&workshop);
    let mut foreign = b"\x7fELF\x01\x01\x01".to_vec();
    foreign.resize(1024, 0);
    (foreign[16], foreign[18], foreign[20]) = (3, 3, 1);
    fs::write(workshop.path("lib/libone.so.1"), &foreign).unwrap();
    let report = workshop.run("main", None);
    assert!(report.missing[0].other_machine.as_ref().unwrap().wrong_class);

    let mut workshop = Workshop::open().unwrap();
    versioned(&workshop);
    workshop.shared_object("env/libone.so.1", "libone.so.1", "one", Some("ONE_1"), &[]);
    fs::write(workshop.path("skip/libone.so.1"), &foreign).unwrap();
    let both = format!(
        "{}:{}",
        workshop.path("skip").display(),
        workshop.path("env").display()
    );
    assert!(!workshop.run("main", Some(&both)).fails());

    let mut workshop = Workshop::open().unwrap();
    versioned(&workshop);
    fs::write(
        workshop.path("lib/libone.so.1"),
        "/* GNU ld script */".repeat(100),
    )
    .unwrap();
    assert_eq!(workshop.run("main", None).rejected.len(), 1);
}

#[test]
fn a_program_is_no_library() {
    for kind in ["-pie", "-no-pie"] {
        let mut workshop = workshop!();
        versioned(&workshop);
        workshop.build("lib/libone.so.1", "int main(void) { return 0; }", &[kind]);
        let report = workshop.run("main", None);
        assert_eq!(report.rejected.len(), 1, "{kind}");
    }
}

#[test]
fn a_soname_answers_for_a_file_of_another_name() {
    let mut workshop = workshop!();
    workshop.shared_object("lib/libone.so.1", "libone.so.1", "one", None, &[]);
    workshop.shared_object(
        "lib/libtwo.so",
        "libtwo.so",
        "two",
        None,
        &["-Wl,--no-as-needed", "@lib/libone.so.1"],
    );
    let source = "int one(void); int two(void); int main(void) { return one() + two(); }";
    fs::copy(workshop.path("lib/libone.so.1"), workshop.path("lib/alias.so")).unwrap();
    // Without a soname at link time, the file is needed by its path.
    workshop.build(
        "main",
        source,
        &["@lib/libone.so.1", "@lib/libtwo.so", "-Wl,-rpath,$ORIGIN/lib"],
    );
    let report = workshop.run("main", None);
    assert_eq!(via(&report, "libone.so.1").0, Via::Runpath);

    workshop.shared_object("lib/alias.so", "alias.so", "one", None, &[]);
    workshop.build(
        "other",
        source,
        &["@lib/alias.so", "@lib/libtwo.so", "-Wl,-rpath,$ORIGIN/lib"],
    );
    fs::remove_file(workshop.path("lib/alias.so")).unwrap();
    fs::rename(workshop.path("lib/libone.so.1"), workshop.path("lib/alias.so")).unwrap();
    let mut workshop = Workshop {
        machine: ThisMachine::new(LOADER).unwrap(),
        ..workshop
    };
    let report = workshop.run("other", None);
    let alias = workshop.path("lib/alias.so").display().to_string();
    assert_eq!(via(&report, "libone.so.1"), (Via::Soname, alias), "{report:?}");
}

#[test]
fn the_processors_subdirectory_is_preferred() {
    let mut workshop = workshop!();
    versioned(&workshop);
    let Some(best) = workshop.machine.rules.as_ref().unwrap().hwcaps.first().cloned() else {
        return skipped("a baseline processor");
    };
    let name = format!("lib/glibc-hwcaps/{best}/libone.so.1");
    workshop.path(&name);
    // Only the file there fails: it has another version.
    workshop.shared_object(&name, "libone.so.1", "one", Some("ONE_3"), &[]);
    let report = workshop.run("main", None);
    assert_eq!(
        via(&report, "libone.so.1").1,
        workshop.path(&name).display().to_string()
    );
    assert!(report.fails());
}

#[test]
fn no_default_library_means_no_c_library() {
    let mut workshop = workshop!();
    workshop.build("main", "int main(void) { return 0; }", &["-Wl,-z,nodefaultlib"]);
    assert_eq!(workshop.run("main", None).missing[0].soname, "libc.so.6");
}

#[test]
fn a_missing_interpreter_is_found_before_anything_else() {
    let mut workshop = workshop!();
    workshop.build(
        "main",
        "int main(void) { return 0; }",
        &["-Wl,--dynamic-linker=/lib/ld-musl-none.so.1"],
    );
    assert_eq!(
        workshop.run("main", None).interpreter,
        Interpreter::Missing("/lib/ld-musl-none.so.1".to_owned())
    );
}

#[test]
fn static_programs_need_nothing() {
    for kind in ["-static", "-static-pie"] {
        let mut workshop = workshop!();
        workshop.build("main", "int main(void) { return 0; }", &[kind]);
        let report = workshop.run("main", None);
        assert_eq!(
            LoadReport {
                x86_level: None,
                ..report
            },
            LoadReport::default(),
            "{kind}"
        );
    }
}
