//! The probe `interpreter-modules`: which modules Perl and Python of a host have, and whether pip may install into Python.

#[cfg(feature = "collect")]
mod perl;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod python;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "perl.modules",
        Kind::Set,
        "Modules of Perl that are installed for everybody, of those that distributions split from Perl and that are often used of CPAN.",
    ),
    Schema::single(
        "python.lacks",
        Kind::Set,
        "Modules of the standard library that the directory of `python3` lacks (Debian has packages of their own for some).",
    ),
    Schema::single(
        "python.externally-managed",
        Kind::Text,
        "File that keeps pip from installing into the directories of `python3` (PEP 668).",
    ),
];
