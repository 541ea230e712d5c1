//! `parity snapshot`: observe one target.

use crate::args::OneTarget;
use crate::error::{CliError, Exit};
use crate::render::check::count;
use crate::render::output;
use crate::session::{Session, has_bug};

pub(crate) fn run(session: &Session, arguments: &OneTarget) -> Result<Exit, CliError> {
    let targets = session.targets([arguments.target.as_str()])?;
    let Some(observed) = session.observe(&targets)?.into_iter().next() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    let snapshot = observed.snapshot;
    session.tell_problems(&snapshot);
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let document = snapshot.to_json();
    match &session.global.output {
        Some(path) => output::write_whole(path, document.as_bytes())?,
        None => output::print(&document, session.global.color)?,
    }
    let gaps = snapshot.coverage.iter().filter(|entry| {
        !entry.state.is_complete() && entry.state != parity_core::snapshot::CoverageState::NotApplicable
    });
    let gaps: Vec<String> = gaps
        .map(|entry| format!("{} {}", entry.probe, entry.state.word()))
        .collect();
    let gaps = if gaps.is_empty() {
        "complete".to_owned()
    } else {
        gaps.join(", ")
    };
    session.tell(&format!(
        "{}: {}, {gaps}",
        snapshot.target,
        count(snapshot.facts.len(), "fact")
    ));
    Ok(
        match (
            has_bug([&snapshot]),
            snapshot.is_complete() && !snapshot.facts.is_empty(),
        ) {
            (true, _) => Exit::Internal,
            (false, true) => Exit::Clear,
            (false, false) => Exit::Inconclusive,
        },
    )
}
