//! `parity diff`: every change between targets.

use parity_core::report::{DiffReport, Likeness};

use crate::args::Diff;
use crate::error::{CliError, Exit};
use crate::render::{diff, output};
use crate::session::{Session, has_bug};

pub(crate) fn run(session: &Session, arguments: &Diff) -> Result<Exit, CliError> {
    let texts = std::iter::once(&arguments.baseline)
        .chain(&arguments.current)
        .map(String::as_str);
    let targets = session.targets(texts)?;
    let snapshots: Vec<_> = session
        .observe(&targets)?
        .into_iter()
        .map(|observed| observed.snapshot)
        .collect();
    if session.interrupted() {
        return Ok(Exit::Interrupted);
    }
    let Some((baseline, others)) = snapshots.split_first() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    let report = DiffReport::new(baseline, others);
    output::deliver(
        &session.global,
        || diff::render(&report, arguments.all),
        || output::document(&report),
    )?;
    Ok(match report.verdict {
        Likeness::Different => Exit::Found,
        _ if has_bug(&snapshots) => Exit::Internal,
        Likeness::Inconclusive => Exit::Inconclusive,
        Likeness::Same => Exit::Clear,
    })
}
