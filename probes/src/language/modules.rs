//! Modules that a source takes in and that are not on every host that has the runtime.

use std::collections::BTreeMap;

use super::lexer::{Dialect, tokens};

/// Modules of Python's standard library that distributions have in packages of their own, or that a build may leave out.
const SPLIT: [&str; 8] = [
    "bz2",
    "ctypes",
    "distutils",
    "lib2to3",
    "lzma",
    "sqlite3",
    "ssl",
    "tkinter",
];

/// Those that a source of Python imports at the beginning of a line, with its line: what is tried stands further in.
pub(super) fn of_python(text: &str) -> BTreeMap<&'static str, u32> {
    let tokens = tokens(text, Dialect::Python);
    let imports = tokens.windows(2).filter_map(|pair| {
        let [word, module] = pair else { return None };
        let is_import = word.is_first && word.column == 0 && (word.is("import") || word.is("from"));
        let known = SPLIT.into_iter().find(|known| is_import && module.is(known));
        known.map(|known| (known, word.line))
    });
    let mut found = BTreeMap::new();
    for (module, line) in imports {
        found.entry(module).or_insert(line);
    }
    found
}

/// Files that name the modules of Perl that are installed with the release.
pub(super) fn names_modules(file: &str) -> bool {
    let known = [
        "Build.PL",
        "Dockerfile",
        "META.json",
        "META.yml",
        "Makefile.PL",
        "cpanfile",
    ];
    known.contains(&file) || file.ends_with(".sh")
}
