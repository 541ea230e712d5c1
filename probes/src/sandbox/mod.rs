//! The probe `sandbox`: programs of a release that need user namespaces.

mod derive;
#[cfg(feature = "collect")]
mod known;
#[cfg(feature = "collect")]
mod probe;

pub use derive::{DERIVED, Userns};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "sandbox.userns",
    "file",
    Kind::Text,
    "What in a file of the release makes user namespaces without privileges (user_namespaces(7)).",
)];
