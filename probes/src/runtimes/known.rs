//! The runtimes that are looked for.

use crate::installed::Installed;
use crate::known_services::{Ecosystem, fits, version_in};

/// A runtime and what tells it; lists are written as words, `#` and `%` as in [`fits`].
#[derive(Debug)]
pub(super) struct Runtime {
    /// The name in facts.
    pub(super) name: &'static str,
    /// What the names of its programs begin with.
    pub(super) stem: &'static str,
    /// Its programs, the usual one first.
    commands: &'static str,
    /// What makes it print its version.
    pub(super) flag: &'static str,
    deb: &'static str,
    rpm: &'static str,
    apk: &'static str,
    pacman: &'static str,
}

/// Sorted by name. Of several packages of one source the one that holds the program, since others may have versions of their
/// own: that of `python3` in Debian is not the version of Python.
pub(super) const RUNTIMES: [Runtime; 12] = [
    runtime(
        "coreutils",
        "env",
        "env",
        "--version",
        "coreutils",
        "coreutils coreutils-single",
        "coreutils",
        "coreutils",
    ),
    runtime(
        "elixir",
        "elixir",
        "elixir",
        "--version",
        "elixir",
        "elixir",
        "elixir",
        "elixir",
    ),
    runtime("go", "go", "go", "version", "", "golang-bin", "go", "go"),
    runtime("java", "java", "java", "-version", "", "", "", ""),
    runtime(
        "node",
        "node",
        "node nodejs",
        "--version",
        "nodejs",
        "nodejs nodejs#",
        "nodejs nodejs-current",
        "nodejs nodejs-lts-iron nodejs-lts-jod nodejs-lts-hydrogen",
    ),
    runtime(
        "openssl",
        "openssl",
        "openssl",
        "version",
        "libssl# libssl#t64",
        "openssl-libs openssl#-libs",
        "libcrypto#",
        "openssl openssl-#",
    ),
    runtime(
        "perl",
        "perl",
        "perl",
        "--version",
        "perl-base",
        "perl-interpreter perl",
        "perl",
        "perl",
    ),
    runtime(
        "php",
        "php",
        "php php#",
        "--version",
        "php%-common",
        "php-common php#-php-common",
        "php php#",
        "php",
    ),
    runtime(
        "python",
        "python",
        "python3 python python2 python%",
        "--version",
        "python%-minimal",
        "python3 python% python3# platform-python python2",
        "python3",
        "python",
    ),
    runtime(
        "ruby",
        "ruby",
        "ruby ruby#",
        "--version",
        "ruby%",
        "ruby",
        "ruby",
        "ruby",
    ),
    runtime(
        "rust",
        "rustc",
        "rustc",
        "--version",
        "rustc rustc-%",
        "rust",
        "rust",
        "rust",
    ),
    runtime(
        "sqlite",
        "sqlite3",
        "sqlite3",
        "--version",
        "libsqlite3-#",
        "sqlite-libs sqlite",
        "sqlite-libs",
        "sqlite",
    ),
];

#[allow(clippy::too_many_arguments, reason = "a row of the table above")]
const fn runtime(
    name: &'static str,
    stem: &'static str,
    commands: &'static str,
    flag: &'static str,
    deb: &'static str,
    rpm: &'static str,
    apk: &'static str,
    pacman: &'static str,
) -> Runtime {
    Runtime {
        name,
        stem,
        commands,
        flag,
        deb,
        rpm,
        apk,
        pacman,
    }
}

impl Runtime {
    /// The patterns of its programs, the usual one first.
    pub(super) fn commands(&self) -> impl Iterator<Item = &'static str> {
        self.commands.split_whitespace()
    }

    /// Whether a package holds it.
    pub(super) fn has_package(&self, package: &Installed) -> bool {
        let patterns = match package.ecosystem {
            Ecosystem::Deb => self.deb,
            Ecosystem::Rpm => self.rpm,
            Ecosystem::Apk => self.apk,
            Ecosystem::Pacman => self.pacman,
        };
        patterns
            .split_whitespace()
            .any(|pattern| fits(pattern, &package.name))
    }

    /// The version in the name of a program, such as 3.11 in `python3.11` and in `platform-python3.11`.
    pub(super) fn version_in<'a>(&self, program: &'a str) -> Option<&'a str> {
        version_in("#", program.rsplit_once(self.stem)?.1)
    }
}
