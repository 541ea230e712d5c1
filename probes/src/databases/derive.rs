//! What follows for one host from how a release uses databases.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::version::numbers;
use super::{DERIVED, access, modes, statements};

/// Works out what the database servers of a host refuse.
#[derive(Debug, Clone, Copy)]
pub struct Databases;

/// The first PostgreSQL in which not everybody may create in the schema public: <https://www.postgresql.org/docs/15/release-15.html>.
const OWN_SCHEMA: [u32; 3] = [15, 0, 0];

/// A value, or the fact of the host without which nobody knows.
pub(super) type Answer = Result<Value, (FactId, String)>;

impl Derivation for Databases {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let Some(release) = sides.release else {
            return Derived::default();
        };
        let mut found: BTreeMap<FactId, Answer> = BTreeMap::new();
        if let Some(dev) = sides.dev {
            found.extend(stricter(dev, sides.host));
        }
        for (key, _) in texts(release, "database.client-tls") {
            found.extend(tls_refused(&key, sides.host));
        }
        for (key, _) in texts(release, "database.client-demands-tls") {
            found.extend(tls_absent(&key, sides.host));
        }
        for (key, client) in texts(release, "database.dump-client") {
            found.extend(dump_refused(&key, &client.to_string(), sides.host));
        }
        for (key, _) in texts(release, "database.client-lacks") {
            found.extend(login_refused(&key, sides.dev, sides.host));
        }
        if let Some(dev) = sides.dev {
            found.extend(public_refused(release, dev, sides.host));
        }
        found.extend(statements::refused(release, sides.host));
        told(found)
    }
}

fn told(found: BTreeMap<FactId, Answer>) -> Derived {
    let mut derived = Derived::default();
    for (id, answer) in found {
        let state = match answer {
            Ok(value) => State::Value(value),
            Err((lacking, reason)) => {
                derived.lacks.insert(id.clone(), (Side::Host, lacking));
                State::Unknown(reason)
            }
        };
        derived.facts.push(Fact {
            id,
            state,
            scheme: None,
            stability: Stability::Stable,
            origin: Origin::Derived("settings and versions of the database servers".to_owned()),
        });
    }
    derived
}

/// Keys and values of a family, as far as they are known.
fn texts(view: &View<'_>, name: &'static str) -> Vec<(String, Value)> {
    let facts = view
        .family(name)
        .filter_map(|fact| Some((fact.id.key()?.to_owned(), fact.state.value()?.clone())));
    facts.collect()
}

pub(super) fn text(view: &View<'_>, id: &FactId) -> Option<String> {
    view.state(id).value().map(ToString::to_string)
}

pub(super) fn setting(family: &'static str, name: &str) -> FactId {
    FactId::keyed(family, name.to_owned())
}

pub(super) fn version(view: &View<'_>, service: &str) -> Option<String> {
    text(view, &FactId::keyed("service.version", service.to_owned()))
}

/// The one server of the MySQL family that a machine has, and its version.
pub(super) fn mysql(view: &View<'_>) -> Option<(&'static str, String)> {
    let mut found = ["mariadb", "mysql"]
        .into_iter()
        .filter_map(|name| Some((name, version(view, name)?)));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn stricter(dev: &View<'_>, host: &View<'_>) -> Option<(FactId, Answer)> {
    let id = setting("mysql.setting", "sql_mode");
    let (here_server, here_version) = mysql(dev)?;
    let (server, there_version) = mysql(host)?;
    let here = match dev.state(&id) {
        State::Value(value) => modes::named(&value.to_string()),
        State::Absent => modes::by_default(here_server, &here_version)?,
        _ => return None,
    };
    let by_default = || modes::by_default(server, &there_version);
    let key = FactId::keyed("database.stricter", server);
    let state = host.state(&id);
    if let Some(reason) = state.doubt() {
        let would_be = modes::stricter(&by_default()?, &here);
        return (!would_be.is_empty()).then(|| (key, Err((id, reason.to_owned()))));
    }
    let there = match state.value() {
        Some(value) => modes::named(&value.to_string()),
        None => by_default()?,
    };
    let stricter = modes::stricter(&there, &here);
    (!stricter.is_empty()).then(|| (key, Ok(Value::set(stricter))))
}

/// All rules of `pg_hba.conf`, or why they are not known.
fn hba(host: &View<'_>) -> Result<Vec<String>, (FactId, String)> {
    let name = "config.postgresql-hba";
    let mut rules = Vec::new();
    for fact in host.family(name) {
        match (&fact.state, fact.state.doubt()) {
            (State::Value(value), _) => rules.extend(value.members().iter().map(ToString::to_string)),
            (_, Some(reason)) => return Err((fact.id.clone(), reason.to_owned())),
            _ => {}
        }
    }
    if rules.is_empty()
        && let Some(reason) = host.silence(name).doubt()
    {
        return Err((FactId::rest(name), reason.to_owned()));
    }
    Ok(rules)
}

fn is_on(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "1" | "on" | "true" | "yes")
}

