//! `parity check`: the gate.

use std::path::PathBuf;

use parity_core::judge::judge;
use parity_core::lock::{self, Lock};
use parity_core::report::{Report, Verdict};

use crate::args::{Check, Format};
use crate::base;
use crate::case::{self, Named, Production};
use crate::error::{CliError, Exit};
use crate::render::check::{self, Extent};
use crate::render::outcome::Outcome;
use crate::render::places::{Places, Source};
use crate::render::{github, gitlab, html, junit, markdown, output, sarif};
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
    let base = base::open(session, project, arguments)?;
    let lock = lock(project, arguments)?;
    let production = production(session, project, arguments, lock.as_ref())?;
    let mut case = case::observe(session, project, production, &named)?;
    case::infer_roles(&mut case.hosts);
    let configured = project.and_then(|project| project.config.fail_on);
    let threshold = session.global.fail_on.or(configured).unwrap_or_default();
    let mut judgement = judge(&case, &knowledge);
    let compared = base.as_ref().map(|base| base.mark(&mut judgement, &case));
    let mut report = Report::new(&case, judgement, threshold, arguments.all);
    report.base = compared;
    let extent = Extent {
        all: arguments.all,
        verbose: session.global.verbose > 0,
        quiet: session.global.quiet,
    };
    let places = Places::of(project, lock.as_ref());
    let outcome = Outcome {
        case: &case,
        report: &report,
        rules: &knowledge.rules,
        threshold,
        places: &places,
    };
    let written = session.deliver(|format, place| match format {
        Format::Text => check::render(&report, extent, session.now),
        Format::Json => output::document(&report),
        Format::Markdown => markdown::comment(&outcome),
        Format::Github if place.is_some() => markdown::summary(&outcome),
        Format::Github => github::render(&outcome),
        Format::Gitlab => gitlab::render(&outcome),
        Format::Sarif => sarif::render(&outcome),
        Format::Junit => junit::render(&outcome),
        Format::Html => html::check(&outcome),
    });
    let written = written.and(base::ratchet(session, base.as_ref(), &report));
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
    lock: Option<&Source>,
) -> Result<Production, CliError> {
    if !arguments.against.is_empty() {
        return case::against(session, &arguments.against);
    }
    if let Some(name) = &arguments.env {
        let (_, environment) = named_environment(project, Some(name))?;
        return Ok(case::environment(project, environment));
    }
    match lock {
        Some(lock) => Ok(Production::Locked(parse_lock(lock)?.hosts)),
        None => Err(CliError::usage_help(
            "there is no parity.lock here, and no target was named",
            "parity lock (observes the environment of parity.toml), or parity check --against ssh://HOST",
        )),
    }
}

/// The lock, where no target was named.
fn lock(project: Option<&Project>, arguments: &Check) -> Result<Option<Source>, CliError> {
    if !arguments.against.is_empty() || arguments.env.is_some() {
        return Ok(None);
    }
    let path = match project {
        Some(project) => Some(project.directory.join(lock::FILE_NAME)).filter(|path| path.is_file()),
        None => find_upward(lock::FILE_NAME),
    };
    let source = |path: PathBuf| {
        let text = read_capped(&path, lock::MAX_BYTES)?;
        Ok(Source { path, text })
    };
    path.map(source).transpose()
}

fn parse_lock(lock: &Source) -> Result<Lock, CliError> {
    Lock::parse(&lock.text).map_err(|error| CliError::usage(format!("{}: {error}", lock.path.display())))
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
            None if known.is_empty() => "parity.toml names no hosts".to_owned(),
            None => "parity.toml names several environments, none of them `production`".to_owned(),
        };
        let help = match known.as_slice() {
            [] => "add some: [environments.production] and below it web = [\"ssh://HOST\"]".to_owned(),
            known => format!("--env with one of: {}", known.join(", ")),
        };
        CliError::usage_help(message, help)
    })
}
