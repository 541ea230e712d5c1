//! The matrix: what each machine has of what matters, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::fact::{Fact, FactId, Stability, State, Value};
use crate::finding::{Finding, Severity, Unknown};
use crate::judge::Case;
use crate::snapshot::Snapshot;
use crate::view::Side;

/// Versions of a family stand in the matrix where it has no more members: services and runtimes, not every package.
const FAMILY: usize = 24;

/// Longer values are no names and no versions.
const LENGTH: usize = 64;

/// What follows from what a host has. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// A finding of severity error rests on it.
    Error,
    /// A finding of severity warning rests on it.
    Warning,
    /// A rule needs it, and it is not known.
    Unknown,
    /// A finding that somebody accepted rests on it, or somebody accepted that it is not known.
    Accepted,
    /// A finding of severity info rests on it.
    Info,
    /// It differs from the developer's machine, and nothing rests on it.
    Differs,
    /// It was not seen here or on the developer's machine, and nothing needs it.
    Unseen,
    /// As on the developer's machine, or there is none to compare with.
    Same,
}

impl Consequence {
    /// The word used in documents and reports.
    pub fn word(self) -> &'static str {
        match self {
            Consequence::Error => "error",
            Consequence::Warning => "warning",
            Consequence::Unknown => "unknown",
            Consequence::Accepted => "accepted",
            Consequence::Info => "info",
            Consequence::Differs => "differs",
            Consequence::Unseen => "unseen",
            Consequence::Same => "same",
        }
    }

    fn of(finding: &Finding) -> Consequence {
        match (&finding.waiver, finding.severity) {
            (Some(_), _) => Consequence::Accepted,
            (None, Severity::Error) => Consequence::Error,
            (None, Severity::Warning) => Consequence::Warning,
            (None, Severity::Info) => Consequence::Info,
        }
    }
}

/// What a machine has of a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reading {
    /// Its value; `null` where there is none or it is not known.
    pub value: Option<Value>,
    /// Why there is no value: `absent`, or why it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Reading {
    fn of(state: State) -> Reading {
        let reason = match &state {
            State::Value(_) => None,
            State::Absent => Some("absent".to_owned()),
            other => Some(other.doubt().unwrap_or_default().to_owned()),
        };
        Reading {
            value: state.value().cloned(),
            reason,
        }
    }
}

/// Hosts that have the same of a component, with the same consequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What they have.
    #[serde(flatten)]
    pub reading: Reading,
    /// What follows from it.
    pub consequence: Consequence,
    /// The findings that rest on it, by fingerprint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// The hosts, in the order of the case.
    pub targets: Vec<String>,
}

/// One fact on all machines of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// The fact.
    pub fact: FactId,
    /// What the developer's machine has, where there is one.
    pub dev: Option<Reading>,
    /// What the hosts have, the worst first. Every host stands in one of these.
    pub hosts: Vec<Standing>,
}

impl Component {
    /// The worst that follows from it on any host.
    pub fn worst(&self) -> Consequence {
        let all = self.hosts.iter().map(|standing| standing.consequence);
        all.min().unwrap_or(Consequence::Same)
    }
}

/// The components of a case, the worst first: what findings and open questions rest on, what a machine has one of (its
/// kernel, its C library), and the versions of small families (services, runtimes).
pub fn components(case: &Case, findings: &[Finding], unknowns: &[Unknown]) -> Vec<Component> {
    let causes = Causes::of(findings, unknowns);
    let mut facts = overview(case);
    facts.extend(causes.cells.keys().map(|(_, fact)| (*fact).clone()));
    let mut components: Vec<Component> = facts
        .into_iter()
        .map(|fact| component(case, &causes, fact))
        .collect();
    components.sort_by(|a, b| (a.worst(), &a.fact).cmp(&(b.worst(), &b.fact)));
    components
}

/// What rests on which fact of which host.
struct Causes<'a> {
    cells: BTreeMap<(&'a str, &'a FactId), (Consequence, Vec<String>)>,
}

