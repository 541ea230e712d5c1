//! The probe `nginx`: what the nginx configuration of a release needs of the server.

#[cfg(feature = "collect")]
mod features;
#[cfg(feature = "collect")]
mod modules;
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
];
