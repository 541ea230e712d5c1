//! The probe `sql`: what the SQL files of a release need of the database server.

#[cfg(feature = "collect")]
mod collations;
#[cfg(feature = "collect")]
mod embedded;
mod features;
#[cfg(feature = "collect")]
mod laravel;
mod lite;
mod names;
mod ownership;
mod parse;
#[cfg(feature = "collect")]
mod probe;
mod refused;
mod settings;
#[cfg(any(feature = "collect", test))]
mod spelling;
mod tables;
#[cfg(feature = "collect")]
mod talks;
#[cfg(test)]
mod tests;
mod tokens;
mod versions;

pub use features::{FEATURES, Feature};
pub use parse::{SqlFile, sql_file};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use settings::Settings;
pub use tables::LongKey;

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
        "sql.extension-needs",
        "file:extension:what is used",
        Kind::Text,
        "First version of an extension of PostgreSQL with something that an SQL file, or SQL in a source, uses.",
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
        "sql.long-key",
        "file:index:ROW_FORMAT of its table, in small letters, or default",
        Kind::Number,
        "Bytes of the longest column of a unique index, where that is more than 767; a table of InnoDB.",
    ),
    Schema::family(
        "sql.local-file",
        "file",
        Kind::Text,
        "Statement of MySQL that reads a file of the client's machine.",
    ),
    Schema::family(
        "sql.server-file",
        "file:path",
        Kind::Text,
        "File of the server's machine that a statement of MySQL reads or writes: its path.",
    ),
    Schema::family(
        "sql.zero-date",
        "file",
        Kind::Text,
        "Date of zeros that a statement of MySQL has, in a file that does not choose sql_mode.",
    ),
    Schema::family(
        "sql.event",
        "file:name",
        Kind::Text,
        "Event of MySQL that is created, in a file that does not turn the scheduler of events on.",
    ),
    Schema::family(
        "sql.function",
        "file:name",
        Kind::Text,
        "Function of MySQL that is created without a word of what it does to data.",
    ),
    Schema::family(
        "sql.trigger",
        "file:name",
        Kind::Text,
        "Trigger of MySQL that is created.",
    ),
    Schema::family(
        "sql.account-plugin",
        "file:plug-in",
        Kind::Text,
        "Plug-in that an account of MySQL or MariaDB is to log in with.",
    ),
    Schema::family(
        "sqlite.needs",
        "file:feature",
        Kind::Text,
        "First version of SQLite with something that SQL uses which is handed to the library or the program of the system.",
    ),
    Schema::family(
        "sql.table-spelling",
        "file:name as it is used",
        Kind::Text,
        "Name under which a table of MySQL is created, where it is used with other capitals, and where.",
    ),
    Schema::family(
        "sql.grants",
        "file",
        Kind::Set,
        "What an SQL file gives to others: rights on the `schema` public or the ownership of the database, rights on the `database`.",
    ),
];
