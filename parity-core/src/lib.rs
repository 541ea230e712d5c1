//! The shared ground of `parity`.

