//! The probe `units`: what the systemd units of a release need of the host.

#[cfg(feature = "collect")]
mod executable;
#[cfg(feature = "collect")]
mod families;
#[cfg(feature = "collect")]
mod features;
#[cfg(feature = "collect")]
mod forbids;
#[cfg(feature = "collect")]
mod interfaces;
#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod paths;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod rootless;
#[cfg(feature = "collect")]
mod shell;
#[cfg(test)]
#[cfg(feature = "collect")]
mod tests;
#[cfg(feature = "collect")]
mod variables;

#[cfg(feature = "collect")]
pub use features::{Effect, FEATURES, Feature};
#[cfg(feature = "collect")]
pub use parse::{UnitFile, unit_file};
#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "unit-file.needs",
        "file:directive, with the form of its value where that counts",
        Kind::Number,
        "First version of systemd with a directive, or form of a value, that decides what is run and how.",
    ),
    Schema::family(
        "unit-file.hardening",
        "file:directive",
        Kind::Number,
        "First version of systemd with a directive that confines or accounts: an older one runs the same without it.",
    ),
    Schema::family(
        "unit-file.program",
        "file:name of a program",
        Kind::Text,
        "Path of a program on the system path that a unit starts, and the release does not bring.",
    ),
    Schema::family(
        "unit-file.searched",
        "file:name of a program",
        Kind::Text,
        "Program that a unit starts without naming its directory, and the release does not bring.",
    ),
    Schema::family(
        "unit-file.not-executable",
        "file:file of the release",
        Kind::Text,
        "Path that a unit starts, where the release ships that program without the right to be run.",
    ),
    Schema::family(
        "unit-file.place",
        "file:name of a program",
        Kind::Text,
        "Path of a program that a unit starts from elsewhere than the system path.",
    ),
    Schema::family(
        "unit-file.exported",
        "file:name of a variable",
        Kind::Text,
        "File of the release that a unit reads variables from, where it sets this one with `export`: systemd leaves such lines out.",
    ),
    Schema::family(
        "unit-file.environment",
        "file:directory",
        Kind::Text,
        "Name of a file in /etc, /etc/default or /etc/sysconfig that a unit reads variables from, and the release does not bring.",
    ),
    Schema::family(
        "unit-file.group",
        "file:name of a group",
        Kind::Text,
        "Group that a unit runs in beside that of its account, where nothing in the release creates it (sysusers.d(5)).",
    ),
    Schema::family(
        "unit-file.user",
        "file",
        Kind::Text,
        "Account that a unit runs as, where nothing in the release creates it (sysusers.d(5)).",
    ),
    Schema::family(
        "unit-file.forbids",
        "file:directive:first version of systemd with it",
        Kind::Text,
        "What a directive of a unit forbids the program that the unit starts.",
    ),
    Schema::family(
        "unit-file.home-program",
        "file:name of a program",
        Kind::Text,
        "Path of a program below /home or /root that a unit starts.",
    ),
    Schema::family(
        "unit-file.low-port",
        "file:port",
        Kind::Number,
        "Least value of net.ipv4.ip_unprivileged_port_start that keeps a service that is not root's from its port.",
    ),
    Schema::family(
        "unit-file.rootless",
        "file",
        Kind::Text,
        "Account that a unit runs containers as, without root.",
    ),
    Schema::family(
        "unit-file.shell",
        "file:directive",
        Kind::Text,
        "What a command line of a unit has that only a shell understands, where systemd starts the program itself.",
    ),
    Schema::family(
        "unit-file.path",
        "file:directory:name in it",
        Kind::Text,
        "Assignment of a unit that needs a file or directory which nothing in the release brings or makes.",
    ),
];
