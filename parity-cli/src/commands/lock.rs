//! `parity lock`: observe an environment and keep what this project asks of it.

use std::path::Path;

use parity_core::judge::judge;
use parity_core::lock::{FILE_NAME, Lock};
use parity_core::policy::Circumstances;
use parity_core::snapshot::Snapshot;

use super::check::named_environment;
use crate::args;
use crate::case::{self, Named};
use crate::error::{CliError, Exit};
use crate::render::check::count;
use crate::render::fold::listed;
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &args::Lock) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let (name, environment) = named_environment(project, arguments.env.as_deref())?;
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let production = case::environment(project, environment);
    let case = case::observe(session, project, production, &Named::default())?;
    case.hosts
        .iter()
        .for_each(|host| session.tell_problems(&host.snapshot));
    let snapshots = || case.hosts.iter().map(|host| &host.snapshot);
    let mut endings = session.endings(snapshots());
    if session.interrupted() {
        return Ok(Exit::first_of(endings));
    }
    let directory = project.map_or(Path::new("."), |project| project.directory.as_path());
    let path = session
        .global
        .output
        .clone()
        .unwrap_or_else(|| directory.join(FILE_NAME));
    let silent: Vec<&str> = snapshots()
        .filter(|snapshot| snapshot.is_blind())
        .map(|snapshot| snapshot.target.as_str())
        .collect();
    if !silent.is_empty() {
        refuse(session, &path, &silent);
        return Ok(Exit::first_of(endings.into_iter().chain([Exit::Inconclusive])));
    }
    let mut judgement = judge(&case, &knowledge);
    if let Some(project) = project {
        let circumstances = Circumstances {
            environment: Some(name),
            today: session.today(),
            file: &project.file.display().to_string(),
            before: &[],
        };
        project.config.policy.apply(&case, &mut judgement, &circumstances);
    }
    let lock = Lock::of(name, &case.hosts, &judgement);
    let text = lock.to_toml();
    let written = output::write_whole(&path, text.as_bytes());
    if written.is_ok() {
        let facts = text.lines().filter(|line| line.starts_with("  { id = ")).count();
        session.tell(&format!(
            "{}: {} of {}",
            path.display(),
            count(facts, "fact"),
            count(lock.hosts.len(), "host")
        ));
    }
    if !snapshots().all(Snapshot::is_complete) {
        endings.push(Exit::Inconclusive);
    }
    Ok(session.conclude(written, endings))
}

/// A lock without a host that was silent would say that it is not needed.
fn refuse(session: &Session, path: &Path, silent: &[&str]) {
    let mut page = Page::default();
    let what = match path.exists() {
        true => "is as it was",
        false => "was not written",
    };
    page.put(Look::Bad, "error").put(Look::Strong, ": ").say(&format!(
        "{} {what}: nothing was seen of {}",
        path.display(),
        listed(silent.iter().copied())
    ));
    page.end();
    page.put(Look::Dim, "  help: ");
    page.say("mend what is told above, or remove the host from parity.toml; then run `parity lock` again");
    page.end();
    output::tell(&page.finish(), session.global.color);
}
