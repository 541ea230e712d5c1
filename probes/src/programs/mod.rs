//! The probe `programs`: what a service of the host finds on the system path, and what `/bin/sh` is.

#[cfg(feature = "collect")]
mod path;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod tools;
#[cfg(feature = "collect")]
mod variants;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "program",
        "name of a program",
        Kind::List,
        "Its paths in /usr/local/sbin, /usr/local/bin, /usr/sbin, /usr/bin, /sbin and /bin, in this order.",
    ),
    Schema::family(
        "program.flavour",
        "name of a program",
        Kind::Text,
        "The multi-call program that it is a part of: busybox, toybox or coreutils (a link to it, or the same file).",
    ),
    Schema::family(
        "program.variant",
        "name of a program",
        Kind::Text,
        "Which of the programs that share this name it is (nc, netcat and adduser by their links, yq by its package).",
    ),
    Schema::family(
        "tool.version",
        "name of a tool",
        Kind::Version,
        "Version of a tool that scripts call (bash, coreutils, curl, git, gawk, jq, logrotate, mawk, pip, rsync, tar, wget); gawk and mawk only where they are what `awk` is.",
    ),
    Schema::single(
        "shell.posix",
        Kind::Text,
        "What `/bin/sh` is: dash, bash, busybox and the like, links followed.",
    ),
    Schema::single(
        "awk.flavour",
        Kind::Text,
        "What `awk` is: gawk, mawk, original-awk, busybox and the like, links followed.",
    ),
];
