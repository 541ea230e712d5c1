//! Processors: who made them, and which instructions they have.

mod parse;
mod x86_level;

pub use parse::{Cpu, CpuError, parse};
pub use x86_level::X86Level;
