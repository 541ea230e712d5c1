//! Why something was not reported: what is known of it, who looked at it, and why nobody objects.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::change::compare;
use crate::derive::Sides;
use crate::fact::{FactId, Stability};
use crate::judge::{Case, Knowledge, trails};
use crate::mistake::closest;
use crate::rule::{Came, ForEach, Rule, Step};
use crate::schema::Schema;
use crate::snapshot::Snapshot;
use crate::view::{Read, Side, View};

/// What is known of one fact on one machine.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Sighting {
    /// Whose it is.
    pub side: Side,
    /// The machine or release.
    pub target: String,
    /// Its value, or why there is none.
    pub state: String,
}

/// What is known of one fact that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// The fact.
    pub fact: FactId,
    /// Everywhere: the release, the developer's machine, the hosts.
    pub seen: Vec<Sighting>,
    /// Whether a host differs from the developer's machine in it.
    pub differs: bool,
    /// Whether it is never compared: it tells machines apart, or changes by itself.
    pub is_ignored: bool,
}

/// A rule that would look at what was asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reader {
    /// The rule.
    pub rule: String,
    /// The facts that ask, as `release:requires.range`.
    pub asks: String,
    /// Whether it looked, through facts that are worked out for it.
    pub looked: bool,
}

/// In one word why nothing was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Why {
    /// Something was reported.
    Reported,
    /// Rules could not decide.
    Undecided,
    /// An image brings what is needed.
    LeftToImage,
    /// It was needed, and what there is meets the need.
    Met,
    /// Nothing in this case needs it; where it differs, it was folded.
    NotNeeded,
    /// It tells machines apart or changes by itself, and nothing needs it.
    Ignored,
    /// Nobody could observe it.
    NotObserved,
    /// No fact is called so.
    Unknown,
}

/// Why something was not reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silence {
    /// Version of this document.
    pub format: u32,
    /// What was asked about: a fact, a name of facts, or a package.
    pub question: String,
    /// In one word.
    pub why: Why,
    /// The facts that are meant.
    pub facts: Vec<About>,
    /// As many more are meant and left out.
    pub more: usize,
    /// What rules looked at that touches them.
    pub steps: Vec<Step>,
    /// Rules that would look at them, and have not said anything.
    pub readers: Vec<Reader>,
    /// A name that was probably meant.
    pub closest: Option<String>,
}

/// As many facts are told of one question.
const MAX_FACTS: usize = 24;

/// Explains why nothing was reported of a fact, of all facts of a name, or of a package. `schemas` are all facts there can be.
pub fn explain(case: &Case, knowledge: &Knowledge, schemas: &[&Schema], question: &str) -> Silence {
    let meant = meant(case, question);
    let names: BTreeSet<&str> = meant.iter().map(FactId::name).collect();
    let worked_out = worked_out(case, knowledge, &meant, &names);
    let is_meant = |id: &FactId| {
        let of_all = id.is_rest() && names.contains(id.name());
        of_all || meant.contains(id) || worked_out.contains(id.name())
    };
    let trails = trails(case, knowledge, &is_meant);
    let steps: BTreeSet<Step> = trails.into_iter().flat_map(|trail| trail.steps).collect();
    let readers = readers(knowledge, &meant, &worked_out, &steps);
    let facts: Vec<About> = meant.iter().take(MAX_FACTS).map(|id| about(case, id)).collect();
    let known = || {
        let derived = knowledge.derivations.iter().flat_map(|known| known.schemas());
        schemas
            .iter()
            .copied()
            .chain(derived)
            .map(|schema| schema.name.as_ref())
    };
    let is_known =
        !meant.is_empty() || known().any(|name| name == question.split('[').next().unwrap_or(question));
    Silence {
        format: 1,
        question: question.to_owned(),
        why: why(is_known, &facts, &steps, &readers),
        more: meant.len().saturating_sub(MAX_FACTS),
        closest: (!is_known)
            .then(|| closest(question, known()).map(str::to_owned))
            .flatten(),
        steps: steps.into_iter().collect(),
        facts,
        readers,
    }
}

fn sides(case: &Case) -> impl Iterator<Item = (Side, &Snapshot)> {
    let artifacts = case
        .artifacts
        .iter()
        .map(|artifact| (Side::Release, &artifact.snapshot));
    let dev = case.dev.iter().map(|dev| (Side::Dev, dev));
    let hosts = case.hosts.iter().map(|host| (Side::Host, &host.snapshot));
    artifacts.chain(dev).chain(hosts)
}

/// The facts that a question means: one of this id, those of this name, or those whose key has it as a part.
fn meant(case: &Case, question: &str) -> BTreeSet<FactId> {
    let ids = || sides(case).flat_map(|(_, snapshot)| snapshot.facts.iter().map(|fact| &fact.id));
    let exact: Option<FactId> = question.parse().ok();
    if let Some(id) = exact.filter(|id| id.key().is_some()) {
        let is_there = ids().any(|known| *known == id || known.name() == id.name());
        return is_there.then_some(id).into_iter().collect();
    }
    let named: BTreeSet<FactId> = ids().filter(|id| id.name() == question).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    let is_part = |key: &str| key == question || key.split([':', '/', '=']).any(|part| part == question);
    ids()
        .filter(|id| id.key().is_some_and(is_part))
        .cloned()
        .collect()
}

