//! The probe `kernel-modules`: modules of the kernel and devices that releases ask for.

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
        "kernel-module",
        "name of a module that releases are known to ask for",
        Kind::Text,
        "How the kernel has it: module, built in, or loaded (/lib/modules/RELEASE/modules.dep, modules.builtin, /proc/modules); expected where no kernel runs and every one in use has it.",
    ),
    Schema::single(
        "kernel.places",
        Kind::Set,
        "Files below /sys/kernel that a kernel makes only where it was built with them: /sys/kernel/btf/vmlinux.",
    ),
    Schema::single(
        "device.names",
        Kind::Set,
        "Paths of the devices in /dev, /dev/dri, /dev/net, /dev/serial/by-id and /dev/snd of a running system.",
    )
    .volatile(),
];

/// Modules that are looked for, sorted, and the first Linux that has them: <https://kernelnewbies.org/LinuxVersions>,
/// <https://www.wireguard.com/install/>. An empty one has been there since before all kernels that are in use.
#[cfg(feature = "collect")]
#[rustfmt::skip]
pub(crate) const KNOWN: [(&str, &str); 26] = [
    ("8021q", ""), ("bonding", ""), ("br_netfilter", "3.18"), ("ceph", ""), ("cifs", ""),
    ("dm_crypt", ""), ("dm_thin_pool", "3.2"), ("fuse", ""), ("ip6_tables", ""), ("ip_gre", ""),
    ("ip_tables", ""), ("ip_vs", ""), ("ip_vs_rr", ""), ("iptable_filter", ""), ("iptable_nat", ""),
    ("nbd", ""), ("nf_conntrack", ""), ("nf_nat", "3.7"), ("nf_tables", "3.13"), ("nfs", ""), ("nfsd", ""),
    ("overlay", "3.18"), ("tun", ""), ("vxlan", "3.7"), ("wireguard", "5.6"), ("zram", "3.14"),
];
