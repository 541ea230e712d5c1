//! The probe `extraction`: what a release unpacks and loads at its start.

mod derive;
#[cfg(feature = "collect")]
mod known;
#[cfg(feature = "collect")]
mod probe;

pub use derive::{DERIVED, Noexec};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "extraction.directory",
    "file:what is unpacked",
    Kind::Text,
    "Directory that a program unpacks native code into when it starts, to load or run it from there.",
)];
