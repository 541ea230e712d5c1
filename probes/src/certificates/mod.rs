//! The probe `certificates`: certificates that a release ships for its own configuration.

#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod shown;
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
    Schema::family(
        "certificate.valid-from",
        "file:program",
        Kind::Text,
        "From when on such a certificate is valid (RFC 3339, UTC).",
    ),
    Schema::family(
        "certificate.weak-signature",
        "file:program",
        Kind::Text,
        "MD5 or SHA-1, where a certificate of the release, or one behind it in its file, is signed with that by another.",
    ),
    Schema::family(
        "certificate.asked-name",
        "file:program",
        Kind::Text,
        "Name of a host that a configuration shows a certificate for, which is for none of the names there.",
    ),
    Schema::family(
        "certificate.names",
        "file:program",
        Kind::Set,
        "Names of hosts that such a certificate is for.",
    ),
];
