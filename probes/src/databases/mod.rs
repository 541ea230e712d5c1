//! The probe `databases`: how a release uses database servers, and what follows for one host.

mod access;
mod clients;
mod derive;
mod modes;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
mod tests;
mod tls;
mod version;

pub use clients::{Lacking, lacking};
pub use derive::Databases;
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use tls::{WithoutTls, without_tls};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "database.client-tls",
        "file:server",
        Kind::Text,
        "Words of a configuration file that turn TLS off for connections to a server (postgresql, mysql) on another machine.",
    ),
    Schema::family(
        "database.client-lacks",
        "file:method",
        Kind::Text,
        "Client library that does not know a way to log in (caching_sha2_password, scram-sha-256), and its version.",
    ),
    Schema::family(
        "database.migration",
        "file",
        Kind::Text,
        "Framework whose migration this is: it creates a table.",
    ),
];

/// What is worked out for one host.
const DERIVED: &[Schema] = &[
    Schema::family(
        "database.stricter",
        "mysql or mariadb",
        Kind::Set,
        "Members of sql_mode that the server of the host has, and the one developed against has not.",
    ),
    Schema::family(
        "database.tls-refused",
        "file:server",
        Kind::Text,
        "Why the server refuses connections without TLS, where a file turns it off.",
    ),
    Schema::family(
        "database.login-refused",
        "file:method",
        Kind::Text,
        "Why the server asks for a way to log in that a client library does not know.",
    ),
    Schema::family(
        "database.public-refused",
        "file",
        Kind::Text,
        "Why the tables of a file cannot be created in the schema public.",
    ),
];
