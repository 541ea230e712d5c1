//! The probes and rules that ship with `parity`.

pub mod apk;
pub mod dpkg;
pub mod pacman;
pub mod parse_error;
pub mod text;
