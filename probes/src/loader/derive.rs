//! What the dynamic loader of a host would complain about when it starts the files of a release.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::version::Scheme;
use parity_core::view::View;

use super::case::Case;
use super::release::{ReleaseFile, files_of, list};
use super::{DERIVED, Interpreter, LoadError, LoadReport, load};

/// Loads every program and library of a release on a host, as [`load`] models it.
///
/// A library that the release itself ships counts as found, whatever search path leads to it: programs load their own
/// libraries in ways that no file tells. Only where a search path leads to it is it held against the versions that others
/// need of it. A library that some program of the release loads is judged as part of that program, any other one by
/// itself. Libraries of the host count as complete, except for what the host is seen to miss.
#[derive(Debug, Clone, Copy, Default)]
pub struct Loading;

impl Derivation for Loading {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Vec<Fact> {
        let Some(release) = sides.release else {
            return Vec::new();
        };
        let mut out = Out::default();
        if let State::Unknown(reason) = release.silence("elf.architecture") {
            DERIVED
                .iter()
                .for_each(|schema| out.unknown(&schema.name, "*", &reason));
        }
        let files = files_of(release);
        let suited = suited(&files, sides.host);
        let runnable = suited
            .into_iter()
            .filter(|file| suits(file, sides.host, &mut out))
            .collect::<Vec<_>>();
        judge(&runnable, sides.host, &mut out);
        out.facts()
    }
}

/// The files that are meant for this host. A release may carry the same library for several machines and C libraries: where
/// some fit, the others are not what runs here.
fn suited<'a>(files: &'a [ReleaseFile], host: &View<'_>) -> Vec<&'a ReleaseFile> {
    let fits = |file: &&ReleaseFile| fits_machine(&file.architecture, host) != Fit::No;
    let suits = |file: &&ReleaseFile| {
        let has_libc = |libc| has_libc(host, libc) != Fit::No;
        fits(file) && file.libc().is_none_or(has_libc)
    };
    let is_readable = |file: &&ReleaseFile| file.linkage.is_ok();
    let readable = || files.iter().filter(is_readable);
    let any_fits = readable().any(|file| fits(&file));
    let any_suits = readable().any(|file| suits(&file));
    let keep =
        |file: &&ReleaseFile| !is_readable(file) || (!any_fits || fits(file)) && (!any_suits || suits(file));
    files.iter().filter(keep).collect()
}

/// Whether the host has the machine and the C library for the file; says so where it has not, or is not known to.
fn suits(file: &ReleaseFile, host: &View<'_>, out: &mut Out) -> bool {
    let path = &file.path;
    if let Err(reason) = &file.linkage {
        out.unknown("load.missing-library", path, reason);
        return true;
    }
    match fits_machine(&file.architecture, host) {
        Fit::Yes => {}
        Fit::No => {
            out.value("load.foreign", path, file.architecture.as_str());
            return false;
        }
        Fit::Unknown => out.unknown("load.foreign", path, "the architecture of the host is not known"),
    }
    let Some(libc) = file.libc() else { return true };
    match has_libc(host, libc) {
        Fit::Yes => return true,
        Fit::No => out.value("load.wrong-libc", path, libc),
        Fit::Unknown => out.unknown("load.wrong-libc", path, "the C library of the host is not known"),
    }
    false
}

fn judge(files: &[&ReleaseFile], host: &View<'_>, out: &mut Out) {
    let case = Case::new(files, host);
    let checks_versions = has_libc(host, "glibc") != Fit::No;
    let mut order = files.to_vec();
    order.sort_by_cached_key(|file| rank(file, files));
    let mut judged = BTreeSet::new();
    for file in order {
        if file.linkage.is_err() || judged.contains(file.path.as_str()) {
            continue;
        }
        case.start();
        let report = match load(&file.place, &case) {
            Ok(report) => report,
            Err(LoadError::Unknown(_, reason)) => {
                out.unknown("load.missing-library", &file.path, &reason);
                continue;
            }
            Err(LoadError::Absent(_) | LoadError::NotElf(_)) => continue,
        };
        let loaded = report
            .chosen
            .values()
            .filter_map(|chosen| case.released(&chosen.path));
        judged.extend(loaded.map(|file| file.path.as_str()));
        let verdict = Verdict {
            file,
            report: &report,
            case: &case,
        };
        verdict.tell(checks_versions, out);
    }
}

/// Programs first, then what no other file of the release needs.
fn rank(file: &ReleaseFile, files: &[&ReleaseFile]) -> usize {
    let is_program = |file: &ReleaseFile| {
        file.linkage
            .as_ref()
            .is_ok_and(|linkage| linkage.interpreter.is_some())
    };
    let needs = |other: &&ReleaseFile| {
        let needed = other.linkage.iter().flat_map(|linkage| &linkage.needed);
        needed.into_iter().any(|name| file.answers_to(name))
    };
    match file {
        _ if is_program(file) => 0,
        _ if !files.iter().any(needs) => 1,
        _ => 2,
    }
}

/// What loading one file of the release came to.
struct Verdict<'v> {
    file: &'v ReleaseFile,
    report: &'v LoadReport,
    case: &'v Case<'v>,
}

