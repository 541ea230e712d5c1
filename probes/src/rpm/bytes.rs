//! Numbers and slices out of a binary file; what is not there is an error, never a panic.

use crate::parse_error::{Fault, ParseError};

/// A binary file, or a part of one that knows where in the file it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a> {
    bytes: &'a [u8],
    base: usize,
    what: &'static str,
}

/// Order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl<'a> Bytes<'a> {
    /// A whole file; `what` is its name in errors.
    pub(super) fn whole(bytes: &'a [u8], what: &'static str) -> Self {
        Self { bytes, base: 0, what }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn as_slice(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where the byte `at` stands in the file.
    pub(super) fn offset(&self, at: usize) -> usize {
        self.base.saturating_add(at)
    }

    /// The `len` bytes from `at`.
    pub(super) fn slice(&self, at: usize, len: usize) -> Result<Bytes<'a>, ParseError> {
        let end = at.checked_add(len);
        let bytes = end.and_then(|end| self.bytes.get(at..end));
        let truncated = || ParseError::offset(self.offset(at), Fault::Truncated(self.what));
        Ok(Bytes {
            bytes: bytes.ok_or_else(truncated)?,
            base: self.offset(at),
            what: self.what,
        })
    }

    /// The bytes from `at` to the end.
    pub(super) fn from(&self, at: usize) -> Result<Bytes<'a>, ParseError> {
        self.slice(at, self.len().saturating_sub(at))
    }

    pub(super) fn u8(&self, at: usize) -> Result<u8, ParseError> {
        self.array::<1>(at).map(|[byte]| byte)
    }

    pub(super) fn u16(&self, at: usize, order: Order) -> Result<u16, ParseError> {
        let bytes = self.array(at)?;
        Ok(if order == Order::Big {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    pub(super) fn u32(&self, at: usize, order: Order) -> Result<u32, ParseError> {
        let bytes = self.array(at)?;
        Ok(if order == Order::Big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    /// A 32-bit number used as a count, a length or an offset.
    pub(super) fn size(&self, at: usize, order: Order) -> Result<usize, ParseError> {
        self.u32(at, order).and_then(|number| {
            usize::try_from(number).map_err(|_| ParseError::offset(self.offset(at), Fault::Limit("a number")))
        })
    }

    /// An error at the byte `at`.
    pub(super) fn malformed(&self, at: usize, how: &'static str) -> ParseError {
        ParseError::offset(self.offset(at), Fault::Malformed(how))
    }

    fn array<const N: usize>(&self, at: usize) -> Result<[u8; N], ParseError> {
        let bytes = self.slice(at, N)?.bytes;
        bytes
            .first_chunk()
            .copied()
            .ok_or_else(|| ParseError::offset(self.offset(at), Fault::Truncated(self.what)))
    }
}
