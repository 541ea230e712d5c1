//! This machine and root file systems: files below a root, and on this machine programs too.

use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{FileType, Stat};
use rustix::io::Errno;

use super::command;
use super::pattern::{has_wildcard, matches, split, unspeakable};
use super::root::{Directory, Links, Root};
use super::{Deadline, Transport, TransportError};
use crate::answer::{Answer, Blob, Entries, Entry, EntryKind, LINK_MODE, Outcome, Skipped, SystemReading};
use crate::need::{Native, Need, Take};

/// Pseudo-files are read in pieces of this size: the kernel allocates what it is asked for, and most are one line.
const PIECE: usize = 4096;

/// How deep `**` goes.
const MAX_DEPTH: usize = 64;

/// Answers from files below a directory that stands for `/`.
#[derive(Debug)]
pub struct Tree {
    root: Root,
    live: bool,
    /// The only name at the top that is looked at; `None` for all.
    only: Option<String>,
    deadline: Deadline,
    /// The directory in which the last file was looked up, for the next one: needs come sorted.
    at_hand: RefCell<Option<(String, Directory)>>,
}

impl Tree {
    /// This machine: its files, its programs, its operating system.
    ///
    /// # Errors
    /// `/` cannot be opened.
    pub fn local(deadline: impl Into<Deadline>) -> io::Result<Tree> {
        Ok(Tree {
            root: Root::open(Path::new("/"))?,
            live: true,
            only: None,
            deadline: deadline.into(),
            at_hand: RefCell::default(),
        })
    }

