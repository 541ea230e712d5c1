//! The probe `daemon-modules`: what the mail daemons of a host can load.

#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "daemon.modules",
    "service",
    Kind::Set,
    "Types of look-up tables that Postfix loads, or protocols and plug-ins that Dovecot has.",
)];
