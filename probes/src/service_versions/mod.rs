//! Well-known services of a host: in which version, from which package, and whether they run.
//!
//! The version is that of what is installed, so that a running host and its root file system give the same. Where a service is
//! installed in several versions that have clusters of their own, as PostgreSQL is on Debian, those with a cluster count.

#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod trees;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "service.version",
        "name of a well-known service",
        Kind::Version,
        "Version of an installed service, without what the package manager adds; a list where several are installed.",
    ),
    Schema::family(
        "service.package",
        "name of a well-known service",
        Kind::Set,
        "The packages it is installed from.",
    ),
    Schema::family(
        "service.running-version",
        "name of a well-known service",
        Kind::Version,
        "Version of what runs, where it can be told: that of its package.",
    ),
];

#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
