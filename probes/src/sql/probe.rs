use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, SqlFile, embedded, sql_file};
use crate::elf::HEAD_BYTES;
use crate::reading::text;

static MANIFEST: Manifest = Manifest::new(
    "sql",
    Subject::Release,
    "Which database server the SQL of a release needs, in files and sources, and which extensions.",
    SCHEMAS,
);

/// Reads the SQL files of a release.
pub const PROBE: &dyn Probe = &Sql;

struct Sql;

/// Larger files are dumps of data; what they need stands at their beginning, and is not looked for.
const CAP: u64 = 8 << 20;

/// Larger sources are generated.
const SOURCE_CAP: u64 = 1 << 20;

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
        let mut read = Vec::new();
        for entry in files.filter(|entry| !entry.path.contains("node_modules/")) {
            if entry.path.ends_with(".sql") {
                let need = Need::file_up_to(entry.path.as_str(), CAP);
                if answers.has(&need) {
                    read.extend(file(out, &entry.path, answers.bytes(&need)));
                } else {
                    out.ask(need);
                }
            } else if let Some(source) = source(answers, entry, out) {
                read.push(source);
            }
        }
        // The extension had it before the server did.
        let has_crypto = read
            .iter()
            .any(|file| file.sql.extensions.contains_key("pgcrypto"));
        for mut file in read {
            if has_crypto {
                file.sql.needs.remove(&("postgresql", "GEN_RANDOM_UUID"));
            }
            tell(out, file);
        }
    }
}

/// The SQL of a file.
struct Read<'a> {
    path: &'a str,
    sql: SqlFile,
    is_source: bool,
}

/// The SQL in a source of a program. One that is too large, or cannot be read, has none that is certain.
fn source<'a>(answers: &Answers, entry: &'a Entry, out: &mut Observation<'_>) -> Option<Read<'a>> {
    let is_changelog = embedded::is_changelog(&entry.path);
    let dialect = embedded::dialect(&entry.path);
    let is_read = is_changelog || dialect.is_some();
    if !is_read || is_foreign(&entry.path) || entry.size > SOURCE_CAP {
        return None;
    }
    let need = Need::file_up_to(entry.path.as_str(), SOURCE_CAP);
    let bytes = match &entry.content {
        Some(Outcome::Got(head)) if u64::try_from(head.0.len()).is_ok_and(|read| read >= entry.size) => {
            &head.0
        }
        _ if !answers.has(&need) => {
            out.ask(need);
            return None;
        }
        _ => out.optional(answers.bytes(&need), &entry.path)?,
    };
    let text = text(bytes);
    let statements = match dialect {
        Some(dialect) => embedded::statements(&text, dialect, embedded::is_migration(&entry.path)),
        None => embedded::of_changelog(&text),
    };
    let sql = sql_file(&statements).ok().filter(|_| !statements.is_empty())?;
    Some(Read {
        path: &entry.path,
        sql,
        is_source: true,
    })
}

/// What others wrote, and what does not run in production.
fn is_foreign(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_test = [".test.", ".spec.", "_test.", "_spec."]
        .iter()
        .any(|mark| name.contains(mark));
    let mut parts = path.split('/');
    let aside = [
        "docs",
        "examples",
        "fixtures",
        "site-packages",
        "spec",
        "test",
        "tests",
        "vendor",
        "venv",
    ];
    is_test || parts.any(|part| part.starts_with('.') || aside.contains(&part))
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

fn file<'a>(out: &mut Observation<'_>, path: &'a str, bytes: Outcome<&[u8]>) -> Option<Read<'a>> {
    let state = match bytes {
        Outcome::Got(bytes) => match sql_file(&text(bytes)) {
            Ok(sql) => {
                return Some(Read {
                    path,
                    sql,
                    is_source: false,
                });
            }
            Err(line) => State::Unknown(format!("{path}:{line}: a quote or comment without its end")),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return None,
    };
    for family in ["sql.needs", "sql.extension", "sql.dump-setting", "sql.refused"] {
        out.state(FactId::keyed(family, path), state.clone(), Origin::file(path));
    }
    None
}

fn tell(out: &mut Observation<'_>, file: Read<'_>) {
    let Read { path, sql, is_source } = file;
    let at = |line: u32| Origin::line(path, line);
    for ((server, feature), (since, line)) in sql.needs {
        out.keyed("sql.needs", format!("{path}:{server}:{feature}"), since, at(line));
    }
    for ((server, setting), (since, line)) in sql.dump_settings {
        out.keyed(
            "sql.dump-setting",
            format!("{path}:{server}:{setting}"),
            since,
            at(line),
        );
    }
    for ((server, what), (since, line)) in sql.refused {
        out.keyed("sql.refused", format!("{path}:{server}:{what}"), since, at(line));
    }
    for (name, line) in sql.extensions {
        out.keyed("sql.extension", format!("{path}:{name}"), "postgresql", at(line));
    }
    // What a framework creates, the probe `databases` tells.
    if is_source {
        return;
    }
    if let Some((what, line)) = sql.creates.filter(|_| !is_elsewhere(path)) {
        out.keyed("sql.creates", path, what, at(line));
    }
    if !sql.grants.is_empty() {
        out.keyed("sql.grants", path, Value::set(sql.grants), Origin::file(path));
    }
}
