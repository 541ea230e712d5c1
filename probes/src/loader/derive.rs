//! What the dynamic loader of a host would complain about when it starts the files of a release.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::version::Scheme;
use parity_core::view::View;

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

    fn derive(&self, sides: Sides<'_>) -> Vec<Fact> {
        let Some(release) = sides.release else {
            return Vec::new();
        };
        let files = Files::of(release);
        let mut out = Out::default();
        if let State::Unknown(reason) = release.silence("elf.architecture") {
            DERIVED
                .iter()
                .for_each(|schema| out.unknown(&schema.name, "*", &reason));
        }
        let fits = |file: &&File| fits_machine(&file.architecture, sides.host) != Fit::No;
        let any_fits = files.0.iter().any(|file| fits(&file));
        let suits = |file: &&File| {
            fits(file)
                && file
                    .libc()
                    .is_none_or(|libc| has_libc(sides.host, libc) != Fit::No)
        };
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    Unknown,
}

struct Files(Vec<File>);

struct File {
    path: String,
    architecture: String,
    interpreter: Option<String>,
    needed: Vec<String>,
    soname: Option<String>,
    unknown: Option<String>,
}

impl Files {
    fn of(release: &View<'_>) -> Files {
        let files = release
            .family("elf.architecture")
            .filter(|fact| !fact.id.is_rest())
            .map(|fact| {
                let path = fact.id.key().unwrap_or_default().to_owned();
                let text = |name: &'static str| match release.state(&FactId::keyed(name, path.clone())) {
                    State::Value(value) => Some(value.to_string()),
                    _ => None,
                };
                let needed = release.state(&FactId::keyed("elf.needed", path.clone()));
                let unknown = match (&fact.state, &needed) {
                    (State::Unknown(reason), _) | (_, State::Unknown(reason)) => Some(reason.clone()),
                    _ => None,
                };
                File {
                    architecture: fact.state.value().map(ToString::to_string).unwrap_or_default(),
                    interpreter: text("elf.interpreter"),
                    soname: text("elf.soname"),
                    needed: needed.value().map(list).unwrap_or_default(),
                    unknown,
                    path,
                }
            });
        Files(files.collect())
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
    if let Some(reason) = &file.unknown {
        return out.unknown("load.missing-library", path, reason);
    }
    match fits_machine(&file.architecture, host) {
        Fit::Yes => {}
        Fit::No => return out.value("load.foreign", path, file.architecture.as_str()),
        Fit::Unknown => out.unknown("load.foreign", path, "the architecture of the host is not known"),
    }
    if let Some(libc) = file.libc() {
        match has_libc(host, libc) {
            Fit::Yes => {}
            Fit::No => return out.value("load.wrong-libc", path, libc),
            Fit::Unknown => {
                return out.unknown("load.wrong-libc", path, "the C library of the host is not known");
            }
        }
    }
    if let Some(interpreter) = &file.interpreter {
        let is_usual = ["/lib", "/usr/lib"]
            .iter()
            .any(|directory| interpreter.starts_with(directory));
        match host.state(&FactId::keyed("loader.interpreter", interpreter.clone())) {
            State::Value(_) => {}
            State::Absent if is_usual => {
                return out.value("load.missing-interpreter", path, interpreter.as_str());
            }
            State::Absent => out.unknown(
                "load.missing-interpreter",
                path,
                "no probe looks where it is asked for",
            ),
            state => out.unknown("load.missing-interpreter", path, &state.to_string()),
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
        match host.state(&FactId::keyed("library", format!("{}/{name}", file.architecture))) {
            State::Value(_) => {
                present.insert(name);
            }
            State::Absent => out.value(
                "load.missing-library",
                &format!("{path}:{name}"),
                file.architecture.as_str(),
            ),
            state => out.unknown(
                "load.missing-library",
                &format!("{path}:{name}"),
                &state.to_string(),
            ),
        }
    }
    if file.libc() != Some("musl") {
        judge_versions(file, &present, release, host, out);
    }
}

fn judge_versions(file: &File, present: &BTreeSet<&str>, release: &View<'_>, host: &View<'_>, out: &mut Out) {
    let State::Value(needs) = release.state(&FactId::keyed("elf.version-needs", file.path.clone())) else {
        return;
    };
    let mut by_library: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for need in list(&needs) {
        if let Some((library, node)) = need.split_once(' ') {
            by_library
                .entry(library.to_owned())
                .or_default()
                .push(node.to_owned());
        }
    }
    for (library, nodes) in by_library
        .into_iter()
        .filter(|(library, _)| present.contains(library.as_str()))
    {
        let key = format!("{}:{library}", file.path);
        match host.state(&FactId::keyed(
            "library.nodes",
            format!("{}/{library}", file.architecture),
        )) {
            State::Value(defined) => {
                let defined = list(&defined);
                let mut missing: Vec<String> =
                    nodes.into_iter().filter(|node| !defined.contains(node)).collect();
                missing.sort_by(|a, b| {
                    Scheme::Generic
                        .compare(number(a), number(b))
                        .unwrap_or_else(|_| a.cmp(b))
                        .then_with(|| a.cmp(b))
                });
                if !missing.is_empty() {
                    out.value("load.undefined", &key, Value::List(missing));
                }
            }
            State::Absent => {}
            state => out.unknown("load.undefined", &key, &state.to_string()),
        }
    }
}

/// The version in a node: `2.34` of `GLIBC_2.34`.
fn number(node: &str) -> &str {
    node.find(|c: char| c.is_ascii_digit())
        .map_or(node, |at| &node[at..])
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

#[derive(Default)]
struct Out(Vec<Fact>);

impl Out {
    fn value(&mut self, name: &str, key: &str, value: impl Into<Value>) {
        self.push(name, key, State::Value(value.into()));
    }

    fn unknown(&mut self, name: &str, key: &str, reason: &str) {
        self.push(name, key, State::Unknown(reason.to_owned()));
    }

    fn push(&mut self, name: &str, key: &str, state: State) {
        let origin = Origin::Derived("what the dynamic loader would do".to_owned());
        let id = FactId::keyed(name.to_owned(), key);
        self.0.push(Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin,
        });
    }
}
