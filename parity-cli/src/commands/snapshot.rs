//! `parity snapshot`: observe one target.

use parity_core::snapshot::{CoverageState, Snapshot};

use crate::args::OneTarget;
use crate::error::{CliError, Exit};
use crate::render::number::count;
use crate::render::output;
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &OneTarget) -> Result<Exit, CliError> {
    let targets = session.targets([arguments.target.as_str()])?;
    let Some(observed) = session.observe(&targets)?.into_iter().next() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    let snapshot = observed.snapshot;
    session.tell_problems(&snapshot);
    let mut endings = session.endings([&snapshot]);
    if session.interrupted() {
        return Ok(Exit::first_of(endings));
    }
    let document = output::escaped(&snapshot.to_json());
    let written = match &session.global.output {
        Some(path) if path.as_os_str() != "-" => output::write_whole(path, document.as_bytes()),
        _ => output::emit(&document),
    };
    if written.is_ok() {
        session.tell(&summary(&snapshot));
    }
    if !snapshot.is_complete() || snapshot.is_blind() {
        endings.push(Exit::Inconclusive);
    }
    Ok(session.conclude(written, endings))
}

/// `ssh://web1: 1432 facts, sockets partial`.
fn summary(snapshot: &Snapshot) -> String {
    let gaps = snapshot
        .coverage
        .iter()
        .filter(|entry| !entry.state.is_complete() && entry.state != CoverageState::NotApplicable)
        .map(|entry| format!("{} {}", entry.probe, entry.state.word()))
        .collect::<Vec<String>>();
    let gaps = match gaps.is_empty() {
        true => "complete".to_owned(),
        false => gaps.join(", "),
    };
    let certain = snapshot
        .facts
        .iter()
        .filter(|fact| fact.state.is_certain())
        .count();
    format!("{}: {}, {gaps}", snapshot.target, count(certain, "fact"))
}
