//! The probe `sources`: programs that code starts, and file names that code writes otherwise than the files are called.

mod autoload;
mod calls;
mod case;
mod libraries;
mod literals;
#[cfg(feature = "collect")]
mod probe;
mod reach;
#[cfg(test)]
mod tests;
mod written;

pub use autoload::{Autoload, Otherwise};
pub use calls::{call, called, handles_platforms};
pub use case::{Names, packages_otherwise, references};
pub use libraries::{Ecosystem, LIBRARIES, Library, named, programs_of};
pub use literals::{Language, Literal, literals};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use reach::{entries, reached};
pub use written::{Written, modules, mounted, paths};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "source.program",
        "file:program",
        Kind::Text,
        "How the release starts a program that it does not bring: a call in its code, or a library that does nothing else.",
    ),
    Schema::family(
        "source.east-asian",
        "page or template",
        Kind::Text,
        "What draws pages in a release that has one with Chinese, Japanese or Korean text.",
    ),
    Schema::family(
        "source.case",
        "file:reference",
        Kind::Text,
        "File or package that a reference in code means on a file system that ignores case, where none is called as it is written.",
    ),
];
