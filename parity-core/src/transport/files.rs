//! What can be looked up below a root, whatever keeps it: directories of this machine, or the layers of an image.

use std::ffi::{CStr, CString};

use rustix::fs::FileType;
use rustix::io::Errno;

/// As many links as one path may lead through (as in the kernel).
const MAX_LINKS: usize = 40;

/// Whether links within a path are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Followed,
    Refused,
}

/// What a directory says of an entry, a link not followed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Status {
    pub(super) kind: FileType,
    /// The lowest twelve bits.
    pub(super) mode: u32,
    /// In bytes, of a regular file.
    pub(super) size: u64,
}

/// A root file system. Links are resolved inside it.
pub(super) trait Files {
    type Directory: Directory;

    /// A regular file, open for reading, and its size.
    fn file(&self, path: &str) -> Result<(<Self::Directory as Directory>::File, u64), Errno>;

    /// A directory that can be listed; a link on the way is [`Errno::LOOP`] where links are refused.
    fn directory(&self, path: &str, links: Links) -> Result<Self::Directory, Errno>;

    /// A directory in which names can be looked up, whether or not it may be listed.
    fn place(&self, path: &str, links: Links) -> Result<Self::Directory, Errno>;
}

/// An open directory. What it opens lies directly in it, a link is never followed.
pub(super) trait Directory: Sized {
    type File: Content;

    /// All names but `.` and `..` that are wanted, unsorted, with what the directory says of their kind.
    fn names(&self, wanted: impl Fn(&CStr) -> bool) -> Result<Vec<(CString, FileType)>, Errno>;

    fn status(&self, name: &CStr) -> Result<Status, Errno>;

    /// Where a link points, as it is written.
    fn target(&self, name: &CStr) -> Result<CString, Errno>;

    /// What was seen to be a regular file, open for reading.
    fn file(&self, name: &CStr) -> Result<Self::File, Errno>;

    /// A directory in it that can be listed.
    fn directory(&self, name: &CStr) -> Result<Self, Errno>;

    /// A directory in it in which names can be looked up.
    fn place(&self, name: &CStr) -> Result<Self, Errno>;

    /// A regular file, open for reading, and its size; a link is [`Errno::LOOP`]. Looked at before it is opened.
    fn regular(&self, name: &CStr) -> Result<(Self::File, u64), Errno> {
        let status = self.status(name)?;
        regular(status.kind)?;
        Ok((self.file(name)?, status.size))
    }
}

/// An open regular file.
pub(super) trait Content {
    /// At most `len` bytes from an offset, or from where the file stands; about `size` are expected.
    fn read(&self, offset: Option<u64>, size: u64, len: u64) -> Result<Vec<u8>, Errno>;
}

pub(super) fn regular(kind: FileType) -> Result<(), Errno> {
    match kind {
        FileType::RegularFile => Ok(()),
        FileType::Directory => Err(Errno::ISDIR),
        FileType::Symlink => Err(Errno::LOOP),
        _ => Err(Errno::INVAL),
    }
}

/// Where a path leads.
pub(super) enum Reached<D> {
    Directory(D),
    /// Something else, in this directory.
    Entry(D, CString),
}

/// Follows a path one component at a time from the directory that stands for `/`, and never out of it.
pub(super) fn walk<D: Directory>(top: D, path: &str, allowed: Links) -> Result<Reached<D>, Errno> {
    let mut todo = components(path.as_bytes());
    let mut stack = vec![top];
    let mut links = 0;
    while let Some(part) = todo.pop() {
        if part.to_bytes() == b".." {
            if stack.len() > 1 {
                stack.pop();
            }
            continue;
        }
        let here = stack.last().ok_or(Errno::NOENT)?;
        match here.status(&part)?.kind {
            FileType::Symlink => {
                links += 1;
                if links > MAX_LINKS || allowed == Links::Refused {
                    return Err(Errno::LOOP);
                }
                let target = here.target(&part)?;
                if target.to_bytes().starts_with(b"/") {
                    stack.truncate(1);
                }
                todo.extend(components(target.to_bytes()));
            }
            FileType::Directory => {
                let next = here.place(&part)?;
                stack.push(next);
            }
            _ if todo.is_empty() => {
                return Ok(Reached::Entry(stack.pop().ok_or(Errno::NOENT)?, part));
            }
            _ => return Err(Errno::NOTDIR),
        }
    }
    stack.pop().map(Reached::Directory).ok_or(Errno::NOENT)
}

/// The components of a path, last first; one that no name can be is dropped with what a zero byte ends.
fn components(path: &[u8]) -> Vec<CString> {
    path.split(|byte| *byte == b'/')
        .rev()
        .filter(|part| !part.is_empty() && *part != b".")
        .map(|part| CString::new(part).unwrap_or_default())
        .collect()
}
