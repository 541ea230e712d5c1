//! `/etc/ld.so.cache`: which file glibc's loader opens for which library name.
//!
//! Source: glibc, sysdeps/generic/dl-cache.h, which describes both formats and the extension sections.

use std::fmt;

/// The cache as `ldconfig` wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LdCache {
    /// Entries in file order, which is the order of preference among entries of one name.
    pub entries: Vec<CacheEntry>,
}

/// One library in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheEntry {
    /// The name that objects need.
    pub soname: String,
    /// The file to open for it.
    pub path: String,
    /// Kind of library in the low byte, required ABI in the next (`FLAG_ELF_LIBC6`, `FLAG_X8664_LIB64` …).
    pub flags: u32,
    /// Oldest kernel, as three bytes; 0 for any. glibc 2.37 and later write 0 and do not look.
    pub os_version: u32,
    /// The `glibc-hwcaps` subdirectory it lies in, such as `x86-64-v3`.
    pub hwcaps: Option<String>,
    /// Capability bits of the scheme before glibc 2.33; 0 for any processor.
    pub legacy_hwcap: u64,
}

/// Why the bytes are no loader cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// Neither of the two magics.
    #[error("ld.so.cache: unknown format")]
    Magic,
    /// A table or string reaches past the end.
    #[error("ld.so.cache: {what} at offset {at} is cut off")]
    CutOff {
        /// What is cut off.
        what: &'static str,
        /// Offset in the file.
        at: usize,
    },
    /// More than is reasonable.
    #[error("ld.so.cache: {what}: {count} exceeds the limit of {limit}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// What the file claims.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A string is not UTF-8.
    #[error("ld.so.cache: the string at offset {at} is not UTF-8")]
    NotText {
        /// Offset in the file.
        at: usize,
    },
    /// An entry names a `glibc-hwcaps` subdirectory that the file does not list.
    #[error("ld.so.cache: entry {entry} refers to hwcaps subdirectory {index}, which is not listed")]
    Hwcaps {
        /// Number of the entry, from 0.
        entry: usize,
        /// The subdirectory's number.
        index: u32,
    },
}

const OLD_MAGIC: &[u8] = b"ld.so-1.7.0";
const NEW_MAGIC: &[u8] = b"glibc-ld.so.cache1.1";
const OLD_HEADER: usize = 16;
const OLD_ENTRY: usize = 12;
const NEW_HEADER: usize = 48;
const NEW_ENTRY: usize = 24;
const EXTENSION_MAGIC: u32 = 0xeaa4_2174;
const EXTENSION_HWCAPS: u32 = 1;
const HWCAP_EXTENSION: u32 = 1 << 30;
/// Bits of the upper half of `hwcap` that may hold an ISA level beside [`HWCAP_EXTENSION`].
const HWCAP_ISA_LEVEL: u32 = (1 << 10) - 1;

const MAX_ENTRIES: usize = 1 << 16;
const MAX_EXTENSIONS: usize = 64;
const MAX_HWCAPS: usize = 1024;
const MAX_STRING: usize = 4096;
const MAX_TEXT: usize = 64 << 20;

impl LdCache {
    /// Reads the file: the new format, the old one, or the old one with the new one behind it.
    ///
    /// # Errors
    /// When it is neither, or any part of it does not lie inside the file.
    pub fn parse(bytes: &[u8]) -> Result<LdCache, CacheError> {
        if bytes.starts_with(NEW_MAGIC) {
            return new_format(bytes, bytes);
        }
        if !bytes.starts_with(OLD_MAGIC) {
            return Err(CacheError::Magic);
        }
        let table = old_table(bytes)?;
        let end = OLD_HEADER + table.count * OLD_ENTRY;
        match bytes.get(end.next_multiple_of(8)..) {
            Some(embedded) if embedded.starts_with(NEW_MAGIC) => new_format(embedded, bytes),
            _ => old_format(&table, end),
        }
    }
}

