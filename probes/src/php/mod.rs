//! The probe `php`: which PHP the web servers of a host run, and the extensions that are switched on.

mod derive;
#[cfg(feature = "collect")]
mod environment;
mod extensions;
#[cfg(feature = "collect")]
pub(crate) mod pools;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod uploads;

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
    Schema::single(
        "php.web-settings",
        Kind::Set,
        "Directories of settings that only the PHP of the web server reads, where it has its own: /etc/php/8.2/fpm/conf.d.",
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
    Schema::single(
        "php.upload-limit",
        Kind::Number,
        "Bytes of the largest upload that the pools of FPM take (upload_max_filesize, post_max_size); absent without a php.ini of theirs.",
    ),
    Schema::single(
        "php.pools",
        Kind::Set,
        "Sockets and addresses that the pools of FPM listen on.",
    ),
    Schema::family(
        "php.listen",
        "socket, or address:port with 127.0.0.1 for every address of the machine itself",
        Kind::Set,
        "Accounts that may connect to a pool of FPM; `everybody` where its mode lets all, or it is no socket.",
    ),
    Schema::family(
        "php.pool-file",
        "socket, or address:port",
        Kind::Text,
        "File with the pool of FPM that listens there.",
    ),
    Schema::family(
        "php.disabled",
        "name of a function",
        Kind::Text,
        "File that takes a function away from the PHP that answers requests (disable_functions).",
    ),
    Schema::family(
        "php.environment-kept",
        "name of a variable",
        Kind::Text,
        "Why a variable that the service of FPM is given (Environment= in /etc/systemd/system) does not reach the PHP that answers requests.",
    ),
];

/// What is worked out of them and a release.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "php.web-outside",
        "manifest",
        Kind::Text,
        "Range that a manifest declares, where every PHP of the web server is outside of it.",
    ),
    Schema::single(
        "php.serving",
        Kind::Version,
        "PHP of the web server; where it has none of its own, every one that is installed.",
    ),
    Schema::family(
        "php.web-lacks",
        "file:what",
        Kind::Text,
        "Versions of PHP that have what a source uses, where that of the web server is none of them and another on the host is.",
    ),
    Schema::family(
        "php.web-without",
        "extension",
        Kind::Text,
        "Settings that switch an extension on which a manifest asks for, where none is of the PHP of the web server.",
    ),
];
