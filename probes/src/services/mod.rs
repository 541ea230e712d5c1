//! The probe `services`: well-known servers that run, by the programs that run, and the programs of each unit.

#[cfg(feature = "collect")]
mod known;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "service.running",
        "name of a well-known service, such as `nginx` or `postgresql`",
        Kind::Bool,
        "Whether it runs on the target itself, not in a container on it (/proc/*/exe, else /proc/*/comm).",
    ),
    Schema::family(
        "service.executable",
        "name of a well-known service",
        Kind::Set,
        "Absolute paths of the running programs (/proc/*/exe).",
    ),
    Schema::family(
        "service.replaced",
        "name of a well-known service",
        Kind::Bool,
        "Whether a program it runs was replaced or removed on disk since it was started: upgraded, not restarted.",
    ),
    Schema::family(
        "service.ports",
        "name of a well-known service",
        Kind::Set,
        "Ports it listens on, as PROTOCOL/PORT.",
    ),
    Schema::family(
        "unit.running",
        "name of a systemd service",
        Kind::Bool,
        "True where it has processes (/proc/*/cgroup); services of one user and one-time jobs are left out.",
    ),
    Schema::family(
        "unit.process",
        "name of a systemd service that has processes",
        Kind::Set,
        "Names of the programs that run in it (/proc/*/cgroup, /proc/*/exe, else /proc/*/comm).",
    )
    .volatile(),
];
