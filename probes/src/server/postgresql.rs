//! PostgreSQL: its own catalogs (documentation, chapters "System Catalogs" and "System Views").

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Rows};
use parity_core::fact::{FactId, State, Value};
use parity_core::need::Need;
use parity_core::probe::Observation;
use parity_core::server::ServerKind;
use parity_core::version::Scheme;

use super::probe::{listening, rows, service, that_is_all, wire};

const VERSION: &str = "SELECT current_setting('server_version'), current_setting('server_version_num')";

/// Settings that decide what a release may rely on; none of them holds a secret.
const SETTINGS: &str = "SELECT name, setting FROM pg_settings WHERE name IN ('DateStyle', 'IntervalStyle', 'TimeZone', \
    'default_transaction_isolation', 'jit', 'lc_collate', 'lc_messages', 'listen_addresses', 'max_connections', \
    'max_prepared_transactions', 'max_wal_senders', 'password_encryption', 'port', 'rds.force_ssl', 'server_encoding', \
    'shared_preload_libraries', 'ssl', 'ssl_max_protocol_version', 'ssl_min_protocol_version', 'standard_conforming_strings', \
    'wal_level')";

/// `SHAREDIR` is told to superusers only.
const EXTENSIONS: &str = "SELECT name, installed_version FROM pg_available_extensions";
const DIRECTORY: &str = "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'";

const SCHEMA_CREATE: &str = "SELECT CASE right_.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(right_.grantee) END \
    FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS right_ \
    WHERE nspname = 'public' AND right_.privilege_type = 'CREATE'";
const OWNER: &str = "SELECT rolname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba \
    WHERE datname = current_database() AND NOT rolsuper";

/// Secrets in options (ldapbindpasswd, radiussecrets) stay on the server.
const RULES: &str = "SELECT (SELECT setting FROM pg_settings WHERE name = 'hba_file'), error, type, array_to_string(database, ','), \
    array_to_string(user_name, ','), address, netmask, auth_method, array_to_string(ARRAY(SELECT CASE WHEN part ~ '(pass|secret)' \
    THEN split_part(part, '=', 1) || '=[redacted]' ELSE part END FROM unnest(options) AS part), ' ') \
    FROM pg_hba_file_rules ORDER BY line_number";

/// Since PostgreSQL 15.
pub(super) const COLLATIONS: &str = "SELECT datname, datcollversion, pg_database_collation_actual_version(oid) \
    FROM pg_database WHERE datcollversion IS NOT NULL AND datallowconn";
const RECORDS_COLLATIONS: u32 = 150_000;

fn query(text: &str) -> Need {
    Need::query(ServerKind::Postgresql, text)
}

pub(super) fn needs() -> Vec<Need> {
    [
        VERSION,
        SETTINGS,
        EXTENSIONS,
        DIRECTORY,
        SCHEMA_CREATE,
        OWNER,
        RULES,
    ]
    .map(query)
    .into()
}

/// Whether a server of this kind was asked.
pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) -> bool {
    use parity_core::answer::Outcome::NotApplicable;
    if matches!(answers.get(&query(VERSION)), NotApplicable) {
        return false;
    }
    let what = "server_version";
    let version = rows(answers, &query(VERSION), what, &OF_THE_VERSION, out);
    let number = match version.map(|rows| rows.0.as_slice()) {
        Some([row]) => match row.as_slice() {
            [Some(version), Some(number)] => {
                service("postgresql", version, what, out);
                number.parse::<u32>().ok()
            }
            _ => None,
        },
        _ => None,
    };
    settings(answers, out);
    extensions(answers, out);
    schema_public(answers, out);
    rules(answers, out);
    match number {
        Some(number) if number >= RECORDS_COLLATIONS => collations(answers, out),
        Some(_) => COLLATION_FAMILIES
            .iter()
            .for_each(|family| that_is_all(family, what, out)),
        None if version.is_some() => out.malformed(what, "no version, and no number of it"),
        None => {}
    }
    true
}

fn settings(answers: &Answers, out: &mut Observation<'_>) {
    let what = "pg_settings";
    let Some(found) = rows(
        answers,
        &query(SETTINGS),
        what,
        &["postgresql.setting", "listen"],
        out,
    ) else {
        return;
    };
    let found: BTreeMap<&str, &str> = pairs(found).collect();
    for (name, value) in &found {
        out.keyed(
            "postgresql.setting",
            name.to_ascii_lowercase(),
            *value,
            wire(what),
        );
    }
    that_is_all("postgresql.setting", what, out);
    if let (Some(port), Some(addresses)) = (found.get("port"), found.get("listen_addresses")) {
        listening(port, addresses.split(','), what, out);
    }
}

