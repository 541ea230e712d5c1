//! The probe `config`: configuration of nginx, PostgreSQL, Redis, MySQL and sshd by directive, and the modes of such files.

#[cfg(feature = "collect")]
pub(crate) mod directive;
#[cfg(feature = "collect")]
pub(crate) mod effective;
#[cfg(feature = "collect")]
pub(crate) mod ini;
#[cfg(feature = "collect")]
mod modes;
#[cfg(feature = "collect")]
pub(crate) mod nginx;
#[cfg(feature = "collect")]
mod postgresql;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod shown;
#[cfg(feature = "collect")]
mod software;
#[cfg(feature = "collect")]
mod sshd;
#[cfg(test)]
mod tests;
#[cfg(feature = "collect")]
pub(crate) mod words;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

const KEY: &str =
    "FILE:DIRECTIVE, the directive below its blocks parted by `/`, a repeated one with `#2`, `#3` …";

/// A setting of a MySQL server, from its option files or its command.
pub(crate) const MYSQL_SETTING: Schema = Schema::family(
    "mysql.setting",
    "name of a setting, `-` written `_`",
    Kind::Text,
    "Setting of the MySQL or MariaDB server that its option files, or its command in a compose file, name: the last one counts; nothing for defaults.",
);

/// A setting of a PostgreSQL server, from its configuration files or its command.
pub(crate) const POSTGRESQL_SETTING: Schema = Schema::family(
    "postgresql.setting",
    "name of a setting",
    Kind::Text,
    "Setting of the PostgreSQL server that its configuration files, or its command in a compose file, name: the last one counts; nothing for defaults.",
);

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "config.nginx",
        KEY,
        Kind::Text,
        "Arguments of a directive in /etc/nginx/nginx.conf and what it includes; `[redacted]` for all that may hold a secret.",
    ),
    Schema::family(
        "config.postgresql",
        KEY,
        Kind::Text,
        "Value of a setting in postgresql.conf and what it includes; `[redacted]` for all that may hold a secret.",
    ),
    Schema::family(
        "config.postgresql-hba",
        "path of the file",
        Kind::List,
        "Rules of pg_hba.conf in order: the first that fits decides.",
    ),
    Schema::family(
        "config.redis",
        KEY,
        Kind::Text,
        "Arguments of a directive of Redis or Valkey; `[redacted]` for all that may hold a secret.",
    ),
    Schema::family(
        "config.mysql",
        KEY,
        Kind::Text,
        "Value of an option in the option files of MySQL or MariaDB, below its group, `-` in names written `_`; `[redacted]` for all that may hold a secret.",
    ),
    MYSQL_SETTING,
    POSTGRESQL_SETTING,
    Schema::family(
        "config.sshd",
        KEY,
        Kind::Text,
        "Arguments of a keyword in /etc/ssh/sshd_config and what it includes, the keyword in lower case.",
    ),
    Schema::family(
        "sshd",
        "keyword in lower case",
        Kind::List,
        "Value in effect outside of `Match`: the first that is set, all for keywords that add up; nothing for defaults (sshd_config(5)).",
    ),
    Schema::family(
        "config.mode",
        "path of a configuration file",
        Kind::Text,
        "Permission bits in octal.",
    ),
    Schema::family(
        "cron.file",
        "path of a file below /etc/cron.*",
        Kind::Text,
        "Permission bits in octal; its content is not read.",
    ),
    Schema::family(
        "sudoers.file",
        "path of a file below /etc/sudoers.d",
        Kind::Text,
        "Permission bits in octal; its content is not read.",
    ),
];
