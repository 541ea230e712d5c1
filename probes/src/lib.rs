//! The probes and rules that ship with `parity`.

pub mod config;
pub mod kernel;
pub mod limits;
pub mod locale;
pub mod mounts;
pub mod services;
pub mod sockets;
pub mod sysctl;
pub mod systemd;
pub mod users;

#[cfg(feature = "collect")]
mod procfs;
#[cfg(feature = "collect")]
mod reading;
