//! Whether anything in a directory has changed: all that the kernel says of every file, without opening one.

use std::ffi::CStr;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{FileType, Stat};
use sha2::{Digest, Sha256};

use super::Deadline;
use super::files::{Directory, Files, Links};
use super::root::{Folder, Root};

/// As many files are looked at.
const MAX_ENTRIES: usize = 400_000;

/// As deep as directories are followed.
const MAX_DEPTH: usize = 64;

/// What git keeps is its own: it is no part of a release, and changes with every look.
pub(super) const OF_GIT: &CStr = c".git";

/// What a directory was at one time.
///
/// Two of the same digest hold the same content, with one exception: a file written twice within one tick of the clock of its
/// file system may have two contents and one identity. So what was read is to be trusted only where nothing had changed
/// [within a while](Identity::is_settled) before it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    digest: [u8; 32],
    /// When anything in it changed last, as the file system says.
    changed: SystemTime,
}

impl Identity {
    /// Looks at every name below a directory: path, kind, permissions, owner, size, inode and the times of the last change of content
    /// and of anything else. That last time is set by the kernel alone, so an edit that restores size and time of a file is seen.
    /// `.git` is left out.
    ///
    /// # Errors
    /// What could not be looked at, a tree without end, and the deadline.
    pub fn of_directory(path: &Path, deadline: impl Into<Deadline>) -> io::Result<Identity> {
        let directory = Root::open(path)?.directory("", Links::Refused)?;
        let mut walk = Walk {
            hash: Sha256::new(),
            changed: SystemTime::UNIX_EPOCH,
            left: MAX_ENTRIES,
            deadline: deadline.into(),
        };
        walk.descend(&directory, 0)?;
        Ok(Identity {
            digest: walk.hash.finalize().into(),
            changed: walk.changed,
        })
    }

    /// Hexadecimal digits, the same for the same content.
    pub fn digest(&self) -> String {
        self.digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether nothing had changed for this long at that time.
    pub fn is_settled(&self, at: SystemTime, margin: Duration) -> bool {
        at.checked_sub(margin).is_some_and(|before| self.changed < before)
    }
}

struct Walk {
    hash: Sha256,
    changed: SystemTime,
    left: usize,
    deadline: Deadline,
}

impl Walk {
    fn descend(&mut self, directory: &Folder, depth: usize) -> io::Result<()> {
        if depth > MAX_DEPTH || self.deadline.is_over() {
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        }
        let mut names = directory.names(|name| name != OF_GIT)?;
        names.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.left = self
            .left
            .checked_sub(names.len())
            .ok_or(io::ErrorKind::FileTooLarge)?;
        self.hash.update((names.len() as u64).to_le_bytes());
        for (name, _) in names {
            let stat = directory.stat(&name)?;
            self.add(&name, &stat);
            if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
                self.descend(&directory.directory(&name)?, depth + 1)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, name: &CStr, stat: &Stat) {
        self.hash.update(name.to_bytes_with_nul());
        // A directory changes its own size and times with what is in it, and with what is left out here.
        let of_file = FileType::from_raw_mode(stat.st_mode) != FileType::Directory;
        for number in [
            u64::from(stat.st_mode),
            u64::from(stat.st_uid),
            u64::from(stat.st_gid),
            stat.st_dev,
            stat.st_ino,
        ] {
            self.hash.update(number.to_le_bytes());
        }
        if of_file {
            for number in [stat.st_size, stat.st_mtime, stat.st_ctime] {
                self.hash.update(number.to_le_bytes());
            }
            self.hash.update(stat.st_mtime_nsec.to_le_bytes());
            self.hash.update(stat.st_ctime_nsec.to_le_bytes());
            let seconds = Duration::from_secs(u64::try_from(stat.st_ctime).unwrap_or(0));
            // Signed on some systems; the kernel gives 0 to 999,999,999.
            let nanoseconds = Duration::from_nanos(u64::from_ne_bytes(stat.st_ctime_nsec.to_ne_bytes()));
            let changed = SystemTime::UNIX_EPOCH.checked_add(seconds + nanoseconds);
            // A time that no clock shows settles nothing.
            self.changed = self.changed.max(changed.unwrap_or_else(SystemTime::now));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;

    fn of(path: &Path) -> Identity {
        Identity::of_directory(path, Instant::now() + Duration::from_secs(60)).unwrap()
    }

    #[test]
    fn every_change_is_another_identity() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        fs::create_dir(path("d")).unwrap();
        fs::write(path("d/a"), "1").unwrap();
        let mut seen = vec![of(directory.path())];
        let mut changed = |what: &str| {
            let now = of(directory.path());
            assert!(!seen.contains(&now), "{what} was not seen");
            seen.push(now);
        };
        // A tick of the file system's clock between one change and the next.
        let tick = || std::thread::sleep(Duration::from_millis(20));
        tick();
        let time = fs::metadata(path("d/a")).unwrap().modified().unwrap();
        fs::write(path("d/a"), "2").unwrap();
        fs::File::options()
            .write(true)
            .open(path("d/a"))
            .unwrap()
            .set_modified(time)
            .unwrap();
        changed("an edit of the same size and time");
        tick();
        fs::write(path("d/b"), "").unwrap();
        changed("a new file");
        fs::rename(path("d/b"), path("b")).unwrap();
        changed("a file in another place");
        std::os::unix::fs::symlink("a", path("d/l")).unwrap();
        changed("a link");
        fs::remove_file(path("d/l")).unwrap();
        std::os::unix::fs::symlink("b", path("d/l")).unwrap();
        changed("a link to another place");
        use std::os::unix::fs::PermissionsExt;
        tick();
        fs::set_permissions(path("d/a"), fs::Permissions::from_mode(0o755)).unwrap();
        changed("a mode");
        fs::create_dir(path("e")).unwrap();
        changed("an empty directory");
        fs::remove_file(path("b")).unwrap();
        changed("a file that is gone");
        fs::create_dir(path(".git")).unwrap();
        fs::write(path(".git/index"), "x").unwrap();
        assert_eq!(seen.last(), Some(&of(directory.path())), "git's own is left out");
    }

    #[test]
    fn what_has_just_changed_is_not_settled() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("a"), "1").unwrap();
        let (identity, now) = (of(directory.path()), SystemTime::now());
        assert!(!identity.is_settled(now, Duration::from_secs(2)));
        assert!(identity.is_settled(now + Duration::from_secs(3), Duration::from_secs(2)));
    }

    #[test]
    fn what_cannot_be_looked_at_has_no_identity() {
        let directory = tempfile::tempdir().unwrap();
        assert!(
            Identity::of_directory(directory.path(), Instant::now()).is_err(),
            "no time"
        );
        assert!(Identity::of_directory(&directory.path().join("none"), Instant::now()).is_err());
    }
}
