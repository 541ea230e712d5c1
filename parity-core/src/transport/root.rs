//! One resolver for every path: below a root, with every symbolic link resolved inside it.

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, ResolveFlags, Stat};
use rustix::io::Errno;

/// As many links as one path may lead through (as in the kernel).
const MAX_LINKS: usize = 40;

/// Room for one piece of a directory listing, in bytes.
const LISTING: usize = 32 << 10;

/// Whether links within a path are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Links {
    Followed,
    Refused,
}

/// A directory that stands for `/`.
#[derive(Debug)]
pub(super) struct Root {
    top: OwnedFd,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Root> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Root {
            top: rustix::fs::open(path, flags, Mode::empty())?,
        })
    }

    /// Opens a path below the root, links followed inside the root or refused as [`Errno::LOOP`], never blocking on a
    /// pipe or a device.
    fn open_at(&self, path: &str, flags: OFlags, links: Links) -> Result<OwnedFd, Errno> {
        let path = path.trim_start_matches('/');
        let path = if path.is_empty() { "." } else { path };
        let flags = careful(flags);
        let mut resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        if links == Links::Refused {
            resolve |= ResolveFlags::NO_SYMLINKS;
        }
        match rustix::fs::openat2(&self.top, path, flags, Mode::empty(), resolve) {
            // Before Linux 5.6, and under container profiles that do not know the call.
            Err(Errno::NOSYS | Errno::PERM) => self.walk(path, flags, links),
            other => other,
        }
    }

    /// The same without the kernel's help: one component at a time, no link followed by the kernel.
    fn walk(&self, path: &str, flags: OFlags, allowed: Links) -> Result<OwnedFd, Errno> {
        let directory = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut todo: Vec<String> = components(path);
        let mut stack = vec![rustix::fs::openat(&self.top, ".", directory, Mode::empty())?];
        let mut links = 0;
        while let Some(part) = todo.pop() {
            if part == ".." {
                if stack.len() > 1 {
                    stack.pop();
                }
                continue;
            }
            let Some(here) = stack.last() else {
                return Err(Errno::NOENT);
            };
            let stat = rustix::fs::statat(here, part.as_str(), AtFlags::SYMLINK_NOFOLLOW)?;
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Symlink => {
                    links += 1;
                    if links > MAX_LINKS || allowed == Links::Refused {
                        return Err(Errno::LOOP);
                    }
                    let target = rustix::fs::readlinkat(here, part.as_str(), Vec::new())?;
                    let target = target.to_str().map_err(|_| Errno::ILSEQ)?.to_owned();
                    if target.starts_with('/') {
                        stack.truncate(1);
                    }
                    todo.extend(components(&target));
                }
                FileType::Directory => {
                    stack.push(rustix::fs::openat(here, part.as_str(), directory, Mode::empty())?);
                }
                _ if todo.is_empty() => {
                    return rustix::fs::openat(here, part.as_str(), flags | OFlags::NOFOLLOW, Mode::empty());
                }
                _ => return Err(Errno::NOTDIR),
            }
        }
        let here = stack.last().ok_or(Errno::NOENT)?;
        rustix::fs::openat(here, ".", flags, Mode::empty())
    }

    /// A regular file, open for reading, and its size.
    pub(super) fn file(&self, path: &str) -> Result<(OwnedFd, u64), Errno> {
        // Looked at before it is opened for reading: opening a device can have effects.
        let seen = rustix::fs::fstat(self.open_at(path, OFlags::PATH, Links::Followed)?)?;
        regular(&seen)?;
        let file = self.open_at(path, OFlags::RDONLY, Links::Followed)?;
        let stat = rustix::fs::fstat(&file)?;
        regular(&stat)?;
        Ok((file, u64::try_from(stat.st_size).unwrap_or(0)))
    }

    /// A directory that can be listed.
    pub(super) fn directory(&self, path: &str, links: Links) -> Result<Directory, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        self.open_at(path, flags, links).map(Directory)
    }

    /// A directory in which names can be looked up, whether or not it may be listed.
    pub(super) fn place(&self, path: &str, links: Links) -> Result<Directory, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        self.open_at(path, flags, links).map(Directory)
    }
}

/// Without effect on regular files; a pipe or a terminal must not hold us.
fn careful(flags: OFlags) -> OFlags {
    let flags = flags | OFlags::CLOEXEC;
    if flags.contains(OFlags::PATH) {
        flags
    } else {
        flags | OFlags::NONBLOCK | OFlags::NOCTTY
    }
}

fn regular(stat: &Stat) -> Result<(), Errno> {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => Ok(()),
        FileType::Directory => Err(Errno::ISDIR),
        FileType::Symlink => Err(Errno::LOOP),
        _ => Err(Errno::INVAL),
    }
}

