use parity_core::schema::{Kind, Schema};

/// Members of `elf.traits`.
pub(crate) const EXECUTABLE: &str = "executable";
pub(crate) const PIE: &str = "pie";
pub(crate) const NO_DEFAULT_DIRECTORIES: &str = "no-default-directories";
pub(crate) const UNVERSIONED_SYMBOLS: &str = "unversioned-symbols";

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::family(
        "elf.architecture",
        "file",
        Kind::Text,
        "The machine an ELF file of the release is made for, as `uname -m` names it.",
    ),
    Schema::family(
        "elf.interpreter",
        "file",
        Kind::Text,
        "Path of the dynamic loader it asks for (PT_INTERP).",
    ),
    Schema::family(
        "elf.needed",
        "file",
        Kind::List,
        "Names of the libraries it needs, in order (DT_NEEDED); none for a static program.",
    ),
    Schema::family(
        "elf.soname",
        "file",
        Kind::Text,
        "The name under which others need it (DT_SONAME).",
    ),
    Schema::family(
        "elf.rpath",
        "file",
        Kind::List,
        "Directories it names for its libraries and for theirs (DT_RPATH), as they stand in the file.",
    ),
    Schema::family(
        "elf.runpath",
        "file",
        Kind::List,
        "Directories it names for its own libraries (DT_RUNPATH), as they stand in the file.",
    ),
    Schema::family(
        "elf.version-definitions",
        "file",
        Kind::Set,
        "Symbol versions it defines; a file without any has no such fact.",
    ),
    Schema::family(
        "elf.traits",
        "file",
        Kind::Set,
        "What else counts for the dynamic loader: `executable` (at a fixed address), `pie`, `no-default-directories` \
         (DF_1_NODEFLIB), `unversioned-symbols` (no DT_VERSYM).",
    ),
    Schema::family(
        "elf.names-of-glibc",
        "file",
        Kind::Set,
        "Names of functions in a file for musl that only glibc has, as a part that was compiled for glibc brings them.",
    ),
    Schema::family(
        "elf.version-needs",
        "file",
        Kind::Set,
        "`LIBRARY NODE` for each symbol version it cannot start without (LSB, symbol versioning).",
    ),
    Schema::family(
        "elf.x86-level",
        "file",
        Kind::Number,
        "The lowest x86-64 level (1 to 4) its code is marked to need (GNU_PROPERTY_X86_ISA_1_NEEDED).",
    ),
    Schema::family(
        "elf.minimum-kernel",
        "file",
        Kind::Version,
        "The oldest Linux kernel it accepts (NT_GNU_ABI_TAG).",
    ),
    Schema::family(
        "elf.page-alignment",
        "file",
        Kind::Number,
        "Largest alignment of a loadable segment in bytes: a larger page size cannot map it.",
    ),
    Schema::family(
        "binary.system",
        "file",
        Kind::Text,
        "System that a compiled file of the release is made for, where it is another one than Linux and nothing for Linux is beside it.",
    ),
];

/// What is worked out of them and a host.
pub const DERIVED: &[Schema] = &[Schema::family(
    "load.kernel",
    "file",
    Kind::Text,
    "Oldest kernel that a file accepts, where the one of the host is older.",
)];
