//! Needs that files answer: looked up below a root, whatever keeps it.

use std::cell::RefCell;
use std::ffi::{CStr, CString};
use std::io;

use rustix::fs::FileType;
use rustix::io::Errno;

use super::Deadline;
use super::files::{Content, Directory, Files, Links, Status};
use super::identity::OF_GIT;
use super::pattern::{has_wildcard, matches, split, unspeakable};
use crate::answer::{Answer, Blob, Entries, Entry, EntryKind, LINK_MODE, Outcome, Skipped};
use crate::need::{Need, Take};

/// How deep `**` goes.
const MAX_DEPTH: usize = 64;

/// Answers from files below a root.
#[derive(Debug)]
pub(super) struct Look<F: Files> {
    pub(super) root: F,
    /// Whether somebody may be writing what is read.
    pub(super) live: bool,
    /// The only name at the top that is looked at; `None` for all.
    pub(super) only: Option<String>,
    pub(super) deadline: Deadline,
    /// The directory in which the last file was looked up, for the next one: needs come sorted.
    at_hand: RefCell<Option<(String, F::Directory)>>,
}

impl<F: Files> Look<F> {
    pub(super) fn new(root: F, deadline: Deadline) -> Look<F> {
        Look {
            root,
            live: false,
            only: None,
            deadline,
            at_hand: RefCell::default(),
        }
    }

    /// The answers to these needs, those that no file answers given by `other`.
    pub(super) fn answers(
        &self,
        needs: &[Need],
        other: &dyn Fn(&Need) -> Outcome<Answer>,
    ) -> Vec<Outcome<Answer>> {
        let answers = needs.iter().map(|need| self.answer(need, other)).collect();
        self.at_hand.take();
        answers
    }

    fn answer(&self, need: &Need, other: &dyn Fn(&Need) -> Outcome<Answer>) -> Outcome<Answer> {
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
            Need::Variables(need) => self.answer(need, other),
            Need::FirstOf(needs) => self.first_of(needs, other),
            Need::Offline(_) if self.live => Outcome::NotApplicable,
            Need::Offline(need) => self.answer(need, other),
            Need::Command { .. } | Need::Native(_) | Need::Query { .. } => other(need),
        }
    }

    fn first_of(&self, needs: &[Need], other: &dyn Fn(&Need) -> Outcome<Answer>) -> Outcome<Answer> {
        let mut worst = Outcome::NotApplicable;
        for (which, need) in needs.iter().enumerate() {
            match self.answer(need, other) {
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
    fn file(&self, path: &str) -> Result<(<F::Directory as Directory>::File, u64), Errno> {
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
        match file.read(Some(offset), len, len) {
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
        directory: &F::Directory,
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
        let is_wanted = |name: &CStr| {
            let wanted = rest.first().filter(|_| everything);
            wanted.is_none_or(|wanted| matches(wanted.as_bytes(), name.to_bytes()))
        };
        let last = !everything && rest.is_empty();
        let names = if has_wildcard(part) {
            let wanted = |name: &CStr| everything || matches(part.as_bytes(), name.to_bytes());
            directory.names(|name| wanted(name) && !(everything && name == OF_GIT))
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
            let stat = match wants_stat.then(|| directory.status(&name)).transpose() {
                Ok(stat) => stat,
                Err(Errno::ACCESS) => return found.closed(at, depth),
                Err(errno) => {
                    found.refused(&join(at, &name.to_string_lossy()), errno);
                    continue;
                }
            };
            let kind = stat.map_or(kind, |stat| stat.kind);
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
            if everything && kind == FileType::RegularFile && !is_wanted(&name) {
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
        directory: &F::Directory,
        name: &CStr,
        path: &str,
        kind: FileType,
        parts: &[&str],
    ) -> Result<F::Directory, Errno> {
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
        directory: &F::Directory,
        name: &CStr,
        path: String,
        kind: FileType,
        stat: Option<&Status>,
        found: &mut Found,
    ) -> Result<(), Stop> {
        let kind = match kind {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Directory,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        };
        let link = match (kind == EntryKind::Link)
            .then(|| directory.target(name))
            .transpose()
        {
            Ok(link) => link,
            Err(Errno::ACCESS) if matches!(directory.status(name), Err(Errno::ACCESS)) => {
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
            (EntryKind::File, Some(stat)) => stat.size,
            _ => 0,
        };
        let mode = match (kind, stat) {
            (EntryKind::Link, _) | (_, None) => LINK_MODE,
            (_, Some(stat)) => stat.mode,
        };
        let content = match (found.take, kind) {
            (Take::Head(len), EntryKind::File) => Some(
                directory
                    .file(name)
                    .and_then(|file| file.read(None, size, u64::from(len)))
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
            link: link.map(|link| link.to_string_lossy().into_owned()),
            content: content.map(|content| content.map(Blob)),
        });
        Ok(())
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

fn read_up_to(file: &impl Content, size: u64, cap: u64, path: &str) -> Outcome<Vec<u8>> {
    let too_large = || Outcome::failed("too-large", format!("/{path} is larger than {cap} bytes"));
    if size > cap {
        return too_large();
    }
    match file.read(None, size, cap.saturating_add(1)) {
        Ok(bytes) if bytes.len() as u64 > cap => too_large(),
        Ok(bytes) => Outcome::Got(bytes),
        Err(errno) => refusal(errno, path),
    }
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
