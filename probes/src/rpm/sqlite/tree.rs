//! The b-tree of a table: pages of pages of rows (1.6), and the overflow pages of long rows (1.7).

use std::collections::HashSet;

use super::pages::Pages;
use crate::parse_error::{Fault, ParseError};
use crate::rpm::bytes::{Bytes, Order};

const LEAF: u8 = 0x0d;
const INTERIOR: u8 = 0x05;

/// The rows of the table whose tree has its root at the page `root`: rowid and record, in the order of the rowid.
pub(super) fn rows(pages: &Pages<'_>, root: u32) -> Result<Vec<(i64, Vec<u8>)>, ParseError> {
    let mut walk = Walk {
        pages,
        seen: HashSet::new(),
        rows: Vec::new(),
        left: pages.total(),
    };
    let mut todo = vec![root];
    while let Some(number) = todo.pop() {
        let node = Node::read(walk.visit(number)?, number, pages)?;
        if node.kind == INTERIOR {
            let mut children = node
                .cells()?
                .map(|at| node.page.u32(at?, Order::Big))
                .collect::<Result<Vec<_>, _>>()?;
            children.push(node.page.u32(node.header + 8, Order::Big)?);
            todo.extend(children.into_iter().rev());
        } else {
            for at in node.cells()? {
                walk.row(&node, at?)?;
            }
        }
    }
    Ok(walk.rows)
}

/// A walk that visits no page twice and reads no more bytes than the database has: its time is bounded by the input.
struct Walk<'p, 'a> {
    pages: &'p Pages<'a>,
    seen: HashSet<u32>,
    rows: Vec<(i64, Vec<u8>)>,
    left: usize,
}

impl<'a> Walk<'_, 'a> {
    fn visit(&mut self, number: u32) -> Result<Bytes<'a>, ParseError> {
        if !self.seen.insert(number) {
            return Err(self.pages.malformed(number, "a page is used twice"));
        }
        self.pages.page(number)
    }

    /// Reads the row in the cell at `at` of a leaf.
    fn row(&mut self, node: &Node<'a>, at: usize) -> Result<(), ParseError> {
        let page = node.page;
        let (length, next) = varint(page, at)?;
        let (rowid, next) = varint(page, next)?;
        let rowid = rowid.cast_signed();
        if self.rows.last().is_some_and(|&(last, _)| last >= rowid) {
            return Err(page.malformed(at, "the rows of a table are out of order"));
        }
        let length = usize::try_from(length).ok().filter(|&length| length <= self.left);
        let length = length.ok_or(ParseError::offset(
            page.offset(at),
            Fault::Limit("the length of a row"),
        ))?;
        self.left -= length;
        let local = local_length(length, self.pages.usable());
        let mut record = page.slice(next, local)?.as_slice().to_vec();
        if local < length {
            let first = page.u32(next.saturating_add(local), Order::Big)?;
            self.overflow(first, length, &mut record)?;
        }
        self.rows.push((rowid, record));
        Ok(())
    }

    /// Appends the overflow pages from `number` to `record` until it has `length` bytes.
    fn overflow(&mut self, mut number: u32, length: usize, record: &mut Vec<u8>) -> Result<(), ParseError> {
        while record.len() < length {
            let page = self.visit(number)?;
            let content = page.from(4)?;
            let part = content.slice(0, content.len().min(length - record.len()))?;
            record.extend_from_slice(part.as_slice());
            number = page.u32(0, Order::Big)?;
        }
        if number != 0 {
            return Err(self
                .pages
                .malformed(number, "a row has more overflow pages than bytes"));
        }
        Ok(())
    }
}

/// One page of a tree.
struct Node<'a> {
    page: Bytes<'a>,
    kind: u8,
    header: usize,
    cells: usize,
}

impl<'a> Node<'a> {
    fn read(page: Bytes<'a>, number: u32, pages: &Pages<'_>) -> Result<Self, ParseError> {
        let header = if number == 1 { 100 } else { 0 };
        let kind = page.u8(header)?;
        if kind != LEAF && kind != INTERIOR {
            return Err(pages.malformed(number, "a page is not of the tree of a table"));
        }
        Ok(Self {
            page,
            kind,
            header,
            cells: usize::from(page.u16(header + 3, Order::Big)?),
        })
    }

    /// Where the cells of the page begin, in their order.
    fn cells(&self) -> Result<impl Iterator<Item = Result<usize, ParseError>>, ParseError> {
        let begin = self.header + if self.kind == INTERIOR { 12 } else { 8 };
        let pointers = self.page.slice(begin, self.cells * 2)?;
        Ok((0..self.cells).map(move |cell| pointers.u16(cell * 2, Order::Big).map(usize::from)))
    }
}

/// How many bytes of a row of `length` bytes stand in its cell; the others are in overflow pages (1.6).
fn local_length(length: usize, usable: usize) -> usize {
    let most = usable - 35;
    if length <= most {
        return length;
    }
    let least = (usable - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (usable - 4);
    if fitting <= most { fitting } else { least }
}

/// The varint at `at` and where the next byte stands: big-endian, 7 bits a byte, all 8 of a ninth (1.6).
pub(super) fn varint(bytes: Bytes<'_>, at: usize) -> Result<(u64, usize), ParseError> {
    let mut number = 0;
    for count in 0..8 {
        let byte = bytes.u8(at.saturating_add(count))?;
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok((number, at.saturating_add(count + 1)));
        }
    }
    let last = bytes.u8(at.saturating_add(8))?;
    Ok((number << 8 | u64::from(last), at.saturating_add(9)))
}
