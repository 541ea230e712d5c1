//! Links: who talks to whom, and what became of it.

use serde::Serialize;

/// A connection that one role makes to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The role that connects.
    pub from: String,
    /// The role that listens.
    pub to: String,
    /// The TCP port.
    pub port: u16,
}

impl Link {
    /// `from` connects to this TCP port of `to`.
    pub fn new(from: impl Into<String>, to: impl Into<String>, port: u16) -> Link {
        Link {
            from: from.into(),
            to: to.into(),
            port,
        }
    }

    /// `backend → db:5432`.
    ///
    /// ```
    /// assert_eq!(parity_core::judge::Link::new("backend", "db", 5432).name(), "backend → db:5432");
    /// ```
    pub fn name(&self) -> String {
        format!("{} → {}:{}", self.from, self.to, self.port)
    }
}

/// What became of a link. The worst comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// A finding is about it, accepted or not.
    Broken,
    /// It could not be decided.
    Unknown,
    /// No rule objects to it on any host.
    Fine,
    /// Both ends are on one machine: nothing was asked.
    Local,
}

/// A link, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JudgedLink {
    /// The role that connects.
    pub from: String,
    /// The role that listens.
    pub to: String,
    /// The TCP port.
    pub port: u16,
    /// What became of it.
    pub state: LinkState,
}

impl JudgedLink {
    /// A link of which this became on each host of its far end; with none there nothing is known of it.
    pub(crate) fn of(link: &Link, states: impl Iterator<Item = LinkState>) -> JudgedLink {
        JudgedLink {
            from: link.from.clone(),
            to: link.to.clone(),
            port: link.port,
            state: states.min().unwrap_or(LinkState::Unknown),
        }
    }

    /// `backend → db:5432`.
    pub fn name(&self) -> String {
        Link::new(self.from.as_str(), self.to.as_str(), self.port).name()
    }
}
