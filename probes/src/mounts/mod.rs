//! The probe `mounts`: what is mounted where and with which options, and what is to be mounted at boot.

#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "mount.type",
        "mount point",
        Kind::Text,
        "Type of the file system mounted last at this point (/proc/self/mounts).",
    ),
    Schema::family(
        "mount.source-kind",
        "mount point",
        Kind::Text,
        "What is mounted: `device`, `network`, `overlay` or `none` (memory), never its name.",
    ),
    Schema::family(
        "mount.options",
        "mount point",
        Kind::Set,
        "Mount options that are the same on every machine set up alike; sizes taken from memory and paths of container layers are left out.",
    ),
    Schema::family(
        "fstab.type",
        "mount point",
        Kind::Text,
        "Type of the file system to mount at boot (/etc/fstab).",
    ),
    Schema::family(
        "fstab.source-kind",
        "mount point",
        Kind::Text,
        "What is to be mounted: `device`, `uuid`, `label`, `network` or `none`.",
    ),
    Schema::family(
        "fstab.options",
        "mount point",
        Kind::Set,
        "Options of the line in /etc/fstab, values of secret ones redacted.",
    ),
];
