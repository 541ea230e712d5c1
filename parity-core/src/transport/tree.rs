//! This machine and root file systems: files below a root, and on this machine programs too.

use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::Instant;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::command;
use super::root::{Listing, Root};
use super::{Transport, TransportError};
use crate::answer::{Answer, Blob, Entries, Entry, EntryKind, Outcome, Skipped, SystemReading};
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
    deadline: Instant,
}

impl Tree {
    /// This machine: its files, its programs, its operating system.
    ///
    /// # Errors
    /// `/` cannot be opened.
    pub fn local(deadline: Instant) -> io::Result<Tree> {
        Ok(Tree {
            root: Root::open(Path::new("/"))?,
            live: true,
            only: None,
            deadline,
        })
    }

    /// A directory that holds a root file system or a release. Nothing in it is run.
    ///
    /// # Errors
    /// The directory cannot be opened.
    pub fn at(path: &Path, deadline: Instant) -> io::Result<Tree> {
        Ok(Tree {
            root: Root::open(path)?,
            live: false,
            only: None,
            deadline,
        })
    }

    /// A single file, as a directory that holds nothing else.
    ///
    /// # Errors
    /// Its directory cannot be opened, or the path has no file name that is text.
    pub fn of_file(path: &Path, deadline: Instant) -> io::Result<Tree> {
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
        if Instant::now() >= self.deadline {
            return Outcome::failed("timed-out", "the time for this target was over");
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
                command::run(argv, *cap, self.deadline).map(Answer::Output)
            }
            Need::Native(Native::System) if self.live => Outcome::Got(Answer::System(system())),
            Need::Offline(need) if !self.live => self.answer(need),
            Need::Command { .. } | Need::Native(_) | Need::Offline(_) => Outcome::NotApplicable,
            Need::FirstOf(needs) => self.first_of(needs),
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

    fn whole(&self, path: &str, cap: u64) -> Outcome<Vec<u8>> {
        match self.root.file(path) {
            Ok((file, size)) => read_up_to(file, size, cap, path),
            Err(errno) => refusal(errno, path),
        }
    }

    fn range(&self, path: &str, offset: u64, len: u64) -> Outcome<Vec<u8>> {
        let (file, size) = match self.root.file(path) {
            Ok(found) => found,
            Err(errno) => return refusal(errno, path),
        };
        let len = len.min(size.saturating_sub(offset)).min(crate::need::FILE_CAP);
        let mut bytes = vec![0; usize::try_from(len).unwrap_or(0)];
        let mut done = 0;
        while done < bytes.len() {
            match rustix::io::pread(&file, &mut bytes[done..], offset + done as u64) {
                Ok(0) => break,
                Ok(count) => done += count,
                Err(Errno::INTR) => {}
                Err(errno) => return refusal(errno, path),
            }
        }
        bytes.truncate(done);
        Outcome::Got(bytes)
    }

    fn glob(&self, pattern: &str, take: Take, max: usize) -> Outcome<Entries> {
        let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
        let literal = parts.iter().take_while(|part| !has_wildcard(part)).count();
        let base = parts[..literal].join("/");
        if matches!(take, Take::Head(_)) && self.leads_through_link(&parts[..literal]) {
            return Outcome::Absent;
        }
        let mut found = Found {
            entries: Entries::default(),
            max,
            take,
        };
        let outcome = self.descend(&base, &parts[literal..], 0, &mut found);
        match outcome {
            Ok(()) => {}
            Err(Stop::TooMany) => {
                return Outcome::failed("too-many", format!("/{pattern}: more than {max} entries"));
            }
            Err(Stop::TimedOut) => {
                return Outcome::failed(
                    "timed-out",
                    format!("/{pattern}: the time for this target was over"),
                );
            }
            Err(Stop::Base(errno)) => return refusal(errno, &base),
        }
        found.entries.entries.sort_by(|a, b| a.path.cmp(&b.path));
        found.entries.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        Outcome::Got(found.entries)
    }

    fn leads_through_link(&self, parts: &[&str]) -> bool {
        (0..parts.len()).any(|at| {
            let listing = self.root.directory(&parts[..at].join("/"));
            let stat = listing.and_then(|listing| listing.stat(parts[at]));
            stat.is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::Symlink)
        })
    }

    fn descend(&self, at: &str, parts: &[&str], depth: usize, found: &mut Found) -> Result<(), Stop> {
        let Some((part, rest)) = parts.split_first() else {
            return Ok(());
        };
        let mut listing = match self.root.directory(at) {
            Ok(listing) => listing,
            Err(errno) if depth == 0 => return Err(Stop::Base(errno)),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
            Err(errno) => {
                found.skip(at, errno);
                return Ok(());
            }
        };
        if Instant::now() >= self.deadline {
            return Err(Stop::TimedOut);
        }
        if depth > MAX_DEPTH {
            found.entries.skipped.push(Skipped {
                path: at.to_owned(),
                reason: "nested too deep".into(),
            });
            return Ok(());
        }
        let everything = *part == "**";
        for name in listing.names() {
            let Some(name) = name.ok().and_then(|name| name.into_string().ok()) else {
                found.entries.skipped.push(Skipped {
                    path: at.to_owned(),
                    reason: "a name that is not UTF-8".into(),
                });
                continue;
            };
            if name.chars().any(char::is_control) {
                let reason = "a name with control characters".to_owned();
                found.entries.skipped.push(Skipped {
                    path: at.to_owned(),
                    reason,
                });
                continue;
            }
            if at.is_empty() && self.only.as_ref().is_some_and(|only| *only != name) {
                continue;
            }
            let path = if at.is_empty() {
                name.clone()
            } else {
                format!("{at}/{name}")
            };
            if everything {
                match entry(&listing, &name, path.clone()) {
                    Ok(entry) if entry.kind == EntryKind::Directory => {
                        self.descend(&path, parts, depth + 1, found)?;
                    }
                    Ok(entry) if entry.kind == EntryKind::File => self.keep(entry, found)?,
                    Ok(_) | Err(Errno::NOENT) => {}
                    Err(errno) => found.skip(&path, errno),
                }
            } else if matches(part, &name) {
                if !rest.is_empty() {
                    self.descend(&path, rest, depth + 1, found)?;
                    continue;
                }
                match entry(&listing, &name, path.clone()) {
                    Ok(entry) => self.keep(entry, found)?,
                    Err(Errno::NOENT) => {}
                    Err(errno) => found.skip(&path, errno),
                }
            }
        }
        Ok(())
    }

