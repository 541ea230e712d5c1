//! `parity check`: the gate.

use std::path::PathBuf;

use parity_core::finding::Finding;
use parity_core::judge::{Case, Host, Judgement, judge};
use parity_core::lock::{self, Lock};
use parity_core::policy::{self, Circumstances};
use parity_core::report::{Report, Verdict};
use parity_core::rule::About;
use parity_core::silence::{self, Why};

use crate::args::{Check, Format};
use crate::base;
use crate::case::{self, Named, Production};
use crate::error::{CliError, Exit};
use crate::files::{find_upward, read_capped};
use crate::render;
use crate::render::check::{self, Extent};
use crate::render::outcome::Outcome;
use crate::render::places::{Places, Source};
use crate::render::{github, gitlab, html, junit, markdown, output, sarif};
use crate::session::{Project, Session};
use crate::trust::{self, Used, own};

/// A case that was observed and judged, with the policy of the project applied.
pub(crate) struct Judged {
    pub(crate) case: Case,
    pub(crate) judgement: Judgement,
    pub(crate) rules: Vec<About>,
    pub(crate) places: Places,
}

pub(crate) fn run(session: &Session, arguments: &Check) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let base = base::open(session, project, arguments)?;
    let Judged {
        case,
        mut judgement,
        rules,
        places,
    } = judged(session, project, arguments)?;
    if let Some(question) = &arguments.explain_silence {
        return explain_silence(session, &case, question);
    }
    let configured = project.and_then(|project| project.config.fail_on);
    let threshold = session.global.fail_on.or(configured).unwrap_or_default();
    let compared = base.as_ref().map(|base| base.mark(&mut judgement, &case));
    let mut report = Report::new(&case, judgement, threshold, arguments.all);
    report.base = compared;
    let extent = Extent {
        all: arguments.all,
        verbose: session.global.verbose > 0,
        quiet: session.global.quiet,
    };
    let outcome = Outcome {
        case: &case,
        report: &report,
        rules: &rules,
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

/// Observes and judges what a check is about.
pub(crate) fn judged(
    session: &Session,
    project: Option<&Project>,
    arguments: &Check,
) -> Result<Judged, CliError> {
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let named = Named {
        artifacts: &arguments.artifact,
        links: &arguments.link,
        dev: arguments.dev.as_deref(),
    };
    let used = Used {
        environment: arguments.env.as_deref(),
        dev: arguments.dev.is_none(),
        artifacts: arguments.artifact.is_empty(),
        lock: arguments.env.is_none() && arguments.against.is_empty(),
    };
    let session = &trust::admit(session, project, &used)?;
    let source = lock(project, arguments)?;
    let locked = match &source {
        Some(source) => Some(parse_lock(session, project, arguments, source)?),
        None => None,
    };
    let environment = match &locked {
        Some(locked) => Some(locked.environment.clone()),
        None => arguments.env.clone(),
    };
    let old = too_old(session, project, source.as_ref(), locked.as_ref());
    let before = before(session, project, arguments)?;
    let production = production(session, project, arguments, locked)?;
    let mut case = case::observe(session, project, production, &named)?;
    trust::tell_skipped(session, case.dev.as_ref());
    case::infer_roles(&mut case.hosts);
    let mut judgement = judge(&case, &knowledge);
    if let Some(old) = old {
        // The worst come first.
        let findings = &mut judgement.findings;
        let at = findings.partition_point(|finding| finding.severity <= old.severity);
        findings.insert(at, old);
    }
    if let Some(project) = project {
        let circumstances = Circumstances {
            environment: environment.as_deref(),
            today: session.today(),
            file: &project.file.display().to_string(),
            before: &before,
        };
        project.config.policy.apply(&case, &mut judgement, &circumstances);
    }
    let rules = knowledge.rules.into_iter().map(About::from);
    Ok(Judged {
        case,
        judgement,
        rules: rules.chain(policy::rules()).collect(),
        places: Places::of(project, source.as_ref()),
    })
}

/// The hosts of an environment as they were locked, where somebody wants to hear what changed since.
fn before(session: &Session, project: Option<&Project>, arguments: &Check) -> Result<Vec<Host>, CliError> {
    let interested = project.filter(|project| !project.config.policy.interest.is_empty());
    let (Some(project), Some(name)) = (interested, &arguments.env) else {
        return Ok(Vec::new());
    };
    let path = project.directory.join(lock::FILE_NAME);
    if !path.is_file() {
        return Ok(Vec::new());
    }
    own::of_repository(&path, false)?;
    let text = read_capped(&path, lock::MAX_BYTES)?;
    let is_of_another = Lock::parse(&text).is_ok_and(|lock| lock.environment != *name);
    if is_of_another {
        return Ok(Vec::new());
    }
    Ok(parse_lock(session, Some(project), arguments, &Source { path, text })?.hosts)
}

/// Why nothing was reported of a fact or a package.
fn explain_silence(session: &Session, case: &Case, question: &str) -> Result<Exit, CliError> {
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let schemas = parity_probes::schemas();
    let schemas: Vec<_> = schemas.iter().flat_map(|(_, schemas)| schemas.iter()).collect();
    let silence = silence::explain(case, &knowledge, &schemas, question);
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
    lock: Option<Lock>,
) -> Result<Production, CliError> {
    if !arguments.against.is_empty() {
        return case::against(session, &arguments.against);
    }
    if let Some(name) = &arguments.env {
        let (_, environment) = named_environment(project, Some(name))?;
        return Ok(case::environment(project, environment));
    }
    match lock {
        Some(lock) => Ok(Production::Locked(lock.hosts)),
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
        Some(project) => {
            Some(project.directory.join(lock::FILE_NAME)).filter(|path| path.symlink_metadata().is_ok())
        }
        None => find_upward(lock::FILE_NAME),
    };
    let source = |path: PathBuf| {
        own::of_repository(&path, project.is_none())?;
        let text = read_capped(&path, lock::MAX_BYTES)?;
        Ok(Source { path, text })
    };
    path.map(source).transpose()
}

/// What is found of a lock that is older than the project lets it become.
fn too_old(
    session: &Session,
    project: Option<&Project>,
    source: Option<&Source>,
    lock: Option<&Lock>,
) -> Option<Finding> {
    let limit = project.and_then(|project| project.config.lock_max_age);
    let file = source?.path.display().to_string();
    lock?.too_old(&file, session.now, limit.unwrap_or(lock::MAX_AGE))
}

/// The lock, where it is the one that is meant.
fn parse_lock(
    session: &Session,
    project: Option<&Project>,
    arguments: &Check,
    source: &Source,
) -> Result<Lock, CliError> {
    let lock = Lock::parse(&source.text)
        .map_err(|error| CliError::usage(format!("{}: {error}", source.path.display())))?;
    trust::lock::verify(
        session,
        project,
        source,
        &lock,
        arguments.allowed_signers.as_deref(),
    )?;
    if let Some(project) = project {
        trust::lock::is_of(&project.config, source, &lock)?;
    }
    Ok(lock)
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
