//! The command line, proven through its real binary. Hosts are files of facts: no test needs a network, a compiler or root.

// Tests end where something is not as it should be, and say what they skip.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod allow;
mod cache;
mod check;
mod commands;
mod diff;
mod elf;
mod exits;
mod first_use;
mod formats;
mod habits;
mod hostile;
mod image;
mod init;
mod lock;
mod machine;
mod mistakes;
mod newcomer;
mod output;
mod own;
mod page;
mod policy;
mod secrets;
mod serve;
mod servers;
mod signed;
mod silence;
mod since;
mod ssh_program;
mod trace;
mod waivers;
mod world;
