//! What the dynamic loader of a host would complain about when it starts the files of a release.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::DERIVED;

/// Simulates the dynamic loader of a host for the files of a release.
///
/// A library that the release itself ships is taken as found, whatever search path leads to it: programs load their own
/// libraries in ways that no file tells. Symbol versions of what the host provides are held against what the chosen file
/// defines; as in glibc, a library without any versions satisfies all (ld.so prints a warning only), and musl does not
/// look at versions at all (musl manual, "Functional differences from glibc").
#[derive(Debug, Clone, Copy, Default)]
pub struct Loading;

impl Derivation for Loading {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Out::default();
        let Some(release) = sides.release else {
            return out.0;
        };
        if let Some(reason) = release.silence("elf.architecture").doubt() {
            let lack = Lack::new(Side::Release, FactId::rest("elf.architecture"), reason);
            for schema in DERIVED {
                out.lacking(&schema.name, "*", lack.clone());
            }
        }
        let files = Files::of(release);
        let fits = |file: &&File| fits_machine(&file.architecture, sides.host) != Ok(false);
        let suits = |file: &&File| {
            fits(file)
                && file
                    .libc()
                    .is_none_or(|libc| has_libc(sides.host, libc) != Ok(false))
        };
        let any_fits = files.0.iter().any(|file| fits(&file));
        let any_suits = files.0.iter().any(|file| suits(&file));
        for file in &files.0 {
            // A release may carry the same library for several machines: those for others are not what runs here.
            if any_suits && !suits(&file) || any_fits && !fits(&file) {
                continue;
            }
            judge(file, &files, release, sides.host, &mut out);
        }
        out.0
    }
}

/// An observed fact without which nothing can be worked out, and why it is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Lack {
    side: Side,
    fact: FactId,
    reason: String,
}

impl Lack {
    fn new(side: Side, fact: FactId, reason: impl Into<String>) -> Lack {
        Lack {
            side,
            fact,
            reason: reason.into(),
        }
    }
}

/// The value of a fact, `None` where it is certainly absent.
fn known(view: &View<'_>, side: Side, fact: FactId) -> Result<Option<Value>, Lack> {
    let state = view.state(&fact);
    match state.doubt() {
        Some(reason) => Err(Lack::new(side, fact, reason)),
        None => Ok(state.value().cloned()),
    }
}

/// The same of a file of the release. Its facts are told all together, so one that was not told is not there, whatever became
/// of other files.
fn told(release: &View<'_>, fact: FactId) -> Result<Option<Value>, Lack> {
    match release.fact(&fact) {
        Some(_) => known(release, Side::Release, fact),
        None => Ok(None),
    }
}

struct Files(Vec<File>);

struct File {
    path: String,
    architecture: String,
    interpreter: Option<String>,
    needed: Vec<String>,
    soname: Option<String>,
    /// What could not be read of it, and the first thing that this leaves undecided.
    lack: Option<(&'static str, Lack)>,
}

impl Files {
    fn of(release: &View<'_>) -> Files {
        let files = release
            .family("elf.architecture")
            .filter(|fact| !fact.id.is_rest() && fact.state != State::Absent);
        Files(
            files
                .map(|fact| File::of(fact.id.key().unwrap_or_default(), release))
                .collect(),
        )
    }

    /// Whether the release ships a library of this name for this machine.
    fn ship(&self, soname: &str, architecture: &str) -> bool {
        self.0.iter().any(|file| {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            file.architecture == architecture && (file.soname.as_deref() == Some(soname) || name == soname)
        })
    }
}

impl File {
    fn of(path: &str, release: &View<'_>) -> File {
        let mut lack = None;
        let mut value = |name: &'static str, derived: &'static str| {
            let read = told(release, FactId::keyed(name, path));
            read.unwrap_or_else(|found| {
                lack.get_or_insert((derived, found));
                None
            })
        };
        let text = |value: Option<Value>| value.map(|value| value.to_string());
        File {
            path: path.to_owned(),
            architecture: text(value("elf.architecture", "load.foreign")).unwrap_or_default(),
            interpreter: text(value("elf.interpreter", "load.missing-interpreter")),
            needed: value("elf.needed", "load.missing-library")
                .as_ref()
                .map(list)
                .unwrap_or_default(),
            soname: text(value("elf.soname", "load.missing-library")),
            lack,
        }
    }

    /// The C library it is linked against, where anything tells.
    fn libc(&self) -> Option<&'static str> {
        let names = self.interpreter.iter().chain(&self.needed).map(String::as_str);
        names
            .map(|name| name.rsplit('/').next().unwrap_or(name))
            .find_map(|name| {
                if name.starts_with("ld-musl-") || name.starts_with("libc.musl-") {
                    Some("musl")
                } else if name.starts_with("ld-linux") || name.starts_with("ld64.so") || name == "libc.so.6" {
                    Some("glibc")
                } else {
                    None
                }
            })
    }
}

fn list(value: &Value) -> Vec<String> {
    value
        .members()
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect()
}

