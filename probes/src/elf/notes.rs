//! Notes that say on which machines a file can run at all.

use super::reader::Reader;
use super::{Abi, ElfError};
use crate::cpu::X86Level;

/// What the GNU notes of a file say, as far as a segment loads them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Lowest x86-64 level the code needs (`GNU_PROPERTY_X86_ISA_1_NEEDED`; "Linux Extensions to gABI", x86 psABI).
    pub x86_level: Option<X86Level>,
    /// Oldest Linux kernel the code accepts (`NT_GNU_ABI_TAG`; LSB Core, "ABI note tag").
    pub minimum_kernel: Option<[u32; 3]>,
    /// `NT_GNU_BUILD_ID` in lower-case hexadecimal digits.
    pub build_id: Option<String>,
}

const ABI_TAG: u32 = 1;
const BUILD_ID: u32 = 3;
const PROPERTIES: u32 = 5;
const X86_ISA_1_NEEDED: u32 = 0xc000_8002;

impl Notes {
    /// Adds the notes of one segment, each aligned to `align` bytes.
    pub(super) fn add(&mut self, segment: &Reader<'_>, align: u64, abi: &Abi) -> Result<(), ElfError> {
        let len = segment.bytes.len() as u64;
        let mut at = 0;
        // What is left after the last note is padding, too short for another one.
        while at + 12 <= len {
            let (name_size, size, kind) = (segment.u32(at)?, segment.u32(at + 4)?, segment.u32(at + 8)?);
            let name = segment.slice(at + 12, u64::from(name_size))?;
            let contents = (at + 12 + u64::from(name_size)).next_multiple_of(align);
            let bytes = segment.slice(contents, u64::from(size))?;
            let note = Reader {
                base: segment.base.saturating_add(contents),
                bytes,
                ..*segment
            };
            if name == b"GNU\0" {
                self.add_gnu(kind, &note, abi)?;
            }
            at = (contents + u64::from(size)).next_multiple_of(align);
        }
        Ok(())
    }

    fn add_gnu(&mut self, kind: u32, note: &Reader<'_>, abi: &Abi) -> Result<(), ElfError> {
        match kind {
            ABI_TAG if note.u32(0)? == 0 => {
                self.minimum_kernel = Some([note.u32(4)?, note.u32(8)?, note.u32(12)?]);
            }
            BUILD_ID => self.build_id = Some(note.bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
            PROPERTIES if abi.is_x86() => self.add_properties(note)?,
            _ => {}
        }
        Ok(())
    }

    fn add_properties(&mut self, note: &Reader<'_>) -> Result<(), ElfError> {
        let align = if note.class == super::Class::Elf64 { 8 } else { 4 };
        let len = note.bytes.len() as u64;
        let mut at = 0;
        while at + 8 <= len {
            let (kind, size) = (note.u32(at)?, note.u32(at + 4)?);
            if kind == X86_ISA_1_NEEDED {
                self.x86_level = self.x86_level.max(X86Level::from_isa_bits(note.u32(at + 8)?));
            }
            at = (at + 8 + u64::from(size)).next_multiple_of(align);
        }
        Ok(())
    }
}

impl X86Level {
    /// The highest level among the bits of an ISA property: 1 baseline, 2 v2, 4 v3, 8 v4.
    fn from_isa_bits(bits: u32) -> Option<X86Level> {
        use X86Level::*;
        [(8, V4), (4, V3), (2, V2), (1, V1)]
            .into_iter()
            .find_map(|(bit, level)| (bits & bit != 0).then_some(level))
    }
}
