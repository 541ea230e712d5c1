//! Numbers and strings out of a range of the file, never past its end.

use super::{Class, ElfError, Endian};
use std::ops::Range;

/// Bytes that begin at `base` in the file. Offsets given to its functions are relative to `base`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) what: &'static str,
    pub(super) base: u64,
    pub(super) bytes: &'a [u8],
    pub(super) class: Class,
    pub(super) endian: Endian,
}

impl<'a> Reader<'a> {
    pub(super) fn slice(&self, at: u64, len: u64) -> Result<&'a [u8], ElfError> {
        let end = at.checked_add(len);
        let range = usize::try_from(at)
            .ok()
            .zip(end.and_then(|end| usize::try_from(end).ok()));
        range
            .and_then(|(from, to)| self.bytes.get(from..to))
            .ok_or(ElfError::CutOff {
                what: self.what,
                at: self.base.saturating_add(at),
            })
    }

    fn array<const N: usize>(&self, at: u64) -> Result<[u8; N], ElfError> {
        let slice = self.slice(at, N as u64)?;
        slice.try_into().map_err(|_| ElfError::CutOff {
            what: self.what,
            at: self.base.saturating_add(at),
        })
    }

    pub(super) fn u16(&self, at: u64) -> Result<u16, ElfError> {
        let bytes = self.array(at)?;
        Ok(match self.endian {
            Endian::Little => u16::from_le_bytes(bytes),
            Endian::Big => u16::from_be_bytes(bytes),
        })
    }

    pub(super) fn u32(&self, at: u64) -> Result<u32, ElfError> {
        let bytes = self.array(at)?;
        Ok(match self.endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        })
    }

    pub(super) fn u64(&self, at: u64) -> Result<u64, ElfError> {
        let bytes = self.array(at)?;
        Ok(match self.endian {
            Endian::Little => u64::from_le_bytes(bytes),
            Endian::Big => u64::from_be_bytes(bytes),
        })
    }

    /// An address, offset or size: 32 or 64 bits by the class of the file.
    pub(super) fn word(&self, at: u64) -> Result<u64, ElfError> {
        match self.class {
            Class::Elf32 => self.u32(at).map(u64::from),
            Class::Elf64 => self.u64(at),
        }
    }

    /// The NUL-terminated string at `at`, of at most `limit` bytes.
    pub(super) fn string(&self, what: &'static str, at: u64, limit: u64) -> Result<&'a str, ElfError> {
        let offset = self.base.saturating_add(at);
        let available = (self.bytes.len() as u64).saturating_sub(at);
        let window = self.slice(at, available.min(limit.saturating_add(1)))?;
        let Some(end) = window.iter().position(|byte| *byte == 0) else {
            return Err(if available > limit {
                ElfError::TooMany {
                    what,
                    count: available,
                    limit,
                }
            } else {
                ElfError::CutOff { what, at: offset }
            });
        };
        let text = window.get(..end).unwrap_or_default();
        std::str::from_utf8(text).map_err(|_| ElfError::NotText { what, at: offset })
    }
}

/// The range of `len` bytes at `start`, if both numbers can be true of a file.
pub(super) fn range_of(what: &'static str, start: u64, len: u64) -> Result<Range<u64>, ElfError> {
    let end = start
        .checked_add(len)
        .ok_or(ElfError::CutOff { what, at: start })?;
    Ok(start..end)
}
