//! Symbol versions: what an object needs from which library, and what it defines.
//!
//! Both tables are chains that the loader follows by their `next` fields; the entry counts of the dynamic section are
//! not consulted, here as there. Source: LSB Core, "Symbol Versioning".

use super::ElfError;
use super::reader::Reader;

/// The versions that an object needs from one library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionNeed {
    /// Name of the library as in `DT_NEEDED`.
    pub soname: String,
    /// The versions, in file order.
    pub nodes: Vec<NeededNode>,
}

/// One version that an object needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeededNode {
    /// Its name, such as `GLIBC_2.34`.
    pub name: String,
    /// Only weak references use it: the loader warns where it is missing, and goes on (`VER_FLG_WEAK`).
    pub weak: bool,
}

/// One version that a library defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedNode {
    /// Its name.
    pub name: String,
    /// It names the library itself and no version of a symbol (`VER_FLG_BASE`).
    pub base: bool,
}

/// Versions that are read from one object at most.
const MAX_NODES: usize = 16_384;
const MAX_NAME: u64 = 4096;
const BASE: u16 = 1;
const WEAK: u16 = 2;

/// Reads the chain of needed versions that begins with the first byte of `table`.
pub(super) fn needs(table: &Reader<'_>, strings: &Reader<'_>) -> Result<Vec<VersionNeed>, ElfError> {
    let mut needs = Vec::new();
    let mut nodes = 0;
    let mut at = 0;
    loop {
        expect_version_1(table, at)?;
        let library = name(strings, "library of a version need", table.u32(at + 4)?)?;
        let mut need = VersionNeed {
            soname: library,
            nodes: Vec::new(),
        };
        let mut aux = step(table, at, table.u32(at + 8)?)?;
        loop {
            nodes = counted(nodes)?;
            let weak = table.u16(aux + 4)? & WEAK != 0;
            need.nodes.push(NeededNode {
                name: name(strings, "needed version", table.u32(aux + 8)?)?,
                weak,
            });
            match table.u32(aux + 12)? {
                0 => break,
                next => aux = step(table, aux, next)?,
            }
        }
        needs.push(need);
        match table.u32(at + 12)? {
            0 => return Ok(needs),
            next => at = step(table, at, next)?,
        }
    }
}

/// Reads the chain of defined versions that begins with the first byte of `table`.
pub(super) fn definitions(table: &Reader<'_>, strings: &Reader<'_>) -> Result<Vec<DefinedNode>, ElfError> {
    let mut nodes = Vec::new();
    let mut at = 0;
    loop {
        counted(nodes.len())?;
        expect_version_1(table, at)?;
        let base = table.u16(at + 2)? & BASE != 0;
        let aux = step(table, at, table.u32(at + 12)?)?;
        nodes.push(DefinedNode {
            name: name(strings, "defined version", table.u32(aux)?)?,
            base,
        });
        match table.u32(at + 16)? {
            0 => return Ok(nodes),
            next => at = step(table, at, next)?,
        }
    }
}

fn name(strings: &Reader<'_>, what: &'static str, offset: u32) -> Result<String, ElfError> {
    strings
        .string(what, u64::from(offset), MAX_NAME)
        .map(str::to_owned)
}

fn counted(nodes: usize) -> Result<usize, ElfError> {
    if nodes >= MAX_NODES {
        let limit = MAX_NODES as u64;
        return Err(ElfError::TooMany {
            what: "symbol versions",
            count: limit + 1,
            limit,
        });
    }
    Ok(nodes + 1)
}

/// The position `distance` bytes on: a chain only runs forward, so that it ends.
fn step(table: &Reader<'_>, at: u64, distance: u32) -> Result<u64, ElfError> {
    at.checked_add(u64::from(distance)).ok_or(ElfError::CutOff {
        what: table.what,
        at: table.base,
    })
}

fn expect_version_1(table: &Reader<'_>, at: u64) -> Result<(), ElfError> {
    match table.u16(at)? {
        1 => Ok(()),
        other => Err(ElfError::Invalid {
            what: "version of a symbol version entry",
            value: u64::from(other),
            at: table.base.saturating_add(at),
        }),
    }
}
