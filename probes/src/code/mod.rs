//! The probe `code`: what source code, configuration and Go programs of a release need of what is around them.

#[cfg(feature = "collect")]
mod commands;
#[cfg(feature = "collect")]
mod compose;
#[cfg(feature = "collect")]
mod environment;
#[cfg(feature = "collect")]
mod go;
#[cfg(feature = "collect")]
pub(crate) mod language;
#[cfg(feature = "collect")]
mod locales;
#[cfg(feature = "collect")]
mod memory;
#[cfg(feature = "collect")]
mod ports;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod redis_conf;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
#[cfg(feature = "collect")]
mod uses;
#[cfg(feature = "collect")]
mod variables;
#[cfg(feature = "collect")]
mod zones;

#[cfg(feature = "collect")]
pub use commands::{COMMANDS, Command};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "code.environment",
        "who runs it (docker, java, node, program, python, ruby):file:name of a variable",
        Kind::Text,
        "How a program takes a variable without which it ends, where nothing in the release sets it.",
    ),
    Schema::family(
        "code.time-zone",
        "file",
        Kind::Set,
        "Zones that a program looks up by name in the tz database of the system.",
    ),
    Schema::family(
        "code.time-zone-given-up",
        "file",
        Kind::Set,
        "Zones that a program looks up by names that the tz database keeps for compatibility alone.",
    ),
    Schema::family(
        "code.time-zone-late",
        "file:zone",
        Kind::Text,
        "Zone that a program looks up by name, which older tz databases do not have.",
    ),
    Schema::family(
        "code.time-zone-set",
        "file:zone that is known wherever this one is",
        Kind::Text,
        "Zone that a unit sets by TZ for the program it starts.",
    ),
    Schema::family(
        "code.local-time",
        "file",
        Kind::Text,
        "What takes days or hours in the zone of the system, where the release does not set TZ.",
    ),
    Schema::family(
        "code.certificates",
        "file",
        Kind::Text,
        "What connects by TLS and trusts the certificates of the system.",
    ),
    Schema::family(
        "code.fonts",
        "file",
        Kind::Text,
        "What draws text with the fonts of the system.",
    ),
    Schema::family(
        "code.own-name",
        "file",
        Kind::Text,
        "What looks up the address of the machine's own name.",
    ),
    Schema::family(
        "code.imagemagick",
        "file:coder",
        Kind::Text,
        "What has ImageMagick read or write a format.",
    ),
    Schema::family(
        "code.redis-command",
        "file:command",
        Kind::Text,
        "First version of Redis with a command that a program uses.",
    ),
    Schema::family(
        "code.redis-directive",
        "file:directive",
        Kind::Text,
        "First version of Redis with a directive that a configuration in the release has.",
    ),
    Schema::family(
        "code.compose",
        "file:what",
        Kind::Text,
        "First version of Docker Compose that reads what a compose file has.",
    ),
    Schema::family(
        "code.port",
        "file:port below 1024",
        Kind::Text,
        "Account of the unit that runs a program which listens on such a port, where the unit does not give the right to.",
    ),
    Schema::family(
        "code.locale",
        "file:name",
        Kind::Text,
        "How a locale is asked for by name, without which the program or the statement ends.",
    ),
    Schema::family(
        "code.rabbitmq-guest",
        "file",
        Kind::Text,
        "Host and port of a broker on another machine that a program connects to as the user guest.",
    ),
    Schema::family(
        "code.musl",
        "file",
        Kind::Text,
        "What shows that the release runs with musl: the image it is made from.",
    ),
    Schema::family(
        "code.memory",
        "file",
        Kind::Number,
        "Memory in bytes that a program is told to take.",
    ),
    Schema::family(
        "code.build",
        "file",
        Kind::Text,
        "Bundler of web applications that a package.json runs where it is installed or started.",
    ),
    Schema::family(
        "code.build-memory",
        "file",
        Kind::Number,
        "Memory in bytes that such a build is told to take; unknown where nothing says so.",
    ),
    Schema::family(
        "code.kernel",
        "file:service that runs it:key of sysctl(8)",
        Kind::Number,
        "Least value of a kernel setting without which a service, as the release configures it, does not start.",
    ),
];
