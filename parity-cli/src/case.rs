//! Puts a case together: what ships, where it worked, where it must work.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use parity_core::config::Environment;
use parity_core::fact::{FactId, Value};
use parity_core::judge::{Artifact, Case, Host, Link};
use parity_core::probe::Subject;
use parity_core::roles;
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;

use crate::args::ForRole;
use crate::error::{CliError, Complaint};
use crate::session::{Project, Session, note_twins};

/// Where the release must work.
pub(crate) enum Production {
    /// As it was locked.
    Locked(Vec<Host>),
    /// As it is now.
    Live(Vec<Place>),
}

/// A host before it is observed.
pub(crate) struct Place {
    role: Option<String>,
    /// The name it has in reports: as the user wrote it.
    name: String,
    target: Target,
}

/// What the words of a command add to `parity.toml`.
#[derive(Default)]
pub(crate) struct Named<'a> {
    pub(crate) artifacts: &'a [ForRole],
    pub(crate) links: &'a [Link],
    pub(crate) dev: Option<&'a str>,
}

/// Observes everything that a case is made of, hosts and the developer's machine at once.
pub(crate) fn observe(
    session: &Session,
    project: Option<&Project>,
    production: Production,
    named: &Named<'_>,
) -> Result<Case, CliError> {
    let dev = dev(session, project, named.dev)?;
    let is_this_machine = named.dev.is_none() && dev == Target::Local;
    let artifacts = artifacts(session, project, named.artifacts)?;
    let (locked, places) = match production {
        Production::Locked(hosts) => (hosts, Vec::new()),
        Production::Live(places) => (Vec::new(), places),
    };
    // Without hosts that are asked now there is no server to ask now: a lock holds what it said.
    let mut declared = declared(project);
    declared.retain(|(host, source)| match source {
        Target::Server(_) => places.iter().any(|place| place.name == *host),
        _ => true,
    });
    let targets = places.iter().map(|place| place.target.clone());
    let targets = targets
        .chain([dev])
        .chain(declared.iter().map(|(_, target)| target.clone()));
    let observed = session.observe(&targets.collect::<Vec<Target>>())?;
    let mut snapshots = observed.into_iter().map(|observed| observed.snapshot);
    let live = places
        .into_iter()
        .zip(snapshots.by_ref())
        .map(|(place, mut snapshot)| {
            snapshot.target = place.name;
            Host {
                role: place.role,
                snapshot,
            }
        });
    let mut hosts: Vec<Host> = locked.into_iter().chain(live).collect();
    let links = links(project, named.links);
    let dev = match snapshots.next() {
        None => None,
        Some(mut dev) => {
            let of_project = of_project(session, project)?;
            if is_this_machine {
                leave_to_other_projects(&mut dev, &of_project, &artifacts, &links);
            }
            dev.add(&of_project);
            Some(dev)
        }
    };
    for ((target, source), seen) in declared.iter().zip(snapshots) {
        for host in hosts.iter_mut().filter(|host| host.snapshot.target == *target) {
            match source {
                Target::Server(_) => host.snapshot.learn(&seen),
                _ => host.snapshot.overlay(&seen),
            }
        }
    }
    note_twins(
        &mut hosts
            .iter_mut()
            .map(|host| &mut host.snapshot)
            .collect::<Vec<_>>(),
    );
    Ok(Case {
        artifacts,
        dev,
        hosts,
        links,
        now: Some(format!("{:.0}", session.now)),
    })
}

/// What ships: named on the command line, or else by `parity.toml`.
fn artifacts(
    session: &Session,
    project: Option<&Project>,
    named: &[ForRole],
) -> Result<Vec<Artifact>, CliError> {
    /// Role, the name it has in reports, as the user wrote it, and where it is.
    type Wanted = (Option<String>, PathBuf, PathBuf);
    let mut wanted: Vec<Wanted> = named
        .iter()
        .map(|artifact| {
            (
                artifact.role.clone(),
                artifact.value.clone().into(),
                artifact.value.clone().into(),
            )
        })
        .collect();
    if let (true, Some(project)) = (wanted.is_empty(), project) {
        let entries = project.config.artifacts.iter();
        wanted = entries
            .map(|entry| {
                let path = project.directory.join(&entry.path);
                (Some(entry.role.clone()), entry.path.clone(), path)
            })
            .collect();
    }
    let missing: Vec<Complaint> = wanted
        .iter()
        .filter(|(.., path)| !path.exists())
        .map(|(.., path)| Complaint::Plain {
            message: format!("the artifact {} is not there", path.display()),
            help: Some("build it first, or correct its path".into()),
        })
        .collect();
    if !missing.is_empty() {
        return Err(CliError::Usage(missing));
    }
    let artifact = |(role, name, path): Wanted| {
        let mut snapshot = session.observe_path(&path, Subject::Release)?;
        snapshot.target = name.display().to_string();
        Ok(Artifact {
            role,
            shipped: true,
            snapshot,
        })
    };
    wanted.into_iter().map(artifact).collect()
}

fn dev(session: &Session, project: Option<&Project>, named: Option<&str>) -> Result<Target, CliError> {
    match (named, project) {
        (Some(text), _) => Ok(session.targets([text])?.pop().unwrap_or(Target::Local)),
        (None, Some(project)) => {
            let dev = project.config.dev.clone().unwrap_or(Target::Local);
            Ok(dev.below(&project.directory))
        }
        (None, None) => Ok(Target::Local),
    }
}

