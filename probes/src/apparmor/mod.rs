//! The probe `apparmor`: which programs may make user namespaces where AppArmor keeps others from it.

#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::single(
    "apparmor.userns",
    Kind::Set,
    "Paths and patterns that AppArmor profiles with the rule `userns` are attached to (/etc/apparmor.d); only of hosts that restrict user namespaces.",
)];
