//! `parity capture`: record the raw answers of one target.

use parity_core::bundle::Bundle;

use crate::args::OneTarget;
use crate::error::{CliError, Exit};
use crate::render::output;
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &OneTarget) -> Result<Exit, CliError> {
    let Some(path) = &session.global.output else {
        return Err(CliError::usage_help(
            "capture needs a file to write",
            "parity capture TARGET -o FILE",
        ));
    };
    let targets = session.targets([arguments.target.as_str()])?;
    let Some(observed) = session.observe(&targets)?.into_iter().next() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    session.tell_problems(&observed.snapshot);
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let bundle = Bundle::record(
        &observed.snapshot.target,
        &observed.snapshot.taken_at,
        &observed.answers,
    );
    output::write_whole(path, bundle.to_json().as_bytes())?;
    session.tell(&format!(
        "{}: {} answers recorded in {}",
        observed.snapshot.target,
        bundle.answers.len(),
        path.display()
    ));
    Ok(if observed.failure.is_some() {
        Exit::Inconclusive
    } else {
        Exit::Clear
    })
}
