//! Rules: sentences over the sides of a case, written as data.
//!
//! A rule names what asks (`for-each`), when it matters (`where`), and what to say (`report`). Conditions are
//! three-valued: where a fact is lacking, the rule says which, and neither fires nor passes. What needs a real simulation
//! (which file the dynamic loader would choose) is a [`Derivation`](crate::derive::Derivation) that yields facts; the rule
//! then speaks about those.

mod condition;
mod evaluate;
mod parse;
mod template;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

pub use condition::{Condition, Test};
pub use parse::InvalidRule;
pub use template::Template;
pub use trail::{Came, Step};

pub(crate) use evaluate::{Bench, Ruling, evaluate};
pub(crate) use trail::{Asked, Trail};

use crate::fact::FactId;
use crate::finding::Severity;
use crate::view::Side;

/// What asks: one evaluation each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForEach {
    /// Every fact of a name on a side; with `members`, every member of its value.
    Fact {
        /// The side.
        side: Side,
        /// The name of the facts.
        name: String,
        /// How the key is taken apart, as `{file}:{library}`; without a hole it names the only fact that asks.
        key: Option<Pattern>,
        /// How each member of the value is taken apart; without it the value is taken whole.
        member: Option<Pattern>,
    },
    /// Every declared link that ends at the role of the host.
    Link,
    /// Every declared link that begins at the role of the host, with every fact of a name there: what connects.
    LinkOfCaller {
        /// The name of the facts.
        name: String,
    },
    /// Every declared link that ends at the role of the host, with every fact of a name there: what stands before its port.
    LinkOfListener {
        /// The name of the facts.
        name: String,
    },
}

impl ForEach {
    /// Whether links ask.
    pub fn is_link(&self) -> bool {
        matches!(
            self,
            ForEach::Link | ForEach::LinkOfCaller { .. } | ForEach::LinkOfListener { .. }
        )
    }

    /// Whether the release asks.
    pub fn is_of_release(&self) -> bool {
        matches!(
            self,
            ForEach::Fact {
                side: Side::Release,
                ..
            }
        )
    }

    /// Whether it is asked at the end of a link that connects.
    pub fn is_of_caller(&self) -> bool {
        matches!(self, ForEach::LinkOfCaller { .. })
    }
}

/// A text with named holes, as `{file}:{library}`: takes texts apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The text before each hole and the name of the hole.
    pub(crate) holes: Vec<(String, String)>,
    /// The text after the last one.
    pub(crate) tail: String,
}

impl Pattern {
    /// The value of every hole, or `None` where the text does not fit. A hole takes as little as it can, the last one all
    /// that is left.
    pub fn bind(&self, text: &str) -> Option<BTreeMap<String, String>> {
        let mut bound = BTreeMap::new();
        let mut rest = text.strip_prefix(
            self.holes
                .first()
                .map_or(self.tail.as_str(), |(lead, _)| lead.as_str()),
        )?;
        for (at, (_, name)) in self.holes.iter().enumerate() {
            let next = self.holes.get(at + 1).map(|(lead, _)| lead.as_str());
            let value = match next {
                Some(lead) => {
                    let (value, after) = rest.split_once(lead)?;
                    rest = after;
                    value
                }
                None => rest.strip_suffix(self.tail.as_str())?,
            };
            bound.insert(name.clone(), value.to_owned());
        }
        Some(bound)
    }
}

/// What is said when the rule fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The artifact, service or link concerned.
    pub subject: Template,
    /// One line with both values.
    pub message: Template,
    /// What is needed.
    pub needs: Template,
    /// What the target provides.
    pub provides: Template,
    /// What the user is going to see.
    pub you_see: Option<Template>,
    /// What to do.
    pub help: Template,
    /// Findings of one target for which this text is equal become one.
    pub merge: Option<Template>,
    /// What is behind it, by each of its names: other rules may see the same, and say so in the same words.
    pub cause: Vec<Template>,
    /// What the finding rests on.
    pub evidence: Vec<(Side, Template)>,
}

impl Wording {
    /// All that people read.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Template> {
        let always = [
            &self.subject,
            &self.message,
            &self.needs,
            &self.provides,
            &self.help,
        ];
        let optional = [&self.you_see, &self.merge].into_iter().flatten();
        always.into_iter().chain(optional).chain(&self.cause)
    }
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Its id: the found pattern.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is that bad.
    pub severity_reason: String,
    /// What it looks at.
    pub sees: String,
    /// Why that breaks.
    pub breaks: String,
    /// An example.
    pub example: String,
    /// How to repair it.
    pub remedy: String,
    /// Where the knowledge comes from.
    pub sources: Vec<String>,
    /// Whether a release that runs in a container image of its own brings what is asked for: then no host is asked.
    pub is_brought_by_image: bool,
    /// Whether it is about a server that the release talks to: hosts that its role is linked to are asked as well.
    pub is_over_links: bool,
    /// Whether the program does not get as far as to start: that is told before other findings of the same severity.
    pub is_at_start: bool,
    /// Rules that tell more of the same cause: where one of them fired with this cause on a host, this one is silent there.
    pub leaves_to: Vec<String>,
    /// What asks.
    pub for_each: ForEach,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// What is said.
    pub wording: Wording,
}

/// What there is to know of a rule, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Why it is that bad.
    pub severity_reason: String,
    /// What it looks at.
    pub sees: String,
    /// Why that breaks.
    pub breaks: String,
    /// An example.
    pub example: String,
    /// How to repair it.
    pub remedy: String,
    /// Where the knowledge comes from.
    pub sources: Vec<String>,
}

impl From<Rule> for About {
    fn from(rule: Rule) -> About {
        About {
            id: rule.id,
            title: rule.title,
            severity: rule.severity,
            severity_reason: rule.severity_reason,
            sees: rule.sees,
            breaks: rule.breaks,
            example: rule.example,
            remedy: rule.remedy,
            sources: rule.sources,
        }
    }
}

impl Rule {
    /// Whether a condition of it may be about one of these facts.
    pub fn looks_at(&self, facts: &BTreeSet<FactId>) -> bool {
        self.conditions.iter().any(|condition| condition.looks_at(facts))
    }

    /// Whether it looks at the other end of a link.
    pub fn looks_at_peers(&self) -> bool {
        let wording = &self.wording;
        self.conditions
            .iter()
            .any(|condition| condition.speaks_of(Side::Peer))
            || wording.evidence.iter().any(|(side, _)| *side == Side::Peer)
            || wording.texts().any(|text| text.speaks_of(Side::Peer))
    }

    /// Reads a rule from TOML. `id` is the name of its file.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn parse(id: &str, text: &str) -> Result<Rule, InvalidRule> {
        parse::parse(id, text)
    }
}
