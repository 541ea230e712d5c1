//! The Berkeley DB hash database of rpm, `Packages`, of systems up to Red Hat Enterprise Linux 8.
//!
//! Shape, as `db_page.h` and `hash.h` of Berkeley DB 4 and 5 lay it out, in the byte order of the machine that wrote it:
//! page 0 describes the file; a bucket is a chain of pages of items, a key and its data by turns; data too long for a
//! page stand in a chain of overflow pages.

use std::collections::HashSet;

use super::bytes::{Bytes, Order};
use crate::parse_error::{Fault, ParseError};

const MAGIC: u32 = 0x0006_1561;
const MAGIC_AT: usize = 12;
const META: usize = 96 + 32 * 4;
const PAGE_HEADER: usize = 26;

const PAGE_HASH_UNSORTED: u8 = 2;
const PAGE_OVERFLOW: u8 = 7;
const PAGE_META: u8 = 8;
const PAGE_HASH: u8 = 13;

const ITEM_INLINE: u8 = 1;
const ITEM_OVERFLOW: u8 = 3;

/// Byte order of the file that begins so, or none when it is no Berkeley DB hash.
pub(super) fn order(file: &[u8]) -> Option<Order> {
    let file = Bytes::whole(file, "a Berkeley DB");
    [Order::Little, Order::Big]
        .into_iter()
        .find(|&order| file.u32(MAGIC_AT, order).is_ok_and(|magic| magic == MAGIC))
}

/// The header blobs of a database, in the order of their keys.
///
/// # Errors
/// When the file is shorter than it says, when it is encrypted, when pages contradict the format or refer to each
/// other in a circle.
pub(super) fn blobs(file: &[u8]) -> Result<Vec<Vec<u8>>, ParseError> {
    let mut reader = Reader::open(Bytes::whole(file, "a Berkeley DB"))?;
    let mut blobs = Vec::new();
    for bucket in 0..=reader.last_bucket {
        let mut number = reader.bucket_page(bucket)?;
        while number != 0 {
            let page = reader.visit(number, &[PAGE_HASH, PAGE_HASH_UNSORTED])?;
            reader.items(page, &mut blobs)?;
            number = page.u32(16, reader.order)?;
        }
    }
    blobs.sort_unstable();
    Ok(blobs.into_iter().map(|(_, blob)| blob).collect())
}

struct Reader<'a> {
    file: Bytes<'a>,
    order: Order,
    page_size: usize,
    last_page: u32,
    last_bucket: u32,
    seen: HashSet<u32>,
}

impl<'a> Reader<'a> {
    fn open(file: Bytes<'a>) -> Result<Self, ParseError> {
        let order = order(file.as_slice()).ok_or(file.malformed(0, "not a Berkeley DB hash database"))?;
        let meta = file.slice(0, META)?;
        if meta.u8(24)? != 0 {
            return Err(ParseError::offset(
                24,
                Fault::UnsupportedFormat("an encrypted Berkeley DB"),
            ));
        }
        let page_size = meta.size(20, order)?;
        if meta.u8(25)? != PAGE_META || !(512..=65536).contains(&page_size) || !page_size.is_power_of_two() {
            return Err(meta.malformed(20, "the first page does not describe a hash database"));
        }
        let (last_page, last_bucket) = (meta.u32(32, order)?, meta.u32(72, order)?);
        let reader = Self {
            file,
            order,
            page_size,
            last_page,
            last_bucket,
            seen: HashSet::new(),
        };
        reader.page(last_page)?;
        Ok(reader)
    }

