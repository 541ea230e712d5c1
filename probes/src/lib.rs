//! The probes and rules that ship with `parity`.
//!
//! A probe is a folder: what it gives (its schemas), the pure parsers of what it reads, and, with the feature `collect`, the
//! [`Probe`](parity_core::probe::Probe) that states its needs. Nothing here reads a file, starts a program or opens a
//! connection.

#[cfg(feature = "collect")]
mod installed;
#[cfg(feature = "collect")]
mod known_services;
pub mod parse_error;
pub mod text;

#[cfg(feature = "collect")]
mod procfs;
#[cfg(feature = "collect")]
mod reading;

pub mod apk;
pub mod compose;
pub mod config;
pub mod cpu;
pub mod dpkg;
pub mod elf;
pub mod jars;
pub mod kernel;
pub mod limits;
pub mod loader;
pub mod locale;
pub mod manifests;
pub mod mounts;
pub mod nginx;
pub mod os_release;
pub mod pacman;
pub mod postgresql;
pub mod programs;
pub mod rpm;
pub mod runtimes;
pub mod scripts;
pub mod service_versions;
pub mod services;
pub mod sockets;
pub mod sql;
pub mod sysctl;
pub mod systemd;
pub mod units;
pub mod users;

mod docs;
mod registry;
mod rules;

pub use docs::{facts_page, rules_page};
#[cfg(feature = "collect")]
pub use registry::probes;
pub use registry::schemas;
pub use rules::{RULES, knowledge};
