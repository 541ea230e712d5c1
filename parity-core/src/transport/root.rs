//! One resolver for every path: below a root, with every symbolic link resolved inside it.

use std::ffi::{CStr, CString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, ResolveFlags, Stat};
use rustix::io::Errno;

use super::files::{self, Content, Directory, Files, Links, Reached, Status, regular};

/// Pseudo-files are read in pieces of this size: the kernel allocates what it is asked for, and most are one line.
const PIECE: usize = 4096;

/// Room for one piece of a directory listing, in bytes.
const LISTING: usize = 32 << 10;

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
        let directory = careful(OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW);
        let top = rustix::fs::openat(&self.top, ".", directory, Mode::empty())?;
        let (here, name) = match files::walk(Folder(top), path, allowed)? {
            Reached::Directory(here) => (here, c".".to_owned()),
            Reached::Entry(here, name) => (here, name),
        };
        rustix::fs::openat(&here.0, &name, flags | OFlags::NOFOLLOW, Mode::empty())
    }
}

impl Files for Root {
    type Directory = Folder;

    fn file(&self, path: &str) -> Result<(OwnedFd, u64), Errno> {
        // Looked at before it is opened for reading: opening a device can have effects.
        let seen = rustix::fs::fstat(self.open_at(path, OFlags::PATH, Links::Followed)?)?;
        regular(FileType::from_raw_mode(seen.st_mode))?;
        let file = self.open_at(path, OFlags::RDONLY, Links::Followed)?;
        let stat = rustix::fs::fstat(&file)?;
        regular(FileType::from_raw_mode(stat.st_mode))?;
        Ok((file, u64::try_from(stat.st_size).unwrap_or(0)))
    }

    fn directory(&self, path: &str, links: Links) -> Result<Folder, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        self.open_at(path, flags, links).map(Folder)
    }

    fn place(&self, path: &str, links: Links) -> Result<Folder, Errno> {
        let flags = OFlags::PATH | OFlags::DIRECTORY;
        self.open_at(path, flags, links).map(Folder)
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

/// An open directory of this machine.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// All that the kernel says of an entry, a link not followed.
    pub(super) fn stat(&self, name: &CStr) -> Result<Stat, Errno> {
        rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)
    }
}

impl Directory for Folder {
    type File = OwnedFd;

    fn names(&self, wanted: impl Fn(&CStr) -> bool) -> Result<Vec<(CString, FileType)>, Errno> {
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

    fn status(&self, name: &CStr) -> Result<Status, Errno> {
        let stat = self.stat(name)?;
        Ok(Status {
            kind: FileType::from_raw_mode(stat.st_mode),
            mode: stat.st_mode & 0o7777,
            size: u64::try_from(stat.st_size).unwrap_or(0),
        })
    }

    fn target(&self, name: &CStr) -> Result<CString, Errno> {
        rustix::fs::readlinkat(&self.0, name, Vec::new())
    }

    fn file(&self, name: &CStr) -> Result<OwnedFd, Errno> {
        let flags = careful(OFlags::RDONLY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty())
    }

    fn directory(&self, name: &CStr) -> Result<Folder, Errno> {
        let flags = careful(OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty()).map(Folder)
    }

    fn place(&self, name: &CStr) -> Result<Folder, Errno> {
        let flags = careful(OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW);
        rustix::fs::openat(&self.0, name, flags, Mode::empty()).map(Folder)
    }
}

impl Content for OwnedFd {
    fn read(&self, offset: Option<u64>, size: u64, len: u64) -> Result<Vec<u8>, Errno> {
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
                Some(at) => rustix::io::pread(self, room, at),
                None => rustix::io::read(self, room),
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
