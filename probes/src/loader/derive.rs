//! What the dynamic loader of a host would complain about when it starts the files of a release.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::case::Case;
use super::release::{ReleaseFile, files_of, list};
use super::suited::suited;
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

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let mut out = Out::default();
        if let Some(reason) = release.silence("elf.architecture").doubt() {
            let lack = Lack::new(Side::Release, FactId::rest("elf.architecture"), reason);
            // What is wrong with a library that is there is asked of a file that is known.
            let of_known_files = ["load.rejected", "load.unversioned"];
            let names = DERIVED.iter().map(|schema| schema.name.as_ref());
            names
                .filter(|name| !of_known_files.contains(name))
                .for_each(|name| out.lacking(name, "*", lack.clone()));
        }
        let files = files_of(release);
        let suited = suited(&files, release, sides.host);
        let runnable = suited
            .into_iter()
            .filter(|file| suits(file, sides.host, &mut out))
            .collect::<Vec<_>>();
        judge(&runnable, sides.host, &mut out);
        out.derived()
    }

    fn staples(&self, host: &View<'_>) -> Vec<FactId> {
        let machine = host.state(&FactId::single("kernel.machine"));
        let Some(machine) = machine.value().and_then(Value::as_text) else {
            return Vec::new();
        };
        let keys = STAPLES.iter().map(|library| format!("{machine}/{library}"));
        let mut staples = Vec::new();
        for key in keys {
            let library = FactId::keyed("library", key.clone());
            if host.state(&library).value().is_some() {
                staples.push(FactId::keyed("library.nodes", key));
            }
            staples.push(library);
        }
        staples
    }
}

/// What compilers link programs with unasked, and what most programs on a network need beside.
const STAPLES: [&str; 14] = [
    "libc.so.6",
    "libcrypto.so.1.1",
    "libcrypto.so.3",
    "libdl.so.2",
    "libgcc_s.so.1",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libssl.so.1.1",
    "libssl.so.3",
    "libstdc++.so.6",
    "libutil.so.1",
    "libz.so.1",
];

/// Whether the host has the machine and the C library for the file; says so where it has not, or is not known to.
fn suits(file: &ReleaseFile, host: &View<'_>, out: &mut Out) -> bool {
    let path = &file.path;
    if file.architecture.is_empty() {
        let reason = file.linkage.as_ref().err().map_or("not known", String::as_str);
        let lack = Lack::of_release("elf.architecture", path, reason);
        out.lacking("load.foreign", path, lack);
        return false;
    }
    match fits_machine(&file.architecture, host) {
        Fit::Yes => {}
        Fit::No => {
            out.value("load.foreign", path, file.architecture.as_str());
            return false;
        }
        Fit::Unknown => out.lacking(
            "load.foreign",
            path,
            Lack::of_host(host, FactId::single("kernel.machine")),
        ),
    }
    if let Some(libc) = file.libc {
        match has_libc(host, libc) {
            Fit::Yes if libc == "glibc" && is_layer(host, &file.architecture) => return false,
            Fit::Yes => {}
            Fit::No => {
                out.value("load.wrong-libc", path, libc);
                return false;
            }
            Fit::Unknown => {
                let lack = Lack::of_host(host, FactId::single("libc.family"));
                out.lacking("load.wrong-libc", path, lack);
                return false;
            }
        }
    }
    if let Err(reason) = &file.linkage {
        let lack = Lack::of_release("elf.needed", path, reason);
        out.lacking("load.missing-library", path, lack);
        // It is there all the same, for those that need it.
        return true;
    }
    if let Some(reason) = &file.unknown_versions {
        let lack = Lack::of_release("elf.version-needs", path, reason);
        out.lacking("load.undefined", path, lack);
    }
    true
}

