//! The probe `package-files`: what packages of Debian and rpm that a release is made of ask of the packages of a host.

#[cfg(feature = "collect")]
mod ar;
mod compression;
mod derive;
#[cfg(feature = "collect")]
mod probe;
mod relation;
#[cfg(feature = "collect")]
mod rpm_file;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
mod virtuals;

#[cfg(feature = "collect")]
pub(crate) use ar::{DATA, asks_for_libc, member, unpacked};
pub use derive::PackageFiles;
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use relation::{Comparison, Relation, relations};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "package-file.architecture",
        "file",
        Kind::Text,
        "Architecture that a package is built for, as its format names it: amd64, x86_64, all, noarch.",
    ),
    Schema::family(
        "package-file.format",
        "file",
        Kind::Text,
        "Format of a package: deb or rpm.",
    ),
    Schema::family(
        "package-file.compression",
        "file",
        Kind::Text,
        "How a package is compressed, where older package managers do not read that: zstd.",
    ),
    Schema::family(
        "package-file.asks",
        "file:name of the first alternative",
        Kind::Text,
        "A dependency as the package writes it (Depends, Pre-Depends; Requires), its alternatives joined by ` | `.",
    ),
];

/// What is worked out of them and the packages of a host.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "package-file.refused",
        "file",
        Kind::Text,
        "What a host has in place of the format or architecture of a package.",
    ),
    Schema::family(
        "package-file.unreadable",
        "file",
        Kind::Text,
        "Version of the package manager of a host that does not read the compression of a package.",
    ),
    Schema::family(
        "package-file.unmet",
        "file:name of the first alternative",
        Kind::Text,
        "What a host has in place of a dependency: another version of the package, or the library under the name of another version.",
    ),
    Schema::family(
        "package-file.not-installed",
        "file:name of the first alternative",
        Kind::Text,
        "A dependency of which the host has nothing: the packages that would meet it.",
    ),
];
