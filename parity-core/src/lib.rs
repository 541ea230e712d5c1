//! The library below the `parity` command: facts, snapshots, comparison, requirements and rules.
//!
//! Data flows one way. Observing: a [`probe`] states [`need`]s, a [`transport`] answers them, [`collect`](mod@collect)
//! makes a [`snapshot`] of the answers. Judging looks at snapshots alone and never imports observing; it works without
//! the feature `collect`.

pub mod mistake;
pub mod version;

pub mod fact;
pub mod schema;
pub mod snapshot;
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
pub mod lock;
pub mod report;
pub mod roles;
