//! The probe `nginx`: what the nginx configuration of a release needs of the server.

#[cfg(feature = "collect")]
mod bodies;
#[cfg(feature = "collect")]
mod features;
#[cfg(feature = "collect")]
mod modules;
#[cfg(feature = "collect")]
pub(crate) mod places;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
#[cfg(feature = "collect")]
mod upstream;

#[cfg(feature = "collect")]
pub use features::{FEATURES, Feature};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "nginx-file.needs",
        "file:directive, with its parameter where that counts",
        Kind::Text,
        "First version of nginx with a directive, or parameter, that a configuration in the release has.",
    ),
    Schema::family(
        "nginx-file.upstream",
        "file:port",
        Kind::Text,
        "Address that nginx passes requests on to over TCP, as a configuration in the release says.",
    ),
    Schema::family(
        "nginx-file.module",
        "file:module, without `ngx_` and `_module`",
        Kind::Text,
        "Directive of a module that nginx has to load, which a configuration in the release does not load itself.",
    ),
    Schema::family(
        "nginx-file.ipv6",
        "file",
        Kind::Text,
        "Address of IPv6 that a configuration in the release listens on.",
    ),
    Schema::family(
        "php-request.body",
        "file",
        Kind::Number,
        "Bytes of the largest request that a configuration lets through to PHP, in a release that brings no settings of PHP.",
    ),
    Schema::family(
        "nginx-file.fastcgi-socket",
        "file:socket",
        Kind::Text,
        "fastcgi_pass of PHP to a socket that nothing else in the release speaks of.",
    ),
    Schema::family(
        "nginx-file.fastcgi-port",
        "file:address:port",
        Kind::Text,
        "fastcgi_pass of PHP to a port of the machine itself.",
    ),
    Schema::family(
        "nginx-file.host",
        "file:host name",
        Kind::Text,
        "Directive with a host name that nginx looks up when it starts.",
    ),
    Schema::family(
        "nginx-file.file",
        "file:path",
        Kind::Text,
        "Directive with a file that nginx opens when it starts, and that the release does not bring.",
    ),
    Schema::family(
        "nginx-file.home",
        "file:directory below /home",
        Kind::Text,
        "Directive that has nginx serve files from a home directory.",
    ),
    Schema::family(
        "nginx-file.module-script",
        "file",
        Kind::Text,
        "Module of JavaScript (.mjs) beside a page of the release, where a configuration serves files and none gives such modules a type.",
    ),
    Schema::family(
        "nginx-file.resolver",
        "file:address",
        Kind::Text,
        "resolver with a name server that only Docker, or only systemd-resolved, has.",
    ),
    Schema::family(
        "nginx-file.user",
        "file:account",
        Kind::Text,
        "Directive that names the account of nginx.",
    ),
    Schema::family(
        "nginx-file.default",
        "file:its name:address:port",
        Kind::Text,
        "listen with default_server, in a file that stands beside others.",
    ),
    Schema::family(
        "nginx-file.site",
        "file",
        Kind::Text,
        "Directory of Debian that a site lies in, sites-available or sites-enabled, where the release brings no nginx.conf.",
    ),
    Schema::family(
        "nginx-file.listen",
        "file:port",
        Kind::Text,
        "listen on every address of the host.",
    ),
    Schema::family(
        "nginx-file.address",
        "file:address",
        Kind::Text,
        "listen on an address that not every machine has.",
    ),
    Schema::family(
        "nginx-file.block",
        "file:its name:name of an upstream",
        Kind::Text,
        "Block of servers, in a file that stands beside others.",
    ),
    Schema::family(
        "nginx-file.once",
        "file:its name:directive",
        Kind::Text,
        "Directive outside of every block, in a file that is included into the block http, that may stand there once.",
    ),
];
