//! The probe `sysctl`: kernel settings in effect, and those that configuration files set at boot.

#[cfg(feature = "collect")]
pub(crate) mod parse;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod skip;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "sysctl",
        "the key as sysctl(8) prints it, such as `net.ipv4.ip_forward`",
        Kind::Text,
        "Value in effect, runs of white space as one space (/proc/sys/{fs,kernel,net,user,vm}).",
    ),
    Schema::family(
        "sysctl.persisted",
        "the key as sysctl(8) prints it; patterns as they are written",
        Kind::Text,
        "Value set at boot: sysctl.d(5), and /etc/sysctl.conf last, as `sysctl --system` reads it.",
    ),
];
