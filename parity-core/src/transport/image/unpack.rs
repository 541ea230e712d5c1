//! Unpacks gzip and zstd as a stream, with limits of its own.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::transport::Deadline;

/// Unpacked bytes beyond this are refused; and once there are many, more than so many of each packed byte.
const MAX_UNPACKED: u64 = 16 << 30;
const MANY: u64 = 100 << 20;
const MAX_RATIO: u64 = 200;

/// Room for what is read at once, in bytes.
const ROOM: usize = 128 << 10;

/// The bytes of a part after unpacking; those of one that is not packed as they are.
pub(super) struct Unpacked {
    bytes: Box<dyn Read + Send>,
    pub(super) is_packed: bool,
    packed: Arc<AtomicU64>,
    unpacked: u64,
    digest: Option<Sha256>,
    deadline: Deadline,
}

impl Unpacked {
    /// How it is packed is told by its first bytes (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1).
    pub(super) fn new(raw: impl Read + Send + 'static, deadline: &Deadline) -> io::Result<Unpacked> {
        let packed = Arc::new(AtomicU64::new(0));
        let mut raw = Counted(raw, packed.clone());
        let mut first = Vec::new();
        raw.by_ref().take(6).read_to_end(&mut first)?;
        let is_packed = first.starts_with(&[0x1f, 0x8b]) || first.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
        let other = [(&b"BZh"[..], "bzip2"), (b"\xfd7zXZ", "xz")];
        if let Some((_, name)) = other.iter().find(|(magic, _)| first.starts_with(magic)) {
            return Err(io::Error::other(format!("packed with {name}, which is not read")));
        }
        let is_gzip = first.starts_with(&[0x1f, 0x8b]);
        let raw = BufReader::with_capacity(ROOM, Cursor::new(first).chain(raw));
        let bytes: Box<dyn Read + Send> = match (is_packed, is_gzip) {
            (true, true) => Box::new(BufReader::with_capacity(ROOM, MultiGzDecoder::new(raw))),
            (true, false) => Box::new(BufReader::with_capacity(
                ROOM,
                zstd::stream::read::Decoder::with_buffer(raw)?,
            )),
            (false, _) => Box::new(raw),
        };
        Ok(Unpacked {
            bytes,
            is_packed,
            packed,
            unpacked: 0,
            digest: None,
            deadline: deadline.clone(),
        })
    }

    /// Bytes that are not packed, whatever they begin with.
    pub(super) fn as_it_is(raw: impl Read + Send + 'static, deadline: &Deadline) -> Unpacked {
        Unpacked {
            bytes: Box::new(raw),
            is_packed: false,
            packed: Arc::default(),
            unpacked: 0,
            digest: None,
            deadline: deadline.clone(),
        }
    }

    /// The same with a digest of what is read from now on.
    pub(super) fn with_digest(self) -> Unpacked {
        Unpacked {
            digest: Some(Sha256::new()),
            ..self
        }
    }

    /// Reads to the end, which shows what is damaged there; the SHA-256 of all bytes where it was asked for.
    pub(super) fn finish(mut self) -> io::Result<Option<String>> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.digest.map(hex))
    }
}

impl Read for Unpacked {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.deadline.is_over() {
            let why = self.deadline.failure("reading the image").reason;
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        let read = self.bytes.read(room)?;
        if let Some(digest) = &mut self.digest {
            digest.update(room.get(..read).unwrap_or_default());
        }
        self.unpacked += read as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.unpacked > MAX_UNPACKED {
            return Err(io::Error::other(format!(
                "more than {MAX_UNPACKED} bytes after unpacking"
            )));
        }
        if self.is_packed && self.unpacked > MANY && self.unpacked / MAX_RATIO > packed {
            return Err(io::Error::other(format!(
                "more than {MAX_RATIO} bytes unpacked of each packed one: {} of {packed}",
                self.unpacked
            )));
        }
        Ok(read)
    }
}

/// The SHA-256 and the number of all bytes.
pub(super) fn digest_of(mut raw: impl Read, deadline: &Deadline) -> io::Result<(String, u64)> {
    let mut digest = Sha256::new();
    let mut room = vec![0; ROOM];
    let mut size = 0;
    loop {
        if deadline.is_over() {
            let why = deadline.failure("reading the image").reason;
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        match raw.read(&mut room)? {
            0 => return Ok((hex(digest), size)),
            read => {
                digest.update(room.get(..read).unwrap_or_default());
                size += read as u64;
            }
        }
    }
}

/// Passes over so many bytes.
pub(super) fn skip(bytes: &mut impl Read, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut bytes.by_ref().take(count), &mut io::sink())?;
    if skipped < count {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn hex(digest: Sha256) -> String {
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Counts what is read.
struct Counted<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(room)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
