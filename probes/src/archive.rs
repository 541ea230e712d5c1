//! Archives in a release (wheels, jars, gems, eggs, packages of Debian, zipped and gzipped trees), and the ELF files in them.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use parity_core::answer::{Entry, EntryKind};
use parity_core::need::Need;
use parity_core::spelling::spelled;
use parity_core::tar;

use crate::elf::ElfFile;
use crate::package_files::{DATA, asks_for_libc, member, unpacked};
use crate::zip::Archive;

/// Larger archives, and more of them, are not read, in bytes.
const CAP: u64 = 128 << 20;
pub(crate) const CAP_OF_ALL: u64 = 512 << 20;

/// Longer files in an archive, and more of them together, are not unpacked, in bytes.
const MAX_FILE: usize = 512 << 20;
const MAX_ALL: usize = 2 << 30;

/// Archives in archives in archives.
const MAX_DEPTH: usize = 3;

/// How the packages of languages end; what is in them is meant to be used.
const PACKAGES: [&str; 7] = [".deb", ".ear", ".egg", ".gem", ".jar", ".war", ".whl"];

/// How whole trees end.
const TREES: [&str; 4] = [".tar", ".tar.gz", ".tgz", ".zip"];

/// Directories that hold what build tools, tests and documents bring.
const FOREIGN: [&str; 11] = [
    ".git",
    ".mvn",
    "doc",
    "docs",
    "examples",
    "fixtures",
    "node_modules",
    "test",
    "testdata",
    "tests",
    "wrapper",
];

/// Kinds of files that are no programs, by what their names end in; most files of a package are of one of them.
const PLAIN: [&str; 22] = [
    "MF",
    "RSA",
    "SF",
    "c",
    "class",
    "css",
    "h",
    "html",
    "java",
    "js",
    "json",
    "map",
    "md",
    "png",
    "properties",
    "py",
    "pyc",
    "pyi",
    "rb",
    "ts",
    "txt",
    "xml",
];

/// The content of an archive of the release.
pub(crate) fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

/// Whether a file of a release is an archive whose content is meant to be used.
pub(crate) fn is_shipped(entry: &Entry) -> bool {
    let path = entry.path.as_str();
    let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
    let is_source = ends(&["-sources.jar", "-javadoc.jar"]);
    let is_foreign = path.split('/').any(|part| FOREIGN.contains(&part));
    entry.kind == EntryKind::File && (ends(&PACKAGES) || ends(&TREES)) && !is_source && !is_foreign
}

/// The ELF files in an archive, by the path in it; of an archive in an archive as `INNER!/FILE`.
///
/// # Errors
/// What could not be read: what was found would not be all.
pub(crate) fn packed_elf_files(name: &str, bytes: &[u8]) -> Result<Vec<(String, ElfFile)>, String> {
    let mut found = Found {
        files: Vec::new(),
        budget: MAX_ALL,
    };
    found.read(name, "", bytes, MAX_DEPTH)?;
    Ok(found.files)
}

struct Found {
    files: Vec<(String, ElfFile)>,
    budget: usize,
}

impl Found {
    fn read(&mut self, name: &str, prefix: &str, bytes: &[u8], depth: usize) -> Result<(), String> {
        if name.ends_with(".gz") || name.ends_with(".tgz") {
            self.tar(prefix, MultiGzDecoder::new(bytes), depth)
        } else if name.ends_with(".gem") || name.ends_with(".tar") {
            self.tar(prefix, bytes, depth)
        } else if name.ends_with(".deb") {
            // What its builder had looked up is judged by its dependencies.
            if asks_for_libc(bytes) {
                return Ok(());
            }
            let (ending, data) = member(bytes, DATA)?;
            self.tar(prefix, unpacked(ending, data)?, depth)
        } else {
            self.zip(prefix, bytes, depth)
        }
    }