    /// A directory that holds a root file system or a release. Nothing in it is run.
    ///
    /// # Errors
    /// The directory cannot be opened.
    pub fn at(path: &Path, deadline: impl Into<Deadline>) -> io::Result<Tree> {
        Ok(Tree {
            root: Root::open(path)?,
            live: false,
            only: None,
            deadline: deadline.into(),
            at_hand: RefCell::default(),
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
        let tree = Tree::at(directory.unwrap_or(Path::new(".")), deadline)?;
        Ok(Tree {
            only: Some(name.to_owned()),
            ..tree
        })
    }

    fn answer(&self, need: &Need) -> Outcome<Answer> {
        if self.deadline.is_over() {
            return Outcome::Failed(self.deadline.failure(&need.to_string()));
        }
        match need {
            Need::File { path, cap } => self.whole(path, *cap).map(Answer::Bytes),
            Need::Range { path, offset, len } => self.range(path, *offset, *len).map(Answer::Bytes),
            Need::Glob {
                pattern,
                take,
                max_entries,
            } => self
                .glob(pattern, *take, *max_entries as usize)
                .map(Answer::Entries),
            Need::Command { argv, cap } if self.live => {
                command::run(argv, *cap, &self.deadline).map(Answer::Output)
            }
            Need::Native(Native::System) if self.live => Outcome::Got(Answer::System(system())),
            Need::Offline(need) if !self.live => self.answer(need),
            Need::Variables(need) => self.answer(need),
            Need::Command { .. } | Need::Native(_) | Need::Offline(_) => Outcome::NotApplicable,
            Need::FirstOf(needs) => self.first_of(needs),
            Need::Query { .. } => Outcome::NotApplicable,
        }
    }

    fn first_of(&self, needs: &[Need]) -> Outcome<Answer> {
        let mut worst = Outcome::NotApplicable;
        for (which, need) in needs.iter().enumerate() {
            match self.answer(need) {
                Outcome::Got(Answer::Output(output)) if output.status != 0 => {
                    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
                    worst =
                        Outcome::failed("command-failed", format!("exit status {}: {said}", output.status));
                }
                Outcome::Got(answer) => return Outcome::Got(Answer::One(which, Box::new(answer))),
                Outcome::NotApplicable => {}
                Outcome::Absent if !matches!(worst, Outcome::NotApplicable) => {}
                other => worst = other,
            }
        }
        worst
    }

    /// A regular file, open for reading, and its size.
    fn file(&self, path: &str) -> Result<(OwnedFd, u64), Errno> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = match CString::new(name) {
            Ok(name) if !matches!(name.to_bytes(), b"" | b"." | b"..") => name,
            _ => return self.root.file(path),
        };
        let directory = match self.at_hand.take() {
            Some((at, directory)) if at == parent => directory,
            _ => self.root.place(parent, Links::Followed)?,
        };
        let opened = directory.regular(&name);
        self.at_hand.replace(Some((parent.to_owned(), directory)));
        match opened {
            Err(Errno::LOOP) => self.root.file(path),
            opened => opened,
        }
    }

    fn whole(&self, path: &str, cap: u64) -> Outcome<Vec<u8>> {
        match self.file(path) {
            Ok((file, size)) => read_up_to(&file, size, cap, path),
            Err(errno) => refusal(errno, path),
        }
    }

    fn range(&self, path: &str, offset: u64, len: u64) -> Outcome<Vec<u8>> {
        let (file, size) = match self.file(path) {
            Ok(found) => found,
            Err(errno) => return refusal(errno, path),
        };
        let mut len = len.min(crate::need::FILE_CAP);
        if size > 0 {
            len = len.min(size.saturating_sub(offset));
        }
        match read(&file, Some(offset), len, len) {
            Ok(bytes) => Outcome::Got(bytes),
            Err(errno) => refusal(errno, path),
        }
    }

    fn glob(&self, pattern: &str, take: Take, max: usize) -> Outcome<Entries> {
        let (base, parts) = split(pattern);
        let links = match take {
            Take::Head(_) => Links::Refused,
            _ => Links::Followed,
        };
        let directory = match self.root.directory(&base, links) {
            Ok(directory) => directory,
            Err(Errno::LOOP) if links == Links::Refused => return Outcome::Absent,
            Err(errno) => return refusal(errno, &base),
        };
        let mut found = Found {
            entries: Entries::default(),
            max,
            take,
        };
        match self.descend(&directory, &base, &parts, 0, &mut found) {
            Ok(()) => {}
            Err(Stop::TooMany) => {
                return Outcome::failed("too-many", format!("/{pattern}: more than {max} entries"));
            }
            Err(Stop::Over) => return Outcome::Failed(self.deadline.failure(&format!("/{pattern}"))),
            Err(Stop::Base(errno)) => return refusal(errno, &base),
            Err(Stop::Closed) => return Outcome::NotPermitted,
        }
        let Entries { entries, skipped } = &mut found.entries;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        skipped.sort_by(|a, b| (&a.path, &a.reason).cmp(&(&b.path, &b.reason)));
        Outcome::Got(found.entries)
    }

    /// What matches `parts` in a directory.
    fn descend(
        &self,
        directory: &Directory,
        at: &str,
        parts: &[&str],
        depth: usize,
        found: &mut Found,
    ) -> Result<(), Stop> {
        let Some((part, rest)) = parts.split_first() else {
            return Ok(());
        };
        if self.deadline.is_over() {
            return Err(Stop::Over);
        }
        if depth > MAX_DEPTH {
            found.skip(at, "nested too deep");
            return Ok(());
        }
        let everything = *part == "**";
        let last = !everything && rest.is_empty();
        let names = if has_wildcard(part) {
            let wanted = |name: &CStr| everything || matches(part.as_bytes(), name.to_bytes());
            directory.names(wanted)
        } else {
            let name = CString::new(*part).map_err(|_| Errno::INVAL);
            name.map(|name| vec![(name, FileType::Unknown)])
        };
        let names = match names {
            Ok(names) => names,
            Err(errno) if depth == 0 => return Err(Stop::Base(errno)),
            Err(errno) => {
                found.refused(at, errno);
                return Ok(());
            }
        };
        for (name, kind) in names {
            if at.is_empty()
                && self
                    .only
                    .as_ref()
                    .is_some_and(|only| only.as_bytes() != name.to_bytes())
            {
                continue;
            }
            // What the directory says is enough for a link, and for what only leads on.
            let wants_stat = match kind {
                FileType::Unknown => true,
                FileType::Symlink => false,
                FileType::RegularFile => everything || last,
                _ => last,
            };
            let stat = match wants_stat.then(|| directory.stat(&name)).transpose() {
                Ok(stat) => stat,
                Err(Errno::ACCESS) => return found.closed(at, depth),
                Err(errno) => {
                    found.refused(&join(at, &name.to_string_lossy()), errno);
                    continue;
                }
            };
            let kind = stat.map_or(kind, |stat| FileType::from_raw_mode(stat.st_mode));
            let counts = match kind {
                _ if last => true,
                FileType::Directory => true,
                FileType::RegularFile => everything,
                FileType::Symlink => !everything,
                _ => false,
            };
            if !counts {
                continue;
            }
            if let Some(reason) = unspeakable(name.to_bytes()) {
                found.skip(at, reason);
                continue;
            }
            let path = join(at, &name.to_string_lossy());
            if last || kind == FileType::RegularFile {
                let kept = self.keep(directory, &name, path, kind, stat.as_ref(), found);
                match kept {
                    Err(Stop::Closed) => return found.closed(at, depth),
                    kept => kept?,
                }
                continue;
            }
            let parts = if everything { parts } else { rest };
            match self.enter(directory, &name, &path, kind, parts) {
                Ok(directory) => self.descend(&directory, &path, parts, depth + 1, found)?,
                Err(errno) => found.refused(&path, errno),
            }
        }
        Ok(())
    }

    /// A directory on the way to what matches; only to be listed where names have to be found in it.
    fn enter(
        &self,
        directory: &Directory,
        name: &CStr,
        path: &str,
        kind: FileType,
        parts: &[&str],
    ) -> Result<Directory, Errno> {
        let list = parts.first().is_some_and(|part| has_wildcard(part));
        match (kind, list) {
            (FileType::Symlink, true) => self.root.directory(path, Links::Followed),
            (FileType::Symlink, false) => self.root.place(path, Links::Followed),
            (_, true) => directory.directory(name),
            (_, false) => directory.place(name),
        }
    }

    fn keep(
        &self,
        directory: &Directory,
        name: &CStr,
        path: String,
        kind: FileType,
        stat: Option<&Stat>,
        found: &mut Found,
    ) -> Result<(), Stop> {
        let kind = match kind {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Directory,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        };
        let link = match (kind == EntryKind::Link)
            .then(|| directory.link(name))
            .transpose()
        {
            Ok(link) => link,
            Err(Errno::ACCESS) if matches!(directory.stat(name), Err(Errno::ACCESS)) => {
                return Err(Stop::Closed);
            }
            Err(errno) => {
                found.refused(&path, errno);
                return Ok(());
            }
        };
        if found.entries.entries.len() >= found.max {
            return Err(Stop::TooMany);
        }
        let size = match (kind, stat) {
            (EntryKind::File, Some(stat)) => u64::try_from(stat.st_size).unwrap_or(0),
            _ => 0,
        };
        let mode = match (kind, stat) {
            (EntryKind::Link, _) | (_, None) => LINK_MODE,
            (_, Some(stat)) => stat.st_mode & 0o7777,
        };
        let content = match (found.take, kind) {
            (Take::Head(len), EntryKind::File) => Some(
                directory
                    .file(name)
                    .and_then(|file| read(&file, None, size, u64::from(len)))
                    .map_or_else(|errno| refusal(errno, &path), Outcome::Got),
            ),
            (Take::Content(cap), EntryKind::File) => Some(match directory.file(name) {
                Ok(file) => read_up_to(&file, size, u64::from(cap), &path),
                Err(errno) => refusal(errno, &path),
            }),
            (Take::Content(cap), EntryKind::Link) => match self.whole(&path, u64::from(cap)) {
                // A link to a directory or a device has no content; that is no failure.
                Outcome::Failed(failure) if failure.code == "not-a-file" => None,
                outcome => Some(outcome),
            },
            _ => None,
        };
        found.entries.entries.push(Entry {
            path,
            kind,
            mode,
            size,
            link,
            content: content.map(|content| content.map(Blob)),
        });
        Ok(())
    }
}

impl Transport for Tree {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let answers = needs.iter().map(|need| self.answer(need)).collect();
        self.at_hand.take();
        Ok(answers)
    }
}

