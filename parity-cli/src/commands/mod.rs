//! One file a command.

pub(crate) mod accept;
pub(crate) mod allow;
pub(crate) mod capture;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod list;
pub(crate) mod lock;
pub(crate) mod plan;
pub(crate) mod snapshot;
