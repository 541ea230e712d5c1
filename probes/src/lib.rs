//! The probes and rules that ship with `parity`.
