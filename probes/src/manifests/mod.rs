//! What a release declares of its runtimes, in the manifests of its language and in its container files.
//!
//! A manifest is read where it lies at the top of the release or one directory below.

#[cfg(feature = "collect")]
mod building;
mod containerfile;
mod declaration;
mod dotnet;
mod elixir;
mod files;
mod go;
mod gradle;
mod java;
mod json;
mod kind;
#[cfg(feature = "collect")]
mod probe;
mod python;
mod ruby;
mod toml;

#[cfg(feature = "collect")]
pub(crate) use containerfile::instructions;
pub use containerfile::{Stage, parse_containerfile};
pub use declaration::{Declaration, Malformed, What};
pub use kind::{Kind, kind};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind as Compared, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "requires.range",
        "manifest:runtime",
        Compared::Text,
        "Versions of a runtime (node, python, php, ruby, go, rust, java or a tool's own name) that a manifest asks for, as it is written there.",
    ),
    Schema::family(
        "requires.syntax",
        "manifest:runtime",
        Compared::Text,
        "How that range is to be read: npm, pep440, composer, go, cargo, gem or prefix.",
    ),
    Schema::family(
        "requires.extension",
        "runtime:extension",
        Compared::Text,
        "Versions of an extension of the runtime that a manifest asks for (`ext-NAME` of a composer.json, or of the packages in a composer.lock).",
    ),
    Schema::family(
        "container.base",
        "file:stage",
        Compared::Text,
        "Image that a stage of a container file begins with, stages of the same file followed, arguments filled in by their defaults.",
    ),
    Schema::family(
        "container.platform",
        "file:stage",
        Compared::Text,
        "Platform that a stage of a container file asks for by name, as linux/arm64.",
    ),
    Schema::family(
        "container.final",
        "file",
        Compared::Text,
        "The last stage of a container file: the one that is built.",
    ),
];

#[cfg(test)]
mod tests;
