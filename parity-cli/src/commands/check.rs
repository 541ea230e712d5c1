//! `parity check`: the gate.

use std::path::Path;

use parity_core::judge::{Case, Host, judge};
use parity_core::lock::{self, Lock};
use parity_core::report::{Report, Verdict};

use crate::args::Check;
use crate::case;
use crate::error::{CliError, Exit};
use crate::render::{check, output};
use crate::session::{Project, Session, find_upward, has_bug, read_capped};

pub(crate) fn run(session: &Session, arguments: &Check) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let artifacts = case::artifacts(session, project, &arguments.artifact)?;
    let hosts = hosts(session, project, arguments)?;
    let dev = case::dev(session, project, arguments.dev.as_deref())?;
    let mut case = Case {
        artifacts,
        dev: Some(dev),
        hosts,
        links: case::links(project, &arguments.link),
    };
    case::lay_over(session, project, &mut case)?;
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let configured = project.and_then(|project| project.config.fail_on);
    let threshold = session.global.fail_on.or(configured).unwrap_or_default();
    let judgement = judge(&case, &knowledge);
    let report = Report::new(&case, judgement, threshold, arguments.all);
    output::deliver(
        &session.global,
        || check::render(&report, arguments.all, session.global.verbose > 0, session.now),
        || output::document(&report),
    )?;
    let snapshots = case.hosts.iter().map(|host| &host.snapshot).chain(&case.dev);
    let snapshots = snapshots.chain(case.artifacts.iter().map(|artifact| &artifact.snapshot));
    Ok(match report.verdict {
        Verdict::Blocked => Exit::Found,
        _ if has_bug(snapshots) => Exit::Internal,
        Verdict::Inconclusive => Exit::Inconclusive,
        Verdict::Clear => Exit::Clear,
    })
}

/// Live hosts where they were asked for, else production as it was locked.
fn hosts(session: &Session, project: Option<&Project>, arguments: &Check) -> Result<Vec<Host>, CliError> {
    if !arguments.against.is_empty() {
        return case::against(session, &arguments.against);
    }
    if let Some(name) = &arguments.env {
        return case::environment(session, project, named_environment(project, Some(name))?.1);
    }
    let path = match project {
        Some(project) => Some(project.directory.join(lock::FILE_NAME)).filter(|path| path.is_file()),
        None => find_upward(lock::FILE_NAME),
    };
    match path {
        Some(path) => Ok(read_lock(&path)?.hosts),
        None => Err(CliError::usage_help(
            "there is no parity.lock here, and no target was named",
            "parity lock (observes the environment of parity.toml), or parity check --against ssh://HOST",
        )),
    }
}

fn read_lock(path: &Path) -> Result<Lock, CliError> {
    let text = read_capped(path, lock::MAX_BYTES)?;
    Lock::parse(&text).map_err(|error| CliError::usage(format!("{}: {error}", path.display())))
}

/// The environment of this name, or the one that is meant without a name.
pub(crate) fn named_environment<'a>(
    project: Option<&'a Project>,
    name: Option<&str>,
) -> Result<(&'a str, &'a parity_core::config::Environment), CliError> {
    let Some(project) = project else {
        return Err(CliError::usage_help(
            "there is no parity.toml here",
            "parity init writes one",
        ));
    };
    project.config.environment(name).ok_or_else(|| {
        let known: Vec<&str> = project.config.environments.keys().map(String::as_str).collect();
        let message = match name {
            Some(name) => format!("parity.toml has no environment `{name}`"),
            None => "parity.toml names several environments, none of them `production`".to_owned(),
        };
        let help = match known.as_slice() {
            [] => "add one: [environments.production]".to_owned(),
            known => format!("--env with one of: {}", known.join(", ")),
        };
        CliError::usage_help(message, help)
    })
}
