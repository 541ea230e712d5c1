//! This machine and root file systems: files below a root, and on this machine programs too.

use std::io;
use std::path::Path;

use super::look::Look;
use super::root::Root;
use super::{Deadline, Transport, TransportError, command};
use crate::answer::{Answer, Outcome, SystemReading};
use crate::need::{Native, Need};

/// Answers from files below a directory that stands for `/`.
#[derive(Debug)]
pub struct Tree {
    look: Look<Root>,
    /// Why no program may be started, where none may.
    not_run: Option<String>,
}

impl Tree {
    /// This machine: its files, its programs, its operating system.
    ///
    /// # Errors
    /// `/` cannot be opened.
    pub fn local(deadline: impl Into<Deadline>) -> io::Result<Tree> {
        let mut tree = Tree::at(Path::new("/"), deadline)?;
        tree.look.live = true;
        Ok(tree)
    }

    /// The same without starting a program: what a program would have told is not known, for this reason.
    #[must_use]
    pub fn without_programs(self, reason: impl Into<String>) -> Tree {
        Tree {
            not_run: Some(reason.into()),
            ..self
        }
    }

    /// A directory that holds a root file system or a release. Nothing in it is run.
    ///
    /// # Errors
    /// The directory cannot be opened.
    pub fn at(path: &Path, deadline: impl Into<Deadline>) -> io::Result<Tree> {
        Ok(Tree {
            look: Look::new(Root::open(path)?, deadline.into()),
            not_run: None,
        })
    }

    /// A single file, as a directory that holds nothing else.
    ///
    /// # Errors
    /// Its directory cannot be opened, or the path has no file name that is text.
    pub fn of_file(path: &Path, deadline: impl Into<Deadline>) -> io::Result<Tree> {
        let name = path.file_name().and_then(|name| name.to_str());
        let name =
            name.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let mut tree = Tree::at(directory.unwrap_or(Path::new(".")), deadline)?;
        tree.look.only = Some(name.to_owned());
        Ok(tree)
    }

    fn without_files(&self, need: &Need) -> Outcome<Answer> {
        match need {
            Need::Command { argv, cap } if self.look.live => match &self.not_run {
                None => command::run(argv, *cap, &self.look.deadline).map(Answer::Output),
                Some(reason) => command::refused(argv, reason),
            },
            Need::Native(Native::System) if self.look.live => Outcome::Got(Answer::System(system())),
            Need::Native(Native::Clock) if self.look.live => Outcome::Got(Answer::Clock(0)),
            _ => Outcome::NotApplicable,
        }
    }
}

impl Transport for Tree {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        Ok(self.look.answers(needs, &|need| self.without_files(need)))
    }
}

fn system() -> SystemReading {
    let kind = sysinfo::RefreshKind::nothing()
        .with_memory(sysinfo::MemoryRefreshKind::nothing().with_ram())
        .with_cpu(sysinfo::CpuRefreshKind::nothing());
    let uname = rustix::system::uname();
    let live = sysinfo::System::new_with_specifics(kind).ok();
    SystemReading {
        os_name: sysinfo::System::name().ok(),
        os_version: sysinfo::System::os_version().ok(),
        kernel: Some(uname.release().to_string_lossy().into_owned()),
        machine: Some(uname.machine().to_string_lossy().into_owned()),
        host_name: Some(uname.nodename().to_string_lossy().into_owned()),
        memory: live.as_ref().map_or(0, sysinfo::System::total_memory),
        processors: std::thread::available_parallelism().map_or(0, |count| count.get() as u32),
        page_size: rustix::param::page_size() as u64,
    }
}
