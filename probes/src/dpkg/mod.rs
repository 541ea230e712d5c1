//! Packages that dpkg knows.

mod package;
mod parse;

pub use package::{DpkgPackage, Flag, Source, State, Status, Want};
pub use parse::{QUERY_FORMAT, parse_query, parse_status};
