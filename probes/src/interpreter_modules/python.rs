//! What distributions take out of Python's standard library, and the mark that keeps pip out (PEP 668).
//!
//! Sources: <https://peps.python.org/pep-0668/>; the packages `pythonX.Y-venv`, `python3-distutils`, `python3-tk` of Debian and
//! `python3-tkinter` of Fedora; a Python built without headers of a library lacks the module over it
//! (<https://devguide.python.org/getting-started/setup-building/>).

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::base_name;

/// Where `python3` is looked for, and the directories of its standard library.
const PLACES: [(&str, &[&str]); 2] = [
    ("usr/local/bin", &["usr/local/lib"]),
    ("usr/bin", &["usr/lib", "usr/lib64"]),
];

/// A file of every standard library, and of the modules that distributions have in packages of their own. A version: the last that has it.
const FILES: [(&str, &str, u32); 5] = [
    ("", "os.py", u32::MAX),
    ("distutils", "distutils/core.py", 11),
    ("ensurepip", "ensurepip/__init__.py", u32::MAX),
    ("lib2to3", "lib2to3/main.py", 12),
    ("tkinter", "tkinter/__init__.py", u32::MAX),
];

/// Modules that a build leaves out where the headers of a library are not there.
const BUILT: [&str; 5] = ["bz2", "ctypes", "lzma", "sqlite3", "ssl"];

const MARK: &str = "EXTERNALLY-MANAGED";

fn stat(pattern: String) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn libraries() -> impl Iterator<Item = &'static str> {
    PLACES.iter().flat_map(|(_, libraries)| libraries.iter().copied())
}

pub(super) fn needs() -> Vec<Need> {
    let programs = PLACES
        .iter()
        .map(|(directory, _)| stat(format!("{directory}/python3*")));
    let files = libraries().flat_map(|library| {
        let files = FILES.iter().map(|(_, file, _)| *file).chain([MARK]);
        files.map(move |file| stat(format!("{library}/python3*/{file}")))
    });
    let built = [stat("usr/local/lib/python3*/lib-dynload/_*.so".to_owned())];
    programs.chain(files).chain(built).collect()
}

/// Tells of the `python3` that the system's path leads to; nothing where it is none of a known place.
pub(super) fn tell(answers: &Answers, out: &mut Observation<'_>) {
    let mut listed: BTreeMap<&str, &Entry> = BTreeMap::new();
    for need in needs() {
        match answers.entries(&need) {
            Outcome::Got(found) => {
                listed.extend(found.entries.iter().map(|entry| (entry.path.as_str(), entry)));
            }
            Outcome::Absent | Outcome::NotApplicable => {}
            Outcome::NotPermitted => return unknown(&State::NotPermitted, out),
            Outcome::Failed(failure) => {
                unknown(&State::Unknown(failure.reason.clone()), out);
                return out.fail(failure, "python3");
            }
        }
    }
    let Some((version, library)) = default(&listed) else {
        return;
    };
    let has = |file: &str| listed.contains_key(format!("{library}/{file}").as_str());
    let minor = version.parse::<u32>().unwrap_or(0);
    let split = FILES
        .iter()
        .filter(|(_, file, last)| minor <= *last && !has(file));
    let mut lacks: BTreeSet<&str> = split.map(|(module, ..)| *module).collect();
    if library.starts_with("usr/local/") {
        let begins = |module: &str| format!("{library}/lib-dynload/_{module}.");
        let is_built = |module: &&str| listed.keys().any(|path| path.starts_with(&begins(module)));
        let has_any = listed.keys().any(|path| path.contains("/lib-dynload/_"));
        lacks.extend(BUILT.into_iter().filter(|module| has_any && !is_built(module)));
    }
    let origin = || Origin::file(library.clone());
    out.state(
        FactId::single("python.lacks"),
        State::Value(Value::set(lacks)),
        origin(),
    );
    if has(MARK) {
        let path = format!("/{library}/{MARK}");
        out.value(
            "python.externally-managed",
            path,
            Origin::file(format!("{library}/{MARK}")),
        );
    }
}

fn unknown(state: &State, out: &mut Observation<'_>) {
    for name in ["python.lacks", "python.externally-managed"] {
        out.state(FactId::single(name), state.clone(), Origin::file("usr/lib"));
    }
}

/// The minor version of the first `python3` on the path, and the directory of its standard library.
fn default(listed: &BTreeMap<&str, &Entry>) -> Option<(String, String)> {
    PLACES.iter().find_map(|(directory, libraries)| {
        let program = listed.get(format!("{directory}/python3").as_str())?;
        let named = program.link.as_deref().map_or("", base_name);
        let version = named.strip_prefix("python3.").map(str::to_owned).or_else(|| {
            let mut others = listed
                .keys()
                .filter_map(|path| path.strip_prefix(directory)?.strip_prefix("/python3."));
            let only = others.find(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))?;
            Some(only.to_owned())
        })?;
        let mut found = libraries
            .iter()
            .map(|library| format!("{library}/python3.{version}"));
        let library = found.find(|library| listed.contains_key(format!("{library}/os.py").as_str()))?;
        Some((version, library))
    })
}