fn tls_refused(key: &str, host: &View<'_>) -> Option<(FactId, Answer)> {
    let (_, server) = key.rsplit_once(':')?;
    let id = FactId::keyed("database.tls-refused", key.to_owned());
    if server == "mysql" {
        mysql(host)?;
        let setting = setting("mysql.setting", "require_secure_transport");
        let value = text(host, &setting)?;
        return is_on(&value).then(|| (id, Ok("require_secure_transport is on".into())));
    }
    // A managed server has this switch in place of pg_hba.conf.
    if let Some(value) = text(host, &setting("postgresql.setting", "rds.force_ssl")) {
        return is_on(&value).then(|| (id, Ok("rds.force_ssl is on".into())));
    }
    version(host, "postgresql")?;
    match hba(host) {
        Ok(rules) => access::demands_tls(&rules).map(|why| (id, Ok(format!("pg_hba.conf has {why}").into()))),
        Err(lacking) => Some((id, Err(lacking))),
    }
}

/// Whether settings of a server were read that name what is not a default.
fn is_configured(host: &View<'_>, family: &'static str) -> bool {
    host.family(family).any(|fact| fact.state.value().is_some())
}

/// Nothing where it is not known: a server that nobody asked may have TLS.
fn tls_absent(key: &str, host: &View<'_>) -> Option<(FactId, Answer)> {
    let (_, server) = key.rsplit_once(':')?;
    let id = FactId::keyed("database.tls-absent", key.to_owned());
    let because = |reason: &str| Some((id.clone(), Ok(reason.into())));
    let is_off = |value: &str| {
        matches!(
            value.to_ascii_lowercase().as_str(),
            "0" | "off" | "false" | "no" | "disabled"
        )
    };
    if server == "postgresql" {
        version(host, "postgresql")?;
        let setting = setting("postgresql.setting", "ssl");
        return match host.state(&setting) {
            State::Value(value) => is_off(&value.to_string()).then(|| because("ssl is off"))?,
            State::Absent if is_configured(host, "config.postgresql") => {
                because("no line of postgresql.conf turns ssl on")
            }
            State::NotPermitted => Some((id, Err((setting, "not permitted".to_owned())))),
            _ => None,
        };
    }
    let (name, version) = mysql(host)?;
    let of = |name| text(host, &setting("mysql.setting", name));
    if of("ssl").is_some_and(|value| is_off(&value)) || of("have_ssl").is_some_and(|value| is_off(&value)) {
        return because("ssl is off");
    }
    if of("skip_ssl").is_some() {
        return because("skip_ssl is set");
    }
    // Since 11.4 it makes a certificate for itself.
    let is_bare = name == "mariadb" && numbers(&version)? < [11, 4, 0];
    let names_none = ["ssl_cert", "ssl_key"].iter().all(|name| {
        let state = host.state(&setting("mysql.setting", name));
        matches!(state, State::Absent)
    });
    if is_bare && names_none && is_configured(host, "config.mysql") {
        return because("its settings name no certificate, and before 11.4 it makes none");
    }
    None
}

/// The first two numbers counted as major version before 10: <https://www.postgresql.org/support/versioning/>.
fn major(version: &str) -> Option<(u32, u32)> {
    let [first, second, _] = numbers(version)?;
    Some(if first >= 10 { (first, 0) } else { (first, second) })
}

