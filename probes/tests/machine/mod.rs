//! What the tests against this machine share.
#![allow(dead_code, clippy::print_stderr, clippy::unwrap_used)]

pub(crate) mod case;

use parity_probes::cpu;
use parity_probes::elf::{Abi, ElfError, ElfFile};
use parity_probes::loader::{CacheLookup, Inventory, LdCache, Libc, Lookup, Rules};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

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

/// This machine, its files read when they are asked for.
pub(crate) struct ThisMachine {
    pub(crate) rules: Option<Rules>,
    cache: Option<LdCache>,
    files: RefCell<HashMap<String, Lookup<'static>>>,
}

impl ThisMachine {
    /// With what the loader of this machine says about itself.
    pub(crate) fn new(loader: &str) -> Option<ThisMachine> {
        let output = Command::new(loader)
            .arg("--list-diagnostics")
            .env_remove("LD_LIBRARY_PATH")
            .output()
            .ok()?;
        let output = String::from_utf8(output.stdout).ok()?;
        let values = |key: &str| {
            let lines = output.lines().filter(|line| line.starts_with(key));
            lines
                .filter_map(|line| Some(line.split_once("=\"")?.1.trim_end_matches('"').to_owned()))
                .collect::<Vec<_>>()
        };
        let supported = cpu::parse(&fs::read_to_string("/proc/cpuinfo").ok()?)
            .ok()?
            .x86_level?
            .hwcaps();
        let rules = Rules {
            library_path: None,
            default_directories: values("path.system_dirs"),
            hwcaps: supported,
            lib: values("dl_dst_lib").pop()?,
            platform: values("dl_platform").pop()?,
        };
        let cache = LdCache::parse(&fs::read("/etc/ld.so.cache").ok()?).ok();
        Some(ThisMachine {
            rules: Some(rules),
            cache,
            files: RefCell::default(),
        })
    }

    fn read(path: &str) -> Lookup<'static> {
        let (Ok(real), Ok(bytes)) = (fs::canonicalize(path), fs::read(path)) else {
            return Lookup::Absent;
        };
        match ElfFile::parse(&bytes) {
            Ok(file) => Lookup::Object {
                real: Box::leak(real.into_os_string().into_string().unwrap().into_boxed_str()),
                linkage: Box::leak(Box::new(file.linkage)),
            },
            Err(ElfError::NotElf) => Lookup::NotElf,
            Err(error) => Lookup::Unknown(Box::leak(error.to_string().into_boxed_str())),
        }
    }
}

impl Inventory for ThisMachine {
    fn file(&self, path: &str) -> Lookup<'_> {
        *self
            .files
            .borrow_mut()
            .entry(path.to_owned())
            .or_insert_with(|| Self::read(path))
    }

    fn cache(&self) -> CacheLookup<'_> {
        self.cache
            .as_ref()
            .map_or(CacheLookup::Absent, CacheLookup::Known)
    }

    fn rules(&self, _: Libc, _: &Abi) -> Option<Rules> {
        self.rules.clone()
    }
}