/// An open directory. What it opens lies directly in it, a link is never followed.
#[derive(Debug)]
pub(super) struct Directory(OwnedFd);

impl Directory {
    /// All names but `.` and `..` that are wanted, unsorted, with what the directory says of their kind.
    pub(super) fn names(&self, wanted: impl Fn(&CStr) -> bool) -> Result<Vec<(CString, FileType)>, Errno> {
        let mut room = [MaybeUninit::uninit(); LISTING];
        let mut listing = RawDir::new(&self.0, &mut room);
        let mut names = Vec::new();
        while let Some(entry) = listing.next() {
            let entry = entry?;
            let name = entry.file_name();
            if name != c"." && name != c".." && wanted(name) {
                names.push((name.to_owned(), entry.file_type()));
            }
        }
        Ok(names)
    }

    /// What an entry itself is, a link not followed.
    pub(super) fn stat(&self, name: &CStr) -> Result<Stat, Errno> {
        rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// Where a link points.
    pub(super) fn link(&self, name: &CStr) -> Result<String, Errno> {
        let target = rustix::fs::readlinkat(&self.0, name, Vec::new())?;
        Ok(String::from_utf8_lossy(target.as_bytes()).into_owned())
    }

    /// What was seen to be a regular file, open for reading.
    pub(super) fn file(&self, name: &CStr) -> Result<OwnedFd, Errno> {
        let flags = careful(OFlags::RDONLY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty())
    }

    /// A regular file, open for reading, and its size; a link is [`Errno::LOOP`]. Looked at before it is opened.
    pub(super) fn regular(&self, name: &CStr) -> Result<(OwnedFd, u64), Errno> {
        let stat = self.stat(name)?;
        regular(&stat)?;
        Ok((self.file(name)?, u64::try_from(stat.st_size).unwrap_or(0)))
    }

    /// A directory in it that can be listed.
    pub(super) fn directory(&self, name: &CStr) -> Result<Directory, Errno> {
        let flags = careful(OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty()).map(Directory)
    }

    /// A directory in it in which names can be looked up.
    pub(super) fn place(&self, name: &CStr) -> Result<Directory, Errno> {
        let flags = careful(OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty()).map(Directory)
    }
}

/// The components of a path, last first.
fn components(path: &str) -> Vec<String> {
    path.split('/')
        .rev()
        .filter(|part| !part.is_empty() && *part != ".")
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn read(root: &Root, path: &str, walk: bool) -> Result<Vec<u8>, Errno> {
        let fd = if walk {
            root.walk(path, OFlags::RDONLY, Links::Followed)?
        } else {
            root.file(path)?.0
        };
        let mut bytes = vec![0; 100];
        let count = rustix::io::read(&fd, &mut bytes)?;
        bytes.truncate(count);
        Ok(bytes)
    }

    #[test]
    fn links_stay_inside_the_root() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "outside").unwrap();
        let top = tempfile::tempdir().unwrap();
        let at = |path: &str| top.path().join(path);
        fs::create_dir_all(at("etc/deep")).unwrap();
        fs::create_dir_all(at("usr/lib")).unwrap();
        fs::write(at("usr/lib/file"), "inside").unwrap();
        symlink("/usr/lib", at("lib")).unwrap();
        symlink("../../../../../../usr/lib/file", at("etc/deep/up")).unwrap();
        symlink(outside.path().join("secret"), at("etc/leak")).unwrap();
        symlink("loop", at("loop")).unwrap();
        let root = Root::open(top.path()).unwrap();
        for walk in [false, true] {
            assert_eq!(read(&root, "lib/file", walk).unwrap(), b"inside");
            assert_eq!(read(&root, "/lib/file", walk).unwrap(), b"inside");
            assert_eq!(read(&root, "etc/deep/up", walk).unwrap(), b"inside");
            assert_eq!(read(&root, "../../usr/lib/file", walk).unwrap(), b"inside");
            assert_eq!(read(&root, "etc/leak", walk), Err(Errno::NOENT));
            assert_eq!(read(&root, "loop", walk), Err(Errno::LOOP));
            assert_eq!(read(&root, "usr/lib/file/x", walk), Err(Errno::NOTDIR));
        }
        assert!(root.directory("usr/lib", Links::Refused).is_ok());
        assert_eq!(root.directory("lib", Links::Refused).unwrap_err(), Errno::LOOP);
        assert_eq!(
            root.walk("lib", OFlags::PATH, Links::Refused).unwrap_err(),
            Errno::LOOP
        );
    }

    #[test]
    fn pipes_and_directories_are_not_files() {
        let top = tempfile::tempdir().unwrap();
        let pipe = top.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        let root = Root::open(top.path()).unwrap();
        assert_eq!(root.file("pipe").unwrap_err(), Errno::INVAL);
        assert_eq!(root.file("").unwrap_err(), Errno::ISDIR);
    }
}
