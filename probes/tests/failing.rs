//! What could not be read is never taken for absent: a host that answers nothing gives nothing that is certain.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used)]

use parity_core::answer::{Answer, Failure, Outcome};
use parity_core::collect::collect;
use parity_core::need::Need;
use parity_core::probe::{Probe, Subject};
use parity_core::transport::{Transport, TransportError};

/// Answers every question in one way.
struct Always(Outcome<Answer>);

impl Transport for Always {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        Ok(needs.iter().map(|_| self.0.clone()).collect())
    }
}

#[test]
fn of_what_could_not_be_read_nothing_is_certain() {
    let failed = Outcome::Failed(Failure::new("cannot-read", "input/output error"));
    let mut wrong = Vec::new();
    for probe in parity_probes::probes() {
        if !matches!(probe.manifest().subject, Subject::Host | Subject::Server) {
            continue;
        }
        let probes: [&dyn Probe; 1] = [probe.as_ref()];
        for outcome in [failed.clone(), Outcome::NotPermitted] {
            let said = format!("{outcome:?}");
            let mut transport = Always(outcome);
            let snapshot = collect("host", "2026-01-01T00:00:00Z", &mut transport, &probes).snapshot;
            let id = probe.manifest().id.to_string();
            for fact in snapshot.facts.iter().filter(|fact| fact.state.is_certain()) {
                wrong.push(format!("{id}, {said}: {} is {:?}", fact.id, fact.state));
            }
            for name in probe.manifest().schemas.iter().map(|schema| schema.name.as_ref()) {
                let known = snapshot.silence(name);
                if snapshot.family(name).next().is_none() && known.is_certain() {
                    wrong.push(format!("{id}, {said}: nothing of `{name}` is {known:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
