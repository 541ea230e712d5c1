use parity_core::schema::{Kind, Schema};

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
        "elf.search-path",
        "file",
        Kind::List,
        "Directories it names for its libraries (DT_RUNPATH, else DT_RPATH).",
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
];
