//! The probe `dependencies`: what the libraries and frameworks that a release pins need of a host.

#[cfg(feature = "collect")]
mod ansible;
mod composer;
mod derive;
mod dotnet;
mod frameworks;
mod node;
#[cfg(feature = "collect")]
mod php_least;
#[cfg(feature = "collect")]
mod probe;
mod python;
mod runs_with;
#[cfg(test)]
mod tests;

pub use composer::{Required, composer_lock, platform_check};
pub use derive::Undeclared;
pub use dotnet::runtime_config;
pub use frameworks::{Database, Minimum, minima};
pub use node::undeclared;
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use python::{newest, pins, undecided};
pub use runs_with::{RunsWith, gems, poetry, python_packages};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "dependency.range",
        "file:package:runtime",
        Kind::Text,
        "Versions of a runtime that a pinned dependency asks for, in the syntax of its ecosystem.",
    ),
    Schema::family(
        "dependency.syntax",
        "file:package:runtime",
        Kind::Text,
        "How that range is to be read.",
    ),
    Schema::family(
        "dependency.runs-with",
        "file:package with its version:runtime",
        Kind::Text,
        "Versions of a runtime, as a range of npm, that a pinned package installs or runs with.",
    ),
    Schema::family(
        "ansible.managed-python",
        "file:package with its version",
        Kind::Text,
        "Pythons, as a range of npm, that a pinned Ansible runs its modules with on the hosts it manages.",
    ),
    Schema::family(
        "php-file.least",
        "file",
        Kind::Text,
        "Oldest PHP that an application lets itself be run with, as its own check says.",
    ),
    Schema::family(
        "framework.sqlite",
        "file:framework",
        Kind::Text,
        "Oldest SQLite that a pinned framework, set up to use it, accepts.",
    ),
    Schema::family(
        "framework.database",
        "file:framework:server",
        Kind::Text,
        "Oldest database server that a pinned framework, set up to use it, accepts.",
    ),
    Schema::family(
        "bundler.locked",
        "file",
        Kind::Text,
        "Version of Bundler that wrote a Gemfile.lock (`BUNDLED WITH`).",
    ),
    Schema::family(
        "dotnet.needs",
        "file:framework",
        Kind::Text,
        "Versions of a shared framework of .NET that a program accepts, as a range of npm.",
    ),
    Schema::family(
        "dependency.cpu-flag",
        "file:package",
        Kind::Text,
        "Feature of x86-64 processors, as /proc/cpuinfo names it, that the built files of a pinned package need.",
    ),
    Schema::family(
        "dotnet.cultures",
        "file",
        Kind::Text,
        "What a program of .NET takes the rules of languages from, where it neither brings it nor does without.",
    ),
    Schema::family(
        "dotnet.windows-only",
        "file",
        Kind::Text,
        "Package of .NET that works on Windows alone, which a program asks for by itself.",
    ),
    Schema::family(
        "dotnet.openssl",
        "file",
        Kind::Text,
        "Which OpenSSL a program finds whose .NET is older than OpenSSL 3, where it does not bring it.",
    ),
    Schema::family(
        "runtime.undeclared",
        "manifest:runtime",
        Kind::Text,
        "What in a manifest runs on a runtime of which no file of the release says the version.",
    ),
];

/// What is worked out of them, a developer's machine and a host.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "runtime.behind",
        "manifest:runtime",
        Kind::Text,
        "Version on the developer's machine, where every one of the host is of an older major line, and no range is declared.",
    ),
    Schema::family(
        "dependency.cpu-missing",
        "file:package",
        Kind::Text,
        "Feature that a pinned package needs of the processor, where those of the host lack it.",
    ),
];