fn judge(files: &[&ReleaseFile], host: &View<'_>, out: &mut Out) {
    let case = Case::new(files, host);
    let checks_versions = has_libc(host, "glibc") != Fit::No;
    let linkages = files.iter().filter_map(|file| file.linkage.as_ref().ok());
    let needed = linkages.flat_map(|linkage| linkage.needed.iter().map(String::as_str));
    let needed = needed.collect();
    let mut order = files.to_vec();
    order.sort_by_key(|file| rank(file, &needed));
    let mut judged = BTreeSet::new();
    for file in order {
        if file.linkage.is_err() || judged.contains(file.path.as_str()) {
            continue;
        }
        case.start();
        let report = match load(&file.place, &case) {
            Ok(report) => report,
            Err(LoadError::Unknown(_, reason)) => {
                let lack = Lack::of_release("elf.needed", &file.path, &reason);
                out.lacking("load.missing-library", &file.path, lack);
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
            host,
        };
        verdict.tell(checks_versions, out);
    }
}

/// The order in which files are judged: programs first, then what no other file of the release needs.
fn rank(file: &ReleaseFile, needed: &BTreeSet<&str>) -> usize {
    match &file.linkage {
        Ok(linkage) if linkage.interpreter.is_some() => 0,
        _ if !file.names().any(|name| needed.contains(name)) => 1,
        _ => 2,
    }
}

/// What loading one file of the release came to.
struct Verdict<'v> {
    file: &'v ReleaseFile,
    report: &'v LoadReport,
    case: &'v Case<'v>,
    host: &'v View<'v>,
}

impl Verdict<'_> {
    fn tell(&self, checks_versions: bool, out: &mut Out) {
        self.tell_interpreter(out);
        for missing in &self.report.missing {
            let key = self.key(&missing.needed_by, &missing.soname);
            match self.case.looked_elsewhere(&missing.soname) {
                Some(place) => {
                    let fact = self.host_fact("library", &missing.soname);
                    let lack = Lack::new(Side::Host, fact, format!("no probe looks for {place}"));
                    out.lacking("load.missing-library", &key, lack);
                }
                None => out.value("load.missing-library", &key, self.file.architecture.as_str()),
            }
        }
        for rejected in &self.report.rejected {
            let key = self.key(&rejected.needed_by, &rejected.soname);
            out.value("load.rejected", &key, rejected.reason.to_string());
        }
        for undecided in &self.report.undecided {
            if let Some(shipped) = self.case.unclear(&self.file.architecture, &undecided.subject) {
                let reason = shipped.linkage.as_ref().err().unwrap_or(&undecided.reason);
                let lack = Lack::of_release("elf.needed", &shipped.path, reason);
                out.lacking(
                    "load.rejected",
                    &self.key(&undecided.needed_by, &undecided.subject),
                    lack,
                );
                continue;
            }
            let name = match &self.report.interpreter {
                Interpreter::Undecided(path) if *path == undecided.subject => continue,
                _ => "load.missing-library",
            };
            let lack = Lack::new(
                Side::Host,
                self.host_fact("library", &undecided.subject),
                self.case.explained(&undecided.reason),
            );
            out.lacking(name, &self.key(&undecided.needed_by, &undecided.subject), lack);
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
                let reason = about.map_or("not known", |undecided| &undecided.reason);
                let fact = FactId::keyed("loader.interpreter", path.as_str());
                out.lacking(name, &self.file.path, Lack::new(Side::Host, fact, reason));
            }
        }
    }

    fn tell_versions(&self, out: &mut Out) {
        let certain = |path: &str| Case::is_certain(path);
        let mut undefined: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for node in &self.report.missing_nodes {
            if !node.weak && certain(&node.path) {
                let nodes = undefined.entry((&node.needed_by, &node.soname)).or_default();
                nodes.push(&node.node);
            }
        }
        for ((needed_by, library), nodes) in undefined {
            let key = self.key(needed_by, library);
            let missing = oldest_first(nodes.into_iter());
            let defined = self.host.state(&self.host_fact("library.nodes", library));
            let defined = defined.value().map(list).unwrap_or_default();
            let alike = |node: &&str| {
                missing
                    .last()
                    .is_some_and(|newest| letters(newest) == letters(node) && !number(node).is_empty())
            };
            if let Some(newest) = oldest_first(defined.iter().map(String::as_str).filter(alike)).last() {
                out.value("load.defined", &key, *newest);
            }
            let missing = missing.into_iter().map(str::to_owned).collect();
            out.value("load.undefined", &key, Value::List(missing));
        }
        for library in self
            .report
            .unversioned
            .iter()
            .filter(|library| certain(&library.path))
        {
            let key = self.key(&library.needed_by, &library.soname);
            if let Some(reason) = self.case.without_nodes(&library.path) {
                let fact = self.host_fact("library.nodes", &library.soname);
                out.lacking("load.undefined", &key, Lack::new(Side::Host, fact, reason));
            } else if let Some(reason) = self.case.without_marks(&library.path) {
                let fact = self.host_fact("library.unversioned", &library.soname);
                out.lacking("load.unversioned", &key, Lack::new(Side::Host, fact, reason));
            } else if library.aborts {
                out.value("load.unversioned", &key, self.file.architecture.as_str());
            }
        }
    }

    /// The fact of the host about a library of the file's architecture.
    fn host_fact(&self, name: &'static str, soname: &str) -> FactId {
        FactId::keyed(name, format!("{}/{soname}", self.file.architecture))
    }

    /// The file of the release that needs the name; the loaded one where a library of the host does.
    fn key(&self, needed_by: &str, soname: &str) -> String {
        let file = self.case.released(needed_by).unwrap_or(self.file);
        format!("{}:{soname}", file.path)
    }
}

