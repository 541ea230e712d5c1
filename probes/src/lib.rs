//! The probes and rules that ship with `parity`.
//!
//! A probe is a folder: what it gives (its schemas), the pure parsers of what it reads, and, with the feature `collect`, the
//! [`Probe`](parity_core::probe::Probe) that states its needs. Nothing here reads a file, starts a program or opens a
//! connection.

#[cfg(feature = "collect")]
mod installed;
pub mod known_services;
pub mod parse_error;
pub mod text;

pub mod apk;
pub mod compose;
pub mod cpu;
pub mod dpkg;
pub mod elf;
pub mod loader;
pub mod manifests;
pub mod os_release;
pub mod pacman;
pub mod rpm;
pub mod runtimes;
pub mod services;

mod registry;
mod rules;

#[cfg(feature = "collect")]
pub use registry::probes;
pub use registry::schemas;
pub use rules::{RULES, knowledge};
