//! The probe `users`: accounts, and who is in groups that give power. Never passwords.

#[cfg(feature = "collect")]
pub(crate) mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "user",
        "name of the account",
        Kind::Text,
        "User id, group id and shell, parted by spaces (/etc/passwd).",
    ),
    Schema::single(
        "user.subids",
        Kind::Set,
        "Names of the accounts that have ranges of subordinate ids, of users and groups both (/etc/subuid, /etc/subgid).",
    ),
    Schema::single("group.names", Kind::Set, "Names of all groups (/etc/group).").identity(),
    Schema::family(
        "group",
        "name of a group that gives power, such as `sudo` or `docker`",
        Kind::Set,
        "Its members, those whose main group it is among them (/etc/group, /etc/passwd).",
    ),
];
