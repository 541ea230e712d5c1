//! What an object asks of the dynamic loader, and what it offers to other objects.

use super::musl::foreign_names;
use super::reader::Reader;
use super::{Abi, DefinedNode, Dynamic, ElfError, Header, Kind, Notes, Parts, VersionNeed, versions};
use std::ops::Range;

/// What an object asks of the dynamic loader, and what it offers to other objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linkage {
    /// The machine it is made for.
    pub abi: Abi,
    /// What the file is for.
    pub kind: Kind,
    /// It has a dynamic section. A statically linked program and a kernel module have none.
    pub dynamic: bool,
    /// A position-independent executable, so marked by the linker.
    pub pie: bool,
    /// Path of the program interpreter. A shared library seldom has one, a static program never.
    pub interpreter: Option<String>,
    /// Names of the libraries it needs, in order.
    pub needed: Vec<String>,
    /// The name under which others need it.
    pub soname: Option<String>,
    /// `DT_RPATH`: directories, separated by colons.
    pub rpath: Option<String>,
    /// `DT_RUNPATH`: directories, separated by colons.
    pub runpath: Option<String>,
    /// It is not looked for in the default directories what this object needs (`-z nodefaultlib`).
    pub ignores_default_directories: bool,
    /// The versions it needs, by library.
    pub version_needs: Vec<VersionNeed>,
    /// The versions it defines. Absent when it has no such table, which the loader takes for "any version".
    pub version_definitions: Option<Vec<DefinedNode>>,
    /// Its symbols have versions, if only "global" (`DT_VERSYM`).
    pub versioned_symbols: bool,
    /// Names in a file for musl that only glibc defines, some of them where there are many.
    pub names_of_glibc: Vec<String>,
    /// What its notes say.
    pub notes: Notes,
}

const MAX_PATH: u64 = 4096;
const MAX_SEARCH_PATH: u64 = 64 << 10;

impl Linkage {
    /// Reads the strings, version tables, notes and the interpreter of an object whose header and dynamic section are known.
    ///
    /// # Errors
    /// [`ElfError::NotRead`] when a range is missing in `parts`; otherwise what is wrong with the file.
    pub fn parse(parts: &Parts<'_>, header: &Header, dynamic: Option<&Dynamic>) -> Result<Linkage, ElfError> {
        let object = Object { parts, header };
        let nothing = Dynamic::default();
        let tables = dynamic.unwrap_or(&nothing);
        let strings = object.reader("string table", tables.strings.clone().unwrap_or(0..0))?;
        let name = |what, at: u64| strings.string(what, at, MAX_PATH).map(str::to_owned);
        let path = |what, at: u64| strings.string(what, at, MAX_SEARCH_PATH).map(str::to_owned);
        let needs = object.table("version needs", tables.version_needs.as_ref())?;
        let definitions = object.table("version definitions", tables.version_definitions.as_ref())?;
        let interpreter = object.interpreter()?;
        let needed = tables.needed.iter().map(|at| name("DT_NEEDED", *at));
        let needed: Vec<String> = needed.collect::<Result<_, _>>()?;
        Ok(Linkage {
            abi: header.abi,
            kind: header.kind,
            dynamic: dynamic.is_some(),
            pie: tables.is_pie(),
            names_of_glibc: foreign_names(strings.bytes, &needed, interpreter.as_deref()),
            interpreter,
            needed,
            soname: tables.soname.map(|at| name("DT_SONAME", at)).transpose()?,
            rpath: tables.rpath.map(|at| path("DT_RPATH", at)).transpose()?,
            runpath: tables.runpath.map(|at| path("DT_RUNPATH", at)).transpose()?,
            ignores_default_directories: tables.ignores_default_directories(),
            version_needs: needs.map_or(Ok(Vec::new()), |table| versions::needs(&table, &strings))?,
            version_definitions: definitions
                .map(|table| versions::definitions(&table, &strings))
                .transpose()?,
            versioned_symbols: tables.versioned_symbols,
            notes: object.notes()?,
        })
    }
}

/// The ranges read so far, with what is needed to read numbers out of them.
struct Object<'a> {
    parts: &'a Parts<'a>,
    header: &'a Header,
}

impl<'a> Object<'a> {
    fn reader(&self, what: &'static str, range: Range<u64>) -> Result<Reader<'a>, ElfError> {
        let bytes = self.parts.get(what, &range)?;
        let Abi { class, endian, .. } = self.header.abi;
        Ok(Reader {
            what,
            base: range.start,
            bytes,
            class,
            endian,
        })
    }

    fn table(&self, what: &'static str, range: Option<&Range<u64>>) -> Result<Option<Reader<'a>>, ElfError> {
        range.map(|range| self.reader(what, range.clone())).transpose()
    }

    fn interpreter(&self) -> Result<Option<String>, ElfError> {
        let segment = self.table("PT_INTERP", self.header.interpreter.as_ref())?;
        segment
            .map(|segment| segment.string("PT_INTERP", 0, MAX_PATH).map(str::to_owned))
            .transpose()
    }

    fn notes(&self) -> Result<Notes, ElfError> {
        let mut notes = Notes::default();
        for segment in &self.header.notes {
            let reader = self.reader("notes", segment.file.clone())?;
            notes.add(&reader, segment.align, &self.header.abi)?;
        }
        Ok(notes)
    }
}
