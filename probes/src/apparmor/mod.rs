//! The probe `apparmor`: which programs may make user namespaces, and what servers may write, where AppArmor confines them.

mod derive;
#[cfg(feature = "collect")]
mod files;
#[cfg(feature = "collect")]
mod parse;
#[cfg(feature = "collect")]
mod probe;

#[cfg(feature = "collect")]
pub use probe::PROBE;

pub use derive::{DERIVED, Profiles};

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "apparmor.userns",
        Kind::Set,
        "Paths and patterns that AppArmor profiles with the rule `userns` are attached to (/etc/apparmor.d); only of hosts that restrict user namespaces.",
    ),
    Schema::family(
        "apparmor.files",
        "program",
        Kind::Set,
        "Rules for files of the profile of a server, as `PATTERN ACCESS`, those of its local file among them (/etc/apparmor.d/usr.sbin.*); absent where it is not enforced.",
    ),
    Schema::single(
        "apparmor.aliases",
        Kind::Set,
        "Paths that count as others in all profiles, as `FROM -> TO` (/etc/apparmor.d/tunables/alias).",
    ),
];
