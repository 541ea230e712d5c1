//! The probes and rules that ship with `parity`.

pub mod apk;
pub mod dpkg;
pub mod os_release;
pub mod pacman;
pub mod parse_error;
pub mod rpm;
pub mod text;
pub mod cpu;
pub mod elf;
pub mod loader;
