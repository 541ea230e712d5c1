//! Every ELF file of this machine, read by ranges and whole, and compared with `readelf`.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::{elf_files, skipped};
use parity_probes::elf::{ElfError, ElfFile, Parts, Step, next_ranges};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Command;

/// Reads a file with at most three ranged reads, as over a network.
fn by_three_ranges(path: &Path) -> Result<ElfFile, ElfError> {
    let file = File::open(path).unwrap();
    let mut parts = Parts::new(file.metadata().unwrap().len());
    for _ in 0..=3 {
        match next_ranges(&parts)? {
            Step::Done(found) => return Ok(*found),
            Step::Read(ranges) => {
                for range in ranges {
                    let mut bytes = vec![0; usize::try_from(range.end - range.start).unwrap()];
                    file.read_exact_at(&mut bytes, range.start).unwrap();
                    parts.insert(range.start, bytes);
                }
            }
        }
    }
    panic!("{} needs a fourth read", path.display());
}

#[test]
fn three_ranged_reads_know_as_much_as_the_whole_file() {
    let files = elf_files(&["/lib", "/usr/lib", "/usr/bin", "/usr/sbin"]);
    if files.is_empty() {
        return skipped("no ELF files on this machine");
    }
    let mut failed = Vec::new();
    for path in &files {
        let whole = ElfFile::parse(&std::fs::read(path).unwrap());
        assert_eq!(by_three_ranges(path), whole, "{}", path.display());
        failed.extend(whole.err().map(|error| format!("{}: {error}", path.display())));
    }
    eprintln!(
        "{} files, {} with an error:\n{}",
        files.len(),
        failed.len(),
        failed.join("\n")
    );
    assert!(
        failed.len() * 100 <= files.len(),
        "more than one in a hundred files is not understood"
    );
}

/// What `readelf -dVlnW` prints, reduced to what this crate knows.
#[derive(Debug, Default, PartialEq)]
struct Printed {
    interpreter: Option<String>,
    needed: Vec<String>,
    soname: Option<String>,
    rpath: Option<String>,
    runpath: Option<String>,
    needs: Vec<(String, String, bool)>,
    definitions: Vec<(String, bool)>,
    build_id: Option<String>,
    kernel: Option<String>,
}

fn readelf(path: &Path) -> Printed {
    let output = Command::new("readelf")
        .args(["-dVlnW"])
        .arg(path)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let mut printed = Printed::default();
    let mut library = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let bracketed = || Some(line.split_once('[')?.1.strip_suffix(']')?.to_owned());
        let named = || {
            line.split_once("Name: ")
                .map(|(_, rest)| rest.split("  ").next().unwrap().trim().to_owned())
        };
        if line.contains("[Requesting program interpreter: ") {
            printed.interpreter = line
                .split_once("interpreter: ")
                .map(|(_, rest)| rest.trim_end_matches(']').to_owned());
        } else if line.contains("(NEEDED)") {
            printed.needed.extend(bracketed());
        } else if line.contains("(SONAME)") {
            printed.soname = bracketed();
        } else if line.contains("(RPATH)") {
            printed.rpath = bracketed();
        } else if line.contains("(RUNPATH)") {
            printed.runpath = bracketed();
        } else if line.contains("Rev: ") {
            printed
                .definitions
                .push((named().unwrap(), line.contains("Flags: BASE")));
        } else if let Some((_, rest)) = line.split_once("  File: ") {
            library = rest.split("  Cnt: ").next().unwrap().to_owned();
        } else if line.contains("Name: ") && line.contains("Version: ") {
            printed
                .needs
                .push((library.clone(), named().unwrap(), line.contains("WEAK")));
        } else if let Some((_, id)) = line.split_once("Build ID: ") {
            printed.build_id = Some(id.to_owned());
        } else if let Some((_, kernel)) = line.split_once("OS: Linux, ABI: ") {
            printed.kernel = Some(kernel.to_owned());
        }
    }
    printed
}

fn ours(file: ElfFile) -> Printed {
    let linkage = file.linkage;
    let needs = linkage.version_needs.into_iter().flat_map(|need| {
        need.nodes
            .into_iter()
            .map(move |node| (need.soname.clone(), node.name, node.weak))
    });
    let definitions = linkage.version_definitions.unwrap_or_default();
    Printed {
        interpreter: linkage.interpreter,
        needed: linkage.needed,
        soname: linkage.soname,
        rpath: linkage.rpath,
        runpath: linkage.runpath,
        needs: needs.collect(),
        definitions: definitions
            .into_iter()
            .map(|node| (node.name, node.base))
            .collect(),
        build_id: linkage.notes.build_id,
        kernel: linkage
            .notes
            .minimum_kernel
            .map(|[major, minor, patch]| format!("{major}.{minor}.{patch}")),
    }
}

#[test]
fn readelf_sees_the_same() {
    if Command::new("readelf").arg("--version").output().is_err() {
        return skipped("readelf is not installed");
    }
    let files = elf_files(&["/lib", "/usr/lib", "/usr/bin", "/usr/sbin"]);
    let every = (files.len() / 600).max(1);
    let mut compared = 0;
    for path in files.iter().step_by(every) {
        let Ok(file) = by_three_ranges(path) else { continue };
        if !path.extension().is_some_and(|ext| ext == "o" || ext == "ko") {
            let (ours, mut printed) = (ours(file), readelf(path));
            // readelf also looks at note sections that no segment loads, as Go's linker writes them.
            printed.build_id = printed.build_id.filter(|_| ours.build_id.is_some());
            assert_eq!(ours, printed, "{}", path.display());
            compared += 1;
        }
    }
    eprintln!("compared {compared} of {} files", files.len());
}
