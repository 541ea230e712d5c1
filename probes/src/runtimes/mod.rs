//! The runtimes of interpreted and compiled languages that are on a host, and in which versions.
//!
//! Files and packages tell; only a program that neither speaks of is asked for its version.

#[cfg(feature = "collect")]
mod bundler;
#[cfg(feature = "collect")]
mod evidence;
#[cfg(feature = "collect")]
mod known;
#[cfg(feature = "collect")]
mod managers;
#[cfg(feature = "collect")]
mod paths;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod sdks;

#[cfg(feature = "collect")]
pub use evidence::printed_version;
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "runtime.version",
        "runtime",
        Kind::Version,
        "Version of a runtime installed for everybody (node, python, php, ruby, perl, java, go, rust, openssl, elixir, dotnet-sdk, and the libraries and tools bundler, sqlite); a list of all where there are several; where there are none, those in home directories.",
    ),
    Schema::family(
        "runtime.default",
        "runtime",
        Kind::Version,
        "Version of the one that the system's search path (/usr/local/bin, /usr/bin) leads to.",
    ),
    Schema::family(
        "runtime.path",
        "runtime",
        Kind::Set,
        "The programs on that path, links followed.",
    ),
    Schema::family(
        "runtime.user-version",
        "runtime",
        Kind::Set,
        "Versions that version managers (nvm, pyenv, rbenv, asdf, mise, sdkman, rustup, dotnet-install) keep in home directories.",
    ),
];
