//! One file a command.

pub mod capture;
pub mod check;
pub mod diff;
pub mod explain;
pub mod init;
pub mod list;
pub mod lock;
pub mod plan;
pub mod snapshot;
