use parity_core::schema::{Kind, Schema};

/// What the probe gives.
pub const SCHEMAS: &[Schema] = &[
    Schema::single(
        "libc.family",
        Kind::Set,
        "Which C libraries have a dynamic loader here: glibc, musl.",
    ),
    Schema::single(
        "libc.version",
        Kind::Version,
        "Newest GLIBC_2.N that libc.so.6, libm.so.6 or libpthread.so.0 define, as 2.N: what counts for programs, whatever the package is called.",
    ),
    Schema::family(
        "library",
        "architecture/soname",
        Kind::Text,
        "The file the dynamic loader chooses for a library name; ld.so(8).",
    ),
    Schema::family(
        "library.nodes",
        "architecture/soname",
        Kind::Set,
        "Symbol versions the chosen file defines; a library without any has no such fact.",
    ),
    Schema::family(
        "library.missing",
        "architecture/soname",
        Kind::Set,
        "Names that this library needs and that the loader finds nowhere on the host; only where there are any.",
    ),
    Schema::family(
        "library.unversioned",
        "architecture/soname",
        Kind::Bool,
        "The symbols of this library have no versions at all (no DT_VERSYM): glibc aborts a program that needs one of it.",
    ),
    Schema::family(
        "loader.interpreter",
        "path",
        Kind::Text,
        "A dynamic loader that is there, and its architecture.",
    ),
];

/// What the derivation gives.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "load.foreign",
        "file",
        Kind::Text,
        "The file is made for this other machine.",
    ),
    Schema::family(
        "load.wrong-libc",
        "file",
        Kind::Text,
        "The file needs the dynamic loader of this C library, which the host has not.",
    ),
    Schema::family(
        "load.missing-interpreter",
        "file",
        Kind::Text,
        "The dynamic loader it asks for is not there.",
    ),
    Schema::family(
        "load.missing-library",
        "file:soname",
        Kind::Text,
        "The loader would not find this library; the value is its architecture.",
    ),
    Schema::family(
        "load.undefined",
        "file:soname",
        Kind::List,
        "Symbol versions that the library chosen for this name does not define, oldest first.",
    ),
    Schema::family(
        "load.rejected",
        "file:soname",
        Kind::Text,
        "The file that is found for this library cannot be loaded, and why.",
    ),
    Schema::family(
        "load.unversioned",
        "file:soname",
        Kind::Text,
        "The file needs symbol versions of a library whose symbols have none, and glibc aborts; the value is its \
         architecture.",
    ),
    Schema::family(
        "load.defined",
        "file:soname",
        Kind::Text,
        "The newest symbol version it does define among those with the same letters as the newest one lacking.",
    ),
];
