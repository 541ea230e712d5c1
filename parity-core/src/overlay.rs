//! Laying one snapshot over another: what is declared completes or corrects what was observed.

use std::collections::BTreeSet;

use crate::fact::{Fact, FactId, Origin, Stability, State};
use crate::snapshot::{CoverageState, Snapshot};

/// What a machine shows of its servers though they do not answer.
const SHOWN_BY_MACHINES: [&str; 3] = ["listen", "service.running", "service.running-version"];

/// What a snapshot could not see: unknown, for every name that it answers for.
fn doubts(snapshot: &Snapshot) -> impl Iterator<Item = Fact> {
    let entries = snapshot
        .coverage
        .iter()
        .filter(|entry| !entry.state.is_complete() && entry.state != CoverageState::NotApplicable);
    entries.flat_map(|entry| {
        let reason = entry
            .reason
            .clone()
            .unwrap_or_else(|| entry.state.word().to_owned());
        entry.facts.iter().map(move |name| Fact {
            id: FactId::rest(name.clone()),
            state: State::Unknown(reason.clone()),
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::Derived(format!("the probe `{}`", entry.probe)),
        })
    })
}

impl Snapshot {
    /// Adds what was seen elsewhere of the same thing. Facts of `other` win over facts of the same id, nothing is taken
    /// away, and `other` answers only for names that this snapshot does not answer for. What `other` could not see is
    /// unknown, even where this snapshot saw all of its own.
    pub fn add(&mut self, other: &Snapshot) {
        let doubts = doubts(other);
        let facts: Vec<Fact> = other
            .facts
            .iter()
            .chain(&self.facts)
            .cloned()
            .chain(doubts)
            .collect();
        let laid = Snapshot::new(&self.target, &self.taken_at, facts);
        (self.facts, self.id) = (laid.facts, laid.id);
        self.take_coverage(other);
        self.problems.extend(other.problems.iter().cloned());
    }

    /// Lays what a server told of itself over what its machine shows. What it is certain of wins; a family that it tells completely (a
    /// certain fact for [all the rest](FactId::rest)) is taken from it alone; where it is not certain, what was seen here stays. Of a server
    /// that does not answer, what is not seen here is unknown.
    pub fn learn(&mut self, server: &Snapshot) {
        let told: BTreeSet<&str> = server
            .facts
            .iter()
            .filter(|fact| fact.id.is_rest() && fact.state.is_certain())
            .map(|fact| fact.id.name())
            .collect();
        let kept = self.facts.iter().filter(|fact| !told.contains(fact.id.name()));
        let certain = server.facts.iter().filter(|fact| fact.state.is_certain());
        let doubted = server.facts.iter().filter(|fact| {
            !fact.state.is_certain() && self.family(fact.id.name()).all(|seen| !seen.state.is_certain())
        });
        let by_itself = |fact: &Fact| SHOWN_BY_MACHINES.contains(&fact.id.name());
        let doubts = doubts(server).filter(|fact| !by_itself(fact));
        let facts = certain
            .chain(kept)
            .chain(doubted)
            .cloned()
            .chain(doubts)
            .collect();
        let laid = Snapshot::new(&self.target, &self.taken_at, facts);
        (self.facts, self.id) = (laid.facts, laid.id);
        self.take_coverage(server);
        self.problems.extend(server.problems.iter().cloned());
        self.problems.sort();
        self.problems.dedup();
    }

    /// `other` answers for names that this snapshot does not answer for.
    fn take_coverage(&mut self, other: &Snapshot) {
        let answered: BTreeSet<String> = self
            .coverage
            .iter()
            .flat_map(|entry| entry.facts.clone())
            .collect();
        for entry in &other.coverage {
            let mut entry = entry.clone();
            entry.facts.retain(|name| !answered.contains(name) && name != "*");
            self.coverage.push(entry);
        }
        self.coverage.sort_by(|a, b| a.probe.cmp(&b.probe));
    }

