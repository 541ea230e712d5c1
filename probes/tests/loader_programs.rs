//! What the dynamic loader of this machine does with real and with broken programs, compared with `load`.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

mod machine;

use machine::{ThisMachine, elf_files, skipped};
use parity_probes::loader::{Interpreter, Inventory, LoadReport, Lookup, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

const LOADER: &str = "/lib64/ld-linux-x86-64.so.2";

/// What the loader lists for a program without running it: path, or `None` for "not found", by name.
fn trace(program: &Path, library_path: Option<&str>) -> BTreeMap<String, Option<String>> {
    let mut command = Command::new(LOADER);
    command
        .arg("--list")
        .arg(program)
        .env("LC_ALL", "C")
        .env_remove("LD_LIBRARY_PATH");
    command.envs(library_path.map(|path| ("LD_LIBRARY_PATH", path)));
    let output = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let lines = output
        .lines()
        .filter_map(|line| line.strip_prefix('\t'))
        .filter(|line| !line.starts_with("linux-vdso"));
    lines
        .map(|line| match line.split_once(" => ") {
            Some((name, "not found")) => (name.to_owned(), None),
            Some((name, path)) => (
                name.to_owned(),
                Some(path.split(" (0x").next().unwrap().to_owned()),
            ),
            None => {
                let path = line.split(" (0x").next().unwrap().to_owned();
                (path.clone(), Some(path))
            }
        })
        .collect()
}

fn asks_for_this_loader(machine: &ThisMachine, program: &str) -> bool {
    let Lookup::Object { linkage, .. } = machine.file(program) else {
        return false;
    };
    linkage.interpreter.as_deref() == Some(LOADER) && linkage.dynamic
}

fn assert_agrees(report: &LoadReport, traced: &BTreeMap<String, Option<String>>, program: &str) {
    let listed = traced
        .iter()
        .filter_map(|(name, path)| Some((name, path.as_ref()?)));
    for (name, path) in listed.clone() {
        // What was needed by path is listed by path alone, and so is the loader itself; both are compared below.
        let ours = if name == path {
            path
        } else {
            &report.chosen[name].path
        };
        assert_eq!(ours, path, "{program}: {name}");
    }
    let paths = listed
        .map(|(_, path)| path.as_str())
        .filter(|path| *path != LOADER)
        .collect::<BTreeSet<_>>();
    let chosen = report
        .chosen
        .values()
        .map(|chosen| chosen.path.as_str())
        .filter(|path| *path != LOADER);
    assert_eq!(chosen.collect::<BTreeSet<_>>(), paths, "{program}");
    let absent = traced
        .iter()
        .filter(|(_, path)| path.is_none())
        .map(|(name, _)| name.as_str());
    let missing = report.missing.iter().map(|missing| missing.soname.as_str());
    assert_eq!(
        missing.collect::<BTreeSet<_>>(),
        absent.collect::<BTreeSet<_>>(),
        "{program}"
    );
}

#[test]
fn the_loader_chooses_the_same_files_for_the_programs_of_this_machine() {
    let Some(machine) = ThisMachine::new(LOADER) else {
        return skipped("no glibc loader for x86-64 on this machine");
    };
    let files = elf_files(&["/usr/bin", "/usr/sbin", "/usr/libexec", "/usr/lib"]);
    let programs = files
        .iter()
        .filter_map(|path| path.to_str())
        .filter(|path| asks_for_this_loader(&machine, path));
    let programs = programs.collect::<Vec<_>>();
    let every = (programs.len() / 700).max(1);
    let (mut compared, mut libraries) = (0, 0);
    for program in programs.iter().step_by(every) {
        let report = load(program, &machine).unwrap();
        assert_eq!(report.undecided, [], "{program}");
        assert_eq!(
            report.interpreter,
            Interpreter::Found(LOADER.to_owned()),
            "{program}"
        );
        assert_agrees(&report, &trace(Path::new(program), None), program);
        assert_eq!(
            report.fails(),
            !report.missing.is_empty(),
            "{program}: {report:?}"
        );
        compared += 1;
        libraries += report.chosen.len();
    }
    eprintln!("{compared} of {} programs, {libraries} libraries", programs.len());
}

#[test]
fn the_loader_chooses_the_same_files_for_what_libraries_need() {
    let Some(machine) = ThisMachine::new(LOADER) else {
        return skipped("no glibc loader for x86-64 on this machine");
    };
    let files = elf_files(&["/usr/lib"]);
    let is_library = |path: &&str| match machine.file(path) {
        Lookup::Object { linkage, .. } => linkage.interpreter.is_none() && !linkage.needed.is_empty(),
        _ => false,
    };
    let libraries = files
        .iter()
        .filter_map(|path| path.to_str())
        .filter(is_library)
        .collect::<Vec<_>>();
    let every = (libraries.len() / 300).max(1);
    let mut compared = 0;
    for library in libraries.iter().step_by(every) {
        let mut report = load(library, &machine).unwrap();
        assert_eq!(report.undecided, [], "{library}");
        // A library is not loaded by the loader it needs; the test's is there already.
        report.chosen.remove("ld-linux-x86-64.so.2");
        let mut traced = trace(Path::new(library), None);
        if !traced.values().flatten().any(|path| path == LOADER) {
            continue; // for another machine: the loader lists nothing
        }
        traced.retain(|_, path| path.as_deref() != Some(LOADER));
        assert_agrees(&report, &traced, library);
        compared += 1;
    }
    eprintln!("{compared} of {} libraries", libraries.len());
}