/// Rows of a name and a value.
pub(super) fn pairs(rows: &Rows) -> impl Iterator<Item = (&str, &str)> {
    rows.0.iter().filter_map(|row| match row.as_slice() {
        [Some(name), Some(value)] => Some((name.as_str(), value.as_str())),
        _ => None,
    })
}

fn extensions(answers: &Answers, out: &mut Observation<'_>) {
    let what = "pg_available_extensions";
    let families = ["postgresql.extension", "postgresql.extension-version"];
    let directory = answers
        .rows(&query(DIRECTORY))
        .got()
        .and_then(|rows| rows.first());
    let place = directory.map_or_else(|| what.to_owned(), |directory| format!("{directory}/extension"));
    let Some(found) = rows(answers, &query(EXTENSIONS), what, &families, out) else {
        return;
    };
    for row in &found.0 {
        let [Some(name), version] = row.as_slice() else {
            continue;
        };
        out.keyed(
            "postgresql.extension",
            name,
            Value::set([place.as_str()]),
            wire(what),
        );
        if let Some(version) = version {
            let id = FactId::keyed("postgresql.extension-version", name);
            out.version(id, version.as_str(), Scheme::Generic, wire(what));
        }
    }
    families.iter().for_each(|family| that_is_all(family, what, out));
}

fn schema_public(answers: &Answers, out: &mut Observation<'_>) {
    let (family, what) = ("postgresql.schema-create", "pg_namespace");
    let Some(found) = rows(answers, &query(SCHEMA_CREATE), what, &[family], out) else {
        return;
    };
    let mut roles: BTreeSet<&str> = found.0.iter().filter_map(|row| row.first()?.as_deref()).collect();
    if roles.contains("pg_database_owner") {
        let owner = rows(answers, &query(OWNER), "pg_database", &[], out);
        roles.extend(owner.and_then(Rows::first));
    }
    if !roles.is_empty() {
        out.keyed(family, "public", Value::set(roles), wire(what));
    }
    that_is_all(family, what, out);
}

fn rules(answers: &Answers, out: &mut Observation<'_>) {
    let (family, what) = ("config.postgresql-hba", "pg_hba_file_rules");
    let Some(found) = rows(answers, &query(RULES), what, &[family], out) else {
        return;
    };
    let path = found
        .first()
        .map(|path| path.trim_start_matches('/'))
        .unwrap_or("pg_hba.conf");
    let mut rules = Vec::new();
    for row in &found.0 {
        let [_, error, kind, databases, users, address, mask, method, options] = row.as_slice() else {
            continue;
        };
        if let Some(error) = error {
            let state = State::Unknown(format!(
                "the file has a mistake, and older rules are in force: {error}"
            ));
            out.state(FactId::rest(family), state, wire(what));
            return;
        }
        let address = address.as_ref().map(|address| match mask {
            Some(mask) => format!("{address}/{}", prefix(mask)),
            None => address.clone(),
        });
        let fields = [kind, databases, users, &address, method, options];
        let fields = fields.into_iter().flatten().filter(|field| !field.is_empty());
        rules.push(fields.map(String::as_str).collect::<Vec<_>>().join(" "));
    }
    if !rules.is_empty() {
        out.keyed(family, path, Value::List(rules), wire(what));
    }
    that_is_all(family, what, out);
}

/// How many bits a mask has: `255.255.255.0` is 24. A mask that is none stays as it is.
fn prefix(mask: &str) -> String {
    match mask.parse() {
        Ok(std::net::IpAddr::V4(mask)) => mask.to_bits().count_ones().to_string(),
        Ok(std::net::IpAddr::V6(mask)) => mask.to_bits().count_ones().to_string(),
        Err(_) => mask.to_owned(),
    }
}

/// What cannot be told without the version.
const OF_THE_VERSION: [&str; 5] = [
    "postgresql.collation-actual",
    "postgresql.collation-version",
    "service.running",
    "service.running-version",
    "service.version",
];

const COLLATION_FAMILIES: [&str; 2] = ["postgresql.collation-actual", "postgresql.collation-version"];

fn collations(answers: &Answers, out: &mut Observation<'_>) {
    let need = query(COLLATIONS);
    if !answers.has(&need) {
        return out.ask(need);
    }
    let what = "pg_database";
    let Some(found) = rows(answers, &need, what, &COLLATION_FAMILIES, out) else {
        return;
    };
    for row in &found.0 {
        let [Some(database), Some(recorded), actual] = row.as_slice() else {
            continue;
        };
        out.keyed(
            "postgresql.collation-version",
            database,
            recorded.as_str(),
            wire(what),
        );
        if let Some(actual) = actual {
            out.keyed(
                "postgresql.collation-actual",
                database,
                actual.as_str(),
                wire(what),
            );
        }
    }
    COLLATION_FAMILIES
        .iter()
        .for_each(|family| that_is_all(family, what, out));
}
