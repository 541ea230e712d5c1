//! The probes and rules that ship with `parity`.

pub mod apk;
pub mod cpu;
pub mod dpkg;
pub mod elf;
pub mod loader;
pub mod os_release;
pub mod pacman;
pub mod parse_error;
pub mod rpm;
pub mod text;
