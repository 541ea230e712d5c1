//! Whether one of the wheels of a distribution fits the host.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::{DERIVED, Libc, Platform, Tag, WheelName};

/// Holds the wheels of a release against a host. A host without Python is asked for nothing: another rule tells of that.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wheels;

impl Derivation for Wheels {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut derived = Derived::default();
        let Some(release) = sides.release else {
            return derived;
        };
        for (distribution, tags) in distributions(release) {
            match verdict(&tags, sides.host) {
                Ok(Verdict::Fits) => {}
                Ok(Verdict::Unfit { made_for, host }) => {
                    tell(
                        &mut derived,
                        "wheel.unfit",
                        &distribution,
                        State::Value(made_for.into()),
                    );
                    tell(
                        &mut derived,
                        "wheel.host",
                        &distribution,
                        State::Value(host.into()),
                    );
                }
                Ok(Verdict::NewerLibc { tagged, host }) => {
                    tell(
                        &mut derived,
                        "wheel.newer-libc",
                        &distribution,
                        State::Value(tagged.into()),
                    );
                    tell(
                        &mut derived,
                        "wheel.host",
                        &distribution,
                        State::Value(host.into()),
                    );
                }
                Err((fact, reason)) => {
                    let family = match fact.name() {
                        "libc.version" => "wheel.newer-libc",
                        _ => "wheel.unfit",
                    };
                    let id = FactId::keyed(family, distribution.as_str());
                    derived.lacks.insert(id, (Side::Host, fact));
                    tell(&mut derived, family, &distribution, State::Unknown(reason));
                }
            }
        }
        derived
    }
}

fn tell(derived: &mut Derived, name: &'static str, distribution: &str, state: State) {
    derived.facts.push(Fact {
        id: FactId::keyed(name, distribution),
        state,
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the tags of the wheels and what the host has".to_owned()),
    });
}

/// All tags of each distribution.
fn distributions(release: &View<'_>) -> BTreeMap<String, Vec<Tag>> {
    let mut all: BTreeMap<String, Vec<Tag>> = BTreeMap::new();
    for fact in release.family("wheel.tags").filter(|fact| !fact.id.is_rest()) {
        let file = fact.id.key().and_then(|path| path.rsplit('/').next());
        let Some(wheel) = file.and_then(WheelName::parse) else {
            continue;
        };
        let tags = fact
            .state
            .value()
            .map(|value| value.members())
            .unwrap_or_default();
        let tags = tags.iter().filter_map(|tag| Tag::parse(tag));
        all.entry(wheel.distribution).or_default().extend(tags);
    }
    all
}

/// Wheels that an installer passes over on this host, because another one of the same distribution fits and they do not.
pub(crate) fn passed_over(release: &View<'_>, host: &View<'_>) -> BTreeSet<String> {
    let mut by_distribution: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
    for fact in release.family("wheel.tags").filter(|fact| !fact.id.is_rest()) {
        if let Some(path) = fact.id.key()
            && let Some(wheel) = WheelName::parse(path.rsplit('/').next().unwrap_or(path))
        {
            let fits = matches!(verdict(&wheel.tags, host), Ok(Verdict::Fits));
            let wheels = by_distribution.entry(wheel.distribution).or_default();
            wheels.push((path.to_owned(), fits));
        }
    }
    let chosen = by_distribution
        .into_values()
        .filter(|wheels| wheels.iter().any(|(_, fits)| *fits));
    let others = chosen.flatten().filter(|(_, fits)| !fits);
    others.map(|(path, _)| path).collect()
}

enum Verdict {
    Fits,
    Unfit { made_for: String, host: String },
    NewerLibc { tagged: String, host: String },
}

/// A fact of the host that is lacking, and why.
type Lack = (FactId, String);

