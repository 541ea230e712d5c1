//! The probe `postgresql`: which extensions the PostgreSQL servers of a host can create.

#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "postgresql.extension",
        "name of an extension",
        Kind::Set,
        "Directories with its control file: it can be created there (`pg_available_extensions`).",
    ),
    Schema::family(
        "postgresql.extension-default",
        "name of an extension",
        Kind::Version,
        "Version that is created where nobody names one (`default_version` of its control file), the newest that is there.",
    ),
    Schema::family(
        "postgresql.schema-create",
        "public",
        Kind::Set,
        "Roles that may create in the schema public: PUBLIC, pg_database_owner, or names. Only the server tells: `\\dn+ public` in psql.",
    ),
    Schema::family(
        "postgresql.collation-version",
        "name of a database",
        Kind::Text,
        "Version of the collation that its indexes were built with (`datcollversion` of pg_database; nothing for C and POSIX). Only the server tells.",
    ),
    Schema::family(
        "postgresql.collation-actual",
        "name of a database",
        Kind::Text,
        "Version of the collation that the server has now (`pg_database_collation_actual_version`). Only the server tells.",
    ),
    Schema::family(
        "database.icu",
        "name of a database",
        Kind::Text,
        "Major version of ICU whose collations a database, or a backup of it, was made with. Only the server tells.",
    ),
];

/// Facts that no file of the host tells.
#[cfg(feature = "collect")]
const OF_THE_SERVER: [&str; 4] = [
    "database.icu",
    "postgresql.collation-actual",
    "postgresql.collation-version",
    "postgresql.schema-create",
];
