//! Programs that a unit starts and the release ships without the right to be run (execve(2), `EACCES`).

use parity_core::answer::Entry;
use parity_core::fact::Origin;
use parity_core::probe::Observation;

use super::UnitFile;

/// Tells the files of the release that a unit starts as programs and that nobody may run. What a script of the release gives the right
/// to is left out, and so are archives that keep no rights.
pub(super) fn tell(out: &mut Observation<'_>, path: &str, unit: &UnitFile, files: &[&Entry]) {
    let gives_rights = |entry: &&&Entry| super::probe::head(entry).is_some_and(|text| text.contains("chmod"));
    if files.iter().any(|entry| gives_rights(&entry)) {
        return;
    }
    for (program, line) in &unit.programs {
        let is_it = |entry: &&&Entry| {
            program
                .strip_suffix(entry.path.as_str())
                .is_some_and(|rest| rest.ends_with('/'))
        };
        let shipped = files.iter().filter(is_it).max_by_key(|entry| entry.path.len());
        if let Some(file) = shipped.filter(|file| file.mode != 0 && file.mode & 0o111 == 0) {
            let key = format!("{path}:{}", file.path);
            out.keyed(
                "unit-file.not-executable",
                key,
                program.as_str(),
                Origin::line(path, *line),
            );
        }
    }
}
