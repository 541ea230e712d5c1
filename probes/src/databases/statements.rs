//! Which statements of a release the settings of a MySQL or MariaDB server refuse.
//!
//! Sources: <https://dev.mysql.com/doc/refman/5.7/en/innodb-limits.html>, "InnoDB Startup Options" and "Server System Variables" of
//! <https://dev.mysql.com/doc/refman/5.7/en/> and <https://dev.mysql.com/doc/refman/8.0/en/>,
//! <https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-system-variables>,
//! <https://dev.mysql.com/doc/refman/8.0/en/stored-programs-logging.html>,
//! <https://dev.mysql.com/doc/refman/8.0/en/identifier-case-sensitivity.html>,
//! <https://dev.mysql.com/doc/refman/8.4/en/authentication-plugins.html>,
//! <https://mariadb.com/docs/server/reference/plugins/authentication-plugins>.

use std::collections::BTreeMap;

use parity_core::fact::{Fact, FactId};
use parity_core::view::View;

use super::derive::{Answer, mysql, setting, text, version};
use super::modes;
use super::version::numbers;

/// What a release has, what is told of it, and the settings that decide.
struct Subject {
    asks: &'static str,
    refused: &'static str,
    settings: &'static [&'static str],
    judge: fn(&Server<'_>, &Fact) -> Option<String>,
}

const SUBJECTS: [Subject; 9] = [
    Subject {
        asks: "sql.long-key",
        refused: "database.key-refused",
        settings: &[
            "innodb_large_prefix",
            "innodb_file_format",
            "innodb_default_row_format",
        ],
        judge: long_key,
    },
    Subject {
        asks: "sql.local-file",
        refused: "database.local-file-refused",
        settings: &["local_infile"],
        judge: local_file,
    },
    Subject {
        asks: "sql.server-file",
        refused: "database.server-file-refused",
        settings: &["secure_file_priv"],
        judge: server_file,
    },
    Subject {
        asks: "sql.zero-date",
        refused: "database.zero-date-refused",
        settings: &["sql_mode"],
        judge: zero_date,
    },
    Subject {
        asks: "sql.event",
        refused: "database.event-idle",
        settings: &["event_scheduler"],
        judge: event,
    },
    Subject {
        asks: "sql.function",
        refused: "database.function-refused",
        settings: &LOGGED,
        judge: logged,
    },
    Subject {
        asks: "sql.trigger",
        refused: "database.trigger-refused",
        settings: &LOGGED,
        judge: logged,
    },
    Subject {
        asks: "sql.account-plugin",
        refused: "database.account-plugin-refused",
        settings: &["mysql_native_password"],
        judge: account_plugin,
    },
    Subject {
        asks: "sql.table-spelling",
        refused: "database.table-spelling-refused",
        settings: &["lower_case_table_names"],
        judge: table_spelling,
    },
];

const LOGGED: [&str; 4] = [
    "log_bin",
    "skip_log_bin",
    "disable_log_bin",
    "log_bin_trust_function_creators",
];

/// The server of a host.
struct Server<'a> {
    host: &'a View<'a>,
    name: &'static str,
    version: String,
    numbers: [u32; 3],
}

impl Server<'_> {
    /// A setting in small letters; nothing for the default.
    fn set(&self, name: &str) -> Option<String> {
        Some(text(self.host, &setting("mysql.setting", name))?.to_ascii_lowercase())
    }

    fn is_on(&self, name: &str, by_default: bool) -> bool {
        self.set(name).map_or(by_default, |value| {
            !matches!(value.as_str(), "0" | "off" | "false")
        })
    }

    /// Whether it is at least this version of MySQL, or of MariaDB.
    fn since(&self, of_mysql: [u32; 3], of_mariadb: [u32; 3]) -> bool {
        self.numbers
            >= if self.name == "mariadb" {
                of_mariadb
            } else {
                of_mysql
            }
    }

    fn is(&self, name: &str) -> bool {
        self.name == name
    }
}

/// No version has it.
const NEVER: [u32; 3] = [u32::MAX, 0, 0];

/// What is said where nothing is refused: the requirement was looked at.
const TAKEN: &str = "no";

/// What the server of a host refuses of a release. Of what is not known, one file of a kind is told.
pub(super) fn refused(release: &View<'_>, host: &View<'_>) -> BTreeMap<FactId, Answer> {
    let mut found = BTreeMap::new();
    for subject in &SUBJECTS {
        let mut is_asked = false;
        for fact in release
            .family(subject.asks)
            .filter(|fact| fact.state.value().is_some())
        {
            let Some(key) = fact.id.key() else { continue };
            let (name, answer) = match server(host) {
                Ok(Some(server)) => (server.name, judged(subject, &server, fact)),
                Ok(None) => continue,
                Err(lacking) => ("mysql", Err(lacking)),
            };
            if answer.is_err() && is_asked {
                continue;
            }
            is_asked |= answer.is_err();
            found.insert(FactId::keyed(subject.refused, format!("{name}:{key}")), answer);
        }
    }
    found
}

fn judged(subject: &Subject, server: &Server<'_>, fact: &Fact) -> Answer {
    let Some(reason) = (subject.judge)(server, fact) else {
        return Ok(TAKEN.into());
    };
    let doubt = subject.settings.iter().find_map(|name| {
        let id = setting("mysql.setting", name);
        let reason = server.host.state(&id).doubt()?.to_owned();
        Some((id, reason))
    });
    match doubt {
        Some(lacking) => Err(lacking),
        None => Ok(reason.into()),
    }
}

