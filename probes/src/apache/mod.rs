//! The probe `apache`: what configuration of Apache in a release needs of the server.

mod directives;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
mod tests;

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
        "apache-file.htaccess",
        "file",
        Kind::Text,
        "First directive of a `.htaccess` that routes or protects: it has to be read.",
    ),
];
