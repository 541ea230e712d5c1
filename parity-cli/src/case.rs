//! Puts a case together: what ships, where it worked, where it must work.

use std::path::{Path, PathBuf};

use parity_core::config::Environment;
use parity_core::judge::{Artifact, Case, Host, Link};
use parity_core::probe::Subject;
use parity_core::roles;
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;

use crate::args::ForRole;
use crate::error::{CliError, Complaint};
use crate::session::{Project, Session};

/// What ships: named on the command line, or else by `parity.toml`; and what the project's manifests say in any case.
pub(crate) fn artifacts(
    session: &Session,
    project: Option<&Project>,
    named: &[ForRole],
) -> Result<Vec<Artifact>, CliError> {
    let mut wanted: Vec<(Option<String>, PathBuf)> = named
        .iter()
        .map(|artifact| (artifact.role.clone(), PathBuf::from(&artifact.value)))
        .collect();
    if let (true, Some(project)) = (wanted.is_empty(), project) {
        let entries = project.config.artifacts.iter();
        wanted = entries
            .map(|entry| (Some(entry.role.clone()), project.directory.join(&entry.path)))
            .collect();
    }
    let missing: Vec<Complaint> = wanted
        .iter()
        .filter(|(_, path)| !path.exists())
        .map(|(_, path)| Complaint::Plain {
            message: format!("the artifact {} is not there", path.display()),
            help: Some("build it first, or correct its path".into()),
        })
        .collect();
    if !missing.is_empty() {
        return Err(CliError::Usage(missing));
    }
    let mut artifacts = Vec::new();
    for (role, path) in wanted {
        let snapshot = session.observe_path(&path, Subject::Release)?;
        artifacts.push(Artifact {
            role,
            shipped: true,
            snapshot,
        });
    }
    Ok(artifacts)
}

/// The developer's machine: what runs on it, and what the project starts as containers.
pub(crate) fn dev(
    session: &Session,
    project: Option<&Project>,
    named: Option<&str>,
) -> Result<Snapshot, CliError> {
    let target = match named {
        Some(text) => Target::parse(text).map_err(|error| CliError::usage(error.to_string()))?,
        None => project
            .and_then(|project| project.config.dev.clone())
            .unwrap_or(Target::Local),
    };
    let observed = session.observe(&[target])?.into_iter().next();
    let mut snapshot = observed
        .map(|o| o.snapshot)
        .ok_or_else(|| CliError::Internal("no target was observed".into()))?;
    let directory = project.map_or(Path::new("."), |project| project.directory.as_path());
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    snapshot.add(&session.observe_path(directory, Subject::Project)?);
    Ok(snapshot)
}

/// The hosts of an environment, observed now. Relative paths are those of the project; hosts keep the names they were
/// written with.
pub(crate) fn environment(
    session: &Session,
    project: Option<&Project>,
    environment: &Environment,
) -> Result<Vec<Host>, CliError> {
    let directory = project.map_or(Path::new(""), |project| project.directory.as_path());
    let (roles, targets): (Vec<Option<String>>, Vec<Target>) = environment
        .targets()
        .map(|(role, target)| (Some(role.to_owned()), target.clone().below(directory)))
        .unzip();
    let mut hosts = hosts(session, roles, &targets)?;
    for (host, (_, target)) in hosts.iter_mut().zip(environment.targets()) {
        host.snapshot.target = target.to_string();
    }
    Ok(hosts)
}

/// Hosts named one by one, observed now. Without any role, the services that run on each tell it.
pub(crate) fn against(session: &Session, named: &[ForRole]) -> Result<Vec<Host>, CliError> {
    let targets = session.targets(named.iter().map(|one| one.value.as_str()))?;
    let mut seen = Vec::new();
    for one in named {
        if seen.contains(&one) {
            return Err(CliError::usage(format!("`{}` is named twice", one.value)));
        }
        seen.push(one);
    }
    let mut hosts = hosts(
        session,
        named.iter().map(|one| one.role.clone()).collect(),
        &targets,
    )?;
    if named.iter().all(|one| one.role.is_none()) {
        for host in &mut hosts {
            host.role = roles::infer(&host.snapshot).map(str::to_owned);
        }
    }
    Ok(hosts)
}

fn hosts(session: &Session, roles: Vec<Option<String>>, targets: &[Target]) -> Result<Vec<Host>, CliError> {
    let observed = session.observe(targets)?;
    Ok(roles
        .into_iter()
        .zip(observed)
        .map(|(role, observed)| Host {
            role,
            snapshot: observed.snapshot,
        })
        .collect())
}

/// Links of the configuration and of the command line.
pub(crate) fn links(project: Option<&Project>, named: &[Link]) -> Vec<Link> {
    let mut links: Vec<Link> = project
        .map(|project| project.config.links.clone())
        .unwrap_or_default();
    links.extend(
        named
            .iter()
            .filter(|link| !links.contains(link))
            .cloned()
            .collect::<Vec<_>>(),
    );
    links
}

/// Facts written by hand, laid over the hosts they are for.
pub(crate) fn lay_over(
    session: &Session,
    project: Option<&Project>,
    case: &mut Case,
) -> Result<(), CliError> {
    let Some(project) = project else { return Ok(()) };
    for (target, path) in &project.config.facts {
        let declared = session.observe(&[Target::Facts(project.directory.join(path))])?;
        for host in case
            .hosts
            .iter_mut()
            .filter(|host| host.snapshot.target == *target)
        {
            declared
                .iter()
                .for_each(|declared| host.snapshot.overlay(&declared.snapshot));
        }
    }
    Ok(())
}
