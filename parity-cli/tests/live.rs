//! What `parity check` predicts, against what really happens: roots made of this machine's own C library, programs
//! built to fail in them, the verdict, and then the run.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";
const MUSL_LOADER: &str = "-Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1";
const GREETS: &str = "int greet(void); int main(void) { return greet(); }";
const GREETS_NEWLY: &str = "int greet_newly(void); int main(void) { return greet_newly(); }";

/// A place to build in, and a root that holds a C library.
struct Workshop {
    directory: tempfile::TempDir,
}

impl Workshop {
    fn open() -> Option<Workshop> {
        if !Path::new(LOADER).exists() || Command::new("gcc").arg("--version").output().is_err() {
            eprintln!("skipped: gcc and a glibc for x86-64 are needed");
            return None;
        }
        let workshop = Workshop {
            directory: tempfile::tempdir().unwrap(),
        };
        let root = workshop.root();
        for directory in ["lib64", "bin", "app", "etc"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        fs::write(
            root.join("etc/os-release"),
            "ID=constructed\nNAME=Constructed\nVERSION_ID=1\n",
        )
        .unwrap();
        fs::copy("/bin/sh", root.join("bin/sh")).unwrap();
        fs::copy(LOADER, root.join("lib64/ld-linux-x86-64.so.2")).unwrap();
        fs::create_dir_all(workshop.libraries()).unwrap();
        fs::copy(c_library(), workshop.libraries().join("libc.so.6")).unwrap();
        Some(workshop)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn root(&self) -> PathBuf {
        self.path("root")
    }

    /// Where the root keeps its libraries: where this machine keeps its own.
    fn libraries(&self) -> PathBuf {
        let directory = c_library().parent().unwrap().to_owned();
        self.root().join(directory.strip_prefix("/").unwrap())
    }

    fn compile(&self, output: &Path, source: &str, arguments: &[&str]) {
        let file = self.path("source.c");
        fs::write(&file, source).unwrap();
        let compiled = Command::new("gcc")
            .arg("-o")
            .arg(output)
            .arg(&file)
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&compiled.stderr);
        assert!(compiled.status.success(), "{said}");
    }

    /// A library with this soname in a directory of its own, its functions in these version nodes.
    fn build_library(&self, directory: &str, soname: &str, nodes: &[(&str, &str)]) -> PathBuf {
        let output = self.path(directory).join(soname);
        fs::create_dir_all(output.parent().unwrap()).unwrap();
        let script = self.path("versions.map");
        let node = |(version, function): &(&str, &str)| format!("{version} {{ global: {function}; }};\n");
        fs::write(&script, nodes.iter().map(node).collect::<String>()).unwrap();
        let function = |(_, function): &(&str, &str)| format!("int {function}(void) {{ return 0; }}\n");
        let (soname, script) = (
            format!("-Wl,-soname,{soname}"),
            format!("-Wl,--version-script={}", script.display()),
        );
        let arguments = ["-shared", "-fPIC", "-nostdlib", &soname, &script];
        self.compile(
            &output,
            &nodes.iter().map(function).collect::<String>(),
            &arguments,
        );
        output
    }

    /// The same, installed in the root.
    fn installed(&self, soname: &str, nodes: &[(&str, &str)]) {
        let library = self.build_library("installed", soname, nodes);
        fs::rename(library, self.libraries().join(soname)).unwrap();
    }

    /// The release: one program, linked with these libraries.
    fn release(&self, source: &str, arguments: &[&str]) -> PathBuf {
        let program = self.root().join("app/program");
        self.compile(&program, source, arguments);
        program
    }

    /// The exit code of `parity check` for the release against the root, and its report.
    fn check(&self) -> (i32, Value) {
        let root = format!("rootfs:{}", self.root().display());
        let output = Command::new(env!("CARGO_BIN_EXE_parity"))
            .current_dir(self.directory.path())
            .args(["check", "--format", "json", "--dev", &root, "--against"])
            .args([format!("backend={root}"), "--artifact".into()])
            .arg(format!("backend={}", self.root().join("app/program").display()))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
        (output.status.code().unwrap(), report)
    }

    /// Runs the release with the root's own loader and libraries.
    fn run(&self) -> Output {
        let root = self.root();
        let mut command = if is_root() {
            let mut command = Command::new("chroot");
            command.arg(&root).arg("/app/program");
            command
        } else {
            let mut command = Command::new(root.join("lib64/ld-linux-x86-64.so.2"));
            command
                .arg("--library-path")
                .arg(self.libraries())
                .arg(root.join("app/program"));
            command
        };
        command
            .env("LC_ALL", "C")
            .env_remove("LD_LIBRARY_PATH")
            .output()
            .unwrap()
    }

    /// The prediction is this rule with these words in its message, and the run ends with `said`.
    fn assert_fails(&self, rule: &str, message: &[&str], said: &str) {
        self.assert_predicted(rule, message);
        let output = self.run();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "it ran");
        assert!(error.contains(said), "{error}");
    }

