//! Turns results into text for people and documents for programs.

pub mod check;
pub mod complaint;
pub mod diff;
pub mod output;
pub mod page;
