//! `parity check`: the gate.

use std::path::Path;

use parity_core::judge::judge;
use parity_core::lock::{self, Lock};
use parity_core::report::{Report, Verdict};

use crate::args::Check;
use crate::case::{self, Named, Production};
use crate::error::{CliError, Exit};
use crate::render::check::{self, Extent};
use crate::render::output;
use crate::session::{Project, Session, find_upward, read_capped};

pub(crate) fn run(session: &Session, arguments: &Check) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let named = Named {
        artifacts: &arguments.artifact,
        links: &arguments.link,
        dev: arguments.dev.as_deref(),
    };
    let production = production(session, project, arguments)?;
    let mut case = case::observe(session, project, production, &named)?;
    case::infer_roles(&mut case.hosts);
    let configured = project.and_then(|project| project.config.fail_on);
    let threshold = session.global.fail_on.or(configured).unwrap_or_default();
    let judgement = judge(&case, &knowledge);
    let report = Report::new(&case, judgement, threshold, arguments.all);
    let extent = Extent {
        all: arguments.all,
        verbose: session.global.verbose > 0,
        quiet: session.global.quiet,
    };
    let written = session.deliver(
        || check::render(&report, extent, session.now),
        || output::document(&report),
    );
    let verdict = match report.verdict {
        Verdict::Blocked => Exit::Found,
        Verdict::Inconclusive => Exit::Inconclusive,
        Verdict::Clear => Exit::Clear,
    };
    let snapshots = case.hosts.iter().map(|host| &host.snapshot).chain(&case.dev);
    let snapshots = snapshots.chain(case.artifacts.iter().map(|artifact| &artifact.snapshot));
    let endings = session.endings(snapshots).into_iter().chain([verdict]);
    Ok(session.conclude(written, endings))
}

/// Live hosts where they were asked for, else production as it was locked.
fn production(
    session: &Session,
    project: Option<&Project>,
    arguments: &Check,
) -> Result<Production, CliError> {
    if !arguments.against.is_empty() {
        return case::against(session, &arguments.against);
    }
    if let Some(name) = &arguments.env {
        let (_, environment) = named_environment(project, Some(name))?;
        return Ok(case::environment(project, environment));
    }
    let path = match project {
        Some(project) => Some(project.directory.join(lock::FILE_NAME)).filter(|path| path.is_file()),
        None => find_upward(lock::FILE_NAME),
    };
    match path {
        Some(path) => Ok(Production::Locked(read_lock(&path)?.hosts)),
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