fn verdict(tags: &[Tag], host: &View<'_>) -> Result<Verdict, Lack> {
    let versions = pythons(host)?;
    if versions.is_empty() {
        return Ok(Verdict::Fits);
    }
    let for_python: Vec<&Tag> = tags
        .iter()
        .filter(|tag| {
            versions
                .iter()
                .any(|(major, minor)| tag.fits_python(*major, *minor))
        })
        .collect();
    let names = versions.iter().map(|(major, minor)| format!("{major}.{minor}"));
    let python = format!("Python {}", names.collect::<Vec<_>>().join(", "));
    if for_python.is_empty() {
        let made_for = listed(tags.iter().map(Tag::python_for_people));
        return Ok(Verdict::Unfit {
            made_for,
            host: python,
        });
    }
    let mut newer = BTreeSet::new();
    for tag in &for_python {
        match tag.platform() {
            Platform::Any => return Ok(Verdict::Fits),
            Platform::Other => {}
            Platform::Linux { machine, libc } => {
                if !is_machine(&machine, host)? {
                    continue;
                }
                let Some((libc, major, minor)) = libc else {
                    return Ok(Verdict::Fits);
                };
                match has(libc, (major, minor), host)? {
                    Has::NewEnough => return Ok(Verdict::Fits),
                    Has::Older(version) => {
                        newer.insert((libc, major, minor, version));
                    }
                    Has::Not => {}
                }
            }
        }
    }
    if let Some((libc, major, minor, version)) = newer.first() {
        let name = name(*libc);
        return Ok(Verdict::NewerLibc {
            tagged: format!("{name} {major}.{minor}"),
            host: format!("{name} {version}"),
        });
    }
    let made_for = for_python.iter().map(|tag| tag.platform_for_people());
    Ok(Verdict::Unfit {
        made_for: listed(made_for),
        host: platform(host),
    })
}

fn listed(texts: impl Iterator<Item = String>) -> String {
    texts
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(", ")
}

fn name(libc: Libc) -> &'static str {
    match libc {
        Libc::Glibc => "glibc",
        Libc::Musl => "musl",
    }
}

fn members(host: &View<'_>, id: &FactId) -> Result<Vec<String>, Lack> {
    let state = host.state(id);
    match state.doubt() {
        Some(reason) => Err((id.clone(), reason.to_owned())),
        None => Ok(state
            .value()
            .map(|value| value.members().iter().map(ToString::to_string).collect())
            .unwrap_or_default()),
    }
}

/// Major and minor versions of the CPythons of the host.
fn pythons(host: &View<'_>) -> Result<BTreeSet<(u32, u32)>, Lack> {
    let mut versions = BTreeSet::new();
    for name in ["runtime.version", "runtime.user-version"] {
        let found = members(host, &FactId::keyed(name, "python"));
        // What version managers keep in homes counts where it is seen, and is not needed.
        for version in if name == "runtime.version" {
            found?
        } else {
            found.unwrap_or_default()
        } {
            let mut numbers = version.split('.').map_while(|number| number.parse().ok());
            if let (Some(major), Some(minor)) = (numbers.next(), numbers.next()) {
                versions.insert((major, minor));
            }
        }
    }
    Ok(versions)
}

fn is_machine(tag: &str, host: &View<'_>) -> Result<bool, Lack> {
    let id = FactId::single("kernel.machine");
    let machines = members(host, &id)?;
    let Some(machine) = machines.first() else {
        return Err((id, "it is absent".to_owned()));
    };
    let is_32_bit_x86 = tag == "i686" && machine.starts_with('i') && machine.ends_with("86");
    Ok(machine == tag || is_32_bit_x86)
}

enum Has {
    NewEnough,
    Older(String),
    Not,
}

fn has(libc: Libc, least: (u32, u32), host: &View<'_>) -> Result<Has, Lack> {
    let families = members(host, &FactId::single("libc.family"))?;
    if !families.iter().any(|family| family == name(libc)) {
        return Ok(Has::Not);
    }
    if libc == Libc::Musl {
        // All tags so far (1.1, 1.2) are older than any musl that is in use.
        return Ok(Has::NewEnough);
    }
    let id = FactId::single("libc.version");
    let versions = members(host, &id)?;
    let parsed = versions.first().and_then(|version| {
        let (major, minor) = version.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?, version))
    });
    match parsed {
        None => Err((id, "no version of the C library is known".to_owned())),
        Some((major, minor, _)) if (major, minor) >= least => Ok(Has::NewEnough),
        Some((.., version)) => Ok(Has::Older(version.clone())),
    }
}

/// Machine and C library of the host, for people.
fn platform(host: &View<'_>) -> String {
    let text = |id: FactId| host.state(&id).value().map(ToString::to_string);
    let machine = text(FactId::single("kernel.machine")).unwrap_or_else(|| "another machine".to_owned());
    match text(FactId::single("libc.family")) {
        Some(libc) => format!("Linux with {libc} on {machine}"),
        None => format!("Linux on {machine}"),
    }
}