fn dump_refused(key: &str, client: &str, host: &View<'_>) -> Option<(FactId, Answer)> {
    let id = FactId::keyed("database.dump-refused", key.to_owned());
    let fact = FactId::keyed("service.version", "postgresql");
    let state = host.state(&fact);
    if host.fact(&fact).is_some()
        && let Some(reason) = state.doubt()
    {
        return Some((id, Err((fact, reason.to_owned()))));
    }
    let server = state.value()?.to_string();
    let is_older = major(client)? < major(&server)?;
    is_older.then(|| (id, Ok(server.into())))
}

fn login_refused(key: &str, dev: Option<&View<'_>>, host: &View<'_>) -> Option<(FactId, Answer)> {
    let (_, method) = key.rsplit_once(':')?;
    let id = FactId::keyed("database.login-refused", key.to_owned());
    if method == "scram-sha-256" {
        let version = version(host, "postgresql")?;
        let encryption = text(host, &setting("postgresql.setting", "password_encryption"));
        return match hba(host) {
            Ok(rules) => {
                access::asks_scram(&rules, encryption.as_deref(), &version).map(|why| (id, Ok(why.into())))
            }
            Err(lacking) => Some((id, Err(lacking))),
        };
    }
    let version = version(host, "mysql")?;
    // Which way the accounts have that are there only the server tells.
    let accounts = setting("mysql.setting", "account_plugins");
    if let Some(value) = text(host, &accounts) {
        let has = value.split(',').any(|plugin| plugin.trim() == method);
        return has.then(|| (id, Ok("the accounts have it".into())));
    }
    let default = |view: &View<'_>, version: &str| {
        let of = |name| text(view, &setting("mysql.setting", name));
        let (plugin, policy) = (of("default_authentication_plugin"), of("authentication_policy"));
        access::default_plugin(version, plugin.as_deref(), policy.as_deref())
    };
    if default(host, &version)? != method {
        return None;
    }
    // Its value may have been taken for a secret: that it is named says enough.
    let native = text(host, &setting("mysql.setting", "mysql_native_password"));
    let is_native_on =
        native.is_some_and(|value| !matches!(value.to_ascii_lowercase().as_str(), "off" | "0"));
    if access::has_no_native(&version) && !is_native_on {
        return Some((id, Ok(format!("MySQL {version} has nothing older").into())));
    }
    let here = dev.and_then(mysql).and_then(|(server, here)| match server {
        "mariadb" => Some("mysql_native_password".to_owned()),
        _ => default(dev?, &here),
    });
    match here {
        Some(here) if here == method => None,
        Some(_) => Some((id, Ok("new accounts have it".into()))),
        None => Some((
            id,
            Err((
                accounts,
                "the accounts of the server were not asked for".to_owned(),
            )),
        )),
    }
}

fn public_refused(release: &View<'_>, dev: &View<'_>, host: &View<'_>) -> BTreeMap<FactId, Answer> {
    let is_new = |view: &View<'_>| Some(numbers(&version(view, "postgresql")?)? >= OWN_SCHEMA);
    let creators = ["sql.creates", "database.migration"];
    let files: Vec<String> = creators
        .iter()
        .flat_map(|name| texts(release, name))
        .map(|(file, _)| file)
        .collect();
    if files.is_empty() || is_new(dev) != Some(false) || is_new(host) != Some(true) {
        return BTreeMap::new();
    }
    let grants = texts(release, "sql.grants");
    let gives = |what: &str| {
        grants
            .iter()
            .any(|(_, value)| value.members().iter().any(|member| member == what))
    };
    if gives("schema") {
        return BTreeMap::new();
    }
    let fact = FactId::keyed("postgresql.schema-create", "public");
    let state = host.state(&fact);
    let answer: Answer = match state.value() {
        Some(roles) => {
            // The application is one of those to whom somebody gave it.
            let is_common = |role: &str| matches!(role, "pg_database_owner" | "postgres");
            if roles.members().iter().any(|role| !is_common(role)) {
                return BTreeMap::new();
            }
            Ok(format!("only {roles} may create there").into())
        }
        None if gives("database") => Ok("the release grants rights on the database only".into()),
        None => {
            let reason = state.doubt().unwrap_or("nobody was found who may create there");
            Err((fact, reason.to_owned()))
        }
    };
    // What is not known is asked once, whatever number of files need it.
    let limit = if answer.is_ok() { usize::MAX } else { 1 };
    files
        .into_iter()
        .take(limit)
        .map(|file| (FactId::keyed("database.public-refused", file), answer.clone()))
        .collect()
}