impl Verdict<'_> {
    fn tell(&self, checks_versions: bool, out: &mut Out) {
        self.tell_interpreter(out);
        for missing in &self.report.missing {
            let key = self.key(&missing.needed_by, &missing.soname);
            match self.case.looked_elsewhere(&missing.soname) {
                Some(place) => out.unknown(
                    "load.missing-library",
                    &key,
                    &format!("no probe looks for {place}"),
                ),
                None => out.value("load.missing-library", &key, self.file.architecture.as_str()),
            }
        }
        for rejected in &self.report.rejected {
            let key = self.key(&rejected.needed_by, &rejected.soname);
            out.value("load.rejected", &key, rejected.reason.to_string());
        }
        for undecided in &self.report.undecided {
            let name = match &self.report.interpreter {
                Interpreter::Undecided(path) if *path == undecided.subject => continue,
                _ => "load.missing-library",
            };
            out.unknown(
                name,
                &self.key(&undecided.needed_by, &undecided.subject),
                &undecided.reason,
            );
        }
        if checks_versions {
            self.tell_versions(out);
        }
    }

    fn tell_interpreter(&self, out: &mut Out) {
        let name = "load.missing-interpreter";
        match &self.report.interpreter {
            Interpreter::None | Interpreter::Found(_) => {}
            Interpreter::Missing(path) => out.value(name, &self.file.path, path.as_str()),
            Interpreter::Rejected(path, reason) => {
                out.value(name, &self.file.path, format!("{path} ({reason})"));
            }
            Interpreter::Undecided(path) => {
                let about = self
                    .report
                    .undecided
                    .iter()
                    .find(|undecided| undecided.subject == *path);
                out.unknown(
                    name,
                    &self.file.path,
                    about.map_or("not known", |undecided| &undecided.reason),
                );
            }
        }
    }

    fn tell_versions(&self, out: &mut Out) {
        let mut undefined: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let certain = |path: &str| Case::is_certain(path);
        for node in self
            .report
            .missing_nodes
            .iter()
            .filter(|node| !node.weak && certain(&node.path))
        {
            let nodes = undefined
                .entry(self.key(&node.needed_by, &node.library))
                .or_default();
            nodes.push(node.node.clone());
        }
        for (key, mut nodes) in undefined {
            sort_oldest_first(&mut nodes);
            out.value("load.undefined", &key, Value::List(nodes));
        }
        for library in self
            .report
            .unversioned
            .iter()
            .filter(|library| certain(&library.path))
        {
            let key = self.key(&library.needed_by, &library.library);
            if let Some(reason) = self.case.without_nodes(&library.path) {
                out.unknown("load.undefined", &key, reason);
            } else if library.aborts {
                out.value("load.unversioned", &key, self.file.architecture.as_str());
            }
        }
    }

    /// The file of the release that needs the name; the loaded one where a library of the host does.
    fn key(&self, needed_by: &str, soname: &str) -> String {
        let file = self.case.released(needed_by).unwrap_or(self.file);
        format!("{}:{soname}", file.path)
    }
}

fn sort_oldest_first(nodes: &mut [String]) {
    nodes.sort_by(|a, b| {
        Scheme::Generic
            .compare(number(a), number(b))
            .unwrap_or_else(|_| a.cmp(b))
            .then_with(|| a.cmp(b))
    });
}

/// The version in a node: `2.34` of `GLIBC_2.34`.
fn number(node: &str) -> &str {
    node.find(|c: char| c.is_ascii_digit())
        .and_then(|at| node.get(at..))
        .unwrap_or(node)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unknown,
}

fn fits_machine(architecture: &str, host: &View<'_>) -> Fit {
    let State::Value(machine) = host.state(&FactId::single("kernel.machine")) else {
        return Fit::Unknown;
    };
    let machine = machine.to_string();
    let older = match machine.as_str() {
        "x86_64" => &["i386"][..],
        "aarch64" => &["arm"][..],
        _ => &[],
    };
    let is_32_bit_x86 = architecture == "i386" && machine.starts_with('i') && machine.ends_with("86");
    let is_arm = architecture == "arm" && machine.starts_with("arm");
    if machine == architecture || older.contains(&architecture) || is_32_bit_x86 || is_arm {
        Fit::Yes
    } else {
        Fit::No
    }
}

fn has_libc(host: &View<'_>, libc: &str) -> Fit {
    match host.state(&FactId::single("libc.family")) {
        State::Value(families) if list(&families).iter().any(|family| family == libc) => Fit::Yes,
        State::Value(_) | State::Absent => Fit::No,
        State::NotPermitted | State::Unknown(_) => Fit::Unknown,
    }
}

/// One fact for each id: what is certain outweighs what is not known.
#[derive(Default)]
struct Out(BTreeMap<FactId, State>);

impl Out {
    fn value(&mut self, name: &str, key: &str, value: impl Into<Value>) {
        let known = self
            .0
            .entry(FactId::keyed(name.to_owned(), key))
            .or_insert(State::Absent);
        if known.value().is_none() {
            *known = State::Value(value.into());
        }
    }

    fn unknown(&mut self, name: &str, key: &str, reason: &str) {
        let id = FactId::keyed(name.to_owned(), key);
        self.0.entry(id).or_insert(State::Unknown(reason.to_owned()));
    }

    fn facts(self) -> Vec<Fact> {
        let origin = Origin::Derived("what the dynamic loader would do".to_owned());
        let fact = |(id, state)| Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin: origin.clone(),
        };
        self.0.into_iter().map(fact).collect()
    }
}
