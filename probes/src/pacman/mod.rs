//! Packages that pacman, the package manager of Arch Linux, knows.

mod parse;
#[cfg(feature = "collect")]
pub(crate) mod probe;

pub use parse::{PacmanPackage, Reason, parse_desc};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "package.pacman",
    "name.architecture",
    Kind::Version,
    "[epoch:]version-release of a pacman package.",
)];
