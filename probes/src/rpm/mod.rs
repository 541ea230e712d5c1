//! Packages that rpm knows.

mod berkeley;
mod bytes;
mod header;
mod ndb;
mod package;
mod parse;
#[cfg(feature = "collect")]
pub(crate) mod probe;
#[cfg(test)]
mod samples;
mod sqlite;

#[cfg(feature = "collect")]
pub(crate) use header::requirements;
pub use package::RpmPackage;
pub use parse::{
    QUERY_FORMAT, RpmDbFormat, detect_format, parse_berkeley, parse_database, parse_ndb, parse_query,
    parse_sqlite,
};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "package.rpm",
    "name.architecture",
    Kind::Version,
    "[epoch:]version-release of an RPM package; a list where several are installed.",
)];
