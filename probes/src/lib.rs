//! The probes and rules that ship with `parity`.

pub mod cpu;
pub mod elf;
pub mod loader;
