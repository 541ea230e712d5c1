//! The probes and rules that ship with `parity`.
//!
//! A probe is a folder: what it gives (its schemas), the pure parsers of what it reads, and, with the feature `collect`, the
//! `parity_core::probe::Probe` that states its needs. Nothing here reads a file, starts a program or opens a
//! connection.
//!
//! What a program needs of a host is known here, and how to say it. A program of its own puts both to work:
//!
//! ```
//! use parity_core::declared::{self, Source};
//! use parity_core::judge::{Case, Host, judge};
//!
//! let source = Source { path: "hosts.toml", now: "2026-01-01T00:00:00Z", schemas: &[] };
//! let service = |target, version| {
//!     let text = format!("target = '{target}'\n[facts]\n'service.version[postgresql]' = {version}");
//!     declared::parse(&text, &source)
//! };
//! let case = Case {
//!     dev: Some(service("local", "{ value = '17.2', scheme = 'generic' }")?),
//!     hosts: vec![Host::new(service("db1", "{ value = '15.14', scheme = 'generic' }")?).in_role("db")],
//!     ..Case::default()
//! };
//! let judgement = judge(&case, &parity_probes::knowledge()?);
//! assert_eq!(judgement.findings[0].rule, "service-major");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod parse_error;
pub mod text;

#[cfg(feature = "collect")]
mod archive;
#[cfg(feature = "collect")]
mod installed;
#[cfg_attr(
    not(feature = "collect"),
    expect(dead_code, reason = "without probes only images are recognised")
)]
mod known_services;
#[cfg(feature = "collect")]
mod procfs;
#[cfg(feature = "collect")]
mod reading;
#[cfg(feature = "collect")]
mod release;
#[cfg(feature = "collect")]
mod said;
mod zip;

pub mod apache;
pub mod apk;
pub mod apparmor;
pub mod certificates;
pub mod code;
pub mod compose;
pub mod config;
pub mod containers;
pub mod cpu;
pub mod crypto;
pub mod daemon_modules;
pub mod daemons;
pub mod databases;
pub mod dependencies;
pub mod dotnet;
pub mod dpkg;
pub mod elf;
pub mod extraction;
pub mod firewall;
pub mod hosting;
pub mod images;
pub mod interpreter_modules;
pub mod jars;
pub mod kernel;
pub mod kernel_demands;
pub mod kernel_modules;
pub mod language;
pub mod limits;
pub mod loader;
pub mod locale;
pub mod manifests;
pub mod mounts;
pub mod nginx;
pub mod node_modules;
pub mod os_release;
pub mod package_files;
pub mod pacman;
pub mod php;
pub mod ports;
pub mod postgresql;
pub mod programs;
pub mod rpm;
pub mod runtimes;
pub mod sandbox;
pub mod scripts;
pub mod secrets;
pub mod selinux;
pub mod server;
pub mod service_versions;
pub mod services;
pub mod settings;
pub mod sockets;
pub mod sources;
pub mod sql;
pub mod surroundings;
pub mod sysctl;
pub mod systemd;
pub mod tls;
pub mod units;
pub mod users;
pub mod wheels;

mod docs;
mod registry;
mod rules;

pub use docs::{facts_page, rules_page};
#[cfg(feature = "collect")]
pub use registry::probes;
pub use registry::schemas;
pub use rules::{RULES, derivations, knowledge};