/// Symbol versions, oldest first; those without a number, such as `GLIBC_ABI_DT_RELR`, before all others.
fn oldest_first<'a>(nodes: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut nodes: Vec<&str> = nodes.collect();
    nodes.sort_by_cached_key(|node| {
        let parts = number(node).split(['.', '_']);
        let parts: Vec<u64> = parts.map_while(|part| part.parse().ok()).collect();
        (parts, *node)
    });
    nodes
}

/// The version in a node: `2.34` of `GLIBC_2.34`.
fn number(node: &str) -> &str {
    node.find(|c: char| c.is_ascii_digit())
        .and_then(|at| node.get(at..))
        .unwrap_or_default()
}

/// What comes before it: `GLIBC_`.
fn letters(node: &str) -> &str {
    node.strip_suffix(number(node)).unwrap_or(node)
}

/// The observed fact that was lacking, and why it is not known.
#[derive(Debug, Clone)]
struct Lack {
    side: Side,
    fact: FactId,
    reason: String,
}

impl Lack {
    fn new(side: Side, fact: FactId, reason: impl ToString) -> Lack {
        let reason = reason.to_string();
        Lack { side, fact, reason }
    }

    fn of_release(name: &'static str, file: &str, reason: &str) -> Lack {
        Lack::new(Side::Release, FactId::keyed(name, file), reason)
    }

    fn of_host(host: &View<'_>, fact: FactId) -> Lack {
        let state = host.state(&fact);
        let reason = state.doubt().unwrap_or("it is absent").to_owned();
        Lack::new(Side::Host, fact, reason)
    }
}

/// Whether a host has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    Unknown,
}

pub(super) fn fits_machine(architecture: &str, host: &View<'_>) -> Fit {
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

pub(super) fn has_libc(host: &View<'_>, libc: &str) -> Fit {
    match host.state(&FactId::single("libc.family")) {
        State::Value(families) if list(&families).iter().any(|family| family == libc) => Fit::Yes,
        State::Value(_) | State::Absent => Fit::No,
        State::NotPermitted | State::Unknown(_) => Fit::Unknown,
    }
}

/// Whether glibc's loader stands there without its library: gcompat, which answers for glibc upon musl. What runs with it is not
/// told by names.
fn is_layer(host: &View<'_>, architecture: &str) -> bool {
    let library = FactId::keyed("library", format!("{architecture}/libc.so.6"));
    has_libc(host, "musl") == Fit::Yes && host.state(&library) == State::Absent
}

/// One fact for each id: what is certain outweighs what is not known.
#[derive(Default)]
struct Out {
    states: BTreeMap<FactId, State>,
    lacks: BTreeMap<FactId, (Side, FactId)>,
}

impl Out {
    fn value(&mut self, name: &str, key: &str, value: impl Into<Value>) {
        let id = FactId::keyed(name.to_owned(), key);
        let known = self.states.entry(id).or_insert(State::Absent);
        if known.value().is_none() {
            *known = State::Value(value.into());
        }
    }

    fn lacking(&mut self, name: &str, key: &str, lack: Lack) {
        let id = FactId::keyed(name.to_owned(), key);
        self.lacks.entry(id.clone()).or_insert((lack.side, lack.fact));
        self.states.entry(id).or_insert(State::Unknown(lack.reason));
    }

    fn derived(self) -> Derived {
        let origin = Origin::Derived("what the dynamic loader would do".to_owned());
        let fact = |(id, state)| Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin: origin.clone(),
        };
        let facts = self.states.into_iter().map(fact).collect();
        Derived {
            facts,
            lacks: self.lacks,
            ..Derived::default()
        }
    }
}

#[cfg(test)]
#[path = "derive_tests.rs"]
mod tests;
