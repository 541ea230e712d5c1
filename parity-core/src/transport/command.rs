//! Runs one program without a shell, with caps on its time and its output.

use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Deadline;
use crate::answer::{Outcome, Output};

/// Where programs are looked for, whatever the user's own path says.
pub const SYSTEM_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// Standard error beyond this is dropped.
const STDERR_CAP: u64 = 64 << 10;

/// Runs `argv` and waits for it until the deadline.
pub(super) fn run(argv: &[String], cap: u64, deadline: &Deadline) -> Outcome<Output> {
    let Some((program, arguments)) = argv.split_first() else {
        return Outcome::failed("no-command", "the need names no program");
    };
    let Some(path) = find(program) else {
        return Outcome::Absent;
    };
    let mut command = Command::new(path);
    command
        .args(arguments)
        .env_clear()
        .env("PATH", SYSTEM_PATH)
        .env("LC_ALL", "C")
        .current_dir("/");
    finish(command, program, cap, deadline)
}

/// Starts a program without input and waits for it until the deadline.
pub(super) fn finish(mut command: Command, program: &str, cap: u64, deadline: &Deadline) -> Outcome<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Outcome::NotPermitted,
        Err(error) if error.kind() == ErrorKind::NotFound => return Outcome::Absent,
        Err(error) => return Outcome::failed("cannot-run", format!("{program}: {error}")),
    };
    let (Ok(stdout), Ok(stderr)) = (
        drain(child.stdout.take(), cap),
        drain(child.stderr.take(), STDERR_CAP),
    ) else {
        end(&mut child);
        return Outcome::failed("cannot-run", format!("{program}: no further thread can be had"));
    };
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if deadline.is_over() => {
                end(&mut child);
                return Outcome::Failed(deadline.failure(&format!("`{program}`")));
            }
            Ok(None) => thread::sleep(Duration::from_millis(1)),
            Err(error) => return Outcome::failed("cannot-run", format!("{program}: {error}")),
        }
    };
    // A child of the program may still hold the pipe: what it would add is not waited for.
    let patience = Duration::from_millis(200);
    let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(patience), stderr.recv_timeout(patience)) else {
        end(&mut child);
        return Outcome::failed(
            "timed-out",
            format!("`{program}` left something behind that keeps its output open"),
        );
    };
    if stdout.len() as u64 > cap {
        return Outcome::failed("too-large", format!("`{program}` printed more than {cap} bytes"));
    }
    let status = status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Outcome::Got(Output {
        status,
        stdout,
        stderr,
    })
}

/// What is told of a program that may not be started: one that is not there is absent all the same.
pub(super) fn refused<T>(argv: &[String], reason: &str) -> Outcome<T> {
    match argv.first().filter(|program| find(program).is_some()) {
        Some(program) => Outcome::failed("not-run", format!("`{program}` was not run: {reason}")),
        None => Outcome::Absent,
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let mut places = SYSTEM_PATH
        .split(':')
        .map(|directory| PathBuf::from(directory).join(program));
    let found = places.find(|path| path.is_file())?;
    (!is_impostor(program, &found)).then_some(found)
}

/// busybox also answers to the names of package managers it is not.
fn is_impostor(program: &str, path: &Path) -> bool {
    if !matches!(program, "dpkg" | "rpm" | "rpm2cpio") && !program.starts_with("dpkg-") {
        return false;
    }
    let file = |path: &Path| path.metadata().ok().map(|file| (file.dev(), file.ino()));
    let found = file(path);
    ["/bin/busybox", "/usr/bin/busybox"]
        .iter()
        .any(|busybox| found.is_some() && file(Path::new(busybox)) == found)
}

fn end(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.wait();
}

/// Reads a pipe to its end in the background; keeps one byte more than the cap, so that too much can be told.
fn drain(pipe: Option<impl Read + Send + 'static>, cap: u64) -> io::Result<mpsc::Receiver<Vec<u8>>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut pipe) = pipe {
        thread::Builder::new().spawn(move || {
            let mut kept = Vec::new();
            let _ = pipe.by_ref().take(cap.saturating_add(1)).read_to_end(&mut kept);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
            let _ = sender.send(kept);
        })?;
    }
    Ok(receiver)
}
