//! What became of the base that a check was given.

use parity_core::base::{Compared, Known};
use parity_core::finding::Since;
use parity_core::report::Report;

use super::number::count;

/// As many of what is gone are named.
const NAMED: usize = 5;

/// `2 findings and 1 open question known since main`, where there are any.
pub(crate) fn known(report: &Report) -> Option<String> {
    let base = report.base.as_ref()?;
    let parts = [
        (report.summary.known, "finding"),
        (base.known_unknowns, "open question"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, what)| count(*number, what)).collect();
    (!parts.is_empty()).then(|| format!("{} known since {}", parts.join(" and "), base.name))
}

/// How a finding stands to the base, where that is not simply new.
pub(crate) fn of(since: Option<Since>, report: &Report) -> Option<String> {
    let name = &report.base.as_ref()?.name;
    match since? {
        Since::New => None,
        Since::Changed => Some(format!("{name} has it with other values")),
        Since::Known => Some(format!("known since {name}")),
    }
}

/// What is gone, and what this check could not see of the base: a line each.
pub(crate) fn gone(report: &Report) -> Vec<String> {
    let Some(base) = &report.base else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if !base.gone.is_empty() {
        let named: Vec<String> = base.gone.iter().take(NAMED).map(name).collect();
        let more = match base.gone.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push(format!("gone since {}: {}{more}", base.name, named.join(", ")));
    }
    if base.unseen > 0 {
        lines.push(format!(
            "{} of {} were not looked for, or could not be decided",
            base.unseen, base.name
        ));
    }
    lines
}

/// `3 gone since main`, where there are any.
pub(crate) fn gone_in_short(base: &Compared) -> Option<String> {
    (!base.gone.is_empty()).then(|| format!("{} gone since {}", base.gone.len(), base.name))
}

fn name(known: &Known) -> String {
    let target = known.targets.first().map(String::as_str).unwrap_or_default();
    format!("{} of {} → {target}", known.rule, known.subject)
}
