//! TAR archives (POSIX.1-2024, `pax`; the GNU extensions for long names and large numbers), read as a stream.
//!
//! Where readers differ, this one does as GNU tar and the readers of container engines do: a size in an extended header replaces that
//! of the header, and only regular files have content. What it does not understand is an error, never a guess.

use std::io::{self, Read};

/// A header has this length, and the content of a file is filled up to a multiple of it, in bytes.
const BLOCK: usize = 512;

/// Longer names and lists of attributes are refused, in bytes.
const MAX_EXTENDED: u64 = 1 << 20;

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not a header, at this byte of the archive.
    #[error("byte {at}: {what}")]
    Header {
        /// Where the header begins.
        at: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The archive ends before its end mark.
    #[error("the archive is cut off at byte {0}")]
    CutOff(u64),
    /// What is read from could not be read.
    #[error("byte {at}: {source}")]
    Unreadable {
        /// How much of the archive was read.
        at: u64,
        /// What happened.
        source: io::Error,
    },
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A regular file.
    File,
    /// Another name for an earlier file, whose path is [`Entry::link`].
    HardLink,
    /// A symbolic link, that leads to [`Entry::link`].
    SymbolicLink,
    /// A directory.
    Directory,
    /// A device or a pipe.
    Special,
}

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, as it is written.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Permission bits, the lowest twelve.
    pub mode: u32,
    /// Length of the content in bytes; 0 for anything but a file.
    pub size: u64,
    /// Where a link leads; empty for anything else.
    pub link: Vec<u8>,
    /// Where the content begins in the archive, in bytes.
    pub offset: u64,
}

/// Reads the entries of an archive one after another.
///
/// ```
/// use parity_core::tar::Reader;
///
/// let mut nothing = Reader::new(&[0_u8; 1024][..]);
/// assert!(nothing.next_entry()?.is_none());
/// assert!(Reader::new(&b"no archive"[..]).next_entry().is_err());
/// # Ok::<(), parity_core::tar::Error>(())
/// ```
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    at: u64,
    /// Where the next header begins.
    next: u64,
    /// Where the content of the last entry ends.
    end: u64,
}

impl<R: Read> Reader<R> {
    /// Reads from the beginning of an archive.
    pub fn new(input: R) -> Reader<R> {
        Reader {
            input,
            at: 0,
            next: 0,
            end: 0,
        }
    }

    /// The next entry, what was not read of the last one passed over; nothing after the mark that ends an archive.
    ///
    /// # Errors
    /// What is no header, or an archive that ends without the mark.
    pub fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        let mut extended = Extended::default();
        loop {
            self.skip_to(self.next)?;
            let start = self.at;
            let header = self.block()?;
            if header.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            let header = Header {
                bytes: &header,
                at: start,
            };
            header.check()?;
            let size = header.number(124..136)?;
            match header.kind() {
                b'L' => extended.path = Some(until_zero(&self.text(&header, size)?)),
                b'K' => extended.link = Some(until_zero(&self.text(&header, size)?)),
                b'x' => extended.read(&self.text(&header, size)?, &header)?,
                b'g' => Extended::refuse(&self.text(&header, size)?, &header)?,
                // A label of the archive.
                b'V' => self.expect(&header, 0)?,
                _ => return self.entry(&header, extended, size).map(Some),
            }
        }
    }

    /// The content of the last entry, or what is left of it.
    pub fn content(&mut self) -> Content<'_, R> {
        Content { reader: self }
    }

    fn entry(&mut self, header: &Header<'_>, extended: Extended, size: u64) -> Result<Entry, Error> {
        let path = extended.path.unwrap_or_else(|| header.path());
        let kind = match header.kind() {
            0 | b'0' | b'7' if path.ends_with(b"/") => Kind::Directory,
            0 | b'0' | b'7' => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::SymbolicLink,
            b'3' | b'4' | b'6' => Kind::Special,
            b'5' => Kind::Directory,
            b'S' => return Err(header.error("a sparse file, which is not read")),
            _ => return Err(header.error("an entry of an unknown kind")),
        };
        if path.is_empty() || path.contains(&0) {
            return Err(header.error("an entry without a name"));
        }
        let size = match kind {
            Kind::File => extended.size.unwrap_or(size),
            _ => 0,
        };
        let link = match kind {
            Kind::HardLink | Kind::SymbolicLink => extended
                .link
                .unwrap_or_else(|| until_zero(header.field(157..257))),
            _ => Vec::new(),
        };
        self.expect(header, size)?;
        Ok(Entry {
            path,
            kind,
            mode: u32::try_from(header.number(100..108)? & 0o7777).unwrap_or(0),
            size,
            link,
            offset: self.at,
        })
    }

    /// So many bytes of content follow.
    fn expect(&mut self, header: &Header<'_>, size: u64) -> Result<(), Error> {
        let end = self.at.checked_add(size);
        let next = end.and_then(|end| end.checked_next_multiple_of(BLOCK as u64));
        let too_large = || header.error("a size that no archive can have");
        self.end = end.ok_or_else(too_large)?;
        self.next = next.ok_or_else(too_large)?;
        Ok(())
    }

    /// The content of a header that extends the next one.
    fn text(&mut self, header: &Header<'_>, size: u64) -> Result<Vec<u8>, Error> {
        if size > MAX_EXTENDED {
            return Err(header.error("a name or a list of attributes that is too long"));
        }
        self.expect(header, size)?;
        let mut text = Vec::new();
        let read = self.content().read_to_end(&mut text);
        match read {
            Ok(_) => Ok(text),
            Err(source) => Err(self.failed(source)),
        }
    }

    fn block(&mut self) -> Result<[u8; BLOCK], Error> {
        let mut block = [0; BLOCK];
        match self.input.read_exact(&mut block) {
            Ok(()) => {
                self.at += BLOCK as u64;
                Ok(block)
            }
            Err(source) => Err(self.failed(source)),
        }
    }

    fn skip_to(&mut self, to: u64) -> Result<(), Error> {
        let length = to.saturating_sub(self.at);
        match io::copy(&mut self.input.by_ref().take(length), &mut io::sink()) {
            Ok(skipped) => {
                self.at += skipped;
                if skipped < length {
                    Err(Error::CutOff(self.at))
                } else {
                    Ok(())
                }
            }
            Err(source) => Err(self.failed(source)),
        }
    }

    fn failed(&self, source: io::Error) -> Error {
        match source.kind() {
            io::ErrorKind::UnexpectedEof => Error::CutOff(self.at),
            _ => Error::Unreadable { at: self.at, source },
        }
    }
}

