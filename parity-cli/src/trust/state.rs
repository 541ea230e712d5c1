//! The user's own directory for what is remembered between runs (XDG Base Directory Specification, `XDG_STATE_HOME`): nobody
//! else may write there, and no repository may hold it.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::own;
use crate::error::CliError;

/// The largest file that is read back, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// Others may read the directory that is not ours alone, and must not be able to exchange what is in it.
const WRITABLE_BY_ALL: u32 = 0o002;
const STICKY: u32 = 0o1000;
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The directory `parity` below the user's state directory.
#[derive(Debug)]
pub(crate) struct State {
    home: PathBuf,
}

impl State {
    /// The state directory of whoever runs this, outside of the repository that holds this directory.
    pub(crate) fn outside(directory: &Path) -> Result<State, CliError> {
        let state = State::of_user()?;
        own::outside_of_repository(&state.home, directory).map_err(|repository| {
            CliError::usage_help(
                format!(
                    "{} lies in the repository {}, which cannot vote on its own trust",
                    state.home.display(),
                    repository.display()
                ),
                "set XDG_STATE_HOME to a directory outside of the repository",
            )
        })?;
        Ok(state)
    }

    pub(crate) fn of_user() -> Result<State, CliError> {
        let absolute = |path: PathBuf| path.is_absolute().then_some(path);
        let named = std::env::var_os("XDG_STATE_HOME")
            .map(PathBuf::from)
            .and_then(absolute);
        let usual = || Some(absolute(std::env::home_dir()?)?.join(".local/state"));
        let home = named.or_else(usual).ok_or_else(|| {
            CliError::usage_help(
                "there is no place to remember approvals: neither HOME nor XDG_STATE_HOME is an absolute path",
                "set XDG_STATE_HOME to a directory of yours",
            )
        })?;
        Ok(State { home })
    }

    /// The file that remembers something of this kind about a file of the user's.
    pub(crate) fn file(&self, kind: &str, about: &Path) -> PathBuf {
        let digest = Sha256::digest(about.as_os_str().as_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.directory(kind).join(format!("{name}.json"))
    }

    pub(crate) fn directory(&self, kind: &str) -> PathBuf {
        self.home.join("parity").join(kind)
    }

    /// What a file remembers; `None` where there is none. What others could have written is refused.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &Path) -> Result<Option<T>, CliError> {
        let nofollow = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let opened = OpenOptions::new().read(true).custom_flags(nofollow).open(path);
        let file = match opened {
            Ok(file) => file,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(path, &error)),
        };
        self.check_directories(path)?;
        check(path, &file.metadata().map_err(|error| failed(path, &error))?)?;
        let mut text = Vec::new();
        file.take(MAX_BYTES)
            .read_to_end(&mut text)
            .map_err(|error| failed(path, &error))?;
        let remembered = serde_json::from_slice(&text).map_err(|error| {
            CliError::usage_help(
                format!("{}: {error}", path.display()),
                "remove the file, then run `parity allow` again",
            )
        })?;
        Ok(Some(remembered))
    }

    /// Remembers something: readable and writable for its owner alone, whole or not at all.
    pub(crate) fn write(&self, path: &Path, remembered: &impl Serialize) -> Result<(), CliError> {
        let failed = |error: io::Error| failed(path, &error);
        let Some(directory) = path.parent() else {
            return Ok(());
        };
        let mut private = DirBuilder::new();
        private
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(failed)?;
        self.check_directories(path)?;
        let mut file = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(directory)
            .map_err(failed)?;
        let mut text =
            serde_json::to_vec_pretty(remembered).map_err(|error| CliError::Internal(error.to_string()))?;
        text.push(b'\n');
        file.write_all(&text).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(failed)
    }

    /// Forgets it; whether there was anything.
    pub(crate) fn forget(&self, path: &Path) -> Result<bool, CliError> {
        match fs::remove_file(path) {
            Ok(()) => Ok(true),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(failed(path, &error)),
        }
    }

    fn check_directories(&self, path: &Path) -> Result<(), CliError> {
        let home = fs::metadata(&self.home).map_err(|error| failed(&self.home, &error))?;
        if home.mode() & WRITABLE_BY_ALL != 0 && home.mode() & STICKY == 0 {
            return Err(open_to_others(&self.home));
        }
        for directory in path
            .ancestors()
            .skip(1)
            .take_while(|directory| *directory != self.home)
        {
            let metadata = fs::symlink_metadata(directory).map_err(|error| failed(directory, &error))?;
            check(directory, &metadata)?;
        }
        Ok(())
    }
}

/// Whether it is the user's own, and nobody else's to write.
fn check(path: &Path, metadata: &Metadata) -> Result<(), CliError> {
    if metadata.uid() != own::user() {
        let message = format!("{} belongs to another user ({})", path.display(), metadata.uid());
        return Err(CliError::usage_help(
            message,
            "remove it, or set XDG_STATE_HOME to a directory of your own",
        ));
    }
    if metadata.mode() & WRITABLE_BY_OTHERS != 0 || metadata.is_symlink() {
        return Err(open_to_others(path));
    }
    Ok(())
}

fn open_to_others(path: &Path) -> CliError {
    let path = path.display();
    CliError::usage_help(
        format!("{path} may be written by other users: what it remembers cannot be trusted"),
        format!("look at what it holds, then chmod go-w {path}"),
    )
}

fn failed(path: &Path, error: &io::Error) -> CliError {
    CliError::usage(format!("{}: {error}", path.display()))
}
