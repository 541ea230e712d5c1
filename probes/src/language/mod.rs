//! The probe `language`: what sources use that not every version of their runtime has.

#[cfg(feature = "collect")]
mod begins;
mod brought;
#[cfg(feature = "collect")]
mod common_js;
#[cfg(feature = "collect")]
mod encoding;
mod feature;
mod javascript;
mod lexer;
#[cfg(feature = "collect")]
pub(crate) mod perl;
mod php;
mod php_functions;
#[cfg(feature = "collect")]
mod modules;
#[cfg(feature = "collect")]
mod probe;
mod python;
mod python_tables;
mod ruby;
#[cfg(test)]
mod tests;
mod used;

pub use brought::Brought;
pub use feature::Feature;
pub use lexer::{Dialect, Kind, Token, tokens};
pub use php_functions::{extensions, taken};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use used::{Surroundings, Used, used};

use parity_core::schema::{Kind as FactKind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "language.needs",
        "file:runtime:what is used",
        FactKind::Text,
        "Versions of a runtime, as a range of npm, that have what a source uses.",
    ),
    Schema::family(
        "language.begins",
        "file:runtime",
        FactKind::Text,
        "Source that is started by its name: a page that a web server serves, or what servers for its language look for.",
    ),
    Schema::family(
        "language.extension",
        "file:runtime:extension",
        FactKind::Text,
        "What a source uses of an extension of its runtime that no manifest names.",
    ),
    Schema::family(
        "language.prints",
        "file",
        FactKind::Text,
        "Unit of the release that starts a source of Python which prints texts beyond ASCII, and says nothing of the encoding.",
    ),
    Schema::family(
        "language.perl-module",
        "file:module",
        FactKind::Text,
        "Package of Debian with a module of Perl that a source takes in and the release does not bring.",
    ),
    Schema::family(
        "language.python-module",
        "file:module",
        FactKind::Text,
        "Import of a module of Python's standard library that distributions have in packages of their own.",
    ),
    Schema::family(
        "language.short-tag",
        "file",
        FactKind::Text,
        "How a source of PHP begins its code without `php`: it counts only with short_open_tag.",
    ),
    Schema::family(
        "language.function",
        "file:runtime:function",
        FactKind::Text,
        "Call of a function that administrators take away.",
    ),
];
