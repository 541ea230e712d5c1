//! Programs that do not accept the kernel of a host.

use std::cmp::Ordering;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State};
use parity_core::schema::Schema;
use parity_core::version::Scheme;
use parity_core::view::Side;

use super::schema::DERIVED;

/// Kernels from here on are new enough for every program.
const ACCEPTED: &str = "4.0";

/// Holds the oldest kernel that each file accepts against the one of a host that tells it: where no kernel runs, or nobody may say
/// which, next to every program accepts it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kernels;

impl Derivation for Kernels {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let running = sides.host.state(&FactId::single("kernel.release"));
        let (Some(release), Some(running)) = (sides.release, running.value()) else {
            return out;
        };
        let running = running.to_string();
        let number = running.split('-').next().unwrap_or(&running);
        let is_below = |least: &str| Scheme::Generic.compare(number, least) == Ok(Ordering::Less);
        for needed in release.family("elf.minimum-kernel") {
            let Some(file) = needed.id.key() else { continue };
            let id = FactId::keyed("load.kernel", file);
            let state = match (&needed.state, needed.state.doubt()) {
                (State::Value(least), _) if is_below(&least.to_string()) => State::Value(least.clone()),
                // What is built today accepts this one.
                (_, Some(reason)) if is_below(ACCEPTED) => {
                    out.lacks.insert(id.clone(), (Side::Release, needed.id.clone()));
                    State::Unknown(reason.to_owned())
                }
                _ => continue,
            };
            out.facts.push(Fact {
                id,
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::Derived("the file and the kernel of the host".to_owned()),
            });
        }
        out
    }
}
