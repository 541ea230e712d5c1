//! Turns results into text for people and documents for programs.

pub(crate) mod check;
pub(crate) mod complaint;
pub(crate) mod configuration;
pub(crate) mod fold;
pub(crate) mod diff;
pub(crate) mod output;
pub(crate) mod page;
pub(crate) mod wrap;
