//! Derivations: tested functions that work out what no single fact says, and yield facts for rules to speak about.

use crate::fact::Fact;
use crate::schema::Schema;
use crate::view::View;

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

/// Works out facts about one artifact on one host.
///
/// The facts are laid over the release side, so a rule reads them as `release:NAME`. A derivation that lacks a fact yields
/// [`State::Unknown`](crate::fact::State::Unknown) and names what it lacked.
pub trait Derivation: Send + Sync {
    /// Every fact it can give.
    fn schemas(&self) -> &[Schema];

    /// What follows for this artifact on this host.
    fn derive(&self, sides: Sides<'_>) -> Vec<Fact>;
}
