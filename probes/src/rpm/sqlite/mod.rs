//! Reads one table out of the bytes of a SQLite database, without an engine.
//!
//! Why not an engine: opening the database of a live system writes beside it, and a probe has bytes, not a file.
//! Shape: <https://www.sqlite.org/fileformat2.html>; section numbers in comments are of that page.

mod pages;
mod record;
mod tree;
mod wal;

use super::bytes::Bytes;
use crate::parse_error::{Fault, ParseError};
pub(super) use pages::MAGIC;
use pages::Pages;
use record::Value;

/// The rows of the table `name`, as (rowid, blob of the second column), in the order of the rowid.
///
/// `wal` is the file `-wal` beside the database: what was committed there counts, as it does for SQLite.
///
/// # Errors
/// When the database is shorter than it says, when pages contradict the format or refer to each other in a circle,
/// when there is no such table, when the second column of a row is no blob.
pub(super) fn blobs(
    database: &[u8],
    wal: Option<&[u8]>,
    name: &str,
) -> Result<Vec<(i64, Vec<u8>)>, ParseError> {
    let pages = Pages::open(Bytes::whole(database, "an SQLite database"), wal)?;
    let root = root_page(&pages, name)?;
    let mut blobs = Vec::new();
    for (rowid, payload) in tree::rows(&pages, root)? {
        match record::column(&payload, 1)? {
            Value::Blob(blob) => blobs.push((rowid, blob.to_vec())),
            _ => return Err(pages.malformed(root, "the second column of a row is no blob")),
        }
    }
    Ok(blobs)
}

/// Root page of a table, from the schema table, which has page 1 (2.6).
fn root_page(pages: &Pages<'_>, table: &str) -> Result<u32, ParseError> {
    for (_, row) in tree::rows(pages, 1)? {
        let is = |column, text: &str| match record::column(&row, column)? {
            Value::Text(bytes) => Ok(bytes.eq_ignore_ascii_case(text.as_bytes())),
            _ => Ok(false),
        };
        if is(0, "table")? && is(1, table)? {
            let Value::Integer(root) = record::column(&row, 3)? else {
                continue;
            };
            return u32::try_from(root).map_err(|_| pages.malformed(1, "a root page is no page number"));
        }
    }
    Err(ParseError::offset(0, Fault::Missing("the table of packages")))
}

#[cfg(test)]
mod tests;
