//! Whose a file is.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::leads::out_of;
use crate::error::CliError;

/// The user in whose name this runs.
pub(super) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// A file of the repository's own, `parity.toml` or `parity.lock`: it may be no link to elsewhere, and what was found above the
/// current directory without being named may not be another user's.
pub(crate) fn of_repository(path: &Path, found: bool) -> Result<(), CliError> {
    let directory = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().map(Path::new).unwrap_or(path);
    if let Some(elsewhere) = out_of(directory, name) {
        return Err(CliError::usage_help(
            format!(
                "{} is a link that leads out of its directory, to {}",
                path.display(),
                elsewhere.display()
            ),
            "put a file there",
        ));
    }
    let is_above = found && !directory.as_os_str().is_empty();
    match fs::metadata(path) {
        Ok(metadata) if is_above && !is_ours(metadata.uid()) => Err(CliError::usage_help(
            format!(
                "{} was found above this directory, and belongs to another user",
                path.display()
            ),
            format!("if you mean it, say so: --config {}", path.display()),
        )),
        _ => Ok(()),
    }
}

/// Whether this owner is the user, the administrator, or whoever became administrator through sudo.
fn is_ours(owner: u32) -> bool {
    let before = || std::env::var("SUDO_UID").ok().and_then(|uid| uid.parse().ok());
    owner == user() || owner == 0 || (user() == 0 && before() == Some(owner))
}

/// Whether a path lies outside of the repository that holds a directory; the repository where it does not.
pub(super) fn outside_of_repository(path: &Path, directory: &Path) -> Result<(), PathBuf> {
    let directory = match directory.as_os_str().is_empty() {
        true => Path::new("."),
        false => directory,
    };
    let Ok(directory) = fs::canonicalize(directory) else {
        return Ok(());
    };
    let holds_git = |directory: &&Path| fs::symlink_metadata(directory.join(".git")).is_ok();
    let repository = directory.ancestors().find(holds_git).unwrap_or(&directory);
    // What is not made yet will be made in the nearest directory that is.
    let place = path.ancestors().find_map(|path| fs::canonicalize(path).ok());
    match place.is_some_and(|place| place.starts_with(repository)) {
        true => Err(repository.to_path_buf()),
        false => Ok(()),
    }
}
