//! What a compose file starts on the developer's machine.

mod document;
mod image;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod settings;
mod words;

pub use document::{Composed, Image, Service, parse};
pub use image::{ImageName, Tagged, image_name, tagged};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

use crate::config::{MYSQL_SETTING, POSTGRESQL_SETTING};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "service.version",
        "name of a well-known service",
        Kind::Version,
        "Version of a service, as the tag of its image names it; a list where several are started.",
    ),
    Schema::family(
        "compose.image",
        "name in the compose file",
        Kind::Text,
        "Image of a service, variables filled in by their defaults.",
    ),
    Schema::family(
        "compose.ports",
        "name in the compose file",
        Kind::Set,
        "Ports of a service that are published, as [address:][published:]target[/protocol].",
    ),
    Schema::family(
        "compose.environment",
        "name in the compose file",
        Kind::Set,
        "Names of the environment variables that are set for a service.",
    ),
    MYSQL_SETTING,
    POSTGRESQL_SETTING,
];

#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