    fn page(&self, number: u32) -> Result<Bytes<'a>, ParseError> {
        let at = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.page_size);
        if number > self.last_page {
            return Err(self
                .file
                .malformed(at, "a page number is beyond the end of the database"));
        }
        self.file.slice(at, self.page_size)
    }

    /// A page that must be of one of these kinds; none is visited twice, so the time is bounded by the input.
    fn visit(&mut self, number: u32, kinds: &[u8]) -> Result<Bytes<'a>, ParseError> {
        let page = self.page(number)?;
        if !self.seen.insert(number) {
            return Err(page.malformed(0, "a page is used twice"));
        }
        if !kinds.contains(&page.u8(25)?) || page.u32(8, self.order)? != number {
            return Err(page.malformed(8, "a page is not what refers to it expects"));
        }
        Ok(page)
    }

    /// First page of a bucket: buckets come in groups that double, and each group has its own first page.
    fn bucket_page(&self, bucket: u32) -> Result<u32, ParseError> {
        let group = (bucket.saturating_add(1)).next_power_of_two().trailing_zeros();
        let spare = 96 + 4 * usize::try_from(group).unwrap_or(usize::MAX);
        let page = self
            .file
            .slice(0, META)?
            .u32(spare, self.order)?
            .checked_add(bucket);
        page.ok_or(
            self.file
                .malformed(spare, "a bucket is beyond the end of the database"),
        )
    }

    /// Adds the blobs of a page. The record with the key 0 is rpm's counter, not a package.
    fn items(&mut self, page: Bytes<'a>, blobs: &mut Vec<(u32, Vec<u8>)>) -> Result<(), ParseError> {
        let count = usize::from(page.u16(20, self.order)?);
        if !count.is_multiple_of(2) {
            return Err(page.malformed(20, "a key has no data"));
        }
        let mut end = page.len();
        let mut items = Vec::new();
        for item in 0..count {
            let begin = usize::from(page.u16(PAGE_HEADER + 2 * item, self.order)?);
            let length = end
                .checked_sub(begin)
                .ok_or(page.malformed(begin, "items of a page overlap"))?;
            items.push(page.slice(begin, length)?);
            end = begin;
        }
        for pair in items.chunks_exact(2) {
            let &[key, data] = pair else { continue };
            if key.u8(0)? != ITEM_INLINE || key.len() != 5 {
                return Err(key.malformed(0, "a key is no 32-bit number"));
            }
            let key = key.u32(1, self.order)?;
            if key != 0 {
                let blob = self.data(data)?;
                blobs.push((key, blob));
            }
        }
        Ok(())
    }

    fn data(&mut self, item: Bytes<'a>) -> Result<Vec<u8>, ParseError> {
        match item.u8(0)? {
            ITEM_INLINE => Ok(item.from(1)?.as_slice().to_vec()),
            ITEM_OVERFLOW => self.overflow(item.u32(4, self.order)?, item.size(8, self.order)?, item),
            _ => Err(item.malformed(0, "an item is of a kind that rpm does not write")),
        }
    }

    fn overflow(&mut self, mut number: u32, length: usize, item: Bytes<'a>) -> Result<Vec<u8>, ParseError> {
        let mut data = Vec::new();
        while number != 0 {
            let page = self.visit(number, &[PAGE_OVERFLOW])?;
            data.extend_from_slice(
                page.slice(PAGE_HEADER, usize::from(page.u16(22, self.order)?))?
                    .as_slice(),
            );
            number = page.u32(16, self.order)?;
        }
        if data.len() != length {
            return Err(item.malformed(8, "a blob is not as long as its item says"));
        }
        Ok(data)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{berkeley, three};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_both_byte_orders() {
        for order in [Order::Little, Order::Big] {
            let expected = three();
            assert_eq!(blobs(&berkeley(&expected, order)).unwrap(), expected);
        }
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = berkeley(&three(), Order::Little);
        for end in 0..whole.len() {
            assert!(blobs(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_circle_is_an_error() {
        let mut file = berkeley(&three(), Order::Little);
        let next_of_page_4 = 4 * 512 + 16;
        assert_eq!(file[next_of_page_4], 5);
        file[next_of_page_4] = 4;
        assert_eq!(
            blobs(&file).unwrap_err().fault,
            Fault::Malformed("a page is used twice")
        );
    }

    proptest! {
        #[test]
        fn no_mutation_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
            let mut bytes = berkeley(&three(), Order::Big);
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = blobs(&bytes);
        }
    }
}
