//! What loading a program comes to.

use crate::cpu::X86Level;
use crate::elf::{Abi, Class};
use std::collections::BTreeMap;

/// What the dynamic loader would do with a program, and everything it would complain about. Lists are in the order in which
/// the loader meets the problems; it stops at the first one that is no warning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadReport {
    /// The program interpreter.
    pub interpreter: Interpreter,
    /// The file chosen for each needed name, and how it was found.
    pub chosen: BTreeMap<String, Chosen>,
    /// Names for which there is no file: an error.
    pub missing: Vec<Missing>,
    /// Files that end the search but cannot be loaded: an error.
    pub rejected: Vec<Rejected>,
    /// Versions that the chosen library does not define: an error, or a warning where the need is weak. glibc only: musl
    /// does not look at version needs (ldso/dynlink.c has no code for `DT_VERNEED`).
    pub missing_nodes: Vec<MissingNode>,
    /// Libraries without any version where one is needed: a warning of glibc, "no version information available"; and an
    /// error where it aborts after that.
    pub unversioned: Vec<Unversioned>,
    /// The highest x86-64 level that a loaded object asks for, and the first object that does. glibc since 2.33 refuses to
    /// load it on a lesser processor.
    pub x86_level: Option<(X86Level, String)>,
    /// What could not be decided, because the inventory does not know. With any of these, the lists above may be too short.
    pub undecided: Vec<Undecided>,
}

/// The state of the program interpreter. The kernel looks for it, before any loader runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Interpreter {
    /// The object names none: a static program or a library.
    #[default]
    None,
    /// It is there, and made for the same machine.
    Found(String),
    /// It is not there: the kernel reports "No such file or directory" about the program.
    Missing(String),
    /// The file cannot interpret this program.
    Rejected(String, Reason),
    /// Not known; the reason is in [`LoadReport::undecided`].
    Undecided(String),
}

/// A file chosen for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The path as the loader puts it together and `ldd` prints it.
    pub path: String,
    /// How it was found.
    pub via: Via,
}

/// How a file was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// The name is a path.
    Path,
    /// `DT_RPATH` of this object (for musl, either kind of path).
    Rpath(String),
    /// `LD_LIBRARY_PATH`.
    LibraryPath,
    /// `DT_RUNPATH` of the object that needs it.
    Runpath,
    /// `ld.so.cache`.
    Cache,
    /// A default directory.
    Default,
    /// It is the program interpreter.
    Interpreter,
    /// The name is the `DT_SONAME` of an object that was loaded under another name.
    Soname,
}

/// A needed name without a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Path of the object that needs it.
    pub needed_by: String,
    /// The name.
    pub soname: String,
    /// The first file of this name that was skipped because it is made for another machine.
    pub other_machine: Option<OtherMachine>,
}

/// A file made for another machine than the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherMachine {
    /// The file.
    pub path: String,
    /// The machine it is made for.
    pub abi: Abi,
    /// Its addresses have another width than the program's: glibc mentions only that.
    pub wrong_class: bool,
}

/// A file that cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Path of the object that needs it.
    pub needed_by: String,
    /// The name.
    pub soname: String,
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// Why a file cannot be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// No ELF file.
    #[error("invalid ELF header")]
    NotElf,
    /// The class fits, the byte order does not.
    #[error("wrong byte order")]
    ByteOrder,
    /// Made for another machine: the kernel and musl say "Exec format error".
    #[error("made for another machine")]
    OtherMachine,
    /// Neither a library nor a program.
    #[error("only ET_DYN and ET_EXEC can be loaded")]
    Kind,
    /// A program where a library is needed.
    #[error("cannot dynamically load executable")]
    Executable,
    /// A position-independent program where a library is needed.
    #[error("cannot dynamically load position-independent executable")]
    PieExecutable,
    /// Without a dynamic section.
    #[error("object file has no dynamic section")]
    NotDynamic,
}

/// A version that the chosen library does not define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingNode {
    /// Path of the object that needs it.
    pub needed_by: String,
    /// Name of the library.
    pub soname: String,
    /// The file chosen for it.
    pub path: String,
    /// The version.
    pub node: String,
    /// Only weak references use it: a warning.
    pub weak: bool,
}

/// A library without any version where one is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unversioned {
    /// Path of the object that needs a version.
    pub needed_by: String,
    /// Name of the library.
    pub soname: String,
    /// The file chosen for it.
    pub path: String,
    /// Its symbols have no versions at all, not even "global": glibc aborts when it binds one of those that a version is
    /// needed of (an assertion of `check_match` in elf/dl-lookup.c).
    pub aborts: bool,
}

/// What could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Path of the object that needs it.
    pub needed_by: String,
    /// The name that is needed.
    pub subject: String,
    /// Which fact is lacking.
    pub reason: String,
}

impl LoadReport {
    /// Whether the loader refuses the program whatever is undecided, or aborts it when a symbol of an unversioned library is
    /// bound ([`Unversioned::aborts`]: at once, or with lazy binding at the first call). The processor's level is left to the
    /// caller.
    pub fn fails(&self) -> bool {
        let interpreter = matches!(
            self.interpreter,
            Interpreter::Missing(_) | Interpreter::Rejected(..)
        );
        let node = self.missing_nodes.iter().any(|node| !node.weak);
        let aborts = self.unversioned.iter().any(|library| library.aborts);
        interpreter || node || aborts || !self.missing.is_empty() || !self.rejected.is_empty()
    }
}

impl Missing {
    /// What glibc prints when it cannot start `program` for this reason.
    pub fn message(&self, program: &str) -> String {
        let reason = match self
            .other_machine
            .as_ref()
            .filter(|other| other.wrong_class)
            .map(|other| other.abi.class)
        {
            Some(Class::Elf32) => "wrong ELF class: ELFCLASS32",
            Some(Class::Elf64) => "wrong ELF class: ELFCLASS64",
            None => "cannot open shared object file: No such file or directory",
        };
        format!(
            "{program}: error while loading shared libraries: {}: {reason}",
            self.soname
        )
    }
}

impl Rejected {
    /// What glibc prints when it cannot start `program` for this reason.
    pub fn message(&self, program: &str) -> String {
        // Reasons found while the file is opened are told with its path, those found while it is mapped with its name.
        let subject = match self.reason {
            Reason::NotElf | Reason::ByteOrder | Reason::OtherMachine | Reason::Kind => &self.path,
            Reason::Executable | Reason::PieExecutable | Reason::NotDynamic => &self.soname,
        };
        format!(
            "{program}: error while loading shared libraries: {subject}: {}",
            self.reason
        )
    }
}

impl MissingNode {
    /// What glibc prints for it.
    pub fn message(&self, program: &str) -> String {
        let MissingNode {
            needed_by,
            path,
            node,
            ..
        } = self;
        let weak = if self.weak { "weak " } else { "" };
        format!("{program}: {path}: {weak}version `{node}' not found (required by {needed_by})")
    }
}

impl Unversioned {
    /// What glibc prints for it.
    pub fn message(&self, program: &str) -> String {
        let Unversioned { needed_by, path, .. } = self;
        format!("{program}: {path}: no version information available (required by {needed_by})")
    }
}
