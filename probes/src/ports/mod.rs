//! The probe `ports`: ports that the servers of a host are set up to listen on.

mod derive;
#[cfg(feature = "collect")]
mod known;
#[cfg(feature = "collect")]
mod probe;

pub use derive::{DERIVED, HeldPorts};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[Schema::family(
    "port.configured",
    "name of a unit",
    Kind::Set,
    "Ports that its server is set up to listen on, as PROTOCOL/PORT and the address; that of its makers where its settings name none.",
)];
