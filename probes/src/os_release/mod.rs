//! Which operating system a root file system holds.

mod identity;
mod parse;
#[cfg(feature = "collect")]
mod probe;
mod release_line;

pub use identity::{OsIdentity, ReleaseFiles, identify};
pub use parse::{Assignment, OsRelease, parse};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "os.id",
        Kind::Text,
        "Lower-case id of the distribution, as in os-release(5).",
    ),
    Schema::single(
        "os.id-like",
        Kind::List,
        "Ids of the distributions it derives from, closest first.",
    ),
    Schema::single("os.name", Kind::Text, "Name and version for people."),
    Schema::single("os.codename", Kind::Text, "Code name of the release."),
    Schema::single(
        "os.version-id",
        Kind::Version,
        "Version of the release, such as 12.",
    ),
    Schema::single(
        "os.version",
        Kind::Version,
        "The most precise version any file gives, such as 12.4.",
    ),
];
