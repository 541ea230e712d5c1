use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::laravel::{Laravel, laravel, long_keys};
use super::spelling::spellings;
use super::tables::LongKey;
use super::talks::{Talks, of_script};
use super::{SCHEMAS, Settings, SqlFile, collations, embedded, sql_file};
use crate::databases::is_settings;
use crate::elf::HEAD_BYTES;
use crate::language::Dialect;
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
        let (mut read, mut talks) = (Vec::new(), Talks::default());
        for entry in files.filter(|entry| !entry.path.contains("node_modules/")) {
            if entry.path.ends_with(".sql") {
                let need = Need::file_up_to(entry.path.as_str(), CAP);
                if answers.has(&need) {
                    read.extend(file(out, &entry.path, answers.bytes(&need)));
                } else {
                    out.ask(need);
                }
                continue;
            }
            if is_settings(&entry.path) {
                tell_collations(&entry.path, answers, out);
            }
            if entry.path.ends_with(".sh") {
                script(answers, entry, &mut talks, out);
            } else if let Some(source) = source(answers, entry, &mut talks, out) {
                read.push(source);
            }
        }
        // The extension had it before the server did.
        let has_crypto = read
            .iter()
            .any(|file| file.sql.extensions.contains_key("pgcrypto"));
        tell_spellings(&read, out);
        tell_laravel(&read, out);
        for mut file in read {
            if has_crypto {
                file.sql.needs.remove(&("postgresql", "GEN_RANDOM_UUID"));
            }
            tell(out, file, &talks);
        }
    }
}

/// The SQL of a file.
struct Read<'a> {
    path: &'a str,
    sql: SqlFile,
    /// How it is written; `None`: a file of SQL, or a changelog.
    dialect: Option<Dialect>,
    is_source: bool,
    laravel: Option<Laravel>,
}

impl Read<'_> {
    /// Whether it is for SQLite, as far as that shows.
    fn is_for_sqlite(&self, talks: &Talks) -> bool {
        match self.dialect {
            Some(dialect) => talks.is_lite(dialect),
            None => !self.is_source && talks.takes(self.path),
        }
    }
}

/// The SQL in a source of a program. One that is too large, or cannot be read, has none that is certain.
fn source<'a>(
    answers: &Answers,
    entry: &'a Entry,
    talks: &mut Talks,
    out: &mut Observation<'_>,
) -> Option<Read<'a>> {
    let is_changelog = embedded::is_changelog(&entry.path);
    let dialect = embedded::dialect(&entry.path);
    let is_read = is_changelog || dialect.is_some();
    if !is_read || is_foreign(&entry.path) || entry.size > SOURCE_CAP {
        return None;
    }
    let bytes = content(answers, entry, out)?;
    let text = text(bytes);
    let statements = match dialect {
        Some(dialect) => embedded::statements(&text, dialect, embedded::is_migration(&entry.path)),
        None => embedded::of_changelog(&text),
    };
    if let Some(dialect) = dialect {
        talks.look(dialect, &text);
    }
    let laravel = laravel(&entry.path, &text);
    let is_empty = statements.is_empty() && laravel.is_none();
    let sql = sql_file(&statements).ok().filter(|_| !is_empty)?;
    Some(Read {
        path: &entry.path,
        sql,
        dialect,
        is_source: true,
        laravel,
    })
}

fn content<'e>(answers: &'e Answers, entry: &'e Entry, out: &mut Observation<'_>) -> Option<&'e [u8]> {
    let need = Need::file_up_to(entry.path.as_str(), SOURCE_CAP);
    match &entry.content {
        Some(Outcome::Got(head)) if u64::try_from(head.0.len()).is_ok_and(|read| read >= entry.size) => {
            Some(&head.0)
        }
        _ if !answers.has(&need) => {
            out.ask(need);
            None
        }
        _ => out.optional(answers.bytes(&need), &entry.path),
    }
}

/// What a script hands to SQLite.
fn script(answers: &Answers, entry: &Entry, talks: &mut Talks, out: &mut Observation<'_>) {
    if is_foreign(&entry.path) || entry.size > SOURCE_CAP {
        return;
    }
    let Some(text) = content(answers, entry, out).map(text) else {
        return;
    };
    talks.look_at_script(&text);
    if let Ok(sql) = sql_file(&of_script(&text)) {
        tell_sqlite(&entry.path, sql.of_sqlite, out);
    }
}