    fn keep(&self, mut entry: Entry, found: &mut Found) -> Result<(), Stop> {
        if found.entries.entries.len() >= found.max {
            return Err(Stop::TooMany);
        }
        entry.content = match (found.take, entry.kind) {
            (Take::Head(len), EntryKind::File) => {
                self.content(&entry, |tree, path| tree.head(path, u64::from(len)))
            }
            (Take::Content(cap), EntryKind::File | EntryKind::Link) => {
                self.content(&entry, |tree, path| tree.whole(path, u64::from(cap)))
            }
            _ => None,
        };
        found.entries.entries.push(entry);
        Ok(())
    }

    /// A link to a directory or a device has no content; that is no failure.
    fn content(
        &self,
        entry: &Entry,
        read: impl Fn(&Tree, &str) -> Outcome<Vec<u8>>,
    ) -> Option<Outcome<Blob>> {
        match read(self, &entry.path) {
            Outcome::Failed(failure) if failure.code == "not-a-file" => None,
            outcome => Some(outcome.map(Blob)),
        }
    }

    fn head(&self, path: &str, len: u64) -> Outcome<Vec<u8>> {
        match self.root.file(path) {
            Ok((file, _)) => {
                let mut bytes = Vec::new();
                match std::fs::File::from(file).take(len).read_to_end(&mut bytes) {
                    Ok(_) => Outcome::Got(bytes),
                    Err(error) => unreadable(&error, path),
                }
            }
            Err(errno) => refusal(errno, path),
        }
    }
}

impl Transport for Tree {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        Ok(needs.iter().map(|need| self.answer(need)).collect())
    }
}

struct Found {
    entries: Entries,
    max: usize,
    take: Take,
}

impl Found {
    fn skip(&mut self, path: &str, errno: Errno) {
        let reason = io::Error::from(errno).kind().to_string();
        self.entries.skipped.push(Skipped {
            path: path.to_owned(),
            reason,
        });
    }
}

enum Stop {
    Base(Errno),
    TooMany,
    TimedOut,
}

fn entry(listing: &Listing, name: &str, path: String) -> Result<Entry, Errno> {
    let stat = listing.stat(name)?;
    let kind = match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => EntryKind::File,
        FileType::Directory => EntryKind::Directory,
        FileType::Symlink => EntryKind::Link,
        _ => EntryKind::Other,
    };
    let link = if kind == EntryKind::Link {
        Some(listing.link(name)?)
    } else {
        None
    };
    let size = if kind == EntryKind::File {
        u64::try_from(stat.st_size).unwrap_or(0)
    } else {
        0
    };
    Ok(Entry {
        path,
        kind,
        mode: stat.st_mode & 0o7777,
        size,
        link,
        content: None,
    })
}

fn read_up_to(file: OwnedFd, size: u64, cap: u64, path: &str) -> Outcome<Vec<u8>> {
    let too_large = || Outcome::failed("too-large", format!("/{path} is larger than {cap} bytes"));
    if size > cap {
        return too_large();
    }
    let mut bytes = Vec::new();
    if size == 0 {
        // A pseudo-file says 0 and is read to its end.
        let mut piece = [0; PIECE];
        loop {
            match rustix::io::read(&file, &mut piece) {
                Ok(0) => return Outcome::Got(bytes),
                Ok(count) => bytes.extend_from_slice(&piece[..count]),
                Err(Errno::INTR) => {}
                Err(errno) => return refusal(errno, path),
            }
            if bytes.len() as u64 > cap {
                return too_large();
            }
        }
    }
    bytes.reserve(usize::try_from(size).unwrap_or(0) + 1);
    match std::fs::File::from(file).take(cap + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > cap => too_large(),
        Ok(_) => Outcome::Got(bytes),
        Err(error) => unreadable(&error, path),
    }
}

fn unreadable<T>(error: &io::Error, path: &str) -> Outcome<T> {
    let errno = error.raw_os_error().map(Errno::from_raw_os_error);
    refusal(errno.unwrap_or(Errno::IO), path)
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

fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?'])
}

/// Shell matching within one component: `*` any run, `?` one character, a leading dot only where it is written.
fn matches(pattern: &str, name: &str) -> bool {
    fn run(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=name.len()).any(|at| run(rest, &name[at..])),
            (Some((b'?', rest)), Some((_, more))) => run(rest, more),
            (Some((want, rest)), Some((have, more))) => want == have && run(rest, more),
            _ => false,
        }
    }
    (!name.starts_with('.') || pattern.starts_with('.')) && run(pattern.as_bytes(), name.as_bytes())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_in_the_shell() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", ".a", false),
            (".*", ".a", true),
            ("lib*.so*", "libc.so.6", true),
            ("lib*.so*", "libc.a", false),
            ("?", "ab", false),
            ("a?c", "abc", true),
            ("", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
