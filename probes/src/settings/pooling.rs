//! Releases that reach PostgreSQL through PgBouncer with a client that prepares its statements.
//!
//! Sources: <https://www.pgbouncer.org/faq.html>, and of the clients <https://magicstack.github.io/asyncpg/current/faq.html>,
//! <https://www.psycopg.org/psycopg3/docs/advanced/prepare.html>, <https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/databases-connections/pgbouncer>,
//! <https://github.com/porsager/postgres#prepared-statements>, <https://guides.rubyonrails.org/configuring.html#configuring-a-postgresql-database>.

use super::said::Said;
use crate::reading::numbered;

/// The port that PgBouncer has where nobody says another.
const PORT: &str = "6432";

/// What has a client prepare nothing, without spaces.
const UNPREPARED: [&str; 8] = [
    "pgbouncer=true",
    "prepare:false",
    "prepare_threshold=None",
    "prepared_statement_cache_size=0",
    "prepared_statements:false",
    "prepared_statements=false",
    "statement_cache_size\":0",
    "statement_cache_size=0",
];

/// Endings of sources and settings.
const READ: [&str; 16] = [
    "cfg",
    "conf",
    "env",
    "go",
    "ini",
    "js",
    "json",
    "mjs",
    "prisma",
    "properties",
    "py",
    "rb",
    "toml",
    "ts",
    "yaml",
    "yml",
];

/// Families that only the reader of all files puts together.
pub(super) const NAMED: &str = "pooler.named";
pub(super) const WITHOUT: &str = "pooler.unprepared";

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let elsewhere = [
        "dev",
        "development",
        "docker",
        "example",
        "local",
        "lock",
        "sample",
        "test",
    ];
    let is_elsewhere = name.split(['.', '-', '_']).any(|part| elsewhere.contains(&part));
    !is_elsewhere && (READ.contains(&ending) || name.starts_with(".env"))
}

pub(super) fn read(text: &str, said: &mut Said) {
    for (line, statement) in numbered(text) {
        let start = statement.trim_start();
        if ["//", "#", ";"].iter().any(|mark| start.starts_with(mark)) {
            continue;
        }
        let bare: String = statement.chars().filter(|c| !c.is_whitespace()).collect();
        if UNPREPARED.iter().any(|words| bare.contains(words)) {
            said.add(WITHOUT, "", PORT, line);
        }
        let is_port = bare
            .split(|c: char| !c.is_ascii_digit())
            .any(|number| number == PORT);
        let lower = bare.to_ascii_lowercase();
        if is_port && (lower.contains("port") || lower.contains("postgres")) {
            said.add(NAMED, "", PORT, line);
        }
    }
}