fn about(case: &Case, id: &FactId) -> About {
    let seen =
        sides(case).filter(|(_, snapshot)| snapshot.fact(id).is_some() || snapshot.looked_for(id.name()));
    let seen = seen.map(|(side, snapshot)| Sighting {
        side,
        target: snapshot.target.clone(),
        state: snapshot.state(id).to_string(),
    });
    let mut facts = sides(case).filter_map(|(_, snapshot)| snapshot.fact(id));
    let changes = |host: &Snapshot| {
        let compared = case.dev.iter().map(|dev| compare(dev, host));
        compared
            .into_iter()
            .any(|found| found.changes.iter().any(|change| change.fact == *id))
    };
    About {
        fact: id.clone(),
        seen: seen.collect(),
        differs: case.hosts.iter().any(|host| changes(&host.snapshot)),
        is_ignored: facts.any(|fact| fact.stability != Stability::Stable),
    }
}

/// Names of worked-out facts that were worked out with a look at these.
fn worked_out(
    case: &Case,
    knowledge: &Knowledge,
    meant: &BTreeSet<FactId>,
    names: &BTreeSet<&str>,
) -> BTreeSet<String> {
    let is_meant = |read: &Read| match read {
        Read::Fact(id) => meant.contains(id),
        Read::Family(name) => names.contains(name.as_str()),
    };
    let mut found = BTreeSet::new();
    for host in &case.hosts {
        for artifact in case
            .artifacts
            .iter()
            .filter(|artifact| case.reaches(artifact, host.role.as_deref()))
        {
            for derivation in &knowledge.derivations {
                let views = (
                    View::new(&artifact.snapshot),
                    case.dev.as_ref().map(View::new),
                    View::new(&host.snapshot),
                );
                let (release, dev, host) = (&views.0, views.1.as_ref(), &views.2);
                let sides = Sides {
                    release: Some(release),
                    dev,
                    host,
                };
                derivation.derive(sides);
                let mut read = [Some(release), dev, Some(host)].into_iter().flatten();
                if read.any(|view| view.reads().iter().any(is_meant)) {
                    found.extend(derivation.schemas().iter().map(|schema| schema.name.to_string()));
                }
            }
        }
    }
    found
}

/// Rules that would look at facts of these names, those left out of which the steps tell.
fn readers(
    knowledge: &Knowledge,
    meant: &BTreeSet<FactId>,
    worked_out: &BTreeSet<String>,
    steps: &BTreeSet<Step>,
) -> Vec<Reader> {
    let told: BTreeSet<&str> = steps.iter().map(|step| step.rule.as_str()).collect();
    let asks = |rule: &Rule| match &rule.for_each {
        ForEach::Fact { side, name, .. } => (format!("{}:{name}", side.word()), name.clone()),
        ForEach::LinkOfCaller { name } | ForEach::LinkOfListener { name } => {
            (format!("links with host:{name}"), name.clone())
        }
        ForEach::Link => ("links".to_owned(), String::new()),
    };
    let reads =
        |rule: &Rule, asking: &str| meant.iter().any(|id| id.name() == asking) || rule.looks_at(meant);
    let found = knowledge
        .rules
        .iter()
        .filter(|rule| !told.contains(rule.id.as_str()))
        .filter_map(|rule| {
            let (shown, name) = asks(rule);
            let looked = worked_out.contains(&name);
            (looked || reads(rule, &name)).then(|| Reader {
                rule: rule.id.clone(),
                asks: shown,
                looked,
            })
        });
    found.collect()
}

fn why(is_known: bool, facts: &[About], steps: &BTreeSet<Step>, readers: &[Reader]) -> Why {
    let came = |came: Came| steps.iter().any(|step| step.came == came);
    let on_hosts = || {
        facts
            .iter()
            .flat_map(|about| &about.seen)
            .filter(|seen| seen.side == Side::Host)
    };
    let doubtful =
        |seen: &Sighting| seen.state.starts_with("unknown") || seen.state.starts_with("not permitted");
    if !is_known {
        Why::Unknown
    } else if came(Came::Fired) {
        Why::Reported
    } else if came(Came::Undecided) {
        Why::Undecided
    } else if came(Came::LeftToImage) {
        Why::LeftToImage
    } else if came(Came::Met) || readers.iter().any(|reader| reader.looked) {
        Why::Met
    } else if facts.is_empty() || on_hosts().count() > 0 && on_hosts().all(doubtful) {
        Why::NotObserved
    } else if facts.iter().all(|about| about.is_ignored) {
        Why::Ignored
    } else {
        Why::NotNeeded
    }
}
