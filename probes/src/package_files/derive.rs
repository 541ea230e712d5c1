//! What the packages of a release ask for, held against the packages and libraries of a host.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::version::Scheme;
use parity_core::view::{Side, View};

use super::virtuals::{may_be_virtual, names, stem};
use super::{DERIVED, Relation, compression, relations};

/// Holds packages against a host.
#[derive(Debug, Clone, Copy, Default)]
pub struct PackageFiles;

impl Derivation for PackageFiles {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else {
            return out;
        };
        for fact in release.family("package-file.format") {
            let Some(file) = fact.id.key() else {
                continue;
            };
            let Some(format) = fact.state.value() else {
                let id = FactId::keyed("package-file.refused", file);
                lacking(&mut out, id, (Side::Release, fact.id.clone()), &fact.state);
                continue;
            };
            let of = if format.to_string() == "rpm" { RPM } else { DEB };
            match Packages::of(sides.host, of) {
                Err(state) => {
                    let id = FactId::keyed("package-file.unmet", format!("{file}:packages"));
                    lacking(&mut out, id, (Side::Host, FactId::rest(of.family)), &state);
                    let compressed = FactId::keyed("package-file.compression", file);
                    if release.value(&compressed).is_some() {
                        let id = FactId::keyed("package-file.unreadable", file);
                        lacking(&mut out, id, (Side::Host, FactId::rest(of.family)), &state);
                    }
                }
                Ok(packages) => {
                    packages.judge_compression(release, file, &mut out);
                    packages.judge(release, file, &mut out);
                }
            }
        }
        out
    }
}

/// How a package manager is seen.
#[derive(Clone, Copy)]
struct Manager {
    family: &'static str,
    scheme: Scheme,
    /// Between name and architecture in keys.
    mark: char,
    /// Architectures that fit every host.
    any: &'static str,
}

const DEB: Manager = Manager {
    family: "package.deb",
    scheme: Scheme::Deb,
    mark: ':',
    any: "all",
};

const RPM: Manager = Manager {
    family: "package.rpm",
    scheme: Scheme::Rpm,
    mark: '.',
    any: "noarch",
};

/// Families of other package managers, and what they are called.
const OTHERS: [(&str, &str); 4] = [
    ("package.apk", "apk"),
    ("package.deb", "deb"),
    ("package.pacman", "pacman"),
    ("package.rpm", "rpm"),
];

/// What a host has installed.
struct Packages<'a> {
    host: &'a View<'a>,
    of: Manager,
    versions: BTreeMap<String, Vec<String>>,
    architectures: Vec<String>,
}

