//! Packages that dpkg knows.

mod package;
mod parse;
#[cfg(feature = "collect")]
pub(crate) mod probe;

pub use package::{DpkgPackage, Flag, Source, State, Status, Want};
pub use parse::{QUERY_FORMAT, parse_query, parse_status};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "package.deb",
        "name:architecture",
        Kind::Version,
        "Version of a Debian package that is there.",
    ),
    Schema::family(
        "package.deb-state",
        "name:architecture",
        Kind::Text,
        "Want, flag and state, where they are not `install ok installed`: held, half-configured, removed.",
    ),
];
