//! The probe `systemd`: which units there are, whether they start at boot, and what the services among them run as.

#[cfg(feature = "collect")]
pub(crate) mod parse;
#[cfg(feature = "collect")]
mod probe;
#[cfg(feature = "collect")]
mod settings;
#[cfg(test)]
mod tests;
#[cfg(feature = "collect")]
mod units;
#[cfg(feature = "collect")]
mod version;

#[cfg(feature = "collect")]
pub use probe::PROBE;

use parity_core::schema::{Kind, Schema};

/// The facts it gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "unit.state",
        "name of a unit with its suffix",
        Kind::Text,
        "Whether it starts at boot, in the words of `systemctl list-unit-files`: enabled, enabled-runtime, disabled, static, masked, masked-runtime, alias, indirect, linked.",
    ),
    Schema::family(
        "unit.user",
        "name of a service",
        Kind::Text,
        "User it runs as: `User=`, else `root`, or `(dynamic)` (systemd.exec(5)).",
    ),
    Schema::family(
        "unit.limit-memlock",
        "name of a service that sets it",
        Kind::Text,
        "Bytes of memory it may lock, `LIMIT` or `SOFT:HARD`, or `infinity` (`LimitMEMLOCK=`).",
    ),
    Schema::family(
        "unit.limit-nofile",
        "name of a service that sets it",
        Kind::Text,
        "Number of files it may have open, `LIMIT` or `SOFT:HARD` (`LimitNOFILE=`).",
    ),
    Schema::family(
        "unit.environment-names",
        "name of a service that sets any",
        Kind::Set,
        "Names of the variables of `Environment=` and `PassEnvironment=`, never their values.",
    ),
    Schema::family(
        "unit.environment-files",
        "name of a service that reads any",
        Kind::Set,
        "Paths of `EnvironmentFile=`.",
    ),
    Schema::family(
        "unit.exec-start",
        "name of a service",
        Kind::List,
        "Programs of `ExecStart=` in order, without arguments.",
    ),
    Schema::family(
        "unit.active",
        "name of a loaded unit",
        Kind::Text,
        "State as the running manager tells it: active, reloading, failed, activating, deactivating, inactive (`systemctl list-units`).",
    )
    .volatile(),
    Schema::single(
        "systemd.version",
        Kind::Number,
        "Version of systemd (the name of `libsystemd-shared-VERSION.so`, else its package).",
    ),
];