impl<'a> Causes<'a> {
    fn of(findings: &'a [Finding], unknowns: &'a [Unknown]) -> Causes<'a> {
        let mut causes = Causes {
            cells: BTreeMap::new(),
        };
        for finding in findings {
            // The first observation of the host is the one that the need was compared with.
            let cause = finding
                .evidence
                .iter()
                .find(|evidence| evidence.side == Side::Host);
            if let Some(cause) = cause {
                let fingerprint = Some(finding.fingerprint.clone());
                causes.add(
                    &finding.target,
                    &cause.fact,
                    Consequence::of(finding),
                    fingerprint,
                );
            }
        }
        for unknown in unknowns.iter().filter(|unknown| unknown.side == Side::Host) {
            let consequence = match unknown.waiver {
                Some(_) => Consequence::Accepted,
                None => Consequence::Unknown,
            };
            causes.add(&unknown.target, &unknown.fact, consequence, None);
        }
        causes
    }

    fn add(
        &mut self,
        target: &'a str,
        fact: &'a FactId,
        consequence: Consequence,
        fingerprint: Option<String>,
    ) {
        let cell = self
            .cells
            .entry((target, fact))
            .or_insert((consequence, Vec::new()));
        cell.0 = cell.0.min(consequence);
        cell.1.extend(fingerprint);
    }
}

fn component(case: &Case, causes: &Causes<'_>, fact: FactId) -> Component {
    let dev = case.dev.as_ref().map(|dev| Reading::of(dev.state(&fact)));
    let mut hosts: Vec<Standing> = Vec::new();
    for host in &case.hosts {
        let target = &host.snapshot.target;
        let reading = Reading::of(host.snapshot.state(&fact));
        let (consequence, findings) = match causes.cells.get(&(target.as_str(), &fact)) {
            Some((consequence, findings)) => (*consequence, findings.clone()),
            None => (unasked(case, &host.snapshot, &fact), Vec::new()),
        };
        let same = |known: &&mut Standing| known.reading == reading && known.consequence == consequence;
        match hosts.iter_mut().find(same) {
            Some(standing) => {
                standing.targets.push(target.clone());
                standing.findings.extend(findings);
            }
            None => hosts.push(Standing {
                reading,
                consequence,
                findings,
                targets: vec![target.clone()],
            }),
        }
    }
    hosts.sort_by_key(|standing| standing.consequence);
    Component { fact, dev, hosts }
}

/// The consequence where nothing rests on it.
fn unasked(case: &Case, host: &Snapshot, fact: &FactId) -> Consequence {
    let here = host.state(fact);
    let there = case.dev.as_ref().map(|dev| dev.state(fact));
    match there {
        _ if !here.is_certain() => Consequence::Unseen,
        Some(there) if !there.is_certain() => Consequence::Unseen,
        Some(there) if there != here => Consequence::Differs,
        _ => Consequence::Same,
    }
}

/// The facts that tell in a few words what a machine is.
fn overview(case: &Case) -> BTreeSet<FactId> {
    let machines = || case.hosts.iter().map(|host| &host.snapshot).chain(&case.dev);
    let mut singles: BTreeSet<&FactId> = BTreeSet::new();
    let mut families: BTreeMap<&str, BTreeSet<&FactId>> = BTreeMap::new();
    for fact in machines()
        .flat_map(|machine| &machine.facts)
        .filter(|fact| is_brief(fact))
    {
        match fact.id.key() {
            None => drop(singles.insert(&fact.id)),
            Some(_) if fact.scheme.is_some() && !fact.id.is_rest() => {
                families.entry(fact.id.name()).or_default().insert(&fact.id);
            }
            Some(_) => {}
        }
    }
    let small = families
        .into_values()
        .filter(|family| family.len() <= FAMILY)
        .flatten();
    singles.into_iter().chain(small).cloned().collect()
}

fn is_brief(fact: &Fact) -> bool {
    let brief = |value: &Value| value.to_string().len() <= LENGTH;
    fact.stability == Stability::Stable && fact.state.value().is_none_or(brief)
}
