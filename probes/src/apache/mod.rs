//! The probe `apache`: what configuration of Apache in a release needs of the server.

mod directives;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
mod tests;
#[cfg(feature = "collect")]
mod versions;

pub use directives::{MODULES, needed};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "apache-file.module",
        "file:module, without `_module`",
        Kind::Text,
        "Directive of a module of Apache, outside of `<IfModule>`.",
    ),
    Schema::family(
        "apache-file.versions",
        "file:directive, with its argument where that counts",
        Kind::Text,
        "Versions of Apache that have a directive, as a range of npm.",
    ),
    Schema::family(
        "apache-file.php-setting",
        "file",
        Kind::Text,
        "First setting of PHP (php_value, php_flag) outside of `<IfModule>`: only the module of PHP knows it.",
    ),
    Schema::family(
        "apache-file.file",
        "file:path",
        Kind::Text,
        "Directive with a file that Apache opens when it starts, and that the release does not bring.",
    ),
    Schema::family(
        "apache-file.htaccess",
        "file",
        Kind::Text,
        "First directive of a `.htaccess` that routes or protects: it has to be read.",
    ),
];
