//! Releases that declare no range, and a host that lags behind the machine they were written on.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::DERIVED;

/// Holds the runtime of a host against that of the developer, where no manifest says which is needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Undeclared;

impl Derivation for Undeclared {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
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
                    let is_older = |other: &str| major(other) < major(&version);
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
