//! `parity lock`: observe an environment and keep what this project asks of it.

use std::path::Path;

use parity_core::judge::judge;
use parity_core::lock::{FILE_NAME, Lock, MAX_BYTES};
use parity_core::policy::Circumstances;

use super::check::named_environment;
use crate::args;
use crate::case::{self, Named};
use crate::error::{CliError, Exit};
use crate::files::read_capped;
use crate::render::fold::listed;
use crate::render::number::count;
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::Session;
use crate::trust::signature::{self, Key};
use crate::trust::{self, Used, own};

pub(crate) fn run(session: &Session, arguments: &args::Lock) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let (name, environment) = named_environment(project, arguments.env.as_deref())?;
    let directory = project.map_or(Path::new("."), |project| project.directory.as_path());
    let beside = directory.join(FILE_NAME);
    own::of_repository(&beside, false)?;
    let key = arguments.sign.as_deref().map(Key::named).transpose()?;
    let session = &trust::admit(session, project, &Used::by_lock(name))?;
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let production = case::environment(project, environment);
    let case = case::observe(session, project, production, &Named::default())?;
    trust::tell_skipped(session, case.dev.as_ref());
    case.hosts
        .iter()
        .for_each(|host| session.tell_problems(&host.snapshot));
    let snapshots = || case.hosts.iter().map(|host| &host.snapshot);
    let mut endings = session.endings(snapshots());
    if session.interrupted() {
        return Ok(Exit::first_of(endings));
    }
    let path = session.global.output.clone().unwrap_or(beside);
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
    let before = read_capped(&path, MAX_BYTES).ok();
    let before = before.and_then(|text| Lock::parse(&text).ok());
    let mut lock = Lock::of(name, &case.hosts, &judgement);
    let is_counted = before.as_ref().is_some_and(|lock| lock.sequence.is_some());
    if key.is_some() || is_counted {
        lock.sequence = Some(trust::lock::next_sequence(before.as_ref())?);
        lock.locked_at = Some(session.options.taken_at.clone());
    }
    let text = lock.to_toml();
    let written = keep(session, &path, &text, key.as_ref());
    if written.is_ok() {
        let facts = text.lines().filter(|line| line.starts_with("  { id = ")).count();
        session.tell(&format!(
            "{}: {} of {}",
            path.display(),
            count(facts, "fact"),
            count(lock.hosts.len(), "host")
        ));
    }
    let partial: Vec<&str> = snapshots()
        .filter(|snapshot| !snapshot.is_complete())
        .map(|snapshot| snapshot.target.as_str())
        .collect();
    if let Some(first) = partial.first() {
        session.tell(&format!(
            "note: {} not seen completely, {first} first; what is missing stays unknown (`parity snapshot {first}` tells what)",
            count(partial.len(), "host")
        ));
        endings.push(Exit::Inconclusive);
    }
    Ok(session.conclude(written, endings))
}

/// Writes the lock and, with a key, the signature beside it.
fn keep(session: &Session, path: &Path, text: &str, key: Option<&Key>) -> Result<(), CliError> {
    let beside = signature::beside(path);
    // Without a signature that was asked for nothing is written.
    let signature = key.map(|key| key.sign(text)).transpose()?;
    output::write_whole(path, text.as_bytes())?;
    match signature {
        Some(signature) => output::write_whole(&beside, signature.as_bytes())?,
        None if beside.exists() => session.tell(&format!(
            "note: {} is the signature of the lock before this one; parity lock --sign makes a new one",
            beside.display()
        )),
        None => {}
    }
    Ok(())
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
