//! The probe `dotnet`: shared frameworks of .NET.

#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "dotnet.framework",
        "name of a framework",
        Kind::Set,
        "Versions of a shared framework of .NET that are installed, such as Microsoft.NETCore.App.",
    ),
    Schema::single(
        "dotnet.icu",
        Kind::Text,
        "Library of ICU that programs of .NET find (libicuuc.so), or `none`.",
    ),
];
