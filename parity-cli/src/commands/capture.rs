//! `parity capture`: record the raw answers of one target.

use parity_core::bundle::Bundle;
use parity_core::target::Target;

use crate::args::OneTarget;
use crate::error::{CliError, Exit};
use crate::render::number::count;
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
    if let Some(target @ (Target::File(_) | Target::Facts(_) | Target::Url(_) | Target::Stdin)) =
        targets.first()
    {
        return Err(CliError::usage_help(
            format!("{target} is a document: there are no answers to record"),
            "name a target that is asked: local, ssh://HOST, rootfs:DIR, docker://NAME",
        ));
    }
    let Some(observed) = session.observe(&targets)?.into_iter().next() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    session.tell_problems(&observed.snapshot);
    let mut endings = session.endings([&observed.snapshot]);
    if session.interrupted() {
        return Ok(Exit::first_of(endings));
    }
    if observed.failure.is_some() {
        endings.push(Exit::Inconclusive);
    }
    let bundle = Bundle::record(
        &observed.snapshot.target,
        &observed.snapshot.taken_at,
        &observed.answers,
    );
    let written = output::write_whole(path, bundle.to_json().as_bytes());
    if written.is_ok() {
        session.tell(&format!(
            "{}: {} recorded in {}",
            observed.snapshot.target,
            count(bundle.answers.len(), "answer"),
            path.display()
        ));
    }
    Ok(session.conclude(written, endings))
}
