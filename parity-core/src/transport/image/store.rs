//! Where the parts of an image lie: in a directory, or in an archive that is read where it is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use super::unpack::{Unpacked, skip};
use crate::tar::{self, Kind};
use crate::transport::Deadline;
use crate::transport::files::Files;
use crate::transport::root::Root;

/// Parts of an archive beyond this are refused.
const MAX_PARTS: usize = 100_000;

/// As many links as lead from one part of an archive to another.
const MAX_LINKS: usize = 8;

/// Larger documents are refused, in bytes.
const MAX_DOCUMENT: u64 = 4 << 20;

/// Bytes of a part, as they are stored.
pub(super) type Raw = Box<dyn Read + Send>;

/// The parts of an image by name.
pub(super) enum Store {
    Directory(Root),
    Archive(Archive),
}

pub(super) struct Archive {
    file: Arc<File>,
    size: u64,
    /// Whether the archive as a whole is compressed: then it can only be read from its beginning.
    is_packed: bool,
    parts: BTreeMap<Vec<u8>, Part>,
    deadline: Deadline,
}

enum Part {
    /// First byte in the unpacked archive, and length.
    Bytes(u64, u64),
    /// Another part.
    Link(Vec<u8>),
}

impl Store {
    pub(super) fn open(path: &Path, deadline: &Deadline) -> io::Result<Store> {
        let metadata = std::fs::metadata(path)?;
        if metadata.is_dir() {
            return Root::open(path).map(Store::Directory);
        }
        if !metadata.is_file() {
            return Err(io::Error::other("neither a directory nor a regular file"));
        }
        let mut archive = Archive {
            file: Arc::new(File::open(path)?),
            size: metadata.len(),
            is_packed: false,
            parts: BTreeMap::new(),
            deadline: deadline.clone(),
        };
        archive.list()?;
        Ok(Store::Archive(archive))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.raw(name, 0).is_ok()
    }

    /// Whether parts can be read from any place at no cost.
    pub(super) fn is_seekable(&self) -> bool {
        !matches!(self, Store::Archive(Archive { is_packed: true, .. }))
    }

    /// A part from this byte on, and the length of the whole part.
    pub(super) fn raw(&self, name: &str, from: u64) -> io::Result<(Raw, u64)> {
        match self {
            Store::Directory(root) => {
                let (file, size) = root.file(name).map_err(|errno| {
                    io::Error::new(io::Error::from(errno).kind(), format!("{name}: {errno}"))
                })?;
                Ok((Box::new(At::new(Arc::new(file.into()), from, size)), size))
            }
            Store::Archive(archive) => archive.raw(name, from),
        }
    }

    /// The archive itself, as one part.
    pub(super) fn whole(&self, from: u64) -> io::Result<(Raw, u64)> {
        match self {
            Store::Archive(archive) => Ok((archive.bytes(from), archive.size)),
            Store::Directory(_) => Err(io::Error::other(
                "neither an index.json nor a manifest.json is in it",
            )),
        }
    }

    /// A small part.
    pub(super) fn document(&self, name: &str) -> io::Result<Vec<u8>> {
        let (raw, size) = self.raw(name, 0)?;
        if size > MAX_DOCUMENT {
            return Err(io::Error::other(format!(
                "{name} is larger than {MAX_DOCUMENT} bytes"
            )));
        }
        let mut bytes = Vec::new();
        raw.take(MAX_DOCUMENT).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Archive {
    fn bytes(&self, from: u64) -> Raw {
        Box::new(At::new(self.file.clone(), from, self.size))
    }

    fn list(&mut self) -> io::Result<()> {
        let mut unpacked = Unpacked::new(self.bytes(0), &self.deadline)?;
        self.is_packed = unpacked.is_packed;
        let mut archive = tar::Reader::new(&mut unpacked);
        while let Some(entry) = archive.next_entry()? {
            let name = clean(&[], &entry.path);
            let part = match entry.kind {
                Kind::File => Part::Bytes(entry.offset, entry.size),
                Kind::SymbolicLink => {
                    let directory = name.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                    Part::Link(clean(name.get(..directory).unwrap_or_default(), &entry.link))
                }
                Kind::HardLink => Part::Link(clean(&[], &entry.link)),
                Kind::Directory | Kind::Special => continue,
            };
            // An archive that is itself the tree has many; what is looked for are a few at its top.
            if self.parts.len() < MAX_PARTS || name.ends_with(b".json") {
                self.parts.insert(name, part);
            }
        }
        unpacked.finish().map(drop)
    }

    fn raw(&self, name: &str, from: u64) -> io::Result<(Raw, u64)> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, format!("{name} is not in the archive"));
        let mut key = name.as_bytes();
        for _ in 0..MAX_LINKS {
            match self.parts.get(key).ok_or_else(missing)? {
                Part::Link(target) => key = target,
                Part::Bytes(offset, size) if self.is_packed => {
                    let mut unpacked = Unpacked::new(self.bytes(0), &self.deadline)?;
                    skip(&mut unpacked, offset.saturating_add(from))?;
                    return Ok((Box::new(unpacked.take(size.saturating_sub(from))), *size));
                }
                Part::Bytes(offset, size) => {
                    let end = offset.saturating_add(*size);
                    let raw = At::new(self.file.clone(), offset.saturating_add(from), end);
                    return Ok((Box::new(raw), *size));
                }
            }
        }
        Err(missing())
    }
}

/// A path below a directory without `.` and `..`, which leads up and never out.
fn clean(directory: &[u8], path: &[u8]) -> Vec<u8> {
    let from_top = path.starts_with(b"/");
    let parts = directory.split(|byte| *byte == b'/').filter(|_| !from_top);
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in parts.chain(path.split(|byte| *byte == b'/')) {
        match part {
            b"" | b"." => {}
            b".." => drop(kept.pop()),
            part => kept.push(part),
        }
    }
    kept.join(&b'/')
}

/// Some bytes of a file, read without a position of its own.
struct At {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl At {
    fn new(file: Arc<File>, at: u64, end: u64) -> At {
        At { file, at, end }
    }
}

impl Read for At {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = room.len().min(left);
        let read = self
            .file
            .read_at(room.get_mut(..wanted).unwrap_or_default(), self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
