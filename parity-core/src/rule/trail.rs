//! What rules looked at that touches a question, and what came of it: for those who ask why nothing was reported.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Rule;
use super::evaluate::Bench;
use crate::fact::FactId;
use crate::view::Side;

/// What came of one requirement on one host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Came {
    /// A finding was made of it.
    Fired,
    /// A fact was lacking.
    Undecided,
    /// The rule has no objection.
    Met,
    /// It runs in an image of its own, and the image brings what is asked for.
    LeftToImage,
}

/// One requirement that a rule looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Step {
    /// The rule.
    pub rule: String,
    /// The host.
    pub target: String,
    /// What asks.
    pub subject: String,
    /// What came of it.
    pub came: Came,
    /// Why, with the values.
    pub because: String,
}

/// Whether a fact is one that was asked about.
pub(crate) type Asked<'q> = &'q (dyn Fn(&FactId) -> bool + Sync);

/// Keeps the steps that touch what was asked about.
pub(crate) struct Trail<'q> {
    pub(crate) about: Asked<'q>,
    pub(crate) steps: BTreeSet<Step>,
}

impl std::fmt::Debug for Trail<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trail")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl<'q> Trail<'q> {
    /// An empty one.
    pub(crate) fn about(about: Asked<'q>) -> Trail<'q> {
        Trail {
            about,
            steps: BTreeSet::new(),
        }
    }

    /// Keeps a step where the rule looks at what was asked about.
    pub(super) fn keep(&mut self, rule: &Rule, bench: &Bench<'_>, came: Came, because: String) {
        let looked = rule
            .conditions
            .iter()
            .filter_map(|condition| condition.fact(bench));
        let is_told = matches!(came, Came::Fired | Came::LeftToImage);
        let told = rule.wording.evidence.iter().filter(|_| is_told);
        let told = told.filter_map(|(_, id)| id.fill(bench).parse().ok());
        let touches = looked.map(|(_, id)| id).chain(told).any(|id| (self.about)(&id));
        if touches || bench.asks.as_ref().is_some_and(|id| (self.about)(id)) {
            self.steps.insert(Step {
                rule: rule.id.clone(),
                target: bench.host.target().to_owned(),
                subject: rule.wording.subject.fill(bench),
                came,
                because,
            });
        }
    }
}

/// `release: requires.range[package.json:node]`, as people read it.
pub(super) fn named(side: Side, id: &FactId) -> String {
    format!("{}:{id}", side.told().word())
}