    fn assert_predicted(&self, rule: &str, message: &[&str]) {
        let (code, report) = self.check();
        assert_eq!((code, &report["verdict"]), (1, &"blocked".into()), "{report:#}");
        let first = &report["findings"][0];
        assert_eq!(first["rule"], rule, "{report:#}");
        let text = first["message"].as_str().unwrap();
        let lacking = message.iter().find(|word| !text.contains(**word));
        assert_eq!(lacking, None, "{text}");
        assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report:#}");
    }

    fn assert_works(&self) {
        let (code, report) = self.check();
        assert_eq!((code, &report["verdict"]), (0, &"clear".into()), "{report:#}");
        let output = self.run();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The C library of this machine, where its own compiler finds it.
fn c_library() -> PathBuf {
    let output = Command::new("gcc")
        .arg("-print-file-name=libc.so.6")
        .output()
        .unwrap();
    let path = String::from_utf8(output.stdout).unwrap();
    fs::canonicalize(path.trim_end()).unwrap()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

#[test]
fn a_version_of_the_c_library_that_does_not_exist_yet() {
    let Some(workshop) = Workshop::open() else { return };
    let future = workshop.build_library("future", "libc.so.6", &[("GLIBC_2.99", "greet")]);
    let starts = "int greet(void); void _start(void) { greet(); }";
    workshop.release(starts, &["-nostdlib", future.to_str().unwrap()]);
    workshop.assert_fails(
        "libc-symbols",
        &["program", "GLIBC_2.99"],
        "version `GLIBC_2.99' not found (required by ",
    );
    workshop.release("int main(void) { return 0; }", &[]);
    workshop.assert_works();
}

#[test]
fn a_version_node_that_the_library_of_the_host_lacks() {
    let Some(workshop) = Workshop::open() else { return };
    let old = [("GREET_1.0", "greet")];
    let new = [("GREET_1.0", "greet"), ("GREET_1.1", "greet_newly")];
    let built_against = workshop.build_library("new", "libgreet.so.1", &new);
    workshop.installed("libgreet.so.1", &old);
    workshop.release(GREETS_NEWLY, &[built_against.to_str().unwrap()]);
    workshop.assert_fails(
        "library-symbols",
        &["program", "GREET_1.1", "libgreet.so.1"],
        "version `GREET_1.1' not found (required by ",
    );
    workshop.release(GREETS, &[built_against.to_str().unwrap()]);
    workshop.assert_works();
    workshop.installed("libgreet.so.1", &new);
    workshop.release(GREETS_NEWLY, &[built_against.to_str().unwrap()]);
    workshop.assert_works();
}

#[test]
fn a_library_that_the_host_does_not_have() {
    let Some(workshop) = Workshop::open() else { return };
    let nodes = [("GREET_1.0", "greet")];
    let built_against = workshop.build_library("new", "libgreet.so.1", &nodes);
    workshop.release(GREETS, &[built_against.to_str().unwrap()]);
    workshop.assert_fails(
        "soname-missing",
        &["program", "libgreet.so.1"],
        "error while loading shared libraries: libgreet.so.1: cannot open shared object file",
    );
    workshop.installed("libgreet.so.1", &nodes);
    workshop.assert_works();
}

#[test]
fn a_link_that_gives_another_library_the_expected_name() {
    let Some(workshop) = Workshop::open() else { return };
    let expected = workshop.build_library("expected", "libgreet.so.1", &[("GREET_1.0", "greet")]);
    workshop.release(GREETS, &[expected.to_str().unwrap()]);
    workshop.installed("libgreet.so.2", &[("GREET_2.0", "greet")]);
    let name = workshop.libraries().join("libgreet.so.1");
    symlink("libgreet.so.2", &name).unwrap();
    workshop.assert_fails(
        "library-symbols",
        &["program", "GREET_1.0", "libgreet.so.1"],
        "version `GREET_1.0' not found (required by ",
    );
    fs::remove_file(name).unwrap();
    workshop.installed("libgreet.so.1", &[("GREET_1.0", "greet")]);
    workshop.assert_works();
}

#[test]
fn a_program_for_the_other_c_library() {
    let Some(workshop) = Workshop::open() else { return };
    workshop.release("int main(void) { return 0; }", &[MUSL_LOADER]);
    workshop.assert_predicted("libc-family", &["program", "musl"]);
    if is_root() {
        let output = workshop.run();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains("No such file or directory"), "{said}");
    } else {
        eprintln!("skipped: starting it in its root needs root");
    }
    workshop.release("int main(void) { return 0; }", &[]);
    workshop.assert_works();
}

#[test]
fn a_program_for_another_processor() {
    let Some(workshop) = Workshop::open() else { return };
    let program = workshop.release("int main(void) { return 0; }", &[]);
    let mut bytes = fs::read(&program).unwrap();
    bytes[18..20].copy_from_slice(&183_u16.to_le_bytes()); // e_machine: EM_AARCH64
    fs::write(&program, bytes).unwrap();
    workshop.assert_predicted("architecture", &["program", "aarch64", "x86_64"]);
    workshop.release("int main(void) { return 0; }", &[]);
    workshop.assert_works();
}