/// The content of an entry; an archive that ends in it is an error of reading.
#[derive(Debug)]
pub struct Content<'a, R> {
    reader: &'a mut Reader<R>,
}

impl<R: Read> Read for Content<'_, R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let left = self.reader.end.saturating_sub(self.reader.at);
        let wanted = room.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let read = self
            .reader
            .input
            .read(room.get_mut(..wanted).unwrap_or_default())?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.reader.at += read as u64;
        Ok(read)
    }
}

struct Header<'a> {
    bytes: &'a [u8; BLOCK],
    at: u64,
}

impl Header<'_> {
    fn error(&self, what: &'static str) -> Error {
        Error::Header { at: self.at, what }
    }

    fn field(&self, range: std::ops::Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    fn kind(&self) -> u8 {
        self.bytes[156]
    }

    /// The sum of all bytes, its own field as spaces; old programs added signed bytes.
    fn check(&self) -> Result<(), Error> {
        let counted = |at: usize, byte: u8| if (148..156).contains(&at) { b' ' } else { byte };
        let bytes = || self.bytes.iter().enumerate().map(|(at, byte)| counted(at, *byte));
        let unsigned: i64 = bytes().map(i64::from).sum();
        let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
        let written = i64::try_from(self.number(148..156)?);
        if written == Ok(unsigned) || written == Ok(signed) {
            Ok(())
        } else {
            Err(self.error("not a header of an archive, or a damaged one"))
        }
    }

    /// Octal digits, or a binary number where the first bit is set.
    fn number(&self, range: std::ops::Range<usize>) -> Result<u64, Error> {
        let wrong = || self.error("a field that is no number");
        let field = self.field(range);
        if let Some((0x80, rest)) = field.split_first() {
            let (high, low) = rest
                .split_at_checked(rest.len().saturating_sub(8))
                .ok_or_else(wrong)?;
            let low = low.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            return if high.iter().all(|byte| *byte == 0) {
                Ok(low)
            } else {
                Err(wrong())
            };
        }
        let text = std::str::from_utf8(field).map_err(|_| wrong())?;
        match text.trim_matches([' ', '\0']) {
            "" => Ok(0),
            digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                u64::from_str_radix(digits, 8).map_err(|_| wrong())
            }
            _ => Err(wrong()),
        }
    }

    fn path(&self) -> Vec<u8> {
        let name = until_zero(self.field(0..100));
        let prefix = until_zero(self.field(345..500));
        if self.field(257..263) == b"ustar\0" && !prefix.is_empty() {
            [prefix, name].join(&b'/')
        } else {
            name
        }
    }
}

/// What headers before that of an entry say of it.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Extended {
    fn read(&mut self, text: &[u8], header: &Header<'_>) -> Result<(), Error> {
        for (key, value) in records(text, header)? {
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => {
                    let number = std::str::from_utf8(value)
                        .ok()
                        .and_then(|value| value.parse().ok());
                    self.size = Some(number.ok_or_else(|| header.error("a size that is no number"))?);
                }
                key if key.starts_with(b"GNU.sparse.") => {
                    return Err(header.error("a sparse file, which is not read"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Attributes of all entries at once are comments in practice.
    fn refuse(text: &[u8], header: &Header<'_>) -> Result<(), Error> {
        let decides = |key: &[u8]| [&b"path"[..], b"linkpath", b"size"].contains(&key);
        match records(text, header)?.iter().any(|(key, _)| decides(key)) {
            true => Err(header.error("one name or size for all entries, which is not read")),
            false => Ok(()),
        }
    }
}

/// A key and its value.
type Record<'a> = (&'a [u8], &'a [u8]);

/// Records `LENGTH KEY=VALUE` and a newline, the length that of the whole record.
fn records<'a>(mut text: &'a [u8], header: &Header<'_>) -> Result<Vec<Record<'a>>, Error> {
    let wrong = || header.error("a list of attributes that cannot be read");
    let mut records = Vec::new();
    while !text.is_empty() {
        let digits = text.iter().position(|byte| *byte == b' ').ok_or_else(wrong)?;
        let (length, _) = text.split_at_checked(digits).ok_or_else(wrong)?;
        let length: usize = std::str::from_utf8(length)
            .ok()
            .and_then(|length| length.parse().ok())
            .ok_or_else(wrong)?;
        let (record, rest) = text.split_at_checked(length).ok_or_else(wrong)?;
        let record = record
            .get(digits + 1..)
            .and_then(|record| record.strip_suffix(b"\n"));
        let record = record.ok_or_else(wrong)?;
        let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(wrong)?;
        let (key, value) = record.split_at_checked(equals).ok_or_else(wrong)?;
        records.push((key, value.get(1..).unwrap_or_default()));
        text = rest;
    }
    Ok(records)
}

fn until_zero(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().take_while(|byte| *byte != 0).collect()
}

#[cfg(test)]
mod tests;
