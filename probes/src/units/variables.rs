//! Files of variables that a shell reads and systemd does not.
//!
//! systemd.exec(5): a line is NAME=VALUE. `export NAME=VALUE` names no variable, is left out, and the service starts without it.

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::Origin;
use parity_core::probe::Observation;

use super::probe::CAP;
use crate::reading::{base_name, statements, text};
use crate::release::whole;
use crate::systemd::parse::assignments;

/// Tells of variables with `export` in the files of the release that a unit names.
pub(super) fn tell(
    unit: &str,
    unit_text: &str,
    files: &[&Entry],
    answers: &Answers,
    out: &mut Observation<'_>,
) {
    for named in files_of(unit_text) {
        let Some(entry) = shipped(&named, files) else {
            continue;
        };
        let Some(Outcome::Got(bytes)) = whole(answers, entry, CAP, out) else {
            continue;
        };
        for (line, name) in exported(&text(bytes)) {
            out.keyed(
                "unit-file.exported",
                format!("{unit}:{name}"),
                named.as_str(),
                Origin::line(entry.path.as_str(), line),
            );
        }
    }
}

/// Paths that a unit reads variables from.
fn files_of(unit: &str) -> Vec<String> {
    let mut files = Vec::new();
    for assignment in assignments(unit) {
        if assignment.name == "EnvironmentFile" {
            match assignment.value.trim_start_matches('-').trim_matches(['"', '\'']) {
                "" => files.clear(),
                path => files.push(path.to_owned()),
            }
        }
    }
    files
}

/// The file of the release that is to lie there: the only one of this name.
fn shipped<'a>(path: &str, files: &[&'a Entry]) -> Option<&'a Entry> {
    let mut of_name = files
        .iter()
        .filter(|entry| base_name(&entry.path) == base_name(path));
    let first = of_name.next()?;
    of_name.next().is_none().then_some(*first)
}

/// Names that a line exports.
fn exported(text: &str) -> Vec<(u32, &str)> {
    let is_name =
        |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    statements(text, &['#', ';'])
        .filter_map(|(line, statement)| {
            let (name, _) = statement.strip_prefix("export ")?.split_once('=')?;
            Some((line, name.trim())).filter(|(_, name)| is_name(name))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_that_only_a_shell_reads() {
        let text = "# export A=1\nexport DATABASE_URL=x\nB=2\n  export C=3\nexport D\nexport E F=1\n";
        assert_eq!(exported(text), [(2, "DATABASE_URL"), (4, "C")]);
    }

    #[test]
    fn the_files_that_count() {
        let unit = "[Service]\nEnvironmentFile=/a\nEnvironmentFile=\nEnvironmentFile=-/srv/shop/.env\n";
        assert_eq!(files_of(unit), ["/srv/shop/.env"]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(export |EnvironmentFile=)[A-Z=é ;#\n]{0,40}") {
            let _ = (exported(&text), files_of(&text));
        }
    }
}
