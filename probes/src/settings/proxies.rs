//! Configuration of HAProxy, Varnish and Caddy: which versions take it.
//!
//! Sources: "no longer supported" in <https://docs.haproxy.org/3.0/configuration.html> and the announcements of its releases
//! (<https://www.haproxy.com/blog/category/releases>); <https://varnish-cache.org/docs/7.5/reference/vcl.html> (section "Syntax") and
//! <https://varnish-cache.org/docs/4.0/whats-new/upgrading.html>; <https://caddyserver.com/docs/v2-upgrade> and the notes of its releases.

use super::said::{Said, range};
use crate::reading::statements;

/// What a line begins with, first version, first version without it.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const HAPROXY: &[Row] = &[
    ("block ", "", "2.1"),
    ("clitimeout ", "", "2.1"),
    ("contimeout ", "", "2.1"),
    ("crt-store ", "3.0", ""),
    ("error-log-format ", "2.5", ""),
    ("http-after-response ", "2.2", ""),
    ("http-errors ", "2.2", ""),
    ("http-request normalize-uri", "2.4", ""),
    ("http-request replace-path ", "2.2", ""),
    ("http-request replace-pathq", "2.4", ""),
    ("http-request return", "2.2", ""),
    ("http-request set-timeout", "2.4", ""),
    ("http-request strict-mode", "2.2", ""),
    ("http-request wait-for-body", "2.4", ""),
    ("http-response return", "2.2", ""),
    ("log-profile ", "3.1", ""),
    ("nbproc ", "", "2.5"),
    ("option http_proxy", "", "2.5"),
    ("option httpslog", "2.5", ""),
    ("redispatch", "", "2.1"),
    ("reqadd ", "", "2.1"),
    ("reqallow ", "", "2.1"),
    ("reqdel ", "", "2.1"),
    ("reqdeny ", "", "2.1"),
    ("reqidel ", "", "2.1"),
    ("reqirep ", "", "2.1"),
    ("reqrep ", "", "2.1"),
    ("reqtarpit ", "", "2.1"),
    ("rspadd ", "", "2.1"),
    ("rspdel ", "", "2.1"),
    ("rspidel ", "", "2.1"),
    ("rspirep ", "", "2.1"),
    ("rsprep ", "", "2.1"),
    ("server-template ", "1.8", ""),
    ("srvtimeout ", "", "2.1"),
];

#[rustfmt::skip]
const VARNISH: &[Row] = &[
    ("sub vcl_backend_fetch", "4.0", ""),
    ("sub vcl_backend_response", "4.0", ""),
    ("sub vcl_error", "", "4.0"),
    ("sub vcl_fetch", "", "4.0"),
    ("vcl 4.0;", "4.0", ""),
    ("vcl 4.1;", "6.0", ""),
];

/// Directives at the beginning of a line of a Caddyfile.
#[rustfmt::skip]
const CADDY: &[Row] = &[
    ("basic_auth", "2.8", ""),
    ("browse", "", "2.0"),
    ("encode ", "2.0", ""),
    ("ext ", "", "2.0"),
    ("fastcgi ", "", "2.0"),
    ("file_server", "2.0", ""),
    ("forward_auth ", "2.5.1", ""),
    ("gzip", "", "2.0"),
    ("handle", "2.0", ""),
    ("intercept", "2.8", ""),
    ("log_append ", "2.8", ""),
    ("php_fastcgi ", "2.0", ""),
    ("proxy ", "", "2.0"),
    ("respond ", "2.0", ""),
    ("reverse_proxy ", "2.0", ""),
    ("tracing", "2.5", ""),
    ("websocket ", "", "2.0"),
];

/// Whose configuration a file is.
fn server(path: &str) -> Option<(&'static str, &'static [Row])> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_of = |word: &str| {
        path.split('/')
            .any(|part| part.to_ascii_lowercase().contains(word))
    };
    match name {
        "Caddyfile" => Some(("caddy", CADDY)),
        _ if name.ends_with(".caddy") || name.ends_with(".Caddyfile") => Some(("caddy", CADDY)),
        _ if name.ends_with(".vcl") => Some(("varnish", VARNISH)),
        _ if is_of("haproxy") && (name.ends_with(".cfg") || name.ends_with(".conf")) => {
            Some(("haproxy", HAPROXY))
        }
        _ => None,
    }
}

pub(super) fn concerns(path: &str) -> bool {
    server(path).is_some()
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let Some((server, rows)) = server(path) else {
        return;
    };
    for (line, statement) in statements(text, &['#']) {
        let spaced = format!("{statement} ");
        // The longest word that fits: `http-request replace-pathq` begins as `http-request replace-path` does.
        let fits = |row: &&Row| {
            let rest = spaced.strip_prefix(row.0);
            rest.is_some_and(|rest| {
                row.0.ends_with([' ', ';'])
                    || !rest.starts_with(|c: char| c.is_alphanumeric() || "-_".contains(c))
            })
        };
        if let Some((word, since, until)) = rows.iter().find(fits) {
            let key = format!("{server}:{}", word.trim_end_matches([' ', ';']));
            said.add("proxy-file.versions", key, range(since, until), line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .into_iter()
            .map(|((_, key), (range, line))| format!("{key} {range} {line}"))
            .collect()
    }

    #[test]
    fn what_came_and_went() {
        let text = "frontend a\n  reqadd X-A:\\ b\n  http-request replace-pathq /a /b\n  # nbproc 4\n  option httplog\n";
        assert_eq!(
            told("haproxy/haproxy.cfg", text),
            [
                "haproxy:http-request replace-pathq >= 2.4 3",
                "haproxy:reqadd < 2.1 2"
            ]
        );
        assert_eq!(
            told("default.vcl", "vcl 4.1;\nsub vcl_recv { }\n"),
            ["varnish:vcl 4.1 >= 6.0 1"]
        );
        assert_eq!(
            told("Caddyfile", "a.org {\n  gzip\n  proxy / localhost:80\n}\n"),
            ["caddy:gzip < 2.0 2", "caddy:proxy < 2.0 3"]
        );
        assert!(told("Caddyfile", "a.org {\n  handler x\n  root * /srv\n}\n").is_empty());
        assert!(told("a.cfg", "nbproc 4\n").is_empty());
    }

    #[test]
    fn the_tables_are_sorted() {
        assert!(HAPROXY.is_sorted() && VARNISH.is_sorted() && CADDY.is_sorted());
    }
}
