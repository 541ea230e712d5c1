//! ZIP archives (<https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>): the central directory, and single entries.
//! Archives beyond 4 GiB (ZIP64) are refused.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// Bytes that are no archive which could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotArchive(pub &'static str);

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub name: String,
    /// Length of its content in bytes, as the directory says.
    pub size: usize,
    method: u16,
    is_encrypted: bool,
    compressed: usize,
    offset: usize,
}

/// An archive and what lies in it.
#[derive(Debug, Clone)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    /// Bytes before the archive: offsets count from its own beginning.
    shift: usize,
    /// The files, in the order of the central directory.
    pub entries: Vec<Entry>,
}

/// Length of the end record without its comment, and of the longest comment.
const END: usize = 22;
const COMMENT: usize = 0xffff;

/// More files than this are no application.
const MAX_ENTRIES: usize = 200_000;

impl<'a> Archive<'a> {
    /// Reads the central directory.
    ///
    /// # Errors
    /// There is none, it is cut off, or it does not agree with itself.
    pub fn parse(bytes: &'a [u8]) -> Result<Archive<'a>, NotArchive> {
        let end = end_record(bytes).ok_or(NotArchive("no end of a central directory"))?;
        let read = |at: usize| end.checked_add(at).and_then(|at| u32_at(bytes, at));
        let (Some(size), Some(begin), Some(count)) = (read(12), read(16), u16_at(bytes, end + 10)) else {
            return Err(NotArchive("the end of the central directory is cut off"));
        };
        if begin == usize::try_from(u32::MAX).unwrap_or(usize::MAX) || usize::from(count) > MAX_ENTRIES {
            return Err(NotArchive("larger than what is read"));
        }
        let place = end
            .checked_sub(size)
            .ok_or(NotArchive("the central directory lies before the file"))?;
        let shift = place
            .checked_sub(begin)
            .ok_or(NotArchive("the central directory overlaps its end"))?;
        let mut directory = bytes
            .get(place..end)
            .ok_or(NotArchive("the central directory is cut off"))?;
        let mut entries = Vec::new();
        for _ in 0..count {
            let (entry, length) =
                entry(directory).ok_or(NotArchive("an entry of the central directory is cut off"))?;
            directory = directory
                .get(length..)
                .ok_or(NotArchive("the central directory is cut off"))?;
            entries.push(entry);
        }
        Ok(Archive {
            bytes,
            shift,
            entries,
        })
    }

    /// The content of a file.
    ///
    /// # Errors
    /// It is encrypted, cut off, packed in a way that jars are not, or longer than `cap`.
    pub fn content(&self, entry: &Entry, cap: usize) -> Result<Vec<u8>, NotArchive> {
        let content = self.beginning(entry, cap.saturating_add(1))?;
        if content.len() > cap {
            return Err(NotArchive("a file of the archive is larger than what is read"));
        }
        Ok(content)
    }

    /// The first bytes of a file, fewer where it ends before.
    ///
    /// # Errors
    /// It is encrypted, cut off, or packed in a way that is not known.
    pub fn beginning(&self, entry: &Entry, length: usize) -> Result<Vec<u8>, NotArchive> {
        let packed = self
            .packed(entry)
            .ok_or(NotArchive("a file of the archive is cut off"))?;
        let mut content = Vec::new();
        let limit = u64::try_from(length).unwrap_or(u64::MAX);
        let read = match entry.method {
            _ if entry.is_encrypted => return Err(NotArchive("a file of the archive is encrypted")),
            0 => packed.take(limit).read_to_end(&mut content),
            8 => DeflateDecoder::new(packed).take(limit).read_to_end(&mut content),
            _ => {
                return Err(NotArchive(
                    "a file of the archive is packed in a way that is not known",
                ));
            }
        };
        match read {
            Err(_) => Err(NotArchive("a file of the archive is damaged")),
            Ok(_) => Ok(content),
        }
    }

    fn packed(&self, entry: &Entry) -> Option<&'a [u8]> {
        let header = self.shift.checked_add(entry.offset)?;
        let bytes = self.bytes.get(header..)?;
        if !bytes.starts_with(b"PK\x03\x04") {
            return None;
        }
        let begin = 30 + usize::from(u16_at(bytes, 26)?) + usize::from(u16_at(bytes, 28)?);
        bytes.get(begin..begin.checked_add(entry.compressed)?)
    }
}

fn end_record(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(END + COMMENT);
    let tail = bytes.get(from..)?;
    let found = memchr::memmem::rfind_iter(tail, b"PK\x05\x06");
    let fits = |at: &usize| {
        let comment = u16_at(tail, at + 20).map(usize::from);
        comment.is_some_and(|comment| at + END + comment == tail.len())
    };
    found.into_iter().find(fits).map(|at| from + at)
}

fn entry(bytes: &[u8]) -> Option<(Entry, usize)> {
    if !bytes.starts_with(b"PK\x01\x02") {
        return None;
    }
    let length = |at: usize| u16_at(bytes, at).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let text = bytes.get(46..46 + name)?;
    let entry = Entry {
        name: String::from_utf8_lossy(text).into_owned(),
        is_encrypted: u16_at(bytes, 8)? & 1 != 0,
        method: u16_at(bytes, 10)?,
        compressed: u32_at(bytes, 20)?,
        size: u32_at(bytes, 24)?,
        offset: u32_at(bytes, 42)?,
    };
    Some((entry, 46 + name + extra + comment))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
}