impl CacheEntry {
    /// Kind and ABI in the words of `ldconfig -p`, such as `libc6,x86-64`.
    pub fn label(&self) -> String {
        let kind = match self.flags & 0xff {
            0 => "libc4",
            1 => "ELF",
            2 => "libc5",
            3 => "libc6",
            _ => "unknown",
        };
        let abi = match self.flags >> 8 {
            0 => "",
            1 | 4 | 5 => ",64bit",
            2 => ",IA-64",
            3 => ",x86-64",
            6 => ",N32",
            7 => ",N64",
            8 => ",x32",
            9 => ",hard-float",
            0xa => ",AArch64",
            0xb | 0xf | 0x11 => ",soft-float",
            0xc => ",nan2008",
            0xd => ",N32,nan2008",
            0xe => ",N64,nan2008",
            0x10 | 0x12 => ",double-float",
            other => return format!("{kind},{other}"),
        };
        format!("{kind}{abi}")
    }
}

impl fmt::Display for CacheEntry {
    /// As `ldconfig -p` prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.soname, self.label())?;
        if let Some(hwcaps) = &self.hwcaps {
            write!(f, ", hwcap: \"{hwcaps}\"")?;
        } else if self.legacy_hwcap != 0 {
            write!(f, ", hwcap: {:#018x}", self.legacy_hwcap)?;
        }
        write!(f, ") => {}", self.path)
    }
}

/// A table of entries: bytes, their order, and how many there are.
struct Table<'a> {
    bytes: &'a [u8],
    big: bool,
    count: usize,
}

impl Table<'_> {
    fn u32(&self, what: &'static str, at: usize) -> Result<u32, CacheError> {
        let bytes = at.checked_add(4).and_then(|end| self.bytes.get(at..end));
        let bytes = bytes
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(CacheError::CutOff { what, at })?;
        Ok(if self.big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    fn offset(&self, what: &'static str, at: usize) -> Result<usize, CacheError> {
        usize::try_from(self.u32(what, at)?).map_err(|_| CacheError::CutOff { what, at })
    }

    fn string(&self, at: usize) -> Result<&str, CacheError> {
        std::str::from_utf8(self.raw_string(at)?).map_err(|_| CacheError::NotText { at })
    }

    fn raw_string(&self, at: usize) -> Result<&[u8], CacheError> {
        let cut_off = CacheError::CutOff { what: "string", at };
        let rest = self.bytes.get(at..).ok_or(cut_off.clone())?;
        let window = rest.get(..MAX_STRING).unwrap_or(rest);
        let text = window
            .split(|byte| *byte == 0)
            .next()
            .filter(|text| text.len() < window.len());
        text.ok_or(cut_off)
    }
}

/// Sums up the strings taken out of a file, so that entries sharing their strings cannot multiply it.
fn budgeted(total: &mut usize, entry: &CacheEntry) -> Result<(), CacheError> {
    *total = total
        .saturating_add(entry.soname.len())
        .saturating_add(entry.path.len());
    if *total > MAX_TEXT {
        return Err(CacheError::TooMany {
            what: "bytes of strings",
            count: *total,
            limit: MAX_TEXT,
        });
    }
    Ok(())
}

/// The table whose count stands at `at`, in the byte order in which its entries fit into the file.
fn table(
    bytes: &[u8],
    at: usize,
    header: usize,
    entry: usize,
    big: Option<bool>,
) -> Result<Table<'_>, CacheError> {
    let candidates: &[bool] = match big {
        Some(true) => &[true],
        Some(false) => &[false],
        None => &[false, true],
    };
    let mut smallest = usize::MAX;
    for &big in candidates {
        let mut table = Table { bytes, big, count: 0 };
        table.count = table.offset("number of entries", at)?;
        smallest = smallest.min(table.count);
        let fits = table
            .count
            .checked_mul(entry)
            .and_then(|size| size.checked_add(header));
        if table.count <= MAX_ENTRIES && fits.is_some_and(|end| end <= bytes.len()) {
            return Ok(table);
        }
    }
    if smallest > MAX_ENTRIES {
        return Err(CacheError::TooMany {
            what: "entries",
            count: smallest,
            limit: MAX_ENTRIES,
        });
    }
    Err(CacheError::CutOff {
        what: "table of entries",
        at: header,
    })
}

fn old_table(bytes: &[u8]) -> Result<Table<'_>, CacheError> {
    table(bytes, 12, OLD_HEADER, OLD_ENTRY, None)
}

