//! Packages that pacman, the package manager of Arch Linux, knows.

mod parse;

pub use parse::{PacmanPackage, Reason, parse_desc};
