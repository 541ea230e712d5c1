use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, sql_file};
use crate::elf::HEAD_BYTES;
use crate::reading::text;

static MANIFEST: Manifest = Manifest::new(
    "sql",
    Subject::Release,
    "Which database server the SQL files of a release need, and which extensions.",
    SCHEMAS,
);

/// Reads the SQL files of a release.
pub const PROBE: &dyn Probe = &Sql;

struct Sql;

/// Larger files are dumps of data; what they need stands at their beginning, and is not looked for.
const CAP: u64 = 8 << 20;

/// The same question as that of the probe `elf`: a release is read once.
fn all_files() -> Need {
    Need::Glob {
        pattern: "**".to_owned(),
        take: Take::Head(HEAD_BYTES),
        max_entries: 200_000,
    }
}

impl Probe for Sql {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files = files.entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let is_sql = |path: &str| path.ends_with(".sql") && !path.contains("node_modules/");
        for entry in files.filter(|entry| is_sql(&entry.path)) {
            let need = Need::file_up_to(entry.path.as_str(), CAP);
            if answers.has(&need) {
                observe(out, &entry.path, answers.bytes(&need));
            } else {
                out.ask(need);
            }
        }
    }
}

/// Tests and examples create what they like.
fn is_elsewhere(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    parts.any(|part| {
        matches!(
            part,
            "test" | "tests" | "example" | "examples" | "docs" | "mysql" | "sqlite" | "mariadb"
        )
    })
}

fn observe(out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>) {
    let state = match bytes {
        Outcome::Got(bytes) => match sql_file(&text(bytes)) {
            Ok(file) => {
                for ((server, feature), (since, line)) in file.needs {
                    let key = format!("{path}:{server}:{feature}");
                    out.keyed("sql.needs", key, since, Origin::line(path, line));
                }
                for ((server, setting), (since, line)) in file.dump_settings {
                    let key = format!("{path}:{server}:{setting}");
                    out.keyed("sql.dump-setting", key, since, Origin::line(path, line));
                }
                if let Some((what, line)) = file.creates.filter(|_| !is_elsewhere(path)) {
                    out.keyed("sql.creates", path, what, Origin::line(path, line));
                }
                if !file.grants.is_empty() {
                    out.keyed("sql.grants", path, Value::set(file.grants), Origin::file(path));
                }
                for (name, line) in file.extensions {
                    let key = format!("{path}:{name}");
                    out.keyed("sql.extension", key, "postgresql", Origin::line(path, line));
                }
                return;
            }
            Err(line) => State::Unknown(format!("{path}:{line}: a quote or comment without its end")),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    for family in ["sql.needs", "sql.extension", "sql.dump-setting"] {
        out.state(FactId::keyed(family, path), state.clone(), Origin::file(path));
    }
}
