//! Packages that rpm knows.

mod berkeley;
mod bytes;
mod header;
mod ndb;
mod package;
mod parse;
#[cfg(test)]
mod samples;
mod sqlite;

pub use package::RpmPackage;
pub use parse::{
    QUERY_FORMAT, RpmDbFormat, detect_format, parse_berkeley, parse_database, parse_ndb, parse_query,
    parse_sqlite,
};
