//! Files of the user, found and read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::CliError;

/// The file of this name in this directory, or the nearest above it.
pub(crate) fn find_upward(name: &str) -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let found = here
        .ancestors()
        .map(|directory| directory.join(name))
        .find(|path| path.is_file())?;
    // Shown to people: relative where that is shorter.
    Some(found.strip_prefix(&here).map(Path::to_path_buf).unwrap_or(found))
}

/// A file of the user's as text.
pub(crate) fn read_capped(path: &Path, cap: u64) -> Result<String, CliError> {
    let shown = path.display();
    let failed = |error: std::io::Error| CliError::usage(format!("{shown}: {error}"));
    let metadata = fs::metadata(path).map_err(failed)?;
    // A pipe would hold us.
    if !metadata.is_file() {
        return Err(CliError::usage(format!("{shown}: is no regular file")));
    }
    if metadata.len() > cap {
        return Err(CliError::usage(format!("{shown}: is larger than {cap} bytes")));
    }
    fs::read_to_string(path).map_err(failed)
}
