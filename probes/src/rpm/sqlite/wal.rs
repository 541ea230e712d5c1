//! The write-ahead log: pages that were committed and not yet written to the database (4).

use std::collections::HashMap;

use crate::parse_error::{Fault, ParseError};
use crate::rpm::bytes::{Bytes, Order};

const HEADER: usize = 32;
const FRAME: usize = 24;

/// What the last commit of a log left.
pub(super) struct Commit<'a> {
    /// Newest content of each page in the log, up to that commit.
    pub(super) pages: HashMap<u32, &'a [u8]>,
    /// Size of the database after it, in pages.
    pub(super) page_count: u32,
}

/// Reads a log as SQLite recovers it (4.1): frames count while their salts and running checksum are right, and of
/// those only the ones up to the last commit. A log without a valid header or a commit is as good as none.
///
/// # Errors
/// When the log is of another version, or of a database with another page size.
pub(super) fn committed(log: &[u8], page_size: usize) -> Result<Option<Commit<'_>>, ParseError> {
    let log = Bytes::whole(log, "a write-ahead log");
    let Some(mut check) = header_checksum(log)? else {
        return Ok(None);
    };
    if log.u32(4, Order::Big)? != 3_007_000 {
        return Err(ParseError::offset(
            4,
            Fault::UnsupportedFormat("this version of the write-ahead log"),
        ));
    }
    if log.size(8, Order::Big)? != page_size {
        return Err(log.malformed(8, "the write-ahead log has another page size than the database"));
    }
    let salts = log.slice(16, 8)?.as_slice();
    let mut commit = None;
    let mut pages = HashMap::new();
    let mut pending = Vec::new();
    let mut at = HEADER;
    while let (Ok(frame), Ok(page)) = (
        log.slice(at, FRAME),
        log.slice(at.saturating_add(FRAME), page_size),
    ) {
        check.add(frame.slice(0, 8)?.as_slice());
        check.add(page.as_slice());
        let number = frame.u32(0, Order::Big)?;
        if frame.slice(8, 8)?.as_slice() != salts || number == 0 || !check.is(frame.slice(16, 8)?)? {
            break;
        }
        pending.push((number, page.as_slice()));
        let page_count = frame.u32(4, Order::Big)?;
        if page_count > 0 {
            pages.extend(pending.drain(..));
            commit = Some(page_count);
        }
        at = at.saturating_add(FRAME + page_size);
    }
    Ok(commit.map(|page_count| Commit { pages, page_count }))
}

/// The running checksum after the header, or none where the header is not valid.
fn header_checksum(log: Bytes<'_>) -> Result<Option<Checksum>, ParseError> {
    if log.len() < HEADER {
        return Ok(None);
    }
    let order = match log.u32(0, Order::Big)? {
        0x377f_0682 => Order::Little,
        0x377f_0683 => Order::Big,
        _ => return Ok(None),
    };
    let mut check = Checksum {
        order,
        first: 0,
        second: 0,
    };
    check.add(log.slice(0, 24)?.as_slice());
    Ok(check.is(log.slice(24, 8)?)?.then_some(check))
}

/// The checksum of 4.2.
struct Checksum {
    order: Order,
    first: u32,
    second: u32,
}

impl Checksum {
    fn add(&mut self, bytes: &[u8]) {
        let number = match self.order {
            Order::Little => u32::from_le_bytes,
            Order::Big => u32::from_be_bytes,
        };
        let (pairs, _) = bytes.as_chunks::<8>();
        for &[a, b, c, d, e, f, g, h] in pairs {
            self.first = self
                .first
                .wrapping_add(number([a, b, c, d]))
                .wrapping_add(self.second);
            self.second = self
                .second
                .wrapping_add(number([e, f, g, h]))
                .wrapping_add(self.first);
        }
    }

    fn is(&self, said: Bytes<'_>) -> Result<bool, ParseError> {
        Ok(said.u32(0, Order::Big)? == self.first && said.u32(4, Order::Big)? == self.second)
    }
}
