//! Which operating system a root file system holds.

mod identity;
mod parse;
mod release_line;

pub use identity::{OsIdentity, ReleaseFiles, identify};
pub use parse::{Assignment, OsRelease, parse};
