//! Packages that apk, the package manager of Alpine Linux, knows.

mod parse;
#[cfg(feature = "collect")]
pub(crate) mod probe;

pub use parse::{ApkPackage, parse_installed};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "package.apk",
    "name.architecture",
    Kind::Version,
    "Version of an Alpine package.",
)];
