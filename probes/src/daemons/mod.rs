//! The probe `daemons`: what configuration that a release ships needs of HAProxy, Dovecot, Exim, Postfix and OpenSSH.

#[cfg(feature = "collect")]
mod dovecot;
#[cfg(feature = "collect")]
mod exim;
#[cfg(feature = "collect")]
mod haproxy;
#[cfg(feature = "collect")]
mod modules;
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
    Schema::family(
        "daemon-file.module",
        "file:service:module",
        Kind::Text,
        "What in a configuration of Postfix or Dovecot needs a type of tables, a protocol or a plug-in that has to be loaded.",
    ),
    Schema::family(
        "daemon-file.package",
        "file:service:module",
        Kind::Text,
        "The package that brings it on Debian.",
    ),
];
