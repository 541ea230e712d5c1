//! The probe `crypto`: what the files of a release ask of OpenSSL, of Java's key stores, and of bundles of certificates.

#[cfg(feature = "collect")]
mod bundles;
#[cfg(feature = "collect")]
mod legacy;
mod pkcs12;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod readers;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

pub use pkcs12::{Pkcs12, pkcs12};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "crypto.legacy",
        "file:program:algorithm",
        Kind::Text,
        "What asks a program with the OpenSSL of the system for an algorithm that OpenSSL 3 keeps in its legacy provider.",
    ),
    Schema::family(
        "crypto.legacy-node",
        "file:algorithm",
        Kind::Text,
        "What asks Node.js for such an algorithm.",
    ),
    Schema::family(
        "crypto.remedy",
        "file:algorithm",
        Kind::Text,
        "What to do about it.",
    ),
    Schema::family(
        "crypto.java-store",
        "file:algorithm",
        Kind::Text,
        "Versions of Java that read a key store of the release which is protected by an algorithm.",
    ),
    Schema::family(
        "crypto.ca-bundle",
        "file:bundle, without `/` in front",
        Kind::Text,
        "What names a bundle of trusted certificates by the path that it has in some distributions.",
    ),
    Schema::family(
        "crypto.ca-file",
        "file:path",
        Kind::Text,
        "What names the certificate of an authority by a path on the host, which the release does not bring.",
    ),
];
