//! The facts of the probe, and those that are worked out.

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "started.image",
        "file:service",
        Kind::Text,
        "Image that a compose file, a manifest of Kubernetes or a unit of Podman starts, variables filled in by their defaults.",
    ),
    Schema::family(
        "started.build",
        "file:service",
        Kind::Text,
        "Container file of the release that the image is built from.",
    ),
    Schema::family(
        "started.traits",
        "file:service",
        Kind::Set,
        "How it is started: init, memory-limit, privileged, seccomp-unconfined, takes-cgroup-v1, noexec DIRECTORY, exec DIRECTORY, platform NAME, setting NAME=VALUE.",
    ),
];

/// What the derivation gives. Keys begin with the file of the release and the image that it names.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "image.x86-level",
        "file=image",
        Kind::Number,
        "Lowest x86-64 level of processors that an image runs on, where it is above 1.",
    ),
    Schema::family(
        "image.cpu-flag",
        "file=image=flag",
        Kind::Text,
        "What in an image needs a feature of the processor, as /proc/cpuinfo names it.",
    ),
    Schema::family(
        "image.architecture",
        "file=image",
        Kind::Text,
        "Architecture that an image is asked for by name.",
    ),
    Schema::family(
        "image.only-for",
        "file=image",
        Kind::Text,
        "The one architecture that an image is published for, as `uname -m` names it.",
    ),
    Schema::family(
        "image.vsyscall",
        "file=image",
        Kind::Text,
        "C library of an image that calls the vsyscall page (glibc before 2.15).",
    ),
    Schema::family(
        "image.clone3",
        "file=image",
        Kind::Text,
        "C library of an image that starts threads with clone3 (glibc since 2.34).",
    ),
    Schema::family(
        "image.faccessat2",
        "file=image",
        Kind::Text,
        "User land of an image whose C library asks with faccessat2 whether a file may be used (Alpine since 3.14).",
    ),
    Schema::family(
        "image.time64",
        "file=image=part",
        Kind::Text,
        "First version of docker and libseccomp that let the 64-bit time calls of an image through on a 32-bit host.",
    ),
    Schema::family(
        "image.cgroup2-java",
        "file=image",
        Kind::Text,
        "First Java of its line that finds its limits in the unified hierarchy, for an image with an older one.",
    ),
    Schema::family(
        "image.proc-cgroups-java",
        "file=image",
        Kind::Text,
        "Java of an image that looks for the memory controller in /proc/cgroups.",
    ),
    Schema::family(
        "image.io-uring",
        "file=image",
        Kind::Text,
        "Setting that tells the program in an image to use io_uring.",
    ),
    Schema::family(
        "image.io-uring-blocked",
        "file=image=engine",
        Kind::Text,
        "First version of the engine whose default list of system calls leaves io_uring out, for an image that is told to use it.",
    ),
    Schema::family(
        "image.kernel",
        "file=image",
        Kind::Text,
        "Oldest kernel that an image runs on, where the one of the host is older.",
    ),
    Schema::family(
        "image.memory",
        "file=image",
        Kind::Number,
        "Memory in bytes without which the program of an image ends.",
    ),
    Schema::family(
        "image.systemd",
        "file=image=systemd",
        Kind::Number,
        "The only version of control groups that the systemd of an image starts on, where it is the first program, or its kubelet.",
    ),
    Schema::family(
        "image.statx",
        "file=image=part",
        Kind::Text,
        "First version of docker and libseccomp that let the call statx through, which the programs of an image ask with.",
    ),
    Schema::family(
        "image.cgroup2-dotnet",
        "file=image",
        Kind::Text,
        "The .NET of an image that does not find its limits in the unified hierarchy.",
    ),
];