fn judge(file: &File, files: &Files, release: &View<'_>, host: &View<'_>, out: &mut Out) {
    let path = &file.path;
    if let Some((derived, lack)) = &file.lack {
        return out.lacking(derived, path, lack.clone());
    }
    match fits_machine(&file.architecture, host) {
        Ok(true) => {}
        Ok(false) => return out.value("load.foreign", path, file.architecture.as_str()),
        Err(lack) => out.lacking("load.foreign", path, lack),
    }
    if let Some(libc) = file.libc() {
        match has_libc(host, libc) {
            Ok(true) => {}
            Ok(false) => return out.value("load.wrong-libc", path, libc),
            Err(lack) => out.lacking("load.wrong-libc", path, lack),
        }
    }
    if let Some(interpreter) = &file.interpreter {
        let is_usual = ["/lib", "/usr/lib"]
            .iter()
            .any(|directory| interpreter.starts_with(directory));
        let fact = FactId::keyed("loader.interpreter", interpreter.clone());
        match known(host, Side::Host, fact.clone()) {
            Ok(Some(_)) => {}
            Ok(None) if is_usual => {
                return out.value("load.missing-interpreter", path, interpreter.as_str());
            }
            Ok(None) => {
                let lack = Lack::new(Side::Host, fact, "no probe looks at the place it is asked for");
                out.lacking("load.missing-interpreter", path, lack);
            }
            Err(lack) => out.lacking("load.missing-interpreter", path, lack),
        }
    }
    let from_host: BTreeSet<&str> = file
        .needed
        .iter()
        .map(String::as_str)
        .filter(|name| !files.ship(name, &file.architecture))
        .collect();
    let mut present = BTreeSet::new();
    for name in from_host {
        let key = format!("{path}:{name}");
        let fact = FactId::keyed("library", format!("{}/{name}", file.architecture));
        match known(host, Side::Host, fact) {
            Ok(Some(_)) => {
                present.insert(name);
            }
            Ok(None) => out.value("load.missing-library", &key, file.architecture.as_str()),
            Err(lack) => out.lacking("load.missing-library", &key, lack),
        }
    }
    if file.libc() != Some("musl") {
        judge_versions(file, &present, release, host, out);
    }
}

fn judge_versions(file: &File, present: &BTreeSet<&str>, release: &View<'_>, host: &View<'_>, out: &mut Out) {
    let fact = FactId::keyed("elf.version-needs", file.path.clone());
    let needs = match told(release, fact) {
        Ok(needs) => needs.as_ref().map(list).unwrap_or_default(),
        Err(lack) => return out.lacking("load.undefined", &file.path, lack),
    };
    let mut by_library: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (library, node) in needs.iter().filter_map(|need| need.split_once(' ')) {
        by_library.entry(library).or_default().push(node);
    }
    by_library.retain(|library, _| present.contains(library));
    for (library, nodes) in by_library {
        let key = format!("{}:{library}", file.path);
        let fact = FactId::keyed("library.nodes", format!("{}/{library}", file.architecture));
        let defined = match known(host, Side::Host, fact) {
            Ok(Some(defined)) => list(&defined),
            // A library without any versions satisfies all of them.
            Ok(None) => continue,
            Err(lack) => {
                out.lacking("load.undefined", &key, lack);
                continue;
            }
        };
        let defined: Vec<&str> = defined.iter().map(String::as_str).collect();
        let missing = in_order(nodes.into_iter().filter(|node| !defined.contains(node)));
        let Some(newest) = missing.last() else { continue };
        let alike = defined
            .into_iter()
            .filter(|node| letters(node) == letters(newest) && node.len() > letters(node).len());
        if let Some(node) = in_order(alike).last() {
            out.value("load.defined", &key, *node);
        }
        out.value(
            "load.undefined",
            &key,
            Value::List(missing.into_iter().map(str::to_owned).collect()),
        );
    }
}

/// Symbol versions, oldest first; those without a number, such as `GLIBC_ABI_DT_RELR`, before all others.
fn in_order<'a>(nodes: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
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
        .map_or("", |at| &node[at..])
}

/// What comes before it: `GLIBC_`.
fn letters(node: &str) -> &str {
    node.strip_suffix(number(node)).unwrap_or(node)
}

fn fits_machine(architecture: &str, host: &View<'_>) -> Result<bool, Lack> {
    let Some(machine) = known(host, Side::Host, FactId::single("kernel.machine"))? else {
        let reason = "a machine without an architecture";
        return Err(Lack::new(Side::Host, FactId::single("kernel.machine"), reason));
    };
    let machine = machine.to_string();
    let older = match machine.as_str() {
        "x86_64" => &["i386"][..],
        "aarch64" => &["arm"][..],
        _ => &[],
    };
    let is_32_bit_x86 = architecture == "i386" && machine.starts_with('i') && machine.ends_with("86");
    let is_arm = architecture == "arm" && machine.starts_with("arm");
    Ok(machine == architecture || older.contains(&architecture) || is_32_bit_x86 || is_arm)
}

fn has_libc(host: &View<'_>, libc: &str) -> Result<bool, Lack> {
    let families = known(host, Side::Host, FactId::single("libc.family"))?;
    Ok(families.is_some_and(|families| list(&families).iter().any(|family| family == libc)))
}

#[derive(Default)]
struct Out(Derived);

impl Out {
    fn value(&mut self, name: &str, key: &str, value: impl Into<Value>) {
        self.push(name, key, State::Value(value.into()));
    }

    fn lacking(&mut self, name: &str, key: &str, lack: Lack) {
        let derived = FactId::keyed(name.to_owned(), key);
        self.0.lacks.insert(derived, (lack.side, lack.fact));
        self.push(name, key, State::Unknown(lack.reason));
    }

    fn push(&mut self, name: &str, key: &str, state: State) {
        let origin = Origin::Derived("what the dynamic loader would do".to_owned());
        let id = FactId::keyed(name.to_owned(), key);
        self.0.facts.push(Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin,
        });
    }
}
