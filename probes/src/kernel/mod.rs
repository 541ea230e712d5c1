//! The probe `kernel`: the running kernel, the names of the machine, its memory and its control groups.

#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;
#[cfg(feature = "collect")]
pub(crate) use probe::{is_big_endian, machine, machine_need};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "kernel.release",
        Kind::Text,
        "Release of the running kernel, as `uname -r` prints it (/proc/sys/kernel/osrelease).",
    ),
    Schema::single(
        "kernel.machine",
        Kind::Text,
        "Architecture as `uname -m` names it (/proc/sys/kernel/arch, else `uname -m`; in a root file system the ELF header of /bin/sh).",
    ),
    Schema::single(
        "kernel.nvidia-driver",
        Kind::Version,
        "Version of the driver of NVIDIA that is loaded (/sys/module/nvidia/version).",
    ),
    Schema::single(
        "kernel.page-size",
        Kind::Number,
        "Size of a memory page in bytes (the auxiliary vector of a process, else `getconf PAGESIZE`).",
    ),
    Schema::single(
        "kernel.cmdline-names",
        Kind::Set,
        "Names of the parameters the kernel was started with, without their values (/proc/cmdline).",
    ),
    Schema::single(
        "kernel.vsyscall",
        Kind::Text,
        "What old programs find at the fixed address of the vsyscall page of x86-64: none, xonly, emulate or native (`vsyscall=` of /proc/cmdline, else /proc/self/maps, else /boot/config-RELEASE).",
    ),
    Schema::single(
        "kernel.filesystems",
        Kind::Set,
        "File systems that the running kernel has registered (/proc/filesystems); modules not loaded yet are missing.",
    )
    .volatile(),
    Schema::single(
        "host.name",
        Kind::Text,
        "Host name (/proc/sys/kernel/hostname; in a root file system /etc/hostname).",
    )
    .identity(),
    Schema::single(
        "host.machine-id",
        Kind::Text,
        "The machine id of machine-id(5) (/etc/machine-id).",
    )
    .identity(),
    Schema::single(
        "memory.total",
        Kind::Number,
        "Memory that the kernel can use, in bytes (MemTotal in /proc/meminfo).",
    ),
    Schema::single(
        "memory.swap",
        Kind::Number,
        "Swap space in bytes (SwapTotal in /proc/meminfo).",
    ),
    Schema::single(
        "cgroup.version",
        Kind::Number,
        "2 where the unified hierarchy of cgroups(7) is mounted on /sys/fs/cgroup, 1 where the old ones are (/proc/self/mounts).",
    ),
    Schema::single(
        "cgroup.controllers",
        Kind::Set,
        "Control group controllers: those of the root of the unified hierarchy (/sys/fs/cgroup/cgroup.controllers), with version 1 the enabled ones (/proc/cgroups).",
    ),
    Schema::single(
        "cgroup.listed-controllers",
        Kind::Set,
        "Enabled controllers that /proc/cgroups lists: with the unified hierarchy a kernel without the code of version 1 leaves out memory and cpuset (Linux 6.12).",
    ),
    Schema::single(
        "cgroup.memory-off",
        Kind::Bool,
        "Whether the running kernel has the controller for memory switched off (/proc/cgroups, else /sys/fs/cgroup/cgroup.controllers); absent where no kernel runs.",
    ),
    Schema::single(
        "cgroup.memory-max",
        Kind::Text,
        "Memory limit of the group seen as the root (/sys/fs/cgroup/memory.max): a number of bytes or `max` in a container, absent on a host.",
    ),
];
