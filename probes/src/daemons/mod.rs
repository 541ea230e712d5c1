//! The probe `daemons`: what configuration that a release ships needs of HAProxy, Dovecot, Exim and OpenSSH.

#[cfg(feature = "collect")]
mod dovecot;
#[cfg(feature = "collect")]
mod exim;
#[cfg(feature = "collect")]
mod haproxy;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod sshd;
#[cfg(feature = "collect")]
mod table;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "daemon-file.needs",
        "file:service:directive",
        Kind::Text,
        "First version of a service that has a directive, or a value of it, which a configuration in the release has.",
    ),
    Schema::family(
        "daemon-file.refused",
        "file:service:directive",
        Kind::Text,
        "First version of a service that refuses a directive, or a value of it, which a configuration in the release has.",
    ),
    Schema::family(
        "daemon-file.instead",
        "file:service:directive",
        Kind::Text,
        "What that version takes in its place.",
    ),
    Schema::family(
        "daemon-file.error",
        "file:service:directive",
        Kind::Text,
        "What the service says to a directive that it does not take.",
    ),
];
