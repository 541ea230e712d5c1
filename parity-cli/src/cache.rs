//! What was read of a release that has not changed since, kept for the next run. It is a copy: without it everything is read
//! again, and a file of it that is not whole, of another version or of somebody else is none.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use parity_core::observe::Options;
use parity_core::snapshot::Snapshot;
use parity_core::transport::{Deadline, Identity};
use sha2::{Digest, Sha256};

use crate::render::output;
use crate::session::Session;

/// The largest file that is read.
const MAX_BYTES: u64 = 256 << 20;

/// What changed later than this before it was read is not kept: it may change again within one tick of the clock of its file system,
/// and the coarsest of them count two seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// What nobody asked for in this time is cleared.
const LIFETIME: Duration = Duration::from_secs(60 * 60 * 24 * 30);

/// The place of one directory in the cache, and what the directory is now.
pub(crate) struct Cache {
    file: PathBuf,
    path: PathBuf,
    identity: Identity,
    looked: SystemTime,
}

impl Cache {
    /// `None` for what is no directory, or changes while it is looked at, and where nothing may be kept.
    pub(crate) fn of(session: &Session, path: &Path) -> Option<Cache> {
        if session.global.no_cache || !path.is_dir() {
            return None;
        }
        let path = fs::canonicalize(path).ok()?;
        let looked = SystemTime::now();
        let identity = Identity::of_directory(&path, deadline(&session.options)).ok()?;
        let name = digest(&[path.as_os_str().as_encoded_bytes()]);
        Some(Cache {
            file: directory()?.join(format!("{name}.release")),
            path,
            identity,
            looked,
        })
    }

    /// What was read when the directory was what it is now, by this very program.
    pub(crate) fn find(&self, session: &Session, path: &Path) -> Option<Snapshot> {
        let is_ours = self.file.parent().is_some_and(is_mine);
        if !is_ours || fs::metadata(&self.file).ok()?.len() > MAX_BYTES {
            return None;
        }
        let text = fs::read_to_string(&self.file).ok()?;
        let (seal, document) = text.split_once('\n')?;
        if seal != self.seal(document)? {
            return None;
        }
        let mut snapshot = Snapshot::parse(document).ok()?;
        snapshot.target = path.display().to_string();
        snapshot.taken_at = session.options.taken_at.clone();
        Some(snapshot)
    }

    /// Keeps what was read, where all of it was and nothing changed meanwhile. That it could not be kept is no problem of this run.
    /// In a repository that nobody approved nothing is written outside of it.
    pub(crate) fn keep(&self, session: &Session, snapshot: &Snapshot) {
        let approved = session.options.not_run.is_none();
        let Some(directory) = self.file.parent().filter(|_| approved) else {
            return;
        };
        let now = Identity::of_directory(&self.path, deadline(&session.options));
        let is_same = now.is_ok_and(|now| now == self.identity);
        if !is_same
            || !self.identity.is_settled(self.looked, SETTLED)
            || !snapshot.is_complete()
            || session.interrupted()
        {
            return;
        }
        let made = fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory);
        if made.is_err() || !is_mine(directory) {
            return;
        }
        let document = snapshot.to_json();
        if let Some(seal) = self.seal(&document) {
            let text = format!("{seal}\n{document}");
            if output::write_whole(&self.file, text.as_bytes()).is_ok() {
                let _ = fs::set_permissions(&self.file, fs::Permissions::from_mode(0o600));
            }
            clear(&self.file);
        }
    }

    /// Whose it is: this document, of this content of this directory, as this program reads it.
    fn seal(&self, document: &str) -> Option<String> {
        let program = program()?;
        let parts = [
            program.as_bytes(),
            self.path.as_os_str().as_encoded_bytes(),
            &self.identity.digest().into_bytes(),
            document.as_bytes(),
        ];
        Some(digest(&parts))
    }
}

fn deadline(options: &Options) -> Deadline {
    Deadline::new(std::time::Instant::now() + options.timeout, options.stop.clone())
}

/// Version, and which build of it: another reads other facts.
fn program() -> Option<String> {
    let file = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let (size, time, nanoseconds) = (file.size(), file.mtime(), file.mtime_nsec());
    Some(format!(
        "{} {size} {time} {nanoseconds} {}",
        env!("CARGO_PKG_VERSION"),
        file.ino()
    ))
}

/// `parity` in the user's cache directory.
fn directory() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = named
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
    Some(cache.join("parity"))
}

/// Whether nobody else can write there.
fn is_mine(directory: &Path) -> bool {
    let found = fs::symlink_metadata(directory);
    let mine = fs::metadata("/proc/self").map(|process| process.uid());
    match (found, mine) {
        (Ok(found), Ok(mine)) => found.is_dir() && found.uid() == mine && found.mode() & 0o022 == 0,
        _ => false,
    }
}

/// Takes away what was not used for long, except for the file that was just written.
fn clear(kept: &Path) {
    let entries = kept.parent().and_then(|directory| fs::read_dir(directory).ok());
    for entry in entries.into_iter().flatten().flatten() {
        let written = entry.metadata().and_then(|metadata| metadata.modified());
        let age = written.ok().and_then(|written| written.elapsed().ok());
        if age.is_some_and(|age| age > LIFETIME) && entry.path() != kept {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
