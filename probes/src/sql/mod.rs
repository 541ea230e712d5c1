//! The probe `sql`: what the SQL files of a release need of the database server.

#[cfg(feature = "collect")]
mod embedded;
mod features;
mod ownership;
mod parse;
#[cfg(feature = "collect")]
mod probe;
mod refused;
#[cfg(test)]
mod tests;

pub use features::{FEATURES, Feature};
pub use parse::{SqlFile, sql_file};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "sql.needs",
        "file:server:feature",
        Kind::Text,
        "First version of a database server (postgresql, mysql, mariadb) with something that an SQL file, or SQL in a source, uses.",
    ),
    Schema::family(
        "sql.extension",
        "file:name of an extension",
        Kind::Text,
        "Server whose extension an SQL file, or SQL in a source, creates: postgresql.",
    ),
    Schema::family(
        "sql.dump-setting",
        "file:server:setting",
        Kind::Text,
        "First version of a database server with a setting that a dump sets at its beginning; psql goes on without it.",
    ),
    Schema::family(
        "sql.creates",
        "file",
        Kind::Text,
        "What an SQL file, not for MySQL, creates in the schema public: the first of all.",
    ),
    Schema::family(
        "sql.refused",
        "file:server:what",
        Kind::Text,
        "First version of a database server that refuses something that an SQL file has; `0` where none ever took it.",
    ),
    Schema::family(
        "sql.grants",
        "file",
        Kind::Set,
        "What an SQL file gives to others: rights on the `schema` public or the ownership of the database, rights on the `database`.",
    ),
];
