//! A release on a host, both observed by the probes, and what is derived from them.
#![allow(dead_code, clippy::unwrap_used)]

use parity_core::collect::collect;
use parity_core::derive::{Derivation, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::probe::Probe;
use parity_core::snapshot::{Coverage, CoverageState, Snapshot};
use parity_core::transport::{Transport, Tree};
use parity_core::view::View;
use parity_probes::elf;
use parity_probes::loader::{self, Loading};
use std::path::Path;
use std::time::{Duration, Instant};

fn deadline() -> Instant {
    Instant::now() + Duration::from_secs(120)
}

pub(crate) fn observe(transport: &mut dyn Transport, probe: &dyn Probe) -> Snapshot {
    collect("test", "2026-01-01T00:00:00Z", transport, &[probe]).snapshot
}

pub(crate) fn this_machine() -> Snapshot {
    observe(&mut Tree::local(deadline()).unwrap(), loader::PROBE)
}

/// What the loader of the root file system would find.
pub(crate) fn root(path: &Path) -> Snapshot {
    observe(&mut Tree::at(path, deadline()).unwrap(), loader::PROBE)
}

/// The same with the machine it runs on.
pub(crate) fn on(machine: &str, mut host: Snapshot) -> Snapshot {
    host.facts.push(Fact {
        id: FactId::single("kernel.machine"),
        state: State::Value(machine.into()),
        scheme: None,
        stability: Stability::Stable,
        origin: Origin::Derived("the test".into()),
    });
    host.coverage.push(Coverage {
        probe: "kernel".into(),
        state: CoverageState::Observed,
        reason: None,
        millis: 0,
        facts: vec!["kernel.machine".into()],
    });
    Snapshot {
        coverage: host.coverage,
        ..Snapshot::new("host", "2026-01-01T00:00:00Z", host.facts)
    }
}

/// A directory as release, or a single file.
pub(crate) fn release(path: &Path) -> Snapshot {
    let tree = if path.is_dir() {
        Tree::at(path, deadline())
    } else {
        Tree::of_file(path, deadline())
    };
    observe(&mut tree.unwrap(), elf::PROBE)
}

/// The facts derived of the case: `name[key]` and state.
pub(crate) fn derive(release: &Snapshot, host: &Snapshot) -> Vec<(String, State)> {
    let (release, host) = (View::new(release), View::new(host));
    let sides = Sides {
        release: Some(&release),
        dev: None,
        host: &host,
    };
    let facts = Loading.derive(sides).facts.into_iter();
    facts.map(|fact| (fact.id.to_string(), fact.state)).collect()
}

/// Those with a value: what rules make findings of.
pub(crate) fn findings(release: &Snapshot, host: &Snapshot) -> Vec<(String, Value)> {
    let facts = derive(release, host).into_iter();
    facts
        .filter_map(|(id, state)| Some((id, state.value()?.clone())))
        .collect()
}
