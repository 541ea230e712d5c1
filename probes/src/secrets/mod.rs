//! The probe `secrets`: digests of what redaction takes out of configuration, so that equal secrets can be told without one of them.

#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "secret.digest",
    "file:name of the setting or variable",
    Kind::Text,
    "`KEY:DIGEST` of a value that is redacted (HMAC with SHA-256 under the key of --digest-key); KEY stands for the key, digests of two keys say nothing of each other. Never a difference by itself: for must-equal and must-differ of a policy.",
)
.identity()];
