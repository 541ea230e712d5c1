//! The probe `postgresql`: which extensions the PostgreSQL servers of a host can create.

#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "postgresql.extension",
    "name of an extension",
    Kind::Set,
    "Directories with its control file: it can be created there (`pg_available_extensions`).",
)];
