//! The probe `server`: what a database server tells of itself over the wire.

#[cfg(feature = "collect")]
mod mysql;
#[cfg(feature = "collect")]
mod postgresql;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod redis;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};
#[cfg(feature = "collect")]
use parity_core::server::ServerKind;

use crate::config::{MYSQL_SETTING, POSTGRESQL_SETTING};

/// What is asked after the first answers: the kind of server, since when it can be asked, and the question.
#[cfg(feature = "collect")]
pub const LATER: [(ServerKind, &str, &str); 1] = [(
    ServerKind::Postgresql,
    "since PostgreSQL 15",
    postgresql::COLLATIONS,
)];

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "service.version",
        "name of a well-known service",
        Kind::Version,
        "Version that the server tells, without what packagers add.",
    ),
    Schema::family(
        "service.running-version",
        "name of a well-known service",
        Kind::Version,
        "The same: what answers is what runs.",
    ),
    Schema::family(
        "service.running",
        "name of a well-known service, such as `nginx` or `postgresql`",
        Kind::Bool,
        "True where it answers.",
    ),
    Schema::family(
        "listen",
        "PROTOCOL/PORT, such as `tcp/5432`",
        Kind::Set,
        "Addresses that the settings of the server name: wildcard and loopback ones as they are, `interface` for any other.",
    ),
    POSTGRESQL_SETTING,
    Schema::family(
        "postgresql.extension",
        "name of an extension",
        Kind::Set,
        "Directory with its control file, or `pg_available_extensions` where this role may not see which: it can be created there.",
    ),
    Schema::family(
        "postgresql.extension-version",
        "name of an extension",
        Kind::Version,
        "Version in which it was created in the database of the address.",
    ),
    Schema::family(
        "postgresql.schema-create",
        "public",
        Kind::Set,
        "Roles that may create in the schema public of the database of the address: PUBLIC, pg_database_owner and who that is (superusers left out), or names.",
    ),
    Schema::family(
        "postgresql.collation-version",
        "name of a database",
        Kind::Text,
        "Version of the collation that its indexes were built with (`datcollversion` of pg_database, since PostgreSQL 15; nothing for C and POSIX).",
    ),
    Schema::family(
        "postgresql.collation-actual",
        "name of a database",
        Kind::Text,
        "Version of the collation that the server has now (`pg_database_collation_actual_version`, since PostgreSQL 15).",
    ),
    Schema::family(
        "config.postgresql-hba",
        "path of the file",
        Kind::List,
        "Rules of pg_hba.conf in order: the first that fits decides.",
    ),
    MYSQL_SETTING,
    Schema::family(
        "redis.setting",
        "name of a setting",
        Kind::Text,
        "Setting of the Redis or Valkey server, as CONFIG GET tells it.",
    ),
];
