//! The library below the `parity` command: facts, snapshots, comparison, requirements and rules.
//!
//! Data flows one way. Observing (feature `collect`): a `probe` states `need`s, a `transport` answers them, `collect` makes
//! a [`snapshot`] of the answers. Judging looks at snapshots alone and never imports observing; it works without that
//! feature.
//!
//! Nothing here prints, ends the program, reads the clock or keeps global state. Probes and rules come from outside:
//! `parity-probes` has those that ship with `parity`, and a program of yours may add its own.
//!
//! Two sides, written by hand, and a rule:
//!
//! ```
//! use parity_core::declared::{self, Source};
//! use parity_core::judge::{Case, Host, Knowledge, judge};
//!
//! let source = Source { path: "inventory.toml", now: "2026-01-01T00:00:00Z", schemas: &[] };
//! let here = declared::parse("target = 'here'\n[facts]\n'app.queue' = 'orders'", &source)?;
//! let there = declared::parse("target = 'app1'\n[facts]\n'app.queue' = { state = 'absent' }", &source)?;
//!
//! let mut knowledge = Knowledge::default();
//! knowledge.add_rule(
//!     "queue-missing",
//!     r#"
//!         title = "A queue that exists here is missing there"
//!         severity = "error"
//!         severity-reason = "Messages to it are refused."
//!         sees = "The queues of both sides."
//!         breaks = "A broker refuses messages to a queue that was not declared."
//!         example = "The queue `orders` was only ever declared by hand."
//!         remedy = "Declare the queue when the service starts."
//!         sources = ["https://www.rabbitmq.com/docs/queues"]
//!         for-each.fact = "dev:app.queue"
//!         where = [{ fact = "host:app.queue", exists = false }]
//!
//!         [report]
//!         subject = "{value}"
//!         message = "{target} has no queue {value}"
//!         needs = "the queue {value}"
//!         provides = "no queue"
//!         help = "declare it on {target}"
//!         evidence = ["dev:app.queue", "host:app.queue"]
//!     "#,
//! )?;
//!
//! let case = Case { dev: Some(here), hosts: vec![Host::new(there)], ..Case::default() };
//! let judgement = judge(&case, &knowledge);
//! assert_eq!(judgement.findings[0].message, "app1 has no queue orders");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod mistake;
pub mod version;

pub mod fact;
pub mod schema;
pub mod snapshot;
pub mod spelling;
pub mod declared;
mod overlay;

#[cfg(feature = "collect")]
pub mod need;
#[cfg(feature = "collect")]
pub mod answer;
#[cfg(feature = "collect")]
pub mod redact;
#[cfg(feature = "collect")]
pub mod bundle;
#[cfg(feature = "collect")]
pub mod probe;
#[cfg(feature = "collect")]
pub mod transport;
#[cfg(feature = "collect")]
pub mod collect;
#[cfg(feature = "collect")]
pub mod target;
#[cfg(feature = "collect")]
pub mod observe;
#[cfg(feature = "collect")]
pub mod config;

pub mod view;

pub mod change;
pub mod derive;
pub mod finding;
pub mod rule;

pub mod judge;
mod link;
mod merge;
pub mod matrix;
pub mod lock;
pub mod report;
pub mod roles;
pub mod silence;
