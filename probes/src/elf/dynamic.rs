//! The dynamic section, and where the tables it names lie in the file.

use super::reader::Reader;
use super::{Class, ElfError, Header};
use std::ops::Range;

/// The entries of the dynamic section that decide which libraries are loaded.
///
/// Names are offsets into the string table. Tables are file ranges, found through the `PT_LOAD` segments.
/// `DT_VERNEED` and `DT_VERDEF` state a number of entries but no size: their ranges reach to the next address that the dynamic
/// section names or to the end of the segment, and at most 1 MiB ([`MAX_VERSION_TABLE`]). A table that is longer
/// than its range is reported as cut off when it is read.
///
/// Source: System V gABI, "Dynamic Section"; LSB Core, "Symbol Versioning".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dynamic {
    /// `DT_NEEDED`, in order.
    pub needed: Vec<u64>,
    /// `DT_SONAME`.
    pub soname: Option<u64>,
    /// `DT_RPATH`.
    pub rpath: Option<u64>,
    /// `DT_RUNPATH`.
    pub runpath: Option<u64>,
    /// `DT_STRTAB` with `DT_STRSZ`.
    pub strings: Option<Range<u64>>,
    /// `DT_VERNEED`: where the versions needed from other libraries begin.
    pub version_needs: Option<Range<u64>>,
    /// `DT_VERDEF`: where the versions defined here begin.
    pub version_definitions: Option<Range<u64>>,
    /// `DT_VERSYM` is there: every symbol has a version, if only "global".
    pub versioned_symbols: bool,
    /// `DT_FLAGS`.
    pub flags: u64,
    /// `DT_FLAGS_1`.
    pub flags_1: u64,
}

/// Longest version table that is read, in bytes. The C library's have about 1 KiB.
pub const MAX_VERSION_TABLE: u64 = 1 << 20;
/// Longest string table that is read, in bytes. LLVM's has 3 MiB.
pub const MAX_STRINGS: u64 = 32 << 20;
/// Libraries that one object may need.
const MAX_NEEDED: u64 = 4096;

const DF_1_NODEFLIB: u64 = 0x800;
const DF_1_PIE: u64 = 0x0800_0000;

impl Dynamic {
    /// Reads the bytes of the `PT_DYNAMIC` segment, up to the `DT_NULL` that ends it.
    ///
    /// # Errors
    /// When the section has no end, names an address outside the file, or exceeds a limit.
    pub fn parse(bytes: &[u8], header: &Header) -> Result<Dynamic, ElfError> {
        let section = header.dynamic.as_ref().map_or(0, |range| range.start);
        let (class, endian) = (header.abi.class, header.abi.endian);
        let reader = Reader {
            what: "dynamic section",
            base: section,
            bytes,
            class,
            endian,
        };
        let mut found = Dynamic::default();
        let mut tables = Tables::default();
        let word = if class == Class::Elf32 { 4 } else { 8 };
        let mut at = 0;
        loop {
            let (tag, value) = (reader.word(at)?, reader.word(at + word)?);
            at += 2 * word;
            if tag == 0 {
                break;
            }
            found.add(tag, value)?;
            tables.add(tag, value);
        }
        tables.place(&mut found, header)?;
        Ok(found)
    }

    /// Whether the linker marked the file as a position-independent executable (`DF_1_PIE`).
    pub fn is_pie(&self) -> bool {
        self.flags_1 & DF_1_PIE != 0
    }

    /// Whether the default directories are not searched for what this object needs (`-z nodefaultlib`).
    pub fn ignores_default_directories(&self) -> bool {
        self.flags_1 & DF_1_NODEFLIB != 0
    }

    fn add(&mut self, tag: u64, value: u64) -> Result<(), ElfError> {
        match tag {
            1 => self.needed.push(value),
            14 => self.soname = Some(value),
            15 => self.rpath = Some(value),
            29 => self.runpath = Some(value),
            30 => self.flags = value,
            0x6fff_fffb => self.flags_1 = value,
            0x6fff_fff0 => self.versioned_symbols = true,
            _ => {}
        }
        let count = self.needed.len() as u64;
        if count > MAX_NEEDED {
            return Err(ElfError::TooMany {
                what: "DT_NEEDED",
                count,
                limit: MAX_NEEDED,
            });
        }
        Ok(())
    }
}

/// Addresses as the section states them, before they are looked up in the file.
#[derive(Default)]
struct Tables {
    strings: Option<u64>,
    strings_size: u64,
    version_needs: Option<u64>,
    version_definitions: Option<u64>,
    addresses: Vec<u64>,
}

impl Tables {
    fn add(&mut self, tag: u64, value: u64) {
        match tag {
            5 => self.strings = Some(value),
            10 => self.strings_size = value,
            0x6fff_fffc => self.version_definitions = Some(value),
            0x6fff_fffe => self.version_needs = Some(value),
            _ => {}
        }
        if is_address(tag) {
            self.addresses.push(value);
        }
    }

    fn place(&self, found: &mut Dynamic, header: &Header) -> Result<(), ElfError> {
        if let Some(address) = self.strings {
            if self.strings_size > MAX_STRINGS {
                let what = "bytes of the string table";
                return Err(ElfError::TooMany {
                    what,
                    count: self.strings_size,
                    limit: MAX_STRINGS,
                });
            }
            let segment = header.file_range("string table", address)?;
            let end = segment.start.saturating_add(self.strings_size);
            if end > segment.end {
                return Err(ElfError::CutOff {
                    what: "string table",
                    at: segment.start,
                });
            }
            found.strings = Some(segment.start..end);
        }
        let place = |what, address: Option<u64>| address.map(|at| self.bounded(what, at, header)).transpose();
        found.version_needs = place("version needs", self.version_needs)?;
        found.version_definitions = place("version definitions", self.version_definitions)?;
        Ok(())
    }

    fn bounded(&self, what: &'static str, address: u64, header: &Header) -> Result<Range<u64>, ElfError> {
        let segment = header.file_range(what, address)?;
        let next = self.addresses.iter().filter(|other| **other > address).min();
        let room = next.map_or(MAX_VERSION_TABLE, |next| (next - address).min(MAX_VERSION_TABLE));
        Ok(segment.start..segment.end.min(segment.start.saturating_add(room)))
    }
}

/// Tags whose value is the address of a table: those that binutils, lld and mold lay out beside the version tables.
fn is_address(tag: u64) -> bool {
    const TABLES: [u64; 18] = [
        3,           // DT_PLTGOT
        4,           // DT_HASH
        5,           // DT_STRTAB
        6,           // DT_SYMTAB
        7,           // DT_RELA
        12,          // DT_INIT
        13,          // DT_FINI
        17,          // DT_REL
        23,          // DT_JMPREL
        25,          // DT_INIT_ARRAY
        26,          // DT_FINI_ARRAY
        32,          // DT_PREINIT_ARRAY
        36,          // DT_RELR
        0x6fff_fef5, // DT_GNU_HASH
        0x6fff_fff0, // DT_VERSYM
        0x6fff_fffc, // DT_VERDEF
        0x6fff_fffe, // DT_VERNEED
        0x6fff_fefe, // DT_MOVETAB
    ];
    TABLES.contains(&tag)
}
