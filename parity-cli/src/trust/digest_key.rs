//! The key under which digests of secrets are made: of a file of the user's, or of a variable in CI.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use parity_core::redact::DigestKey;

use super::own;
use crate::error::CliError;
use crate::files::read_capped;

/// The variable that holds the key itself.
const VARIABLE: &str = "PARITY_DIGEST_KEY";

/// More is no key, in bytes.
const MAX_BYTES: u64 = 4096;

const READABLE_BY_OTHERS: u32 = 0o077;

const HOW: &str = "make one outside of the repository: (umask 077; openssl rand -hex 32 > FILE)";

/// The key that was named, where one was.
pub(crate) fn digest_key(file: Option<&Path>) -> Result<Option<DigestKey>, CliError> {
    let (place, text) = match file {
        Some(file) => (file.display().to_string(), of_file(file)?),
        None => match std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) {
            Some(text) => (VARIABLE.to_owned(), text),
            None => return Ok(None),
        },
    };
    DigestKey::new(text.as_bytes())
        .map(Some)
        .map_err(|weak| CliError::usage_help(format!("{place}: {weak}"), HOW))
}

/// A key that others can read, or that is committed, is none.
fn of_file(file: &Path) -> Result<String, CliError> {
    let refused = |reason: &str, help: String| {
        Err(CliError::usage_help(
            format!("{}: {reason}", file.display()),
            help,
        ))
    };
    let text = read_capped(file, MAX_BYTES)?;
    let mode = fs::metadata(file).map_or(0, |metadata| metadata.permissions().mode());
    if mode & READABLE_BY_OTHERS != 0 {
        return refused(
            "others may read this key",
            format!("chmod 600 {}", file.display()),
        );
    }
    let absolute = std::path::absolute(file).unwrap_or_else(|_| PathBuf::from(file));
    if own::outside_of_repository(&absolute, Path::new("")).is_err() {
        return refused("a key inside of the repository is no secret", HOW.to_owned());
    }
    Ok(text)
}
