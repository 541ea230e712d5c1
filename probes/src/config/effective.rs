//! What a database server is set to, in the end: of a setting that is named twice the last one counts (MySQL, "Using Option Files";
//! PostgreSQL, "Setting Parameters").

use std::collections::BTreeMap;

use parity_core::fact::{FactId, Origin, State};
use parity_core::probe::Observation;

use super::directive::Directive;
use super::software::Software;

/// Settings that decide what clients may say, and how they get in. Sorted.
pub(crate) const MYSQL: [&str; 21] = [
    "authentication_policy",
    "default_authentication_plugin",
    "disable_log_bin",
    "event_scheduler",
    "innodb_default_row_format",
    "innodb_file_format",
    "innodb_large_prefix",
    "local_infile",
    "log_bin",
    "log_bin_trust_function_creators",
    "lower_case_table_names",
    "mysql_native_password",
    "require_secure_transport",
    "secure_file_priv",
    "skip_log_bin",
    "skip_ssl",
    "sql_mode",
    "ssl",
    "ssl_cert",
    "ssl_key",
    "tls_version",
];

/// The same for PostgreSQL. Sorted.
pub(crate) const POSTGRESQL: [&str; 5] = [
    "password_encryption",
    "shared_preload_libraries",
    "ssl",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
];

/// Groups of option files that every version of the server reads.
const SERVER_GROUPS: [&str; 4] = ["mariadb", "mariadbd", "mysqld", "server"];

/// Whether an option stands in a group of the server, not of a client.
pub(crate) fn is_of_server(directive: &Directive) -> bool {
    directive
        .path
        .first()
        .is_some_and(|group| SERVER_GROUPS.contains(&group.as_str()))
}

type Taken = BTreeMap<String, (State, Origin)>;

/// The settings of the servers of a host.
pub(super) struct Settings {
    software: Software,
    /// One for each main file that counts by itself: a cluster of PostgreSQL.
    servers: Vec<Taken>,
}

impl Settings {
    pub(super) fn of(software: Software) -> Settings {
        Settings {
            software,
            servers: Vec::new(),
        }
    }

    /// Begins with a main file. The option files of MySQL are all those of one server.
    pub(super) fn begin(&mut self) {
        if self.servers.is_empty() || self.software == Software::Postgresql {
            self.servers.push(Taken::new());
        }
    }

    pub(super) fn take(&mut self, directive: &Directive, state: &State, origin: &Origin) {
        let name = directive.name();
        let is_known = match self.software {
            Software::Mysql => MYSQL.contains(&name) && is_of_server(directive),
            Software::Postgresql => POSTGRESQL.contains(&name),
            _ => false,
        };
        if let Some(server) = self.servers.last_mut().filter(|_| is_known) {
            server.insert(name.to_owned(), (state.clone(), origin.clone()));
        }
    }

    pub(super) fn tell(self, out: &mut Observation<'_>) {
        let (family, names) = match self.software {
            Software::Mysql => ("mysql.setting", &MYSQL[..]),
            Software::Postgresql => ("postgresql.setting", &POSTGRESQL[..]),
            _ => return,
        };
        for name in names {
            let mut said = self.servers.iter().map(|server| server.get(*name));
            let Some(first) = said.next() else { return };
            let is_same = said.all(|other| other.map(|(state, _)| state) == first.map(|(state, _)| state));
            let found = self.servers.iter().find_map(|server| server.get(*name));
            let Some((state, origin)) = found.cloned() else {
                continue;
            };
            let state = if is_same {
                state
            } else {
                State::Unknown("the clusters of this host differ".to_owned())
            };
            out.state(FactId::keyed(family, *name), state, origin);
        }
    }
}
