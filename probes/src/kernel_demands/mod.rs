//! The probe `kernel-demands`: what files of a release ask of the kernel of a host, and of what confines programs there.

#[cfg(feature = "collect")]
mod composed;
#[cfg(feature = "collect")]
mod control_groups;
#[cfg(feature = "collect")]
mod daemons;
#[cfg(feature = "collect")]
mod limits;
#[cfg(feature = "collect")]
mod others;
#[cfg(feature = "collect")]
mod pages;
#[cfg(feature = "collect")]
mod probe;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "demand.cgroup",
        "file:path",
        Kind::Number,
        "Version of control groups whose files a script reads, or a compose file mounts, where nothing in the release knows those of the other version.",
    ),
    Schema::family(
        "demand.sysctl",
        "file:service:key of sysctl(8)",
        Kind::Text,
        "Kernel setting of IPv6 that a service of a compose file is started with (`sysctls`).",
    ),
    Schema::family(
        "demand.place",
        "file:service:path",
        Kind::Text,
        "What in a compose file needs a file that the kernel makes only where it was built with it.",
    ),
    Schema::family(
        "demand.quota",
        "file:service",
        Kind::Text,
        "Size that the layers of a service may grow to (`storage_opt`).",
    ),
    Schema::family(
        "demand.engine-socket",
        "file:service",
        Kind::Text,
        "Socket of the engine that a service is given, with its confinement by labels kept.",
    ),
    Schema::family(
        "demand.outside-home",
        "file:service",
        Kind::Text,
        "Directory of the host that a service is given, which lies outside of homes.",
    ),
    Schema::family(
        "demand.open-files",
        "file",
        Kind::Number,
        "Open files that a unit is to have (LimitNOFILE=), where these are more than the kernel allows by itself.",
    ),
    Schema::family(
        "demand.memory-lock",
        "file:service",
        Kind::Text,
        "Setting that has a service lock its memory, and end where it may not, where nothing in the release lets it.",
    ),
    Schema::family(
        "demand.huge-pages",
        "file",
        Kind::Text,
        "Setting of PostgreSQL without enough huge pages for which it does not start.",
    ),
    Schema::family(
        "demand.ipv6",
        "file:server",
        Kind::Text,
        "Address of IPv6 without which a server does not start.",
    ),
    Schema::family(
        "demand.path",
        "file:server:path",
        Kind::Text,
        "Setting that names a directory or file of a server that may be confined by AppArmor or SELinux.",
    ),
    Schema::family(
        "demand.port",
        "file:server:port",
        Kind::Text,
        "Setting that names a port of TCP that such a server listens on.",
    ),
    Schema::family(
        "demand.page-size",
        "file:package",
        Kind::Number,
        "Largest page of memory in bytes that an allocator of the release is built for, where nothing in the release says another.",
    ),
    Schema::family(
        "demand.first-program",
        "file",
        Kind::Text,
        "Program of systemd that a container file has run first.",
    ),
    Schema::family(
        "demand.memory",
        "file:server",
        Kind::Number,
        "Memory in bytes that a server takes when it starts.",
    ),
    Schema::family(
        "demand.io-uring",
        "file:server",
        Kind::Text,
        "Setting that tells a server to use io_uring.",
    ),
    Schema::family(
        "demand.forwarding",
        "file",
        Kind::Text,
        "What sends packets of others on, where nothing in the release turns forwarding on.",
    ),
    Schema::family(
        "demand.kernel",
        "file:what",
        Kind::Text,
        "First Linux with something that a manifest of Kubernetes asks for.",
    ),
    Schema::family(
        "demand.mail",
        "file",
        Kind::Text,
        "What in a source of PHP hands mail to sendmail.",
    ),
];
