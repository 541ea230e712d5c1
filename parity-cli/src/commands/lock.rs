//! `parity lock`: observe an environment and keep what this project asks of it.

use std::path::Path;

use parity_core::judge::{Case, judge};
use parity_core::lock::{FILE_NAME, Lock};

use super::check::named_environment;
use crate::args;
use crate::case;
use crate::error::{CliError, Exit};
use crate::render::check::count;
use crate::render::output;
use crate::session::{Session, has_bug};

pub(crate) fn run(session: &Session, arguments: &args::Lock) -> Result<Exit, CliError> {
    let project = session.project()?;
    let project = project.as_ref();
    let (name, environment) = named_environment(project, arguments.env.as_deref())?;
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let artifacts = case::artifacts(session, project, &[])?;
    let hosts = case::environment(session, project, environment)?;
    let dev = case::dev(session, project, None)?;
    let mut case = Case {
        artifacts,
        dev: Some(dev),
        hosts,
        links: case::links(project, &[]),
    };
    case::lay_over(session, project, &mut case)?;
    case.hosts
        .iter()
        .for_each(|host| session.tell_problems(&host.snapshot));
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let silent: Vec<&str> = case
        .hosts
        .iter()
        .filter(|host| host.snapshot.facts.is_empty())
        .map(|host| host.snapshot.target.as_str())
        .collect();
    if !silent.is_empty() {
        session.tell(&format!("not written: nothing was seen of {}", silent.join(", ")));
        return Ok(Exit::Inconclusive);
    }
    let lock = Lock::of(name, &case.hosts, &judge(&case, &knowledge));
    let directory = project.map_or(Path::new("."), |project| project.directory.as_path());
    let path = session
        .global
        .output
        .clone()
        .unwrap_or_else(|| directory.join(FILE_NAME));
    let text = lock.to_toml();
    output::write_whole(&path, text.as_bytes())?;
    let facts = text.lines().filter(|line| line.starts_with("  { id = ")).count();
    session.tell(&format!(
        "{}: {} of {}",
        path.display(),
        count(facts, "fact"),
        count(lock.hosts.len(), "host")
    ));
    let complete = case.hosts.iter().all(|host| host.snapshot.is_complete());
    Ok(
        match (has_bug(case.hosts.iter().map(|host| &host.snapshot)), complete) {
            (true, _) => Exit::Internal,
            (false, true) => Exit::Clear,
            (false, false) => Exit::Inconclusive,
        },
    )
}
