//! The probe `databases`: how a release uses database servers, and what follows for one host.

mod access;
mod clients;
mod containers;
mod derive;
mod modes;
#[cfg(feature = "collect")]
mod probe;
mod statements;
#[cfg(test)]
mod tests;
mod tls;
mod version;

pub use clients::{Lacking, lacking};
pub use containers::dumping_image;
pub use derive::Databases;
#[cfg(feature = "collect")]
pub use probe::PROBE;
#[cfg(feature = "collect")]
pub(crate) use probe::is_settings;
#[cfg(feature = "collect")]
pub(crate) use tls::section;
pub use tls::{WithoutTls, demanded_tls, silent_address, without_tls};

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
        "database.client-demands-tls",
        "file:server",
        Kind::Text,
        "What makes a client end where a server (postgresql, mysql) on another machine has no TLS.",
    ),
    Schema::family(
        "database.dump-client",
        "file:what brings it",
        Kind::Text,
        "Version of the pg_dump that a script of the release calls in an image.",
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
        "database.tls-absent",
        "file:server",
        Kind::Text,
        "Why the server has no TLS, where a client demands it.",
    ),
    Schema::family(
        "database.dump-refused",
        "file:what brings it",
        Kind::Text,
        "Version of the server, where it is of a later major version than a pg_dump of the release.",
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
    Schema::family(
        "database.key-refused",
        "server:file:index:row format",
        Kind::Text,
        "Bytes that the server allows a column in an index, where the index has more, or `no`.",
    ),
    Schema::family(
        "database.local-file-refused",
        "server:file",
        Kind::Text,
        "Why the server refuses LOAD DATA LOCAL, or `no`.",
    ),
    Schema::family(
        "database.server-file-refused",
        "server:file:path",
        Kind::Text,
        "Why the server neither reads nor writes a file of its machine, or `no`.",
    ),
    Schema::family(
        "database.zero-date-refused",
        "server:file",
        Kind::Text,
        "Why the server takes no date of zeros, or `no`.",
    ),
    Schema::family(
        "database.function-refused",
        "server:file:name",
        Kind::Text,
        "Why the server creates no function that does not say what it does to data, or `no`.",
    ),
    Schema::family(
        "database.trigger-refused",
        "server:file:name",
        Kind::Text,
        "Why the server lets only accounts with SUPER create a trigger, or `no`.",
    ),
    Schema::family(
        "database.account-plugin-refused",
        "server:file:plug-in",
        Kind::Text,
        "Why the server cannot give an account a plug-in to log in with, or `no`.",
    ),
    Schema::family(
        "database.table-spelling-refused",
        "server:file:name",
        Kind::Text,
        "Why the server does not find a table under a name with other capitals, or `no`.",
    ),
    Schema::family(
        "database.event-idle",
        "server:file:name",
        Kind::Text,
        "Why the server never runs an event, or `no`.",
    ),
];
