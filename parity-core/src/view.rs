//! Views: one side of a case as rules see it, keeping track of what was asked.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::derive::{Derivation, Derived, Housed};
use crate::fact::{Fact, FactId, State, Value};
use crate::snapshot::Snapshot;

/// Who a fact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What is shipped.
    Release,
    /// Where it worked.
    Dev,
    /// Where it must work.
    Host,
    /// In rules about links, a host at the other end; whatever is told of it is told as of a host.
    Peer,
}

impl Side {
    /// The side as reports have it.
    pub(crate) fn told(self) -> Side {
        match self {
            Side::Peer => Side::Host,
            side => side,
        }
    }

    /// The word used in rules and reports.
    pub fn word(self) -> &'static str {
        match self {
            Side::Release => "release",
            Side::Dev => "dev",
            Side::Host => "host",
            Side::Peer => "peer",
        }
    }
}

/// One question that was put to a side: a fact, or all facts of a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// One fact.
    Fact(FactId),
    /// All facts of this name.
    Family(String),
}

/// A snapshot with the facts derived from it laid over, as one side of a case.
#[derive(Debug)]
pub struct View<'a> {
    snapshot: &'a Snapshot,
    derived: Vec<Fact>,
    derived_names: BTreeSet<String>,
    lacks: BTreeMap<FactId, (Side, FactId)>,
    housed: Vec<Housed>,
    reads: RefCell<BTreeSet<Read>>,
}

impl<'a> View<'a> {
    /// This snapshot alone.
    pub fn new(snapshot: &'a Snapshot) -> View<'a> {
        View {
            snapshot,
            derived: Vec::new(),
            derived_names: BTreeSet::new(),
            lacks: BTreeMap::new(),
            housed: Vec::new(),
            reads: RefCell::default(),
        }
    }

    /// Lays over it what the derivations work out of a host alone.
    pub(crate) fn derive_of_host(&mut self, derivations: &[Box<dyn Derivation>]) {
        for derivation in derivations {
            let schemas = derivation.schemas_of_host();
            if !schemas.is_empty() {
                let derived = derivation.derive_of_host(self);
                self.derive(schemas.iter().map(|schema| schema.name.to_string()), derived);
            }
        }
    }

    /// Lays derived facts over it. `names` are all names the derivation answers for: a fact of one of them that it did
    /// not give is absent.
    pub fn derive(&mut self, names: impl IntoIterator<Item = String>, derived: Derived) {
        self.derived_names.extend(names);
        self.lacks.extend(derived.lacks);
        self.housed.extend(derived.housed);
        self.derived.extend(derived.facts);
        self.derived.sort_by(|a, b| a.id.cmp(&b.id));
    }

    /// The observed fact that was lacking to work out this one.
    pub fn lack(&self, derived: &FactId) -> Option<&(Side, FactId)> {
        self.lacks.get(derived)
    }

    /// The image that this path of the release runs in, certain ones first; `None` stands for the release as a whole.
    pub fn housed(&self, path: Option<&str>) -> Option<&Housed> {
        let holding = self.housed.iter().filter(|housed| housed.holds(path));
        holding.min_by_key(|housed| housed.lack.is_some())
    }

    /// The target as the user named it.
    pub fn target(&self) -> &'a str {
        &self.snapshot.target
    }

    /// The fact itself, where there is one.
    pub fn fact(&self, id: &FactId) -> Option<&Fact> {
        let derived = self.derived.binary_search_by(|fact| fact.id.cmp(id)).ok();
        if let Some(fact) = derived.and_then(|at| self.derived.get(at)) {
            return Some(fact);
        }
        self.note(Read::Fact(id.clone()));
        self.snapshot.fact(id)
    }

    /// What is known of a fact.
    pub fn state(&self, id: &FactId) -> State {
        match self.fact(id) {
            Some(fact) => fact.state.clone(),
            None if self.derived_names.contains(id.name()) => self.silence(id.name()),
            None => self.snapshot.state(id),
        }
    }

    /// The value of a fact, where there is one: that it has none does not count.
    pub fn value(&self, id: &FactId) -> Option<&Value> {
        let value = self.snapshot.fact(id)?.state.value()?;
        self.note(Read::Fact(id.clone()));
        Some(value)
    }

    /// All facts of a name, derived ones included.
    pub fn family<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Fact> {
        self.note(Read::Family(name.to_owned()));
        self.instances(name)
    }

    /// Notes that this fact counts.
    pub(crate) fn ask(&self, id: &FactId) {
        self.note(Read::Fact(id.clone()));
    }

    /// The same as the family, without a note: which of them count is [noted](View::ask) one by one.
    pub(crate) fn instances<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Fact> {
        let derived = self.derived.iter().filter(move |fact| fact.id.name() == name);
        self.snapshot.family(name).chain(derived)
    }

    /// Whether the facts of a name are all there are, or why not.
    pub fn silence(&self, name: &str) -> State {
        if self.derived_names.contains(name) {
            let rest = FactId::rest(name.to_owned());
            return self.fact(&rest).map_or(State::Absent, |fact| fact.state.clone());
        }
        self.note(Read::Family(name.to_owned()));
        match self.snapshot.fact(&FactId::rest(name.to_owned())) {
            Some(rest) => rest.state.clone(),
            None => self.snapshot.silence(name),
        }
    }

    /// Whether a probe looked for facts of this name.
    pub(crate) fn looked_for(&self, name: &str) -> bool {
        self.derived_names.contains(name) || self.snapshot.looked_for(name)
    }

    /// Everything that was asked of the snapshot itself so far.
    pub fn reads(&self) -> BTreeSet<Read> {
        self.reads.borrow().clone()
    }

    fn note(&self, read: Read) {
        self.reads.borrow_mut().insert(read);
    }
}
