//! Dovecot: since when it has a setting, and since when it refuses one.
//!
//! Sources: the settings in the sources of each release (<https://github.com/dovecot/core>),
//! <https://doc.dovecot.org/2.4.0/installation/upgrade/2.3-to-2.4.html>, <https://doc.dovecot.org/2.4.0/installation/upgrade/2.2-to-2.3.html>.

use super::table::{Found, Gone, Since, Use, gone};
use crate::reading::statements;

/// Settings by the first version that has them; those of 2.2.0 are left out.
pub(super) const NEW: [Since; 16] = [
    ("2.2.6", "ssl_prefer_server_ciphers"),
    ("2.2.14", "login_source_ips; ssl_options"),
    ("2.2.16", "lmtp_user_concurrency_limit"),
    (
        "2.2.19",
        "haproxy_timeout; haproxy_trusted_networks; imap_hibernate_timeout; login_proxy_max_disconnect_delay; \
         pop3_delete_type",
    ),
    ("2.2.22", "doveadm_api_key"),
    (
        "2.2.28",
        "imap_fetch_failure; mail_sort_max_read_count; mail_vsize_bg_after_count",
    ),
    ("2.2.31", "ssl_alt_cert; ssl_alt_key"),
    (
        "2.2.34",
        "mail_attachment_detection_options; mail_cache_record_max_size",
    ),
    (
        "2.3.0",
        "imap_literal_minus; log_debug; ssl_curve_list; ssl_dh; ssl_min_protocol; stats_writer_socket_path; \
         submission_logout_format; submission_max_mail_size; submission_max_recipients; submission_relay_host; \
         submission_relay_port; submission_relay_ssl; submission_relay_trusted; submission_timeout",
    ),
    ("2.3.1", "default_internal_group"),
    (
        "2.3.2",
        "lmtp_rawlog_dir; log_core_filter; submission_client_workarounds",
    ),
    ("2.3.6", "ssl_client_require_valid_cert"),
    (
        "2.3.9",
        "doveadm_ssl; lmtp_add_received_header; lmtp_client_workarounds",
    ),
    (
        "2.3.13",
        "login_proxy_max_reconnects; login_proxy_timeout; mail_cache_max_size",
    ),
    ("2.3.15", "ssl_cipher_suites"),
    (
        "2.4.0",
        "auth_allow_cleartext; auth_default_domain; default_idle_kill_interval; dovecot_config_version; \
         dovecot_storage_version; mail_driver; mail_ext_attachment_path; mail_inbox_path; mail_path; \
         passdb_ldap_filter; ssl_client_cert_file; ssl_client_key_file; ssl_server_alt_cert_file; \
         ssl_server_alt_key_file; ssl_server_ca_file; ssl_server_cert_file; ssl_server_dh_file; ssl_server_key_file; \
         ssl_server_prefer_ciphers; ssl_server_request_client_cert; ssl_server_require_crl",
    ),
];

/// Settings that a version refuses, and what to write there, sorted.
pub(super) const GONE: [Gone; 30] = [
    gone("auth_default_realm", "2.4.0", "auth_default_domain"),
    gone("auth_stats", "2.4.0", "nothing"),
    gone(
        "auth_worker_max_count",
        "2.4.0",
        "process_limit in service auth-worker",
    ),
    gone("default_idle_kill", "2.4.0", "default_idle_kill_interval"),
    gone(
        "disable_plaintext_auth",
        "2.4.0",
        "auth_allow_cleartext, with the opposite value",
    ),
    gone("imap_id_log", "2.4.1", "nothing"),
    gone("login_access_sockets", "2.4.0", "auth_lua"),
    gone("mail_attachment_dir", "2.4.0", "mail_ext_attachment_path"),
    gone("mail_attachment_fs", "2.4.0", "fs in mail_ext_attachment"),
    gone("mail_attachment_hash", "2.4.0", "mail_ext_attachment_hash"),
    gone(
        "mail_attachment_min_size",
        "2.4.0",
        "mail_ext_attachment_min_size",
    ),
    gone("mail_attribute_dict", "2.4.0", "dict in mail_attribute"),
    gone("mail_location", "2.4.0", "mail_driver and mail_path"),
    gone("plugin {", "2.4.0", "the settings without the block around them"),
    gone("ssl_alt_cert", "2.4.0", "ssl_server_alt_cert_file"),
    gone("ssl_alt_key", "2.4.0", "ssl_server_alt_key_file"),
    gone("ssl_ca", "2.4.0", "ssl_server_ca_file"),
    gone("ssl_cert", "2.4.0", "ssl_server_cert_file, without <"),
    gone(
        "ssl_cert_username_field",
        "2.4.0",
        "ssl_server_cert_username_field",
    ),
    gone("ssl_client_cert", "2.4.0", "ssl_client_cert_file"),
    gone("ssl_client_key", "2.4.0", "ssl_client_key_file"),
    gone("ssl_dh", "2.4.0", "ssl_server_dh_file, without <"),
    gone("ssl_dh_parameters_length", "2.4.1", "nothing"),
    gone("ssl_key", "2.4.0", "ssl_server_key_file, without <"),
    gone("ssl_key_password", "2.4.0", "ssl_server_key_password"),
    gone("ssl_prefer_server_ciphers", "2.4.0", "ssl_server_prefer_ciphers"),
    gone("ssl_require_crl", "2.4.0", "ssl_server_require_crl"),
    gone(
        "ssl_verify_client_cert",
        "2.4.0",
        "ssl_server_request_client_cert",
    ),
    gone(
        "stats_http_rawlog_dir",
        "2.4.0",
        "http_client_rawlog_dir in stats_server",
    ),
    gone("verbose_ssl", "2.4.0", "log_debug = category=ssl"),
];

/// What the main file has to begin with.
const VERSION: Gone = gone(
    "another setting before dovecot_config_version",
    "2.4.0",
    "dovecot_config_version as the first setting",
);

/// A `.conf` in a directory of Dovecot, or `dovecot.conf`.
pub(super) fn is_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let is_beside = parts.iter().any(|part| part.contains("dovecot"));
    name == "dovecot.conf" || (name.ends_with(".conf") && is_beside && !is_of_a_lookup(name))
}

/// Files of drivers have settings of their own.
fn is_of_a_lookup(name: &str) -> bool {
    ["dict", "ldap", "oauth2", "sql"]
        .iter()
        .any(|kind| name.starts_with(&format!("dovecot-{kind}")))
}

/// What it says: the name before `=`, or the words of a block.
pub(super) fn uses(text: &str) -> Vec<Use> {
    statements(text, &['#'])
        .map(|(line, statement)| {
            let name = statement.split_once('=').map_or(statement, |(name, _)| name);
            let words = name.split_whitespace().map(str::to_owned).collect();
            Use { line, words }
        })
        .filter(|used: &Use| !used.words.is_empty())
        .collect()
}

/// The main file of 2.4 begins with its version.
pub(super) fn more(path: &str, uses: &[Use]) -> Found {
    let first = uses.first()?;
    let is_main = path.rsplit('/').next() == Some("dovecot.conf");
    let begins = first
        .words
        .first()
        .is_some_and(|word| word == "dovecot_config_version");
    (is_main && !begins).then_some((VERSION, first.line))
}

/// What `doveconf` says.
pub(super) fn error(what: &str) -> String {
    match what {
        "another setting before dovecot_config_version" => {
            "doveconf: Fatal: The first setting must be dovecot_config_version".to_owned()
        }
        _ => format!("doveconf: Fatal: Error in configuration file: Unknown setting: {what}"),
    }
}