fn old_format(table: &Table<'_>, strings: usize) -> Result<LdCache, CacheError> {
    let mut entries = Vec::with_capacity(table.count);
    let mut total = 0;
    for index in 0..table.count {
        let at = OLD_HEADER + index * OLD_ENTRY;
        let text = |field| {
            let offset = table.offset("entry", field)?;
            table.string(strings.saturating_add(offset)).map(str::to_owned)
        };
        let entry = CacheEntry {
            flags: table.u32("entry", at)?,
            soname: text(at + 4)?,
            path: text(at + 8)?,
            os_version: 0,
            hwcaps: None,
            legacy_hwcap: 0,
        };
        budgeted(&mut total, &entry)?;
        entries.push(entry);
    }
    Ok(LdCache { entries })
}

/// Reads the new format out of `bytes`, the end of `file` or all of it.
fn new_format(bytes: &[u8], file: &[u8]) -> Result<LdCache, CacheError> {
    // Bits 0 and 1: byte order, 0 where the writer was too old to say.
    let order = bytes.get(28).ok_or(CacheError::CutOff {
        what: "header",
        at: 28,
    })? & 3;
    let big = match order {
        2 => Some(false),
        3 => Some(true),
        _ => None,
    };
    let table = table(bytes, 20, NEW_HEADER, NEW_ENTRY, big)?;
    let start = table.offset("header", 32)?;
    let subdirectories = hwcaps_subdirectories(&Table { bytes: file, ..table }, start)?;
    let mut entries = Vec::with_capacity(table.count);
    let mut total = 0;
    for index in 0..table.count {
        let at = NEW_HEADER + index * NEW_ENTRY;
        let text = |field| table.string(table.offset("entry", field)?).map(str::to_owned);
        let (first, second) = (table.u32("entry", at + 16)?, table.u32("entry", at + 20)?);
        let (low, high) = if table.big {
            (second, first)
        } else {
            (first, second)
        };
        let extended = high & !HWCAP_ISA_LEVEL == HWCAP_EXTENSION;
        let hwcaps = extended.then(|| {
            let name = usize::try_from(low)
                .ok()
                .and_then(|index| subdirectories.get(index));
            name.cloned().ok_or(CacheError::Hwcaps {
                entry: index,
                index: low,
            })
        });
        let entry = CacheEntry {
            flags: table.u32("entry", at)?,
            soname: text(at + 4)?,
            path: text(at + 8)?,
            os_version: table.u32("entry", at + 12)?,
            hwcaps: hwcaps.transpose()?,
            legacy_hwcap: if extended {
                0
            } else {
                u64::from(high) << 32 | u64::from(low)
            },
        };
        budgeted(&mut total, &entry)?;
        entries.push(entry);
    }
    Ok(LdCache { entries })
}

/// Names of the `glibc-hwcaps` subdirectories, from the extension of that kind; none in files of glibc before 2.33.
///
/// Its offsets count from the start of the file, even behind an old-format cache, where `ldconfig` writes the offsets of the
/// names as if they counted from the new header. The loader and `ldconfig -p` then see a wrong name, which no processor
/// supports, and so does this function: hence names that need not be text.
fn hwcaps_subdirectories(table: &Table<'_>, start: usize) -> Result<Vec<String>, CacheError> {
    if start == 0 || table.u32("extensions", start)? != EXTENSION_MAGIC {
        return Ok(Vec::new());
    }
    let count = table.offset("extensions", start.saturating_add(4))?;
    if count > MAX_EXTENSIONS {
        return Err(CacheError::TooMany {
            what: "extensions",
            count,
            limit: MAX_EXTENSIONS,
        });
    }
    for index in 0..count {
        let at = start.saturating_add(8 + 16 * index);
        if table.u32("extension", at)? == EXTENSION_HWCAPS {
            let offset = table.offset("extension", at.saturating_add(8))?;
            let count = table.offset("extension", at.saturating_add(12))? / 4;
            if count > MAX_HWCAPS {
                return Err(CacheError::TooMany {
                    what: "hwcaps subdirectories",
                    count,
                    limit: MAX_HWCAPS,
                });
            }
            let name = |index| {
                let at = table.offset("hwcaps subdirectory", offset.saturating_add(4 * index))?;
                table
                    .raw_string(at)
                    .map(|name| String::from_utf8_lossy(name).into_owned())
            };
            return (0..count).map(name).collect();
        }
    }
    Ok(Vec::new())
}

#[cfg(test)]
#[path = "cache_tests.rs"]
mod tests;
