//! The command line, proven through its real binary. Hosts are files of facts: no test needs a network, a compiler or root.

// Tests end where something is not as it should be, and say what they skip.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod check;
mod commands;
mod diff;
mod elf;
mod formats;
mod lock;
mod machine;
mod mistakes;
mod output;
mod page;
mod secrets;
mod serve;
mod servers;
mod world;