fn tell_sqlite(path: &str, needs: BTreeMap<&'static str, (&'static str, u32)>, out: &mut Observation<'_>) {
    for (feature, (since, line)) in needs {
        out.keyed(
            "sqlite.needs",
            format!("{path}:{feature}"),
            since,
            Origin::line(path, line),
        );
    }
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
fn is_aside(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    parts.any(|part| matches!(part, "test" | "tests" | "example" | "examples" | "docs"))
}

/// What is not for PostgreSQL.
fn is_elsewhere(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    is_aside(path) || parts.any(|part| matches!(part, "mysql" | "sqlite" | "mariadb"))
}

/// What is not for MySQL.
fn is_of_others(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    is_aside(path)
        || parts.any(|part| {
            matches!(
                part,
                "postgres" | "postgresql" | "pgsql" | "sqlite" | "mssql" | "oracle"
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
                    dialect: None,
                    is_source: false,
                    laravel: None,
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

fn tell(out: &mut Observation<'_>, file: Read<'_>, talks: &Talks) {
    if file.is_for_sqlite(talks) {
        return tell_sqlite(file.path, file.sql.of_sqlite, out);
    }
    let Read {
        path, sql, is_source, ..
    } = file;
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
    if !is_of_others(path) {
        tell_settings(path, sql.settings, out);
    }
    for ((extension, used), (since, line)) in sql.of_extensions {
        let id = format!("{path}:{extension}:{used}");
        out.keyed("sql.extension-needs", id, since, at(line));
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

fn tell_settings(path: &str, asked: Settings, out: &mut Observation<'_>) {
    let at = |line: u32| Origin::line(path, line);
    for (index, key) in asked.long_keys {
        tell_key(path, &index, &key, out);
    }
    if let Some(line) = asked.local_file {
        out.keyed("sql.local-file", path, "LOAD DATA LOCAL", at(line));
    }
    if let Some(line) = asked.zero_date {
        out.keyed("sql.zero-date", path, "0000-00-00", at(line));
    }
    for (file, line) in asked.server_files {
        out.keyed("sql.server-file", format!("{path}:{file}"), file, at(line));
    }
    for (family, named) in [
        ("sql.event", asked.events),
        ("sql.function", asked.functions),
        ("sql.trigger", asked.triggers),
        ("sql.account-plugin", asked.plugins),
    ] {
        for (name, line) in named {
            out.keyed(family, format!("{path}:{name}"), name, at(line));
        }
    }
}

/// Collations that settings choose for connections, or for a server.
fn tell_collations(path: &str, answers: &Answers, out: &mut Observation<'_>) {
    let need = Need::file_up_to(path, CAP);
    if !answers.has(&need) {
        return out.ask(need);
    }
    let Outcome::Got(bytes) = answers.bytes(&need) else {
        return;
    };
    for (collation, line) in collations::chosen(path, &text(bytes)) {
        for (server, since) in collations::servers(&collation) {
            let key = format!("{path}:{server}:{collation}");
            let origin = Origin::line(path, line);
            match since {
                Some(since) => out.keyed("sql.needs", key, since, origin),
                None => out.keyed("sql.refused", key, "0", origin),
            }
        }
    }
}

fn tell_spellings(read: &[Read<'_>], out: &mut Observation<'_>) {
    let files: Vec<_> = read
        .iter()
        .filter(|file| !is_of_others(file.path))
        .map(|file| (file.path, &file.sql.settings))
        .collect();
    for found in spellings(&files) {
        let value = format!("{} ({})", found.created, found.created_in);
        let origin = Origin::line(found.file, found.line);
        out.keyed(
            "sql.table-spelling",
            format!("{}:{}", found.file, found.used),
            value,
            origin,
        );
    }
}

fn tell_key(path: &str, index: &str, key: &LongKey, out: &mut Observation<'_>) {
    let id = format!("{path}:{index}:{}", key.row_format);
    out.keyed(
        "sql.long-key",
        id,
        i64::from(key.bytes),
        Origin::line(path, key.line),
    );
}

fn tell_laravel(read: &[Read<'_>], out: &mut Observation<'_>) {
    let sources: Vec<_> = read
        .iter()
        .filter_map(|file| Some((file.path, file.laravel.as_ref()?)))
        .collect();
    for (path, index, key) in long_keys(&sources) {
        tell_key(path, &index, &key, out);
    }
}
