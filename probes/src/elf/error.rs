//! What can be wrong with the bytes of an ELF file.

use std::ops::Range;

/// Why the bytes do not say what was asked of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ElfError {
    /// The file does not begin with the ELF magic.
    #[error("not an ELF file")]
    NotElf,
    /// The bytes needed next were not handed over; reading this range of the file helps.
    #[error("{what}: bytes {}..{} of the file were not read", range.start, range.end)]
    NotRead {
        /// The structure that lies there.
        what: &'static str,
        /// File offsets.
        range: Range<u64>,
    },
    /// A structure reaches past the end of the file, or past the table that holds it.
    #[error("{what} at file offset {at} is cut off")]
    CutOff {
        /// The structure.
        what: &'static str,
        /// Its file offset.
        at: u64,
    },
    /// A number in the file exceeds what this reader is willing to follow.
    #[error("{what}: {count} exceeds the limit of {limit}")]
    TooMany {
        /// What is counted; tables are counted in bytes.
        what: &'static str,
        /// What the file claims.
        count: u64,
        /// The limit.
        limit: u64,
    },
    /// A value that the specification does not define, or that contradicts another one.
    #[error("{what}: unexpected value {value:#x} at file offset {at}")]
    Invalid {
        /// The field.
        what: &'static str,
        /// Its value.
        value: u64,
        /// Its file offset.
        at: u64,
    },
    /// A segment occupies memory but no bytes of this file, as in detached debug information.
    #[error("{what} has no bytes in this file (detached debug information?)")]
    NoContents {
        /// The segment.
        what: &'static str,
    },
    /// A virtual address lies in no loadable segment of the file.
    #[error("{what}: address {address:#x} is not backed by the file")]
    NotMapped {
        /// The table that the address should lead to.
        what: &'static str,
        /// The virtual address.
        address: u64,
    },
    /// A string is not UTF-8.
    #[error("{what} at file offset {at} is not UTF-8")]
    NotText {
        /// What the string names.
        what: &'static str,
        /// Its file offset.
        at: u64,
    },
}
