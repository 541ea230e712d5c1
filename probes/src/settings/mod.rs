//! The probe `settings`: what files of settings in a release ask of the programs that read them on a host.

#[cfg(feature = "collect")]
mod building;
#[cfg(feature = "collect")]
mod clients;
#[cfg(feature = "collect")]
mod composing;
#[cfg(feature = "collect")]
mod cron;
#[cfg(feature = "collect")]
mod java;
#[cfg(feature = "collect")]
mod kubernetes;
#[cfg(feature = "collect")]
mod loopback;
#[cfg(feature = "collect")]
mod pools;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod proxies;
#[cfg(feature = "collect")]
mod said;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "java-option.versions",
        "file:option",
        Kind::Text,
        "Feature releases of Java, as a range of gem, whose virtual machine takes an option that something in the release starts it with.",
    ),
    Schema::family(
        "kubernetes-file.versions",
        "file:kind of a resource, and its apiVersion",
        Kind::Text,
        "Versions of Kubernetes, as a range of gem, that serve a kind of resource in the version that a manifest in the release names.",
    ),
    Schema::family(
        "compose-file.host-alias",
        "file:service",
        Kind::Text,
        "Name of the host that Docker Desktop alone gives to containers, which a service is set up with and nothing in the file defines.",
    ),
    Schema::family(
        "compose-file.port",
        "file:service:port",
        Kind::Text,
        "Port of TCP that a service publishes on every address of the host.",
    ),
    Schema::family(
        "container-file.buildkit",
        "file:instruction",
        Kind::Text,
        "What in a container file only BuildKit builds, where nothing in the release turns it on.",
    ),
    Schema::family(
        "server-file.versions",
        "file:server: caddy, haproxy or varnish:directive",
        Kind::Text,
        "Versions of a server, as a range of gem, that take what its configuration in the release has.",
    ),
    Schema::family(
        "settings-file.host",
        "file:host of one word",
        Kind::Text,
        "Variable in settings for production (.env) that names such a host.",
    ),
    Schema::family(
        "pool-file.listen",
        "file:its name:socket or address",
        Kind::Text,
        "What a pool of PHP-FPM listens on.",
    ),
    Schema::family(
        "pool-file.user",
        "file:name of an account",
        Kind::Text,
        "Setting of a pool of PHP-FPM that names an account, where nothing in the release makes it.",
    ),
    Schema::family(
        "pool-file.group",
        "file:name of a group",
        Kind::Text,
        "Setting of a pool of PHP-FPM that names a group, where nothing in the release makes it.",
    ),
    Schema::family(
        "cron-file.percent",
        "file:line",
        Kind::Text,
        "Command of a crontab up to its first bare %, which cron takes for the end of the line (crontab(5)).",
    ),
    Schema::family(
        "cron-file.program",
        "file:name of a program",
        Kind::Text,
        "Program that a crontab without PATH starts by its name: cron looks in /usr/bin and /bin only.",
    ),
    Schema::family(
        "cron-file.user",
        "file:name of an account",
        Kind::Text,
        "Account that a line of a crontab of the system runs as.",
    ),
    Schema::family(
        "compose-file.unlabelled",
        "file:service",
        Kind::Text,
        "Volume of a service that is a directory of the project, and that nothing relabels for SELinux.",
    ),
    Schema::family(
        "loopback-service.named",
        "file:service:another that serves the same:port",
        Kind::Text,
        "Setting of the release that looks for a service on the machine itself.",
    ),
    Schema::family(
        "opened-library.of",
        "file:package:library",
        Kind::Text,
        "Package of the release that opens a library of the system by its name, or brings a program that needs it.",
    ),
    Schema::family(
        "client-server.versions",
        "file:client and its version:server",
        Kind::Text,
        "Versions of a server, as a range of gem, that a client library of the release accepts.",
    ),
    Schema::family(
        "queue-in-redis.client",
        "file:package",
        Kind::Text,
        "Package of the release that keeps jobs in Redis.",
    ),
];
