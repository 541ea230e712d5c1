//! The probe `firewall`: which TCP ports a host lets in.

#[cfg(feature = "collect")]
mod firewalld;
#[cfg(feature = "collect")]
mod iptables;
#[cfg(feature = "collect")]
mod nftables;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod ufw;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "firewall.kind",
        Kind::Text,
        "What filters packets from boot on: firewalld, ufw, iptables or nftables; absent where none of them is enabled.",
    ),
    Schema::single(
        "firewall.tcp",
        Kind::Set,
        "TCP ports that the firewall lets in while it refuses all others, as its files say; absent where it refuses none.",
    ),
    Schema::single(
        "firewall.containers",
        Kind::Text,
        "What firewalld does with packets that come from containers and go elsewhere: accepted, where a policy says so.",
    ),
];
