//! The shared ground of `parity`.

pub mod version;
