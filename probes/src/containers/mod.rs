//! The probe `containers`: what runs containers on a host, in which version, and on what.

#[cfg(feature = "collect")]
mod engines;
#[cfg(feature = "collect")]
mod ground;
#[cfg(feature = "collect")]
mod layers;
#[cfg(feature = "collect")]
mod parts;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "container.engines",
        Kind::Set,
        "What runs or builds containers here: docker, podman, containerd, cri-o, buildah, kubelet, lxd, incus.",
    ),
    Schema::family(
        "container.version",
        "an engine, runc or libseccomp",
        Kind::Version,
        "Version of what runs containers, without what the package manager adds.",
    ),
    Schema::single(
        "container.plugins",
        Kind::Set,
        "Plug-ins of the program docker: buildx, compose; only where docker is.",
    ),
    Schema::single(
        "container.parts",
        Kind::Set,
        "What was added to Docker: `runtime NAME`, `plugin NAME`, and `gpu nvidia` where it can hand out NVIDIA's cards; only where docker is.",
    ),
    Schema::family(
        "container.seccomp-profile",
        "engine: docker",
        Kind::Version,
        "The Docker whose default list of allowed system calls this one has: its own version, unless a distribution took a later list over.",
    ),
    Schema::single(
        "container.buildkit",
        Kind::Bool,
        "Whether `features.buildkit` in /etc/docker/daemon.json turns BuildKit on or off; absent where it says nothing.",
    ),
    Schema::single(
        "container.routed",
        Kind::Set,
        "Engines whose containers are reached through the routing of this host, and their bridges; absent where there are none.",
    ),
    Schema::single(
        "container.bridges",
        Kind::Set,
        "Bridges of container engines that are there (/sys/class/net), numbers as `…`; engines make them and take them away.",
    )
    .volatile(),
    Schema::family(
        "container.layers",
        "engine",
        Kind::Text,
        "Directory in which an engine keeps images and containers.",
    ),
    Schema::family(
        "container.layers-driver",
        "engine",
        Kind::Text,
        "Storage driver, where a configuration file names one.",
    ),
    Schema::family(
        "container.layers-filesystem",
        "engine",
        Kind::Text,
        "Type of the file system that the layers lie on.",
    ),
    Schema::family(
        "container.layers-ftype",
        "engine",
        Kind::Number,
        "Where that is XFS: 1 if its directories tell the type of entries, 0 if not (`ftype` of xfs_info(8)).",
    ),
    Schema::family(
        "container.layers-quota",
        "engine",
        Kind::Bool,
        "Where that is XFS: whether it is mounted with quotas of projects (pquota), by which layers are limited.",
    ),
    Schema::family(
        "container.control-groups",
        "an engine",
        Kind::Number,
        "The only version of control groups that this version of an engine runs with; nothing where it knows both.",
    ),
    Schema::family(
        "container.labels",
        "engine: docker",
        Kind::Bool,
        "Whether the engine gives its containers labels of SELinux (selinux-enabled).",
    ),
    Schema::single(
        "container.snaps",
        Kind::Set,
        "Engines that are snaps, and so reach no files of the host outside of homes.",
    ),
];