impl<'a> Packages<'a> {
    /// # Errors
    /// Why they are not known.
    fn of(host: &'a View<'a>, of: Manager) -> Result<Packages<'a>, State> {
        let mut packages = Packages {
            host,
            of,
            versions: BTreeMap::new(),
            architectures: Vec::new(),
        };
        for fact in host.family(of.family) {
            let (Some(key), Some(version)) = (fact.id.key(), fact.state.value()) else {
                continue;
            };
            let (name, architecture) = key.rsplit_once(of.mark).unwrap_or((key, of.any));
            let architecture = architecture.to_owned();
            if architecture != of.any && !packages.architectures.contains(&architecture) {
                packages.architectures.push(architecture);
            }
            let versions = version
                .members()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>();
            packages
                .versions
                .entry(name.to_owned())
                .or_default()
                .extend(versions);
        }
        match host.silence(of.family) {
            State::Absent => Ok(packages),
            state => Err(state),
        }
    }

    /// Whether the package manager reads the compression of a package.
    fn judge_compression(&self, release: &View<'_>, file: &str, out: &mut Derived) {
        let manager = if self.of.family == RPM.family {
            "rpm"
        } else {
            "dpkg"
        };
        let id = FactId::keyed("package-file.compression", file);
        if release.value(&id).is_some()
            && let Some([version]) = self.versions.get(manager).map(Vec::as_slice)
            && compression::lacks_zstd(manager, version)
        {
            tell(
                out,
                "package-file.unreadable",
                file,
                &format!("{manager} {version}"),
            );
        }
    }

    fn judge(&self, release: &View<'_>, file: &str, out: &mut Derived) {
        if self.versions.is_empty() {
            let mut others = OTHERS
                .iter()
                .filter(|(family, _)| *family != self.of.family && self.host.family(family).next().is_some());
            if let Some((_, other)) = others.next() {
                tell(out, "package-file.refused", file, &format!("packages of {other}"));
            }
            return;
        }
        let built_for = release.value(&FactId::keyed("package-file.architecture", file));
        let built_for = built_for.map(ToString::to_string);
        if let Some(built_for) = &built_for
            && *built_for != self.of.any
            && !self.architectures.is_empty()
            && !self.architectures.contains(built_for)
        {
            tell(out, "package-file.refused", file, &self.architectures.join(", "));
            return;
        }
        for asked in release.family("package-file.asks") {
            let name = asked
                .id
                .key()
                .and_then(|key| key.strip_prefix(file)?.strip_prefix(':'));
            let (Some(name), Some(text)) = (name, asked.state.value()) else {
                continue;
            };
            let key = format!("{file}:{name}");
            let alternatives = self.alternatives(&text.to_string());
            let met = match alternatives.first() {
                Some(one) if self.is_library(&one.name) => {
                    self.met_by_library(&one.name, built_for.as_deref().unwrap_or(self.of.any))
                }
                _ => self.met(&alternatives),
            };
            match met {
                Met::Yes => {}
                Met::Unknown(lack, state) => {
                    let id = FactId::keyed("package-file.not-installed", key);
                    lacking(out, id, (Side::Host, lack), &state);
                }
                Met::Otherwise(has) => tell(out, "package-file.unmet", &key, &has),
                Met::Nothing => {
                    let wanted: Vec<&str> = alternatives.iter().map(|one| one.name.as_str()).collect();
                    tell(out, "package-file.not-installed", &key, &wanted.join(" or "));
                }
            }
        }
    }

    fn alternatives(&self, text: &str) -> Vec<Relation> {
        if self.is_library(text) {
            let name = text.to_owned();
            return vec![Relation { name, version: None }];
        }
        relations(text).into_iter().flatten().collect()
    }

    /// Packages of rpm name libraries, as `libc.so.6(GLIBC_2.34)`.
    fn is_library(&self, text: &str) -> bool {
        self.of.family == RPM.family && text.contains(".so")
    }

    fn met_by_library(&self, name: &str, machine: &str) -> Met {
        let (soname, node) = name.split_once('(').unwrap_or((name, ""));
        let node = node.split(')').next().unwrap_or_default();
        let key = format!("{machine}/{soname}");
        if machine == self.of.any {
            return Met::Yes;
        }
        let id = FactId::keyed("library", key.as_str());
        match self.host.state(&id) {
            State::Value(_) => {}
            State::Absent => {
                let beside = stem(soname).and_then(|stem| self.library_beside(&stem));
                return beside.map_or(Met::Nothing, Met::Otherwise);
            }
            state => return Met::Unknown(id, state),
        }
        let nodes = self.host.value(&FactId::keyed("library.nodes", key));
        match nodes {
            Some(nodes) if !node.is_empty() && !nodes.members().iter().any(|known| **known == *node) => {
                Met::Otherwise(format!("{soname} without {node}"))
            }
            _ => Met::Yes,
        }
    }

    fn library_beside(&self, wanted: &str) -> Option<String> {
        let mut all = self.host.family("library").filter_map(|fact| {
            let (_, soname) = fact.id.key()?.split_once('/')?;
            stem(soname)
                .filter(|stem| stem == wanted)
                .map(|_| soname.to_owned())
        });
        all.next()
    }

    fn met(&self, alternatives: &[Relation]) -> Met {
        let mut instead = None;
        for relation in alternatives {
            for name in names(&relation.name) {
                for version in self.versions.get(&name).into_iter().flatten() {
                    if relation.accepts(version, self.of.scheme) != Some(false) {
                        return Met::Yes;
                    }
                    instead = instead.or_else(|| Some(format!("{name} {version}")));
                }
            }
        }
        if alternatives.iter().any(|one| may_be_virtual(&one.name)) && instead.is_none() {
            return Met::Yes;
        }
        let instead = instead.or_else(|| alternatives.iter().find_map(|one| self.sibling(&one.name)));
        instead.map_or(Met::Nothing, Met::Otherwise)
    }

    /// The same library under the name of another version.
    fn sibling(&self, name: &str) -> Option<String> {
        let stem = stem(name).filter(|_| name.starts_with("lib"))?;
        let mut others = self.versions.iter().filter(|(other, _)| {
            other.starts_with("lib") && self::stem(other).is_some_and(|other| other == stem)
        });
        let (other, versions) = others.next()?;
        Some(format!("{other} {}", versions.first()?))
    }
}

/// Whether a dependency is met.
enum Met {
    Yes,
    /// By something else: its name and version.
    Otherwise(String),
    Nothing,
    /// For want of a fact.
    Unknown(FactId, State),
}

fn tell(out: &mut Derived, family: &'static str, key: &str, value: &str) {
    out.facts.push(Fact {
        id: FactId::keyed(family, key),
        state: State::Value(value.into()),
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the packages of the host".to_owned()),
    });
}

fn lacking(out: &mut Derived, id: FactId, lack: (Side, FactId), state: &State) {
    out.lacks.insert(id.clone(), lack);
    out.facts.push(Fact {
        id,
        state: State::Unknown(state.doubt().unwrap_or_default().to_owned()),
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the packages of the host".to_owned()),
    });
}
