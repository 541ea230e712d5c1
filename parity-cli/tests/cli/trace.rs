//! What a run of the binary did, as the kernel saw it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::world::{Run, World};

const CALLS: &str = "trace=execve,execveat,connect,bind,sendto,open,openat,openat2,creat,truncate,rename,renameat,renameat2,\
                     unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,chmod,fchmodat,chown";

const CHANGES: [&str; 17] = [
    "O_WRONLY",
    "O_RDWR",
    "O_CREAT",
    "O_TMPFILE",
    " creat(",
    " truncate(",
    " rename",
    " unlink",
    " rmdir(",
    " mkdir",
    " mknod",
    " link(",
    " linkat(",
    " symlink",
    " chmod(",
    " fchmodat(",
    " chown(",
];

pub(crate) struct Trace {
    lines: Vec<String>,
}

/// Runs a command under `strace`; `None` where there is none.
pub(crate) fn traced(world: &World, command: &Command) -> Option<(Run, Trace)> {
    let file = world.state().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-y", "-s", "4096", "-e", CALLS, "-o"])
        .arg(&file)
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .current_dir(command.get_current_dir().unwrap())
        .stdin(Stdio::null());
    let output = match strace.output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: strace: {error}");
            return None;
        }
    };
    let run = Run::of(output);
    if run.err.contains("ptrace") {
        eprintln!("skipped: {}", run.err);
        return None;
    }
    let lines = fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    fs::remove_file(&file).unwrap();
    Some((run, Trace { lines }))
}

impl Trace {
    /// No process was started, no connection made, nothing changed on the disk.
    #[track_caller]
    pub(crate) fn did_nothing(&self) -> &Trace {
        let started: Vec<&String> = self.calls(&[" execve(", " execveat("]).collect();
        assert!(started.len() == 1, "started: {started:#?}");
        let connected: Vec<&String> = self.calls(&[" connect(", " bind(", " sendto("]).collect();
        assert!(connected.is_empty(), "{connected:#?}");
        let changed: Vec<&String> = self
            .calls(&CHANGES)
            .filter(|line| !line.contains("\"/dev/null\""))
            .collect();
        assert!(changed.is_empty(), "{changed:#?}");
        self
    }

    /// Nothing below this directory was opened.
    #[track_caller]
    pub(crate) fn never_touched(&self, directory: &Path) -> &Trace {
        let directory = [directory.to_str().unwrap()];
        let touched: Vec<&String> = self.calls(&directory).collect();
        assert!(touched.is_empty(), "{touched:#?}");
        self
    }

    fn calls<'a>(&'a self, words: &'a [&str]) -> impl Iterator<Item = &'a String> {
        self.lines
            .iter()
            .filter(move |line| words.iter().any(|word| line.contains(word)))
    }
}
