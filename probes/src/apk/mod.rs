//! Packages that apk, the package manager of Alpine Linux, knows.

mod parse;

pub use parse::{ApkPackage, parse_installed};
