//! The pages of a database: its file, overlaid with what the write-ahead log committed.

use std::collections::HashMap;

use super::wal;
use crate::parse_error::{Fault, ParseError};
use crate::rpm::bytes::{Bytes, Order};

/// First bytes of every SQLite database (1.3.1).
pub(in crate::rpm) const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The pages of a database as its last commit left them.
pub(super) struct Pages<'a> {
    file: Bytes<'a>,
    log: HashMap<u32, &'a [u8]>,
    page_size: usize,
    usable: usize,
    count: u32,
}

impl<'a> Pages<'a> {
    pub(super) fn open(file: Bytes<'a>, wal: Option<&'a [u8]>) -> Result<Self, ParseError> {
        let page_size = page_size(file)?;
        let commit = wal
            .map(|wal| wal::committed(wal, page_size))
            .transpose()?
            .flatten();
        let (log, logged_count) = commit.map_or((HashMap::new(), None), |c| (c.pages, Some(c.page_count)));
        let first = match log.get(&1) {
            Some(page) => Bytes::whole(page, "page 1 in the write-ahead log"),
            None => file,
        };
        let usable = usable_size(first, page_size)?;
        let count = match logged_count {
            Some(count) => count,
            None => page_count(file, page_size)?,
        };
        let pages = Self {
            file,
            log,
            page_size,
            usable,
            count,
        };
        pages.page(count)?;
        Ok(pages)
    }

    /// The bytes of a page that structures may use: without the reserved ones at its end (1.3.4).
    pub(super) fn page(&self, number: u32) -> Result<Bytes<'a>, ParseError> {
        if number == 0 || number > self.count {
            return Err(self.malformed(number, "a page number is beyond the end of the database"));
        }
        match self.log.get(&number) {
            Some(page) => Bytes::whole(page, "a page in the write-ahead log").slice(0, self.usable),
            None => self
                .file
                .slice(self.offset(number), self.page_size)?
                .slice(0, self.usable),
        }
    }

    pub(super) fn usable(&self) -> usize {
        self.usable
    }

    /// Bytes of all pages: no honest content is larger.
    pub(super) fn total(&self) -> usize {
        self.file
            .len()
            .saturating_add(self.log.len().saturating_mul(self.page_size))
    }

    /// An error in a page.
    pub(super) fn malformed(&self, number: u32, how: &'static str) -> ParseError {
        ParseError::offset(self.offset(number), Fault::Malformed(how))
    }

    fn offset(&self, number: u32) -> usize {
        let before = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        before.saturating_mul(self.page_size)
    }
}

fn page_size(file: Bytes<'_>) -> Result<usize, ParseError> {
    if file.slice(0, MAGIC.len())?.as_slice() != MAGIC {
        return Err(file.malformed(0, "not an SQLite database"));
    }
    match file.u16(16, Order::Big)? {
        1 => Ok(65536),
        size if size >= 512 && size.is_power_of_two() => Ok(usize::from(size)),
        _ => Err(file.malformed(16, "the page size is not a power of two from 512 to 65536")),
    }
}

fn usable_size(first_page: Bytes<'_>, page_size: usize) -> Result<usize, ParseError> {
    let encoding = first_page.u32(56, Order::Big)?;
    if encoding > 1 {
        return Err(ParseError::offset(
            56,
            Fault::UnsupportedFormat("an SQLite database in UTF-16"),
        ));
    }
    let usable = page_size.saturating_sub(usize::from(first_page.u8(20)?));
    if usable < 480 {
        return Err(first_page.malformed(20, "less than 480 bytes of a page are usable"));
    }
    Ok(usable)
}

/// The size the header gives, where its writer also kept the change counter; else that of the file (1.3.7).
fn page_count(file: Bytes<'_>, page_size: usize) -> Result<u32, ParseError> {
    let said = file.u32(28, Order::Big)?;
    if said > 0 && file.u32(24, Order::Big)? == file.u32(92, Order::Big)? {
        return Ok(said);
    }
    if !file.len().is_multiple_of(page_size) {
        return Err(ParseError::offset(
            file.len(),
            Fault::Truncated("a page of an SQLite database"),
        ));
    }
    u32::try_from(file.len() / page_size)
        .map_err(|_| ParseError::offset(28, Fault::Limit("the number of pages")))
}
