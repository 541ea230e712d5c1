//! The probe `sql`: what the SQL files of a release need of the database server.

mod features;
mod parse;
#[cfg(feature = "collect")]
mod probe;
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
        "First version of a database server (postgresql, mysql, mariadb) with something that an SQL file uses.",
    ),
    Schema::family(
        "sql.extension",
        "file:name of an extension",
        Kind::Text,
        "Server whose extension an SQL file creates: postgresql.",
    ),
];
