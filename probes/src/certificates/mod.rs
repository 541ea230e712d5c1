//! The probe `certificates`: certificates that a release ships for its own configuration.

#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "certificate.rsa-bits",
        "file:program",
        Kind::Number,
        "Bits of the smallest RSA key in a file of certificates of the release, which its configuration of a program names.",
    ),
    Schema::family(
        "certificate.valid-until",
        "file:program",
        Kind::Text,
        "Until when a certificate of the release is valid that a program is to show to others (RFC 3339, UTC).",
    ),
];
