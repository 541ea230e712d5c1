//! `parity check`: the gate.

use std::path::PathBuf;

use parity_core::judge::{Case, Knowledge, judge};
use parity_core::lock::{self, Lock};
use parity_core::report::{Report, Verdict};
use parity_core::silence::{self, Why};

use crate::args::{Check, Format};
use crate::case::{self, Named, Production};
use crate::error::{CliError, Exit};
use crate::render;
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
    let lock = lock(project, arguments)?;
    let production = production(session, project, arguments, lock.as_ref())?;
    let mut case = case::observe(session, project, production, &named)?;
    case::infer_roles(&mut case.hosts);
    if let Some(question) = &arguments.explain_silence {
        return explain_silence(session, &case, &knowledge, question);
    }
    let configured = project.and_then(|project| project.config.fail_on);
    let threshold = session.global.fail_on.or(configured).unwrap_or_default();
    let judgement = judge(&case, &knowledge);
    let report = Report::new(&case, judgement, threshold, arguments.all);
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

/// Why nothing was reported of a fact or a package.
fn explain_silence(
    session: &Session,
    case: &Case,
    knowledge: &Knowledge,
    question: &str,
) -> Result<Exit, CliError> {
    let schemas = parity_probes::schemas();
    let schemas: Vec<_> = schemas.iter().flat_map(|(_, schemas)| schemas.iter()).collect();
    let silence = silence::explain(case, knowledge, &schemas, question);
    if silence.why == Why::Unknown {
        let help = match &silence.closest {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                "parity probes lists what there is; a package is named as its manager names it".to_owned()
            }
        };
        return Err(CliError::usage_help(
            format!("no fact or package `{question}` is known here"),
            help,
        ));
    }
    let written = session.deliver(|format, _| match format {
        Format::Json => output::document(&silence),
        _ => render::silence::render(&silence),
    });
    Ok(session.conclude(written, [Exit::Clear]))
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
            None => "parity.toml names several environments, none of them `production`".to_owned(),
        };
        let help = match known.as_slice() {
            [] => "add one: [environments.production]".to_owned(),
            known => format!("--env with one of: {}", known.join(", ")),
        };
        CliError::usage_help(message, help)
    })
}
