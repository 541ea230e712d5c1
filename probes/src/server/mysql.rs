//! MySQL and MariaDB: the variables of the server and its accounts.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome, Rows};
use parity_core::fact::{FactId, State};
use parity_core::need::Need;
use parity_core::probe::Observation;
use parity_core::server::ServerKind;
use parity_core::talk::GREETING;

use super::postgresql::pairs;
use super::probe::{listening, rows, service, that_is_all, wire};

/// Variables that decide what a release may rely on; none of them holds a secret.
const VARIABLES: &str = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('authentication_policy', 'bind_address', \
    'character_set_server', 'collation_server', 'default_authentication_plugin', 'default_storage_engine', \
    'event_scheduler', 'explicit_defaults_for_timestamp', 'group_concat_max_len', 'innodb_default_row_format', \
    'innodb_file_format', 'innodb_large_prefix', 'innodb_strict_mode', 'local_infile', 'log_bin', \
    'log_bin_trust_function_creators', 'lower_case_table_names', 'max_allowed_packet', 'max_connections', 'port', \
    'require_secure_transport', 'secure_file_priv', 'skip_networking', 'sql_mode', 'system_time_zone', 'time_zone', \
    'tls_version', 'transaction_isolation', 'tx_isolation', 'wait_timeout')";

/// Needs the right to read the table of accounts.
const PLUGINS: &str = "SELECT DISTINCT plugin FROM mysql.user";

fn query(text: &str) -> Need {
    Need::query(ServerKind::Mysql, text)
}

pub(super) fn needs() -> Vec<Need> {
    [GREETING, VARIABLES, PLUGINS].map(query).into()
}

/// Whether a server of this kind was asked.
pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) -> bool {
    if matches!(answers.get(&query(VARIABLES)), Outcome::NotApplicable) {
        return false;
    }
    let families = ["service.version", "service.running", "service.running-version"];
    if let Some(version) = rows(answers, &query(GREETING), GREETING, &families, out).and_then(Rows::first) {
        let name = if is_mariadb(version) { "mariadb" } else { "mysql" };
        service(name, version.trim_start_matches("5.5.5-"), GREETING, out);
    }
    plugins(answers, out);
    let what = "SHOW GLOBAL VARIABLES";
    let families = ["mysql.setting", "listen"];
    let Some(found) = rows(answers, &query(VARIABLES), what, &families, out) else {
        return true;
    };
    let found: BTreeMap<String, &str> = pairs(found)
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    for (name, value) in &found {
        out.keyed("mysql.setting", name, *value, wire(what));
    }
    that_is_all("mysql.setting", what, out);
    if let (Some(port), Some("OFF" | "0")) = (found.get("port"), found.get("skip_networking").copied()) {
        let addresses = found
            .get("bind_address")
            .copied()
            .filter(|address| !address.is_empty());
        listening(port, addresses.unwrap_or("*").split(','), what, out);
    }
    true
}

/// `10.11.6-MariaDB`, which before version 11 greets as `5.5.5-10.11.6-MariaDB`.
fn is_mariadb(version: &str) -> bool {
    version.contains("MariaDB")
}

/// How accounts log in.
fn plugins(answers: &Answers, out: &mut Observation<'_>) {
    let what = "mysql.user";
    let id = FactId::keyed("mysql.setting", "account_plugins");
    let state = match answers.rows(&query(PLUGINS)) {
        Outcome::Got(rows) => {
            let plugins = rows.0.iter().filter_map(|row| row.first()?.as_deref());
            let plugins: BTreeSet<&str> = plugins.filter(|plugin| !plugin.is_empty()).collect();
            State::Value(plugins.into_iter().collect::<Vec<_>>().join(",").into())
        }
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) if failure.code == "login-refused" => State::NotPermitted,
        Outcome::Absent | Outcome::NotApplicable => return,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
    };
    out.state(id, state, wire(what));
}
