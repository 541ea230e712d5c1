//! `parity diff`: every change between targets.

use parity_core::report::{DiffReport, Likeness};

use crate::args::{Diff, Format};
use crate::error::{CliError, Exit};
use crate::render::{diff, html, markdown, output};
use crate::session::{Session, note_twins};

pub(crate) fn run(session: &Session, arguments: &Diff) -> Result<Exit, CliError> {
    let texts = std::iter::once(&arguments.baseline)
        .chain(&arguments.current)
        .map(String::as_str);
    let targets = session.targets(texts)?;
    let mut snapshots: Vec<_> = session
        .observe(&targets)?
        .into_iter()
        .map(|observed| observed.snapshot)
        .collect();
    note_twins(&mut snapshots.iter_mut().collect::<Vec<_>>());
    let Some((baseline, others)) = snapshots.split_first() else {
        return Err(CliError::Internal("no target was observed".into()));
    };
    let report = DiffReport::new(baseline, others);
    let written = session.deliver(|format, _| match format {
        Format::Text => diff::render(&report, baseline, others, arguments.all),
        Format::Markdown => markdown::diff(&report),
        Format::Html => html::diff(&report, baseline, others),
        _ => output::document(&report),
    });
    let verdict = match report.verdict {
        Likeness::Different => Exit::Found,
        Likeness::Inconclusive => Exit::Inconclusive,
        Likeness::Same => Exit::Clear,
    };
    let endings = session.endings(&snapshots).into_iter().chain([verdict]);
    Ok(session.conclude(written, endings))
}
