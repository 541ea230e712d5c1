//! What the tests against this machine share.
#![allow(dead_code, clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Says why a test did nothing.
pub(crate) fn skipped(why: &str) {
    eprintln!("skipped: {why}");
}

/// All regular ELF files below these directories, sorted, each once. Symbolic links are not followed, nor the trees of
/// detached debug information entered.
pub(crate) fn elf_files(directories: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut left = directories
        .iter()
        .filter_map(|directory| fs::canonicalize(directory).ok())
        .collect::<Vec<_>>();
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && entry.file_name() != ".build-id" => left.push(entry.path()),
                Ok(kind) if kind.is_file() && is_elf(&entry.path()) => files.push(entry.path()),
                _ => {}
            }
        }
    }
    files.sort();
    files.dedup();
    files
}

fn is_elf(path: &Path) -> bool {
    let mut magic = [0; 4];
    fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut magic).is_ok()) && magic == *b"\x7fELF"
}
