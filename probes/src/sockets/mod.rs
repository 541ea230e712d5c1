//! The probe `sockets`: ports that somebody listens on, and who.

#[cfg(feature = "collect")]
mod configured;
#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;
#[cfg(feature = "collect")]
pub(crate) use probe::{listeners, needs, table};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "listen",
        "PROTOCOL/PORT, such as `tcp/5432`",
        Kind::Set,
        "Addresses listened on: wildcard and loopback ones as they are, `interface` for any other (/proc/net/{tcp,tcp6,udp,udp6}); where no system runs, what the configuration of an installed server names.",
    ),
    Schema::family(
        "listen.address",
        "PROTOCOL/PORT",
        Kind::Set,
        "The machine's own addresses that are listened on, loopback left out.",
    )
    .identity(),
    Schema::family(
        "listen.process",
        "PROTOCOL/PORT",
        Kind::Set,
        "Names of the programs that hold the socket; absent for the kernel's own.",
    ),
];