/// The one server of a host, or what is not known of it.
fn server<'a>(host: &'a View<'a>) -> Result<Option<Server<'a>>, (FactId, String)> {
    if let Some((name, version)) = mysql(host) {
        let numbers = numbers(&version);
        return Ok(numbers.map(|numbers| Server {
            host,
            name,
            version,
            numbers,
        }));
    }
    for name in ["mysql", "mariadb"] {
        let id = FactId::keyed("service.version", name);
        if version(host, name).is_none()
            && let Some(reason) = host.state(&id).doubt()
        {
            return Err((id, reason.to_owned()));
        }
    }
    Ok(None)
}

/// 767 bytes, or 3072 in the newer row formats.
fn long_key(server: &Server<'_>, fact: &Fact) -> Option<String> {
    let (_, named) = fact.id.key()?.rsplit_once(':')?;
    let is_new = server.since([5, 7, 7], [10, 2, 2]);
    let by_default = if server.since([5, 7, 9], [10, 2, 2]) {
        "dynamic"
    } else {
        "compact"
    };
    let chosen = server
        .set("innodb_default_row_format")
        .unwrap_or_else(|| by_default.to_owned());
    let row_format = if named == "default" {
        chosen.as_str()
    } else {
        named
    };
    // Both settings are gone, and cannot be turned off any more.
    let is_always = server.since([8, 0, 0], [10, 3, 1]);
    let is_large = is_always || server.is_on("innodb_large_prefix", is_new);
    let file_format = server.set("innodb_file_format");
    let is_barracuda = is_always || file_format.map_or(is_new, |format| format == "barracuda");
    let takes = matches!(row_format, "dynamic" | "compressed") && is_large && is_barracuda;
    (!takes).then(|| "767".to_owned())
}

fn local_file(server: &Server<'_>, _: &Fact) -> Option<String> {
    let by_default = !server.since([8, 0, 2], NEVER);
    (!server.is_on("local_infile", by_default)).then(|| "local_infile is off".to_owned())
}

fn server_file(server: &Server<'_>, fact: &Fact) -> Option<String> {
    let path = fact.state.value()?.to_string();
    // What the packages of MySQL for Linux are built with.
    let by_default = if server.since([5, 7, 6], NEVER) {
        "/var/lib/mysql-files/"
    } else {
        ""
    };
    let allowed = server
        .set("secure_file_priv")
        .unwrap_or_else(|| by_default.to_owned());
    if allowed.is_empty() || (allowed != "null" && path.to_ascii_lowercase().starts_with(&allowed)) {
        return None;
    }
    Some(match allowed.as_str() {
        "null" => "secure_file_priv allows no file".to_owned(),
        directory => format!("secure_file_priv allows {directory} only"),
    })
}

fn zero_date(server: &Server<'_>, _: &Fact) -> Option<String> {
    let modes = match server.set("sql_mode") {
        Some(value) => modes::named(&value),
        None => modes::by_default(server.name, &server.version)?,
    };
    let is_strict = modes.contains("STRICT_TRANS_TABLES") || modes.contains("STRICT_ALL_TABLES");
    (is_strict && modes.contains("NO_ZERO_DATE")).then(|| "sql_mode has NO_ZERO_DATE".to_owned())
}

fn event(server: &Server<'_>, _: &Fact) -> Option<String> {
    let by_default = server.since([8, 0, 3], NEVER);
    let is_on = server
        .set("event_scheduler")
        .map_or(by_default, |value| value == "on" || value == "1");
    (!is_on).then(|| "event_scheduler is off".to_owned())
}

/// What creates routines and triggers while the binary log is written.
fn logged(server: &Server<'_>, _: &Fact) -> Option<String> {
    let is_off = server.set("skip_log_bin").is_some() || server.set("disable_log_bin").is_some();
    let by_default = server.since([8, 0, 3], NEVER);
    let is_logged = !is_off && server.is_on("log_bin", by_default);
    let is_trusted = server.is_on("log_bin_trust_function_creators", false);
    (is_logged && !is_trusted).then(|| "log_bin is on and log_bin_trust_function_creators is off".to_owned())
}

/// Plug-ins of the servers, with the first version that has each and the first without it.
const PLUGINS: [(&str, &str, [u32; 3], [u32; 3]); 9] = [
    ("mariadb", "auth_socket", NEVER, NEVER),
    ("mariadb", "caching_sha2_password", [11, 4, 9], NEVER),
    ("mariadb", "sha256_password", NEVER, NEVER),
    ("mysql", "caching_sha2_password", [8, 0, 3], NEVER),
    ("mysql", "ed25519", NEVER, NEVER),
    ("mysql", "mysql_native_password", [0, 0, 0], [9, 0, 0]),
    ("mysql", "mysql_old_password", [0, 0, 0], [5, 7, 5]),
    ("mysql", "sha256_password", [5, 6, 6], NEVER),
    ("mysql", "unix_socket", NEVER, NEVER),
];

fn account_plugin(server: &Server<'_>, fact: &Fact) -> Option<String> {
    let plugin = fact.state.value()?.to_string();
    let (.., since, until) = PLUGINS
        .iter()
        .find(|(of, name, ..)| server.is(of) && *name == plugin)?;
    if server.numbers < *since || server.numbers >= *until {
        return Some(format!("it has no plug-in {plugin}"));
    }
    // Its value may have been taken for a secret: that it is named says enough.
    let is_idle = plugin == "mysql_native_password" && server.since([8, 4, 0], NEVER);
    (is_idle && !server.is_on("mysql_native_password", false)).then(|| format!("{plugin} is off"))
}

fn table_spelling(server: &Server<'_>, _: &Fact) -> Option<String> {
    let is_sensitive = server
        .set("lower_case_table_names")
        .is_none_or(|value| value == "0");
    is_sensitive.then(|| "lower_case_table_names is 0".to_owned())
}