struct Found {
    entries: Entries,
    max: usize,
    take: Take,
}

impl Found {
    fn skip(&mut self, path: &str, reason: &str) {
        self.entries.skipped.push(Skipped {
            path: path.to_owned(),
            reason: reason.to_owned(),
        });
    }

    fn closed(&mut self, directory: &str, depth: usize) -> Result<(), Stop> {
        if depth == 0 {
            return Err(Stop::Base(Errno::ACCESS));
        }
        self.refused(directory, Errno::ACCESS);
        Ok(())
    }

    /// What is gone since it was listed, and what is no directory where one is looked for, is simply not there.
    fn refused(&mut self, path: &str, errno: Errno) {
        if !matches!(errno, Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::SRCH) {
            self.skip(path, &io::Error::from(errno).kind().to_string());
        }
    }
}

enum Stop {
    Base(Errno),
    /// No name in the directory can be looked up.
    Closed,
    TooMany,
    Over,
}

fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() {
        name.to_owned()
    } else {
        format!("{directory}/{name}")
    }
}

fn read_up_to(file: &OwnedFd, size: u64, cap: u64, path: &str) -> Outcome<Vec<u8>> {
    let too_large = || Outcome::failed("too-large", format!("/{path} is larger than {cap} bytes"));
    if size > cap {
        return too_large();
    }
    match read(file, None, size, cap.saturating_add(1)) {
        Ok(bytes) if bytes.len() as u64 > cap => too_large(),
        Ok(bytes) => Outcome::Got(bytes),
        Err(errno) => refusal(errno, path),
    }
}

/// At most `len` bytes from an offset, or from where the file stands; about `size` are expected.
fn read(file: &OwnedFd, offset: Option<u64>, size: u64, len: u64) -> Result<Vec<u8>, Errno> {
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    // Room for one byte more, so that the end is seen; a pseudo-file says 0.
    let expected = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Vec::with_capacity(if size == 0 { PIECE } else { expected }.min(len));
    while bytes.len() < len {
        if bytes.len() == bytes.capacity() {
            bytes.reserve(PIECE);
        }
        let at = offset.map(|offset| offset.saturating_add(bytes.len() as u64));
        let room = rustix::buffer::spare_capacity(&mut bytes);
        let read = match at {
            Some(at) => rustix::io::pread(file, room, at),
            None => rustix::io::read(file, room),
        };
        match read {
            Ok(0) => break,
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

fn refusal<T>(errno: Errno, path: &str) -> Outcome<T> {
    match errno {
        Errno::NOENT | Errno::NOTDIR => Outcome::Absent,
        Errno::ACCESS | Errno::PERM => Outcome::NotPermitted,
        Errno::ISDIR | Errno::INVAL => {
            Outcome::failed("not-a-file", format!("/{path} is not a regular file"))
        }
        Errno::LOOP => Outcome::failed("link-loop", format!("/{path}: too many symbolic links")),
        // A process that ended between listing and reading.
        Errno::SRCH => Outcome::Absent,
        errno => Outcome::failed("cannot-read", format!("/{path}: {}", io::Error::from(errno))),
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
