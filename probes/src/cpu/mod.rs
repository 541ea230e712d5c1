//! Processors: who made them, and which instructions they have.

mod parse;
#[cfg(feature = "collect")]
mod probe;
mod x86_level;

pub use parse::{Cpu, CpuError, parse};
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use x86_level::X86Level;

use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single("cpu.vendor", Kind::Text, "Who made the processors."),
    Schema::single("cpu.model", Kind::Text, "Which processors."),
    Schema::single("cpu.count", Kind::Number, "Logical processors."),
    Schema::single(
        "cpu.flags",
        Kind::Set,
        "Features that all processors have, in the kernel's words.",
    ),
    Schema::single(
        "cpu.x86-level",
        Kind::Number,
        "The x86-64 level (1 to 4) that the features amount to; x86-64 psABI.",
    ),
];
