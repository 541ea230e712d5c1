//! Releases that declare no range, and a host that lags behind the machine they were written on.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::DERIVED;

/// Holds the runtime of a host against that of the developer, where no manifest says which is needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Undeclared;

/// Release lines of Node.js are two majors apart; what ran on one mostly runs on the one before.
const NEIGHBOUR: u64 = 2;

impl Derivation for Undeclared {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        if let Some(release) = sides.release {
            processors(release, sides.host, &mut out);
        }
        let (Some(release), Some(dev)) = (sides.release, sides.dev) else {
            return out;
        };
        for fact in release
            .family("runtime.undeclared")
            .filter(|fact| fact.state.value().is_some())
        {
            let Some((key, (_, runtime))) = fact.id.key().and_then(|key| Some((key, key.rsplit_once(':')?)))
            else {
                continue;
            };
            let Some(version) = developed_with(dev, runtime) else {
                continue;
            };
            let asked = FactId::keyed("runtime.version", runtime);
            let state = match sides.host.state(&asked) {
                State::Value(versions) => {
                    let is_older = |other: &str| major(other) + NEIGHBOUR < major(&version);
                    let members = versions.members();
                    if members.is_empty() || !members.iter().all(|other| is_older(other)) {
                        continue;
                    }
                    State::Value(version.into())
                }
                State::Absent => continue,
                other => {
                    let id = FactId::keyed("runtime.behind", key);
                    out.lacks.insert(id, (Side::Host, asked));
                    State::Unknown(other.doubt().unwrap_or_default().to_owned())
                }
            };
            out.facts.push(Fact {
                id: FactId::keyed("runtime.behind", key),
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::Derived("the runtimes of the developer's machine and of the host".to_owned()),
            });
        }
        out
    }
}

/// The version that the search path of the developer leads to, else the only one.
fn developed_with(dev: &View<'_>, runtime: &str) -> Option<String> {
    let one = |name: &'static str| {
        let state = dev.state(&FactId::keyed(name, runtime));
        let members: Vec<String> = state.value()?.members().iter().map(ToString::to_string).collect();
        <[String; 1]>::try_from(members).ok().map(|[version]| version)
    };
    one("runtime.default").or_else(|| one("runtime.version"))
}

fn major(version: &str) -> u64 {
    version
        .split('.')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}

/// Pinned packages whose built files need a feature that the processors of a host lack. A host at rest has none that could be asked.
fn processors(release: &View<'_>, host: &View<'_>, out: &mut Derived) {
    let id = FactId::single("cpu.flags");
    let machine = host.state(&FactId::single("kernel.machine"));
    let is_x86 = machine
        .value()
        .is_some_and(|machine| machine.to_string() == "x86_64");
    let Some(flags) = host.fact(&id).filter(|_| is_x86) else {
        return;
    };
    for needed in release.family("dependency.cpu-flag") {
        let (Some(key), Some(flag)) = (needed.id.key(), needed.state.value()) else {
            continue;
        };
        let missing = FactId::keyed("dependency.cpu-missing", key);
        let state = match (&flags.state, flags.state.doubt()) {
            (State::Value(flags), _) if !flags.members().iter().any(|known| **known == *flag.to_string()) => {
                State::Value(flag.clone())
            }
            (_, Some(reason)) => {
                out.lacks.insert(missing.clone(), (Side::Host, id.clone()));
                State::Unknown(reason.to_owned())
            }
            _ => continue,
        };
        out.facts.push(Fact {
            id: missing,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::Derived("the package and the processors of the host".to_owned()),
        });
    }
}
