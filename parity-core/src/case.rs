//! What is judged: a release in front of one environment.

use crate::link::Link;
use crate::snapshot::Snapshot;

/// What is shipped, and to which role.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The role it is for; `None` means every host.
    pub role: Option<String>,
    /// Whether somebody said that this is shipped; manifests of the project that were merely found are not.
    pub shipped: bool,
    /// What was seen of it.
    pub snapshot: Snapshot,
}

impl Artifact {
    /// What somebody ships, to every host.
    pub fn new(snapshot: Snapshot) -> Artifact {
        Artifact {
            role: None,
            shipped: true,
            snapshot,
        }
    }

    /// The same artifact, for hosts of this role only.
    #[must_use]
    pub fn for_role(mut self, role: impl Into<String>) -> Artifact {
        self.role = Some(role.into());
        self
    }

    /// Whether it is for hosts of this role.
    pub(crate) fn concerns(&self, role: Option<&str>) -> bool {
        self.role.is_none() || role.is_none() || self.role.as_deref() == role
    }
}

/// A production host in its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The class of hosts it belongs to; `None` where nothing says so.
    pub role: Option<String>,
    /// What was seen of it.
    pub snapshot: Snapshot,
}

impl Host {
    /// A host of no role: every artifact is for it.
    pub fn new(snapshot: Snapshot) -> Host {
        Host { role: None, snapshot }
    }

    /// The same host in a role.
    #[must_use]
    pub fn in_role(mut self, role: impl Into<String>) -> Host {
        self.role = Some(role.into());
        self
    }
}

/// One release in front of one environment.
///
/// ```
/// use parity_core::judge::{Case, Host, Link};
/// use parity_core::snapshot::Snapshot;
///
/// let seen = |target| Snapshot::new(target, "2026-01-01T00:00:00Z", Vec::new());
/// let case = Case {
///     dev: Some(seen("local")),
///     hosts: vec![Host::new(seen("app1")).in_role("backend"), Host::new(seen("db1")).in_role("db")],
///     links: vec![Link::new("backend", "db", 5432)],
///     ..Case::default()
/// };
/// assert_eq!(case.artifacts.len(), 0);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Case {
    /// What is shipped.
    pub artifacts: Vec<Artifact>,
    /// Where it worked.
    pub dev: Option<Snapshot>,
    /// Where it must work.
    pub hosts: Vec<Host>,
    /// Who talks to whom.
    pub links: Vec<Link>,
    /// The time it is judged for (RFC 3339, UTC); `None` is, for each host, when it was observed.
    pub now: Option<String>,
}

impl Case {
    /// Whether an artifact asks anything of hosts of this role: it runs there, or calls them over a link.
    pub(crate) fn reaches(&self, artifact: &Artifact, role: Option<&str>) -> bool {
        let calls =
            |link: &Link| Some(&link.from) == artifact.role.as_ref() && Some(link.to.as_str()) == role;
        artifact.concerns(role) || self.links.iter().any(calls)
    }

    /// Whether all hosts of a role are this machine: both ends of a link to them talk over loopback then.
    pub(crate) fn is_on_one_machine(&self, role: &str, target: &str) -> bool {
        let others = self
            .hosts
            .iter()
            .filter(|host| host.role.as_deref() == Some(role));
        let targets: Vec<&str> = others.map(|host| host.snapshot.target.as_str()).collect();
        !targets.is_empty() && targets.iter().all(|other| *other == target)
    }
}
