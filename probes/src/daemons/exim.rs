//! Exim: since when it has an option, and since when it refuses one, or a path with what a stranger sent.
//!
//! Sources: `readconf.c`, `transport.c` and `transports/smtp.c` of each release (<https://github.com/Exim/exim>),
//! `README.UPDATING` there (tainted data, 4.94).

use super::table::{Found, Gone, Since, Use, gone};
use crate::reading::statements;

/// Options by the first version that has them; those of 4.80 are left out.
pub(super) const NEW: [Since; 17] = [
    (
        "4.82",
        "dns_dnssec_ok; gnutls_allow_auto_pkcs11; prdr_enable; tls_dh_min_bits",
    ),
    (
        "4.83",
        "dnssec_request_domains; tls_try_verify_hosts; tls_verify_cert_hostnames; tls_verify_hosts",
    ),
    ("4.85", "event_action; hosts_require_dane; hosts_try_dane"),
    (
        "4.86",
        "dns_trust_aa; slow_lookup_log; smtputf8_advertise_hosts; tls_eccurve",
    ),
    (
        "4.87",
        "add_environment; hosts_proxy; keep_environment; max_parallel",
    ),
    ("4.88", "chunking_advertise_hosts; perl_taintmode; syslog_pid"),
    ("4.89", "debug_store"),
    (
        "4.90",
        "commandline_checks_require_admin; dkim_hash; dkim_identity; spool_wireformat",
    ),
    ("4.91", "arc_sign; dane_require_tls_ciphers"),
    (
        "4.92",
        "dkim_timestamps; dns_cname_loops; pipelining_connect_advertise_hosts; utf8_downconvert",
    ),
    (
        "4.93",
        "dkim_verify_hashes; dkim_verify_keytypes; dkim_verify_minimal; tls_resumption_hosts",
    ),
    (
        "4.94",
        "dkim_verify_min_keysizes; notifier_socket; queue_fast_ramp; spf_smtp_comment_template; sqlite_dbfile",
    ),
    (
        "4.95",
        "hosts_require_alpn; hosts_require_helo; limits_advertise_hosts; message_linelength_limit; \
         proxy_protocol_timeout; smtp_backlog_monitor; tls_alpn",
    ),
    ("4.96", "host_name_extract"),
    ("4.97", "hosts_xclient; panic_coredump"),
    ("4.98", "acl_smtp_wellknown; wellknown_advertise_hosts"),
    (
        "4.99",
        "acl_smtp_atrn; log_ports; rfc1413_port; tls_early_banner_hosts",
    ),
];

/// Options that a version refuses, and what to write there, sorted.
pub(super) const GONE: [Gone; 6] = [
    gone("gnutls_require_kx", "4.88", "tls_require_ciphers"),
    gone("gnutls_require_mac", "4.88", "tls_require_ciphers"),
    gone("gnutls_require_protocols", "4.88", "tls_require_ciphers"),
    gone("proxy_required_hosts", "4.87", "hosts_proxy"),
    gone("tls_advertise_requiretls", "4.93", "nothing"),
    gone("tpda_delivery_action", "4.85", "event_action"),
];

/// Since when a file name may not be made of what a stranger sent.
const TAINTED: Gone = gone(
    "a path made of $local_part or $domain",
    "4.94",
    "$local_part_data and $domain_data there",
);

/// A file of configuration in a directory of Exim, or one that is named after it.
pub(super) fn is_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    let is_of_exim = |part: &&str| part.starts_with("exim");
    let is_split = parts.contains(&"conf.d") && !name.contains('.');
    let is_whole = name.ends_with(".conf") || name.ends_with(".conf.template") || name == "configure";
    (parts.iter().any(is_of_exim) && (is_whole || is_split)) || (name.starts_with("exim") && is_whole)
}

/// What it says: the option, then its value in one piece.
pub(super) fn uses(text: &str) -> Vec<Use> {
    statements(text, &['#'])
        .map(|(line, statement)| {
            let (name, value) = statement.split_once('=').unwrap_or((statement, ""));
            let name = name.trim().trim_start_matches("hide ").trim();
            let words = vec![name.to_owned(), value.trim().to_owned()];
            Use { line, words }
        })
        .collect()
}

/// A file or a directory by the name of a recipient, or a look-up in such a file.
pub(super) fn more(uses: &[Use]) -> Found {
    let is_let =
        |used: &Use| matches!(used.words.as_slice(), [name, _] if name == "allow_insecure_tainted_data");
    if uses.iter().any(is_let) {
        return None;
    }
    let is_it = |used: &&Use| match used.words.as_slice() {
        [name, value] => {
            let is_path = ["directory", "file"].contains(&name.as_str());
            (is_path && is_tainted(value)) || looked_up(value).any(is_tainted)
        }
        _ => false,
    };
    uses.iter().find(is_it).map(|used| (TAINTED, used.line))
}

/// The files of `lsearch{FILE}`.
fn looked_up(value: &str) -> impl Iterator<Item = &str> {
    let after = value.split("lsearch{").skip(1);
    after.filter_map(|rest| rest.split_once('}').map(|(file, _)| file))
}

fn is_tainted(path: &str) -> bool {
    ["local_part", "domain"].iter().any(|name| {
        let bare = format!("${name}");
        let mut rest = path.split(bare.as_str()).skip(1);
        let is_whole = |rest: &str| !rest.starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric());
        rest.any(is_whole) || path.contains(&format!("${{{name}}}"))
    })
}

/// What it says when it starts, or in its log.
pub(super) fn error(what: &str) -> String {
    if what == TAINTED.phrase {
        return "Tainted filename for search, or: Tainted '/...' (file or directory name for transport) not permitted".to_owned();
    }
    format!("Exim configuration error: option \"{what}\" unknown")
}
