//! The probe `php`: which PHP the web servers of a host run, and the extensions that are switched on.

mod derive;
mod extensions;
#[cfg(feature = "collect")]
mod probe;

pub use derive::WebServers;
pub use extensions::enabled;
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "php.web",
        Kind::Version,
        "Version of the PHP that Apache loads as a module, or where it loads none, of the pools of FPM.",
    ),
    Schema::family(
        "php.extension",
        "name in lower case",
        Kind::Set,
        "Directories with the setting that switches an extension on, or `built in`.",
    ),
    Schema::single(
        "php.short-tags",
        Kind::Text,
        "on or off: whether the PHP that answers requests takes `<?` for the beginning of code (short_open_tag), where a file says so.",
    ),
    Schema::family(
        "php.disabled",
        "name of a function",
        Kind::Text,
        "File that takes a function away from the PHP that answers requests (disable_functions).",
    ),
];

/// What is worked out of them and a release.
pub const DERIVED: &[Schema] = &[Schema::family(
    "php.web-outside",
    "manifest",
    Kind::Text,
    "Range that a manifest declares, where every PHP of the web server is outside of it.",
)];