/// What the project starts as containers on the developer's machine.
fn of_project(session: &Session, project: Option<&Project>) -> Result<Snapshot, CliError> {
    let directory = project
        .map(|project| project.directory.as_path())
        .filter(|directory| !directory.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    session.observe_path(directory, Subject::Project)
}

/// What runs on this machine may serve other projects. The version of a service counts where this one names it: in a compose file,
/// in what it ships, or as the far end of a link.
fn leave_to_other_projects(
    dev: &mut Snapshot,
    of_project: &Snapshot,
    artifacts: &[Artifact],
    links: &[Link],
) {
    if artifacts.is_empty() {
        return;
    }
    let is_linked = |service: &str| {
        let ports = dev.fact(&FactId::keyed("service.ports", service));
        let ports = ports.and_then(|fact| fact.state.value()).map(Value::members);
        let is_port = |link: &Link| {
            let port = format!("tcp/{}", link.port);
            ports.iter().flatten().any(|open| *open == port)
        };
        links.iter().any(is_port)
    };
    let is_shipped = |service: &str| {
        let facts = artifacts.iter().flat_map(|artifact| &artifact.snapshot.facts);
        facts.into_iter().any(|fact| {
            let value = fact.state.value().map(ToString::to_string).unwrap_or_default();
            value.contains(service) || fact.id.key().is_some_and(|key| key.contains(service))
        })
    };
    let is_ours = |id: &FactId| {
        let service = id.key().unwrap_or_default();
        id.is_rest() || of_project.fact(id).is_some() || is_linked(service) || is_shipped(service)
    };
    let is_version = |id: &FactId| id.name() == "service.version";
    let left: BTreeSet<FactId> = dev
        .facts
        .iter()
        .map(|fact| &fact.id)
        .filter(|id| is_version(id) && !is_ours(id))
        .cloned()
        .collect();
    dev.facts.retain(|fact| !left.contains(&fact.id));
}

/// Facts written by hand and servers that are asked, by the host they are laid over.
fn declared(project: Option<&Project>) -> Vec<(String, Target)> {
    let Some(project) = project else {
        return Vec::new();
    };
    let of_one = |(host, sources): (&String, &Vec<Target>)| {
        let sources = sources
            .iter()
            .map(|source| source.clone().below(&project.directory));
        sources.map(|source| (host.clone(), source)).collect::<Vec<_>>()
    };
    project.config.facts.iter().flat_map(of_one).collect()
}

/// The hosts of an environment. Relative paths are those of the project; hosts keep the names they were written with.
pub(crate) fn environment(project: Option<&Project>, environment: &Environment) -> Production {
    let directory = project.map_or(Path::new(""), |project| project.directory.as_path());
    let places = environment.targets().map(|(role, target)| Place {
        role: Some(role.to_owned()),
        name: target.to_string(),
        target: target.clone().below(directory),
    });
    Production::Live(places.collect())
}

/// Hosts named one by one.
pub(crate) fn against(session: &Session, named: &[ForRole]) -> Result<Production, CliError> {
    let targets = session.targets(named.iter().map(|one| one.value.as_str()))?;
    let twice = |(at, one): (usize, &ForRole)| {
        let is_twice = named.iter().take(at).any(|earlier| earlier == one);
        is_twice.then(|| Complaint::plain(format!("`{}` is named twice: remove one of the two", one.value)))
    };
    let complaints: Vec<Complaint> = named.iter().enumerate().filter_map(twice).collect();
    if !complaints.is_empty() {
        return Err(CliError::Usage(complaints));
    }
    let places = named.iter().zip(targets).map(|(one, target)| Place {
        role: one.role.clone(),
        name: target.to_string(),
        target,
    });
    Ok(Production::Live(places.collect()))
}

/// Where nobody names a role, the services that run on each host tell it.
pub(crate) fn infer_roles(hosts: &mut [Host]) {
    if hosts.iter().all(|host| host.role.is_none()) {
        for host in hosts {
            host.role = roles::infer(&host.snapshot).map(str::to_owned);
        }
    }
}

/// Links of the configuration and of the command line.
fn links(project: Option<&Project>, named: &[Link]) -> Vec<Link> {
    let mut links: Vec<Link> = project
        .map(|project| project.config.links.clone())
        .unwrap_or_default();
    for link in named {
        if !links.contains(link) {
            links.push(link.clone());
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use parity_core::fact::{Fact, Origin};

    use super::*;

    fn of(facts: &[(&'static str, &str, Value)]) -> Snapshot {
        let fact = |(name, key, value): &(&'static str, &str, Value)| {
            Fact::new(FactId::keyed(*name, *key), value.clone(), Origin::file("x"))
        };
        Snapshot::new("x", "2026-01-01T00:00:00Z", facts.iter().map(fact).collect())
    }

    #[test]
    fn a_service_counts_where_the_project_names_it() {
        let release = |facts: &[(&'static str, &str, Value)]| Artifact {
            role: None,
            shipped: true,
            snapshot: of(facts),
        };
        let link = Link::new("web", "db", 5433);
        let silent = [release(&[("requires.range", "composer.json:php", ">=8".into())])];
        let sql = [release(&[("sql.needs", "a.sql:postgresql", "11".into())])];
        let compose = of(&[("service.version", "postgresql", "15".into())]);
        for (project, artifacts, links, expected) in [
            (of(&[]), &silent[..], vec![], false),
            (of(&[]), &sql[..], vec![], true),
            (of(&[]), &[][..], vec![], true),
            (of(&[]), &silent[..], vec![link], true),
            (compose, &silent[..], vec![], true),
        ] {
            let mut dev = of(&[
                ("service.version", "postgresql", "15.1".into()),
                ("service.ports", "postgresql", Value::set(["tcp/5433"])),
                ("runtime.version", "php", "8.2".into()),
            ]);
            leave_to_other_projects(&mut dev, &project, artifacts, &links);
            let version = dev.fact(&FactId::keyed("service.version", "postgresql"));
            assert_eq!(version.is_some(), expected);
        }
    }
}
