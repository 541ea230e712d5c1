//! The library below the `parity` command: facts, snapshots, comparison, requirements and rules.
//!
//! Data flows one way. Observing: a [`probe`] states [`need`]s, a [`transport`] answers them, [`collect`](mod@collect)
//! makes a [`snapshot`] of the answers. Judging looks at snapshots alone and never imports observing; it works without
//! the feature `collect`.

pub mod version;
