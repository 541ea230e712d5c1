//! The ELF header and the program headers: what the kernel and the loader look at first.

use super::abi::EM_ARM;
use super::reader::{Reader, range_of};
use super::{Abi, ArmFloat, Class, ElfError, Endian, Parts};
use std::ops::Range;

/// What the file is for (`e_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Relocatable: an object file or a kernel module.
    Relocatable,
    /// An executable at a fixed address.
    Executable,
    /// A shared library or a position-independent executable.
    Dynamic,
    /// A core dump.
    Core,
    /// Another number.
    Other(u16),
}

/// Bytes of the file that become memory (`PT_LOAD`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// First virtual address.
    pub address: u64,
    /// File offsets; the rest of the segment's memory is zero.
    pub file: Range<u64>,
}

/// A segment of notes (`PT_NOTE` or `PT_GNU_PROPERTY`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSegment {
    /// File offsets.
    pub file: Range<u64>,
    /// Alignment of the notes inside: 4 or 8 bytes.
    pub align: u64,
}

/// The ELF header and the program headers of one file. Ranges are file offsets and lie inside the file.
///
/// Source: System V gABI, chapters "ELF Header" and "Program Header".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The machine the file is made for.
    pub abi: Abi,
    /// `EI_OSABI`: 0 System V, 3 GNU/Linux, 9 FreeBSD …
    pub os_abi: u8,
    /// What the file is for.
    pub kind: Kind,
    /// Path of the program interpreter, with its NUL (`PT_INTERP`).
    pub interpreter: Option<Range<u64>>,
    /// The dynamic section (`PT_DYNAMIC`); absent in a file that needs no dynamic loader.
    pub dynamic: Option<Range<u64>>,
    /// Loadable segments in file order.
    pub loads: Vec<Load>,
    /// Largest alignment of a loadable segment in bytes: the kernel's page size must not exceed it.
    pub page_size: u64,
    /// Note segments in file order.
    pub notes: Vec<NoteSegment>,
}

/// Program headers that are read at most.
const MAX_SEGMENTS: u64 = 4096;
/// Bytes of the dynamic section, the interpreter's path and one note segment that are read at most.
const MAX_DYNAMIC: u64 = 1 << 20;
const MAX_INTERPRETER: u64 = 4097;
const MAX_NOTES: u64 = 1 << 20;
/// Note segments of one file; linkers write up to four.
const MAX_NOTE_SEGMENTS: u64 = 64;
const PT_LOAD: u32 = 1;
const PT_DYNAMIC: u32 = 2;
const PT_INTERP: u32 = 3;
const PT_NOTE: u32 = 4;
const PT_GNU_PROPERTY: u32 = 0x6474_e553;
const PN_XNUM: u16 = 0xffff;

impl Header {
    /// Reads both from the first bytes of a file; the first KiB nearly always holds them.
    ///
    /// # Errors
    /// [`ElfError::NotRead`] names the range that is missing when `head` is too short or the program headers lie elsewhere.
    pub fn parse(head: &[u8], file_size: u64) -> Result<Header, ElfError> {
        Self::from_parts(&Parts::head(head, file_size))
    }

    /// Reads both from the ranges read so far.
    ///
    /// # Errors
    /// As [`Header::parse`].
    pub fn from_parts(parts: &Parts<'_>) -> Result<Header, ElfError> {
        let (class, endian, os_abi) = identification(parts)?;
        let layout = Layout::of(class);
        let bytes = parts.get("ELF header", &(0..layout.header))?;
        let header = Reader {
            what: "ELF header",
            base: 0,
            bytes,
            class,
            endian,
        };
        let machine = header.u16(18)?;
        let arm_float = if machine == EM_ARM {
            arm_float(header.u32(layout.flags)?)
        } else {
            None
        };
        let abi = Abi {
            class,
            endian,
            machine,
            arm_float,
        };
        let mut found = Header {
            abi,
            os_abi,
            kind: kind(header.u16(16)?),
            interpreter: None,
            dynamic: None,
            loads: Vec::new(),
            page_size: 0,
            notes: Vec::new(),
        };
        let offset = header.word(layout.program_headers)?;
        let entry_size = u64::from(header.u16(layout.entry_size)?);
        let count = header.u16(layout.entry_size + 2)?;
        if found.kind == Kind::Core || offset == 0 || count == 0 {
            return Ok(found);
        }
        if count == PN_XNUM || u64::from(count) > MAX_SEGMENTS {
            let count = u64::from(count);
            return Err(ElfError::TooMany {
                what: "program headers",
                count,
                limit: MAX_SEGMENTS,
            });
        }
        if entry_size != layout.entry {
            return Err(ElfError::Invalid {
                what: "e_phentsize",
                value: entry_size,
                at: layout.entry_size,
            });
        }
        let range = range_of("program headers", offset, u64::from(count) * entry_size)?;
        let bytes = parts.get("program headers", &range)?;
        let table = Reader {
            what: "program headers",
            base: offset,
            bytes,
            class,
            endian,
        };
        for index in 0..u64::from(count) {
            found.add_segment(&table, index * entry_size, &layout, parts.file_size())?;
        }
        Ok(found)
    }