    fn zip(&mut self, prefix: &str, bytes: &[u8], depth: usize) -> Result<(), String> {
        let archive = Archive::parse(bytes).map_err(|error| error.to_string())?;
        for entry in archive.entries.iter().filter(|entry| !is_plain(&entry.name)) {
            let told = |error: &dyn std::fmt::Display| format!("{}: {error}", entry.name);
            let is_inner = depth > 0 && is_archive(&entry.name);
            let is_elf = || {
                archive
                    .beginning(entry, 20)
                    .map(|head| is_of_linux(&head, &entry.name))
            };
            if entry.size >= 20 && (is_inner || is_elf().map_err(|error| told(&error))?) {
                let content = archive
                    .content(entry, MAX_FILE.min(self.budget))
                    .map_err(|error| told(&error))?;
                self.file(prefix, &entry.name, &content, depth)?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, prefix: &str, archive: impl Read, depth: usize) -> Result<(), String> {
        let mut budget = MAX_ALL as u64;
        let mut archive = tar::Reader::new(archive);
        while let Some(entry) = archive.next_entry().map_err(|error| error.to_string())? {
            let name = String::from_utf8_lossy(&entry.path);
            let name = name.trim_start_matches("./");
            budget = budget
                .checked_sub(entry.size)
                .ok_or("the files of the archive are too large together")?;
            if is_plain(name) || entry.size < 20 {
                continue;
            }
            let damaged = |_| format!("{name}: the archive is damaged or cut off");
            let mut content = archive.content();
            let mut bytes = Vec::new();
            content
                .by_ref()
                .take(20)
                .read_to_end(&mut bytes)
                .map_err(damaged)?;
            if depth > 0 && is_archive(name) || is_of_linux(&bytes, name) {
                if entry.size > MAX_FILE.min(self.budget) as u64 {
                    return Err(format!("{name}: larger than what is read"));
                }
                content.read_to_end(&mut bytes).map_err(damaged)?;
                self.file(prefix, name, &bytes, depth)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, prefix: &str, name: &str, content: &[u8], depth: usize) -> Result<(), String> {
        self.budget = self.budget.saturating_sub(content.len());
        let path = format!("{prefix}{}", spelled(name));
        if is_archive(name) && depth > 0 {
            return self
                .read(name, &format!("{path}!/"), content, depth - 1)
                .map_err(|error| format!("{name}: {error}"));
        }
        // What only begins like an ELF file is data, such as a test of its author.
        if let Ok(file) = ElfFile::parse(content) {
            self.files.push((path, file));
        }
        Ok(())
    }
}

fn is_archive(name: &str) -> bool {
    PACKAGES.iter().any(|ending| name.ends_with(ending)) || name == "data.tar.gz"
}

fn is_plain(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| PLAIN.contains(&ending))
}

/// Whether it is an ELF file for Linux: packages carry files for other systems beside them, told apart by a mark in the file
/// (`EI_OSABI`: 0 for most, 3 for GNU) or by their directory.
fn is_of_linux(head: &[u8], path: &str) -> bool {
    const OTHERS: [&str; 7] = [
        "aix",
        "android",
        "dragonfly",
        "freebsd",
        "netbsd",
        "openbsd",
        "solaris",
    ];
    let is_elf = head.starts_with(b"\x7fELF") && matches!(head.get(7), Some(0 | 3));
    let path = path.to_ascii_lowercase();
    is_elf && !OTHERS.iter().any(|other| path.contains(other))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    /// An ELF file without a dynamic section.
    fn static_program() -> Vec<u8> {
        let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0];
        bytes.resize(16, 0);
        bytes.extend([2, 0, 62, 0, 1, 0, 0, 0]);
        bytes.resize(52, 0);
        bytes.extend([64, 0, 56, 0, 0, 0]);
        bytes.resize(64, 0);
        bytes
    }

    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, content) in files {
            let mut header = vec![0_u8; 512];
            header[..name.len()].copy_from_slice(name.as_bytes());
            header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
            header[148..156].fill(b' ');
            header[156] = b'0';
            let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
            header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
            out.extend(&header);
            out.extend(*content);
            out.resize(out.len().next_multiple_of(512), 0);
        }
        out.resize(out.len() + 1024, 0);
        out
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn paths(name: &str, bytes: &[u8]) -> Vec<String> {
        let files = packed_elf_files(name, bytes).unwrap();
        files.into_iter().map(|(path, _)| path).collect()
    }

    #[test]
    fn programs_are_found_in_trees_and_gems() {
        let program = static_program();
        assert!(ElfFile::parse(&program).is_ok());
        let tree = tar_of(&[
            ("./app/bin/app", &program),
            ("app/README.md", b"# app of more than twenty bytes"),
        ]);
        assert_eq!(paths("app.tar.gz", &gzip(&tree)), ["app/bin/app"]);
        assert_eq!(paths("app.tar", &tree), ["app/bin/app"]);
        let gem = tar_of(&[("data.tar.gz", &gzip(&tar_of(&[("lib/x.so", &program)])))]);
        assert_eq!(paths("x-1.0.gem", &gem), ["data.tar.gz!/lib/x.so"]);
    }

    #[test]
    fn programs_for_other_systems_are_passed_over() {
        let mut program = static_program();
        assert_eq!(
            paths("a.tar", &tar_of(&[("native/FreeBSD/x.so", &program)])),
            [""; 0]
        );
        program[7] = 9;
        assert_eq!(paths("a.tar", &tar_of(&[("native/x.so", &program)])), [""; 0]);
    }

    #[test]
    fn what_is_cut_off_is_an_error() {
        let tree = gzip(&tar_of(&[("bin/app", &static_program())]));
        assert!(packed_elf_files("a.tgz", &tree[..tree.len() / 2]).is_err());
        assert!(packed_elf_files("a.whl", b"no archive").is_err());
        let tree = tar_of(&[("bin/app", &static_program())]);
        assert!(packed_elf_files("a.tar", &tree[..540]).is_err());
    }

    proptest! {
        #[test]
        fn mutated_archives_never_panic(at in 0_usize..2048, byte: u8, cut in 0_usize..2048) {
            let mut tree = tar_of(&[("bin/app", &static_program())]);
            let at = at % tree.len();
            tree[at] = byte;
            tree.truncate(cut.min(tree.len()));
            let _ = packed_elf_files("a.tar", &tree);
            let _ = packed_elf_files("a.tgz", &gzip(&tree));
            let _ = packed_elf_files("a.zip", &tree);
        }
    }
}
