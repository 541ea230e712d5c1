//! Which values may be shown. A secret never becomes a value of a fact.
//!
//! nginx takes free text in many places, so only directives named here are shown. The settings of the others are
//! closed vocabularies: all are shown but those that can hold a secret or a command.

use parity_core::fact::State;
use parity_core::redact::{self, REDACTED};

use super::directive::Directive;
use super::software::Software;

/// Settings that sound like a secret and are a switch, a number or a path. Sorted.
const SOUNDING_SECRET: [&str; 7] = [
    "default_password_lifetime",
    "disconnect_on_expired_password",
    "password_encryption",
    "passwordauthentication",
    "permitemptypasswords",
    "ssl_passphrase_command_supports_reload",
    "ssl_password_file",
];

/// What is known of a directive. A switch that was taken for a secret before it came here is not known; that a secret is
/// set is.
pub(super) fn state(directive: &Directive, value: &str) -> State {
    if SOUNDING_SECRET.contains(&directive.name()) && value.contains(REDACTED) {
        return State::Unknown("its name sounds like a secret, and it was redacted".into());
    }
    State::Value(value.into())
}

/// The value as it may be shown.
pub(super) fn value(software: Software, directive: &Directive) -> String {
    let name = directive.name();
    let is_secret = redact::is_secret_name(name) && !SOUNDING_SECRET.contains(&name);
    let shown = !is_secret
        && match software {
            Software::Nginx => is_plain_nginx(name),
            Software::Postgresql => is_plain_postgresql(name),
            Software::Redis => is_plain_redis(name, &directive.arguments),
            Software::Mysql => !name.contains("pass") && !matches!(name, "init_connect" | "init_file"),
            Software::Sshd => !matches!(name, "setenv" | "forcecommand"),
        };
    if !shown {
        return REDACTED.to_owned();
    }
    let arguments = match (software, name) {
        // What follows the status is free text.
        (Software::Nginx, "return") => directive.arguments.get(..1).unwrap_or_default(),
        _ => &directive.arguments,
    };
    without_queries(&arguments.join(" "))
}

/// A token may stand in the query of an address.
fn without_queries(value: &str) -> String {
    let words = value
        .split(' ')
        .map(|word| match (word.contains("://"), word.split_once('?')) {
            (true, Some((address, _))) => format!("{address}?{REDACTED}"),
            _ => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

/// Families of nginx directives whose arguments are numbers, switches, paths and addresses.
const NGINX_FAMILIES: [&str; 20] = [
    "access_log",
    "brotli",
    "client_",
    "error_log",
    "error_page",
    "fastcgi_",
    "grpc_",
    "gzip",
    "http2",
    "http3",
    "keepalive",
    "limit_",
    "open_file_cache",
    "proxy_",
    "real_ip_",
    "resolver",
    "scgi_",
    "ssl_",
    "uwsgi_",
    "worker_",
];

/// Members of these families that take free text.
const NGINX_FREE: [&str; 12] = [
    "fastcgi_param",
    "grpc_set_header",
    "grpc_pass_header",
    "proxy_cookie_domain",
    "proxy_cookie_flags",
    "proxy_cookie_path",
    "proxy_set_body",
    "proxy_set_header",
    "scgi_param",
    "ssl_conf_command",
    "uwsgi_param",
    "proxy_redirect",
];

/// Other directives that take none.
const NGINX_PLAIN: [&str; 50] = [
    "aio",
    "alias",
    "allow",
    "auth_basic_user_file",
    "autoindex",
    "charset",
    "daemon",
    "default_type",
    "deny",
    "directio",
    "etag",
    "expires",
    "hash",
    "include",
    "index",
    "internal",
    "ip_hash",
    "large_client_header_buffers",
    "least_conn",
    "listen",
    "load_module",
    "merge_slashes",
    "msie_padding",
    "multi_accept",
    "output_buffers",
    "pcre_jit",
    "pid",
    "postpone_output",
    "reset_timedout_connection",
    "return",
    "root",
    "satisfy",
    "send_timeout",
    "sendfile",
    "sendfile_max_chunk",
    "server",
    "server_name",
    "server_name_in_redirect",
    "server_names_hash_bucket_size",
    "server_names_hash_max_size",
    "server_tokens",
    "set_real_ip_from",
    "stub_status",
    "tcp_nodelay",
    "tcp_nopush",
    "thread_pool",
    "try_files",
    "types_hash_max_size",
    "use",
    "user",
];

fn is_plain_nginx(name: &str) -> bool {
    let in_family = NGINX_FAMILIES.iter().any(|family| name.starts_with(family));
    NGINX_PLAIN.contains(&name) || (in_family && !NGINX_FREE.contains(&name))
}

/// A name with a dot belongs to an extension or an application, and may be anything.
fn is_plain_postgresql(name: &str) -> bool {
    !name.ends_with("_command") && !name.contains('.')
}

fn is_plain_redis(name: &str, arguments: &[String]) -> bool {
    let names_secret = |word: &String| word.contains("pass") || redact::is_secret_name(word);
    match name {
        "user" | "rename-command" | "loadmodule" => false,
        "sentinel" => !arguments.iter().any(names_secret),
        name => !name.contains("pass"),
    }
}