    /// Where in the file the virtual address is, with the bytes that follow it in its segment.
    ///
    /// # Errors
    /// [`ElfError::NotMapped`] when no loadable segment has it in the file.
    pub fn file_range(&self, what: &'static str, address: u64) -> Result<Range<u64>, ElfError> {
        self.loads
            .iter()
            .find_map(|load| {
                let start = load.file.start.checked_add(address.checked_sub(load.address)?)?;
                load.file.contains(&start).then_some(start..load.file.end)
            })
            .ok_or(ElfError::NotMapped { what, address })
    }

    fn add_segment(
        &mut self,
        table: &Reader<'_>,
        at: u64,
        layout: &Layout,
        file_size: u64,
    ) -> Result<(), ElfError> {
        let kind = table.u32(at)?;
        let what = match kind {
            PT_LOAD => "PT_LOAD",
            PT_DYNAMIC => "PT_DYNAMIC",
            PT_INTERP => "PT_INTERP",
            PT_NOTE => "PT_NOTE",
            PT_GNU_PROPERTY => "PT_GNU_PROPERTY",
            _ => return Ok(()),
        };
        let offset = table.word(at + layout.p_offset)?;
        let size = table.word(at + layout.p_filesz)?;
        let memory = table.word(at + layout.p_memsz)?;
        let align = table.word(at + layout.p_align)?;
        let file = range_of(what, offset, size)?;
        let contents = |limit| {
            if size == 0 && memory > 0 {
                Err(ElfError::NoContents { what })
            } else if size > limit {
                Err(ElfError::TooMany {
                    what,
                    count: size,
                    limit,
                })
            } else if file.end > file_size {
                Err(ElfError::CutOff { what, at: offset })
            } else {
                Ok(file.clone())
            }
        };
        match kind {
            PT_LOAD => {
                self.page_size = self.page_size.max(align);
                let address = table.word(at + layout.p_vaddr)?;
                // A segment may lie behind the end of a file cut short; what it holds is checked when it is used.
                self.loads.push(Load { address, file });
            }
            PT_DYNAMIC => self.dynamic = Some(contents(MAX_DYNAMIC)?),
            PT_INTERP => self.interpreter = Some(contents(MAX_INTERPRETER)?),
            _ if size == 0 => {}
            _ => self.notes.push(NoteSegment {
                file: contents(MAX_NOTES)?,
                align: if align == 8 { 8 } else { 4 },
            }),
        }
        let count = self.notes.len() as u64;
        if count > MAX_NOTE_SEGMENTS {
            return Err(ElfError::TooMany {
                what: "note segments",
                count,
                limit: MAX_NOTE_SEGMENTS,
            });
        }
        Ok(())
    }
}

/// Offsets that differ between the classes.
struct Layout {
    header: u64,
    program_headers: u64,
    flags: u64,
    entry_size: u64,
    entry: u64,
    p_offset: u64,
    p_vaddr: u64,
    p_filesz: u64,
    p_memsz: u64,
    p_align: u64,
}

impl Layout {
    fn of(class: Class) -> Self {
        match class {
            Class::Elf32 => Self {
                header: 52,
                program_headers: 28,
                flags: 36,
                entry_size: 42,
                entry: 32,
                p_offset: 4,
                p_vaddr: 8,
                p_filesz: 16,
                p_memsz: 20,
                p_align: 28,
            },
            Class::Elf64 => Self {
                header: 64,
                program_headers: 32,
                flags: 48,
                entry_size: 54,
                entry: 56,
                p_offset: 8,
                p_vaddr: 16,
                p_filesz: 32,
                p_memsz: 40,
                p_align: 48,
            },
        }
    }
}

fn identification(parts: &Parts<'_>) -> Result<(Class, Endian, u8), ElfError> {
    if parts.file_size() < 16 {
        return Err(ElfError::NotElf);
    }
    let bytes = parts.get("ELF identification", &(0..16))?;
    let &[0x7f, b'E', b'L', b'F', class, data, version, os_abi, ..] = bytes else {
        return Err(ElfError::NotElf);
    };
    let invalid = |what, value: u8, at| {
        Err(ElfError::Invalid {
            what,
            value: value.into(),
            at,
        })
    };
    let class = match class {
        1 => Class::Elf32,
        2 => Class::Elf64,
        other => return invalid("EI_CLASS", other, 4),
    };
    let endian = match data {
        1 => Endian::Little,
        2 => Endian::Big,
        other => return invalid("EI_DATA", other, 5),
    };
    if version != 1 {
        return invalid("EI_VERSION", version, 6);
    }
    Ok((class, endian, os_abi))
}

fn kind(value: u16) -> Kind {
    match value {
        1 => Kind::Relocatable,
        2 => Kind::Executable,
        3 => Kind::Dynamic,
        4 => Kind::Core,
        other => Kind::Other(other),
    }
}

fn arm_float(flags: u32) -> Option<ArmFloat> {
    match flags & 0x600 {
        0x200 => Some(ArmFloat::Soft),
        0x400 => Some(ArmFloat::Hard),
        _ => None,
    }
}
