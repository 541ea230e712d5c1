//! A directory with a project in it, hosts that are files of facts, and the real binary run there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use snapbox::data::DataFormat;
use snapbox::{Assert, Data};
use tempfile::TempDir;

use crate::elf::Program;

/// 2026-01-01T00:00:00Z.
pub(crate) const NOW: &str = "1767225600";

pub(crate) struct World {
    directory: TempDir,
    /// What is remembered between runs lies outside of the project.
    state: TempDir,
}

/// What a run did.
#[derive(Debug)]
pub(crate) struct Run {
    /// 128 and the signal where a signal ended it.
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl World {
    /// An empty project.
    pub(crate) fn empty() -> World {
        World {
            directory: TempDir::new().unwrap(),
            state: TempDir::new().unwrap(),
        }
    }

    /// A program `bin/api` that needs glibc 2.34, `dev.toml` on which it runs, and three hosts of which `be2` is too old.
    pub(crate) fn shop() -> World {
        let world = World::empty();
        world
            .write("bin/api", &Program::needing("GLIBC_2.34").bytes())
            .text("dev.toml", &host("laptop", "2.41"))
            .text("be1.toml", &host("be1", "2.36"))
            .text("be2.toml", &host("be2", "2.31"))
            .text("be3.toml", &host("be3", "2.41"))
            .text("parity.toml", SHOP);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The user's state directory.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    pub(crate) fn text(&self, name: &str, text: &str) -> &World {
        self.write(name, text.as_bytes())
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> &World {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces the first occurrence of a text in a file.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) -> &World {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not hold {from}:\n{text}");
        self.text(name, &text.replacen(from, to, 1))
    }

    /// The binary in this directory, with an environment of its own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parity"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.directory.path())
            .env("XDG_STATE_HOME", self.state.path())
            .env("SOURCE_DATE_EPOCH", NOW)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn parity(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    pub(crate) fn parity_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        // It may not read all of it.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let run = Run::of(child.wait_with_output().unwrap());
        writer.join().unwrap();
        run
    }

    /// Runs a line of shell in which `parity` is the binary.
    pub(crate) fn shell(&self, line: &str) -> Run {
        let directory = Path::new(env!("CARGO_BIN_EXE_parity")).parent().unwrap();
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", line])
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", directory.display()))
            .env("HOME", self.directory.path())
            .env("XDG_STATE_HOME", self.state.path())
            .env("SOURCE_DATE_EPOCH", NOW)
            .stdin(Stdio::null());
        Run::of(command.output().unwrap())
    }

    /// Every name in the directory.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// What depends on the place and the version, replaced.
    fn normal(&self, text: &str) -> String {
        text.replace(&self.directory.path().display().to_string(), "[DIR]")
            .replace(env!("CARGO_PKG_VERSION"), "[VERSION]")
    }

    /// Holds a run against `golden/NAME.CODE.txt`: what it ended with, printed and told. `SNAPSHOTS=overwrite` renews them.
    pub(crate) fn golden(&self, name: &str, run: &Run) {
        let told = match run.err.as_str() {
            "" => String::new(),
            err => format!("--- standard error\n{err}"),
        };
        let name = format!("{name}.{}.txt", run.code);
        self.golden_file(&name, &format!("{}{told}", run.out));
    }

    /// Holds a text against `golden/NAME`.
    pub(crate) fn golden_file(&self, name: &str, text: &str) {
        let actual = self.normal(text);
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name);
        let expected = Data::read_from(&path, Some(DataFormat::Text)).raw();
        Assert::new()
            .action_env("SNAPSHOTS")
            .eq(Data::text(actual).raw(), expected);
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Run {
        use std::os::unix::process::ExitStatusExt;
        let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
        Run {
            code: output
                .status
                .code()
                .unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0)),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// It ended with this code and told each of these on standard error.
    #[track_caller]
    pub(crate) fn told(&self, code: i32, texts: &[&str]) -> &Run {
        self.ended(code);
        for text in texts {
            assert!(self.err.contains(text), "`{text}` was not told:\n{}", self.err);
        }
        self
    }

    #[track_caller]
    pub(crate) fn ended(&self, code: i32) -> &Run {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }
}

pub(crate) const SHOP: &str = r#"[artifacts]
backend = ["bin/api"]
[environments.production]
backend = ["facts:be1.toml", "facts:be2.toml", "facts:be3.toml"]
[dev]
target = "facts:dev.toml"
"#;

/// Facts of a Linux host with this glibc.
pub(crate) fn host(name: &str, glibc: &str) -> String {
    let nodes: Vec<String> = ["2.2.5", "2.31", "2.34", "2.36", "2.41"]
        .iter()
        .filter(|node| minor(node) <= minor(glibc))
        .map(|node| format!("\"GLIBC_{node}\""))
        .collect();
    format!(
        r#"target = "{name}"
taken_at = "2025-12-30"
complete = ["loader.interpreter", "library", "library.nodes", "listen", "runtime.version", "service.version"]
[facts]
"os.id" = "debian"
"os.name" = "Debian with {glibc}"
"os.version-id" = "{glibc}"
"kernel.machine" = "x86_64"
"kernel.page-size" = 4096
"kernel.release" = "6.1"
"cpu.x86-level" = 3
"libc.family" = ["glibc"]
"libc.version" = {{ value = "{glibc}", scheme = "generic" }}
"loader.interpreter[/lib64/ld-linux-x86-64.so.2]" = "x86_64"
"library[x86_64/libc.so.6]" = "usr/lib/x86_64-linux-gnu/libc.so.6"
"library.nodes[x86_64/libc.so.6]" = [{}]
"#,
        nodes.join(", ")
    )
}

fn minor(version: &str) -> u32 {
    version.split('.').nth(1).unwrap().parse().unwrap()
}
