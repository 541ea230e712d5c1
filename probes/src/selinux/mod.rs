//! The probe `selinux`: whether services are confined, and what the policy lets web servers do.

mod derive;
#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

pub use derive::{Confinement, DERIVED};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "selinux.mode",
        Kind::Text,
        "enforcing, permissive or disabled (/sys/fs/selinux/enforce, else /proc/cmdline and /etc/selinux/config; disabled where neither is there).",
    ),
    Schema::family(
        "selinux.boolean",
        "name of a switch of the policy, such as httpd_can_network_connect",
        Kind::Text,
        "on or off: now (/sys/fs/selinux/booleans), else at boot (booleans.local of the policy's store; off where it does not speak of one).",
    ),
    Schema::single(
        "selinux.web-programs",
        Kind::Set,
        "Installed packages that run applications as a part of the web server, and so confined as it is; absent where there are none.",
    ),
    Schema::single(
        "selinux.local-contexts",
        Kind::Set,
        "Labels of files that were added to the policy, as `PATTERN TYPE` (file_contexts.local); absent where there are none.",
    ),
    Schema::single(
        "selinux.local-ports",
        Kind::Set,
        "Ports of TCP that were added to the policy, as `TYPE PORT` or `TYPE PORT-PORT` (ports.local); absent where there are none.",
    ),
];
