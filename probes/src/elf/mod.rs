//! ELF files: for which machine they are made, which libraries and symbol versions they need and define.
//!
//! A file on another host is read by ranges. [`next_ranges`] says which ones are missing, until it has all it needs: first the
//! head, then the dynamic section with interpreter and notes, then strings and version tables. Three rounds
//! are enough whenever the program headers lie in the first 4 KiB, as linkers put them.
//!
//! Sources: System V gABI (file, program header, dynamic section), LSB Core (symbol versions, notes), x86-64 psABI.

mod abi;
mod dynamic;
mod error;
#[cfg(feature = "collect")]
pub(crate) mod fetch;
#[cfg(feature = "collect")]
mod foreign;
mod header;
mod kernels;
mod linkage;
mod musl;
mod notes;
mod parts;
#[cfg(feature = "collect")]
mod probe;
mod reader;
pub(crate) mod schema;
mod versions;

#[cfg(feature = "collect")]
pub(crate) use crate::release::HEAD as HEAD_BYTES;
pub use abi::{Abi, ArmFloat, Class, Endian};
pub use dynamic::{Dynamic, MAX_STRINGS, MAX_VERSION_TABLE};
pub use error::ElfError;
pub use header::{Header, Kind, Load, NoteSegment};
pub use kernels::Kernels;
pub use linkage::Linkage;
pub use notes::Notes;
pub use parts::Parts;
#[cfg(feature = "collect")]
pub use probe::PROBE;
pub use schema::{DERIVED, SCHEMAS};
pub use versions::{DefinedNode, NeededNode, VersionNeed};

use std::ops::Range;

/// How many bytes of a file are read first.
pub const HEAD: u64 = 4096;

/// One ELF file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElfFile {
    /// ELF header and program headers.
    pub header: Header,
    /// The dynamic section, if it has one.
    pub dynamic: Option<Dynamic>,
    /// What it asks of the dynamic loader.
    pub linkage: Linkage,
}

/// What is to be done next with a file that is read by ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Read these ranges: sorted, without overlap, none of them empty or known already.
    Read(Vec<Range<u64>>),
    /// Nothing more is needed.
    Done(Box<ElfFile>),
}

impl ElfFile {
    /// Reads a whole file.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    ///
    /// ```
    /// use parity_probes::elf::{ElfError, ElfFile};
    /// assert_eq!(ElfFile::parse(b"#!/bin/sh\necho hello\n"), Err(ElfError::NotElf));
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<ElfFile, ElfError> {
        let parts = Parts::whole(bytes);
        let header = Header::from_parts(&parts)?;
        let dynamic = header
            .dynamic
            .as_ref()
            .map(|range| read_dynamic(&parts, range, &header))
            .transpose()?;
        let linkage = Linkage::parse(&parts, &header, dynamic.as_ref())?;
        Ok(ElfFile {
            header,
            dynamic,
            linkage,
        })
    }
}

/// Says which ranges of the file to read next, or what the ranges read so far make of it.
///
/// A caller that cannot read them (because the file shrank, or it has no round left) knows less than the whole: what it
/// lacks is unknown.
///
/// # Errors
/// What is wrong with the file, and where; never [`ElfError::NotRead`].
pub fn next_ranges(parts: &Parts<'_>) -> Result<Step, ElfError> {
    let header = match Header::from_parts(parts) {
        Err(ElfError::NotRead { range, .. }) => {
            let head = 0..HEAD.min(parts.file_size());
            let wanted = if parts.has(&head) { range } else { head };
            return Ok(Step::Read(vec![wanted]));
        }
        header => header?,
    };
    let notes = header.notes.iter().map(|segment| ("notes", &segment.file));
    let interpreter = header.interpreter.iter().map(|range| ("PT_INTERP", range));
    let section = header.dynamic.iter().map(|range| ("dynamic section", range));
    if let Some(step) = read_missing(parts, interpreter.chain(section).chain(notes))? {
        return Ok(step);
    }
    let dynamic = header
        .dynamic
        .as_ref()
        .map(|range| read_dynamic(parts, range, &header))
        .transpose()?;
    let tables = dynamic.iter().flat_map(|found| {
        let strings = found.strings.iter().map(|range| ("string table", range));
        let needs = found.version_needs.iter().map(|range| ("version needs", range));
        let definitions = found
            .version_definitions
            .iter()
            .map(|range| ("version definitions", range));
        strings.chain(needs).chain(definitions)
    });
    if let Some(step) = read_missing(parts, tables)? {
        return Ok(step);
    }
    let linkage = Linkage::parse(parts, &header, dynamic.as_ref())?;
    Ok(Step::Done(Box::new(ElfFile {
        header,
        dynamic,
        linkage,
    })))
}

fn read_dynamic(parts: &Parts<'_>, range: &Range<u64>, header: &Header) -> Result<Dynamic, ElfError> {
    Dynamic::parse(parts.get("dynamic section", range)?, header)
}

fn read_missing<'a>(
    parts: &Parts<'_>,
    ranges: impl Iterator<Item = (&'static str, &'a Range<u64>)>,
) -> Result<Option<Step>, ElfError> {
    let mut missing = Vec::new();
    for (what, range) in ranges {
        match parts.get(what, range) {
            Ok(_) => {}
            Err(ElfError::NotRead { range, .. }) => missing.push(range),
            Err(error) => return Err(error),
        }
    }
    Ok((!missing.is_empty()).then(|| Step::Read(parts::merged(missing))))
}

#[cfg(test)]
mod tests;
