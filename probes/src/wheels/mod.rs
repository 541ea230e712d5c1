//! The probe `wheels`: for which Python, machine and C library the wheels and compiled modules of a release are built.

mod derive;
mod module;
mod name;
#[cfg(feature = "collect")]
mod probe;
mod tag;
#[cfg(test)]
mod tests;

pub use derive::Wheels;
pub(crate) use derive::passed_over;
pub use module::modules;
pub use name::WheelName;
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use tag::{Libc, Platform, Tag};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "wheel.tags",
        "file",
        Kind::Set,
        "Compatibility tags of a wheel, as PYTHON-ABI-PLATFORM; left out where the release has the source distribution too.",
    ),
    Schema::family(
        "python.module",
        "module",
        Kind::Text,
        "Versions of CPython, as a range of npm, that a compiled module in the release is built for.",
    ),
];

/// What is worked out of them and a host.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "wheel.unfit",
        "distribution",
        Kind::Text,
        "What the wheels of a distribution are built for, where none fits the host's Python, machine and kind of C library.",
    ),
    Schema::family(
        "wheel.newer-libc",
        "distribution",
        Kind::Text,
        "The C library that the wheels of a distribution are tagged for, where the one of the host is older.",
    ),
    Schema::family(
        "wheel.host",
        "distribution",
        Kind::Text,
        "What the host has in the place of it.",
    ),
];
