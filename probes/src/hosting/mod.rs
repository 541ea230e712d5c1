//! The probe `hosting`: what the settings of a host leave to applications.

#[cfg(feature = "collect")]
mod addresses;
mod named;
mod ports;
#[cfg(feature = "collect")]
mod probe;

pub use named::NamedFiles;
pub use ports::TakenPorts;
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "directory.entries",
        "directory that programs are often set up below, or that configuration points into, such as /etc/default",
        Kind::Set,
        "Names of the files and directories in it.",
    )
    .identity(),
    Schema::single(
        "network.addresses",
        Kind::Set,
        "Addresses of the host (/proc/net/fib_trie and if_inet6; where nothing runs those of its settings), and those that keepalived moves; absent where programs may listen on others (ip_nonlocal_bind).",
    )
    .identity(),
    Schema::single(
        "network.ipv6",
        Kind::Bool,
        "False where the kernel was started without IPv6 (ipv6.disable=1 in /proc/cmdline, at rest in /etc/default/grub, or no /proc/net/if_inet6 beside /proc/net/tcp).",
    ),
    Schema::single(
        "network.unprivileged-port",
        Kind::Number,
        "First TCP port that everybody may listen on (net.ipv4.ip_unprivileged_port_start: now, else as set at boot, else 1024).",
    ),
    Schema::single(
        "network.listening",
        Kind::Set,
        "TCP ports that something listens on (/proc/net/tcp and tcp6); none in a root file system, where nothing runs.",
    )
    .volatile(),
];

/// What is worked out of them and a release.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "named-file.missing",
        "server: nginx or apache:file of the release:path",
        Kind::Text,
        "Directive with a file that the server opens when it starts, and that is not on the host.",
    ),
    Schema::family(
        "ca-file.missing",
        "file of the release:path",
        Kind::Text,
        "Word with the certificate of an authority that a program is to trust, and that is not on the host.",
    ),
];

/// What is worked out of ports.
pub const TAKEN: &[Schema] = &[Schema::family(
    "port.taken",
    "file:port",
    Kind::Text,
    "Web server of the host, and its files, that is started at boot and listens on a port which the release is to have.",
)];
