//! Options in configuration of database servers and search engines that not every version of the server knows: it does not start.
//!
//! Sources beside those of the tables: <https://www.mongodb.com/docs/manual/reference/configuration-options/>,
//! <https://www.elastic.co/guide/en/elasticsearch/reference/current/breaking-changes.html>,
//! <https://www.pgbouncer.org/changelog.html>.

use super::options_mysql::OPTIONS;
use super::options_postgresql::PARAMETERS;
use super::said::{Said, range};
use crate::config::effective::is_of_server;
use crate::config::ini;
use crate::reading::statements;

/// No version of the server knows it.
const NEVER: &str = "-";

/// Key, server, first version with it, first without.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Keys of configuration in YAML, the parts parted by dots; one that ends with `*` fits all with that beginning. Sorted.
const IN_YAML: [Row; 16] = [
    ("cluster.initial_master_nodes", "elasticsearch", "7.0", ""),
    ("discovery.seed_hosts", "elasticsearch", "7.0", ""),
    ("discovery.zen.*", "elasticsearch", "", "8.0"),
    ("gateway.recover_after_nodes", "elasticsearch", "", "8.0"),
    ("index.*", "elasticsearch", "", "5.0"),
    ("node.data", "elasticsearch", "", "8.0"),
    ("node.ingest", "elasticsearch", "", "8.0"),
    ("node.local_storage", "elasticsearch", "", "8.0"),
    ("node.master", "elasticsearch", "", "8.0"),
    ("node.max_local_storage_nodes", "elasticsearch", "", "8.0"),
    ("node.roles", "elasticsearch", "7.9", ""),
    ("storage.journal.enabled", "mongodb", "", "6.1"),
    ("storage.mmapv1.*", "mongodb", "", "4.2"),
    ("transport.tcp.port", "elasticsearch", "", "8.0"),
    ("xpack.ilm.enabled", "elasticsearch", "", "8.0"),
    ("xpack.security.*", "opensearch", NEVER, ""),
];

/// Parameters of PgBouncer. Sorted.
const OF_PGBOUNCER: [Row; 5] = [
    ("auth_dbname", "pgbouncer", "1.19.0", ""),
    ("cancel_wait_timeout", "pgbouncer", "1.18.0", ""),
    ("max_prepared_statements", "pgbouncer", "1.21.0", ""),
    ("peer_id", "pgbouncer", "1.19.0", ""),
    ("track_extra_parameters", "pgbouncer", "1.20.0", ""),
];

#[derive(Clone, Copy)]
enum Format {
    Mysql,
    Pgbouncer,
    Postgresql,
    Yaml,
}

/// Directories of what is for a container, or for the developer's machine.
const ELSEWHERE: [&str; 6] = ["compose", "dev", "development", "docker", "example", "local"];

pub(super) fn concerns(path: &str) -> bool {
    format(path).is_some()
}

fn format(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = path.split(['/', '.', '-', '_']);
    if parts.any(|part| ELSEWHERE.contains(&part)) {
        return None;
    }
    let lies = |places: &[&str]| places.iter().any(|place| path.contains(place));
    match name {
        "my.cnf" | "mysqld.cnf" => Some(Format::Mysql),
        "pgbouncer.ini" => Some(Format::Pgbouncer),
        "postgresql.conf" => Some(Format::Postgresql),
        "mongod.conf" | "mongod.yml" | "elasticsearch.yml" | "opensearch.yml" => Some(Format::Yaml),
        _ if name.ends_with(".cnf") && lies(&["mysql", "mariadb", "my.cnf.d"]) => Some(Format::Mysql),
        _ if name.ends_with(".conf") && lies(&["postgres"]) && lies(&["conf.d/"]) => Some(Format::Postgresql),
        _ => None,
    }
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    match format(path) {
        Some(Format::Mysql) => mysql(path, text, said),
        Some(Format::Pgbouncer) => known(&OF_PGBOUNCER, &assigned(text, &[';', '#']), said),
        Some(Format::Postgresql) => postgresql(text, said),
        Some(Format::Yaml) => known(&IN_YAML, &keys(text), said),
        None => {}
    }
}

fn tell(said: &mut Said, option: &str, server: &str, (since, until): (&str, &str), line: u32) {
    // A range that nothing is in: below all versions.
    let versions = match (since, until) {
        (NEVER, _) => "< 0".to_owned(),
        ("", "") => return,
        both => range(both.0, both.1),
    };
    said.add(
        "server-file.versions",
        format!("{option}:{server}"),
        versions,
        line,
    );
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

/// An option file names the server that it is for, or both may read it. `loose_` before a name has the server go on without it (MySQL,
/// "Program Option Modifiers").
fn mysql(path: &str, text: &str, said: &mut Said) {
    let Ok(directives) = ini::directives(text) else {
        return;
    };
    for directive in directives.iter().filter(|directive| is_of_server(directive)) {
        let group = directive.path.first().map(String::as_str).unwrap_or_default();
        let name = directive.name();
        let Some((_, since, until, is_not_in_mariadb)) =
            OPTIONS.iter().find(|(option, ..)| fits(option, name))
        else {
            continue;
        };
        if !group.starts_with("mariadb") && !path.contains("mariadb") {
            tell(said, name, "mysql", (since, until), directive.line);
        }
        if *is_not_in_mariadb {
            tell(said, name, "mariadb", (NEVER, ""), directive.line);
        }
    }
}

fn postgresql(text: &str, said: &mut Said) {
    for (name, line) in assigned(text, &['#']) {
        if let Some((_, since, until)) = PARAMETERS.iter().find(|(parameter, ..)| *parameter == name) {
            tell(said, &name, "postgresql", (since, until), line);
        }
    }
}

fn known(rows: &[Row], names: &[(String, u32)], said: &mut Said) {
    for (name, line) in names {
        for (_, server, since, until) in rows.iter().filter(|(key, ..)| fits(key, name)) {
            tell(said, name, server, (since, until), *line);
        }
    }
}

/// Names before `=` or, as PostgreSQL has it, a space.
fn assigned(text: &str, comments: &'static [char]) -> Vec<(String, u32)> {
    let named = statements(text, comments).filter_map(|(line, statement)| {
        let end = statement.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        Some((statement.get(..end)?.to_ascii_lowercase(), line))
    });
    named.filter(|(name, _)| !name.is_empty()).collect()
}

/// The keys of a YAML file with a value, their parts parted by dots. Lists and texts of several lines are passed over.
fn keys(text: &str) -> Vec<(String, u32)> {
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    for (line, statement) in (1..).zip(text.lines()) {
        let trimmed = statement.trim_start();
        let depth = statement.len() - trimmed.len();
        let Some((key, value)) = trimmed.split_once(':') else {
            continue;
        };
        if trimmed.starts_with(['#', '-']) || key.contains([' ', '"', '\'']) {
            continue;
        }
        above.retain(|(outer, _)| *outer < depth);
        let parts = above.iter().map(|(_, key)| key.as_str()).chain([key]);
        let whole = parts.collect::<Vec<_>>().join(".");
        let value = value.trim();
        if value.is_empty() || value.starts_with('#') {
            above.push((depth, key.to_owned()));
        } else {
            found.push((whole, line));
        }
    }
    found
}