    /// Lays `other` over this snapshot. Its facts win, its coverage and problems are added, and the id is made anew; target
    /// and time stay. A name that `other` answers for completely is taken from it alone: what it does not list is
    /// absent, whatever was seen here.
    ///
    /// ```
    /// use parity_core::declared::{Source, parse};
    ///
    /// let source = Source { path: "x.toml", now: "2026-01-01T00:00:00Z", schemas: &[] };
    /// let mut host = parse("[facts]\n'os.id' = 'debian'\n'kernel.page-size' = 4096\n", &source)?;
    /// host.overlay(&parse("[facts]\n'kernel.page-size' = 65536\n", &source)?);
    /// assert_eq!(host.state(&"kernel.page-size".parse()?).to_string(), "65536");
    /// assert_eq!(host.state(&"os.id".parse()?).to_string(), "debian");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn overlay(&mut self, other: &Snapshot) {
        let answered: BTreeSet<&str> = other
            .coverage
            .iter()
            .filter(|entry| entry.state.is_complete())
            .flat_map(|entry| &entry.facts)
            .map(String::as_str)
            .collect();
        let kept = self
            .facts
            .iter()
            .filter(|fact| !answered.contains("*") && !answered.contains(fact.id.name()));
        let facts: Vec<Fact> = other.facts.iter().chain(kept).cloned().collect();
        // Of two facts of one id the first is kept: those of `other` stand first.
        let laid = Snapshot::new(&self.target, &self.taken_at, facts);
        (self.facts, self.id) = (laid.facts, laid.id);
        self.coverage.extend(other.coverage.iter().cloned());
        self.coverage.sort_by(|a, b| a.probe.cmp(&b.probe));
        self.problems.extend(other.problems.iter().cloned());
        self.problems.sort();
        self.problems.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Coverage;

    fn seen(probe: &str, facts: &[(&str, State)], names: &[&str], state: CoverageState) -> Snapshot {
        let fact = |(id, state): &(&str, State)| Fact {
            id: id.parse().unwrap(),
            state: state.clone(),
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::Wire("a test".into()),
        };
        let mut snapshot = Snapshot::new("db1", "2026-01-01T00:00:00Z", facts.iter().map(fact).collect());
        snapshot.coverage.push(Coverage {
            state,
            ..Coverage::observed(probe, names.iter().copied())
        });
        snapshot
    }

    fn value(text: &str) -> State {
        State::Value(text.into())
    }

    #[test]
    fn what_a_server_is_certain_of_wins() {
        let names = ["ext", "version", "rules", "listen"];
        let files = [
            ("ext[old]", value("files")),
            ("listen[tcp/22]", value("::")),
            ("rules[hba]", value("read by root")),
            ("version[nginx]", value("1.22")),
            ("version[postgresql]", value("13")),
        ];
        let told = [
            ("ext[*]", State::Absent),
            ("ext[new]", value("server")),
            ("listen[*]", State::Unknown("not its concern".into())),
            ("rules[*]", State::NotPermitted),
            ("version[postgresql]", value("15.18")),
        ];
        let mut host = seen("files", &files, &names, CoverageState::Observed);
        host.learn(&seen("server", &told, &names, CoverageState::Observed));
        for (id, state) in [
            ("ext[old]", State::Absent),
            ("ext[new]", value("server")),
            ("listen[tcp/22]", value("::")),
            ("listen[tcp/23]", State::Absent),
            ("rules[hba]", value("read by root")),
            ("rules[other]", State::Absent),
            ("version[nginx]", value("1.22")),
            ("version[postgresql]", value("15.18")),
        ] {
            assert_eq!(host.state(&id.parse().unwrap()), state, "{id}");
        }
    }

    #[test]
    fn a_server_that_does_not_answer_leaves_doubt() {
        let names = ["version", "listen"];
        let mut host = seen(
            "files",
            &[("version[nginx]", value("1.22"))],
            &names,
            CoverageState::Observed,
        );
        host.learn(&seen("server", &[], &names, CoverageState::Unreachable));
        assert_eq!(host.state(&"version[nginx]".parse().unwrap()), value("1.22"));
        assert!(!host.state(&"version[postgresql]".parse().unwrap()).is_certain());
        assert_eq!(host.state(&"listen[tcp/5432]".parse().unwrap()), State::Absent);
    }
}
