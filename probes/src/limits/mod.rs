//! The probe `limits`: limits that logins get from `pam_limits`.

#[cfg(feature = "collect")]
pub(crate) mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "limit",
    "DOMAIN/TYPE/ITEM of limits.conf(5), TYPE `soft` or `hard`",
    Kind::Text,
    "Limit for logins, in the unit of its item, or `unlimited` (/etc/security/limits.conf, then limits.d by name; the last line counts).",
)];
