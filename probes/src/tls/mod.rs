//! The probe `tls`: what the OpenSSL of a host accepts, and certificates that its services are told to use.

pub(crate) mod certificate;
mod ends;
#[cfg(feature = "collect")]
pub(crate) mod named;
#[cfg(feature = "collect")]
pub(crate) mod policy;
#[cfg(feature = "collect")]
pub(crate) mod probe;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

pub use certificate::{Certificate, Malformed, certificates};
pub use ends::TlsEnds;
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "tls.security-level",
        Kind::Number,
        "Security level of OpenSSL (SSL_CTX_set_security_level(3)): of its configuration, of the policy of the system, else as the distribution builds it.",
    ),
    Schema::single(
        "tls.minimum-rsa-bits",
        Kind::Number,
        "Bits that this level demands of an RSA key.",
    ),
    Schema::single(
        "tls.minimum-protocol",
        Kind::Text,
        "Oldest protocol that OpenSSL speaks, where its configuration names one (MinProtocol of openssl.cnf).",
    ),
    Schema::single(
        "tls.legacy-provider",
        Kind::Text,
        "Whether openssl.cnf activates the provider of OpenSSL 3 with MD4, RC2, RC4, DES, Blowfish and the like: on or off.",
    ),
    Schema::family(
        "tls.rsa-bits",
        "program:file",
        Kind::Number,
        "Bits of the smallest RSA key in a file of certificates that the configuration of a program names.",
    ),
    Schema::family(
        "tls.valid-until",
        "program:file",
        Kind::Text,
        "Until when the certificate is valid that a program shows to others, by its configuration (RFC 3339, UTC).",
    ),
    Schema::family(
        "tls.required-bits",
        "program:file",
        Kind::Number,
        "Bits that the security level in effect for the program demands of an RSA key.",
    ),
];
