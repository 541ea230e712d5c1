//! Derivations: tested functions that work out what no single fact says, and yield facts for rules to speak about.

use std::collections::BTreeMap;

use crate::fact::{Fact, FactId, Origin, Stability, State, Value};
use crate::schema::Schema;
use crate::view::{Side, View};

/// What a derivation may look at.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// What is shipped, where this check has an artifact for the host.
    pub release: Option<&'a View<'a>>,
    /// Where it worked.
    pub dev: Option<&'a View<'a>>,
    /// Where it must work.
    pub host: &'a View<'a>,
}

/// What a derivation worked out.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The facts.
    pub facts: Vec<Fact>,
    /// For each fact that could not be worked out the observed one that was lacking: that is the one to tell about.
    pub lacks: BTreeMap<FactId, (Side, FactId)>,
    /// Parts of the release that do not run on the files of the host.
    pub housed: Vec<Housed>,
}

impl Derived {
    /// Certain facts, and what they were worked out of.
    pub fn certain(found: impl IntoIterator<Item = (FactId, Value)>, origin: &str) -> Derived {
        let origin = Origin::Derived(origin.to_owned());
        let fact = |(id, value)| Fact {
            id,
            state: State::Value(value),
            scheme: None,
            stability: Stability::Stable,
            origin: origin.clone(),
        };
        Derived {
            facts: found.into_iter().map(fact).collect(),
            ..Derived::default()
        }
    }
}

/// A part of the release that runs in a container image of its own on this host: what the image brings is not asked of the
/// host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Housed {
    /// Directory of the release; empty for all of it.
    pub directory: String,
    /// What says so, as `Dockerfile, run by docker`.
    pub reason: String,
    /// Where it is not certain: the fact of the host that would decide, and why it is not known.
    pub lack: Option<(FactId, String)>,
}

impl Housed {
    /// Whether this path of the release lies in it; `None` stands for the release as a whole.
    pub fn holds(&self, path: Option<&str>) -> bool {
        let below = |path: &str| {
            path.strip_prefix(&self.directory)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        self.directory.is_empty() || path.is_some_and(|path| path == self.directory || below(path))
    }
}

/// Works out facts about one artifact on one host.
///
/// The facts are laid over the release side, so a rule reads them as `release:NAME`. A derivation that lacks a fact yields
/// [`State::Unknown`] and names what it lacked in [`Derived::lacks`].
pub trait Derivation: Send + Sync {
    /// Every fact it can give.
    fn schemas(&self) -> &[Schema];

    /// What follows for this artifact on this host.
    fn derive(&self, sides: Sides<'_>) -> Derived;

    /// Every fact that it can give of a host at the end of a link.
    fn schemas_of_host(&self) -> &[Schema] {
        &[]
    }

    /// What follows of a host at the end of a link, whatever is shipped: a rule about links reads it as `host:NAME`, and of the
    /// other end as `peer:NAME`.
    fn derive_of_host(&self, _host: &View<'_>) -> Derived {
        Derived::default()
    }

    /// What the next release is likely to ask of a host, beside what this one asks: a lock holds it, so that a program
    /// which needs one library more can be judged without a new lock. Nothing, where a derivation does not say.
    fn staples(&self, _host: &View<'_>) -> Vec<FactId> {
        Vec::new()
    }
}
