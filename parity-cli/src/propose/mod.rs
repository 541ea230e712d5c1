//! What a `parity.toml` for this project would say, from the files that are here. Files are read and nothing else is done.

mod ansible;
mod compose;
mod files;
mod manifests;
mod mentions;
mod names;
mod ssh_config;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use parity_core::target::Target;

use files::Files;
pub(crate) use write::{next_steps, write};

/// The environment of hosts of which nothing else is said.
const PRODUCTION: &str = "production";

/// The role of what ships, where nothing tells another.
const BACKEND: &str = "backend";

/// A value, and the sentence that says where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said<T> {
    pub(crate) value: T,
    pub(crate) why: String,
}

/// What ships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shipped {
    pub(crate) path: String,
    /// What makes it, where it is not there yet.
    pub(crate) build: Option<String>,
}

/// A host, as a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Host {
    pub(crate) environment: String,
    pub(crate) role: String,
    pub(crate) target: String,
}

/// Who connects to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) port: u16,
}

/// All that was found.
#[derive(Debug, Default)]
pub(crate) struct Proposal {
    pub(crate) shipped: Vec<Said<Shipped>>,
    pub(crate) hosts: Vec<Said<Host>>,
    pub(crate) links: Vec<Said<Link>>,
    /// What may be a host, and does not say for what.
    pub(crate) hints: Vec<String>,
    /// The role of what ships.
    pub(crate) application: String,
}

/// Whether the ssh configuration of the user who has this home has a host of this name.
pub(crate) fn is_ssh_alias(home: &Path, name: &str) -> bool {
    ssh_config::has(home, name)
}

/// Looks at a project, and at the ssh configuration of the user, who has this home.
pub(crate) fn look(directory: &Path, home: Option<&Path>) -> Proposal {
    let files = Files::below(directory);
    let mut proposal = Proposal {
        shipped: manifests::shipped(&files),
        ..Proposal::default()
    };
    let (inventories, mut hints) = ansible::hosts(&files);
    let (aliases, further) = home.map(ssh_config::hosts).unwrap_or_default();
    proposal.hosts = inventories;
    // An inventory is about this project; the ssh configuration is about all that its user does.
    if proposal.hosts.is_empty() {
        proposal.hosts = aliases;
    } else {
        hints.extend(
            aliases
                .iter()
                .map(|alias| format!("{}: {}", alias.value.target, alias.why)),
        );
    }
    hints.extend(further);
    hints.extend(mentions::hints(&files));
    let is_used = |hint: &String| {
        let mut hosts = proposal.hosts.iter();
        hosts.any(|host| hint.starts_with(&format!("{}: ", host.value.target)))
    };
    hints.retain(|hint| !is_used(hint));
    proposal.hints = hints;
    proposal
        .hosts
        .retain(|host| Target::parse(&host.value.target).is_ok());
    let roles: BTreeSet<&str> = proposal
        .hosts
        .iter()
        .map(|host| host.value.role.as_str())
        .collect();
    proposal.application = application(&roles);
    let services = compose::services(&files);
    let mut links = compose::links(&services, &files, &proposal.application);
    for link in &mut links {
        for role in [&mut link.value.from, &mut link.value.to] {
            if let Some(known) = role_of(role, &roles) {
                *role = known.to_owned();
            }
        }
    }
    links.retain(|link| link.value.from != link.value.to);
    proposal.links = links;
    proposal
}

/// The role that runs what ships: of those there are the one whose name says so.
fn application(roles: &BTreeSet<&str>) -> String {
    let found = [BACKEND, "web"].iter().find_map(|meant| role_of(meant, roles));
    found.unwrap_or(BACKEND).to_owned()
}

/// The role of this name, or else one whose name means it: `databases` is where a `db` is.
fn role_of<'a>(meant: &str, roles: &BTreeSet<&'a str>) -> Option<&'a str> {
    let named = roles.get(meant).copied();
    named.or_else(|| {
        roles
            .iter()
            .copied()
            .find(|role| names::role(role) == Some(meant))
    })
}

impl Proposal {
    /// Hosts by environment and role, with the reasons of each role.
    fn environments(&self) -> BTreeMap<&str, BTreeMap<&str, Vec<&Said<Host>>>> {
        let mut environments: BTreeMap<&str, BTreeMap<&str, Vec<&Said<Host>>>> = BTreeMap::new();
        for host in &self.hosts {
            let roles = environments.entry(&host.value.environment).or_default();
            let targets = roles.entry(&host.value.role).or_default();
            if !targets
                .iter()
                .any(|known| known.value.target == host.value.target)
            {
                targets.push(host);
            }
        }
        environments
    }

    /// Whether an environment has this role, or none says which roles there are.
    fn has_role(&self, role: &str) -> bool {
        self.hosts.is_empty() || self.hosts.iter().any(|host| host.value.role == role)
    }
}

#[cfg(test)]
mod tests;
