//! What a configuration takes to be on the host already: sockets, names, addresses, files, an account.

use std::collections::BTreeMap;

use crate::config::directive::Directive;

/// What is named, with the directive as it is written and its line; the first of each.
pub(crate) type Named = BTreeMap<String, (String, u32)>;

/// What a configuration takes for granted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    /// Addresses of FastCGI: `/run/php/php8.2-fpm.sock`, `127.0.0.1:9000`.
    pub(crate) fastcgi: Named,
    /// Host names of one word that are looked up when nginx starts.
    pub(crate) hosts: Named,
    /// `ADDRESS:PORT` of `listen … default_server`.
    pub(crate) defaults: Named,
    /// Ports of `listen` on every address.
    pub(crate) ports: Named,
    /// Addresses of `listen` that are not those of every machine.
    pub(crate) addresses: Named,
    /// Files without which nginx does not start.
    pub(crate) files: Named,
    /// Directories below /home that files are served from.
    pub(crate) homes: Named,
    /// The account of the workers.
    pub(crate) users: Named,
    /// Name servers of `resolver` that are there in some places only.
    pub(crate) resolvers: Named,
    /// Names of `upstream` blocks.
    pub(crate) upstreams: Named,
    /// Directives outside of every block that may stand once only.
    pub(crate) once: Named,
}

/// Directives whose first argument nginx connects to, and looks up when it starts
/// (<https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass>).
const PASSING: [&str; 6] = [
    "fastcgi_pass",
    "grpc_pass",
    "memcached_pass",
    "proxy_pass",
    "scgi_pass",
    "uwsgi_pass",
];

/// Name servers that only a network of Docker has (<https://docs.docker.com/engine/network/#dns-services>), or only systemd-resolved
/// (systemd-resolved.service(8)).
const STUBS: [&str; 3] = ["127.0.0.11", "127.0.0.53", "127.0.0.54"];

/// Directives whose first argument is a file that is opened when nginx starts; `emerg` without it.
const FILES: [&str; 15] = [
    "grpc_ssl_certificate",
    "grpc_ssl_certificate_key",
    "grpc_ssl_trusted_certificate",
    "include",
    "load_module",
    "proxy_ssl_certificate",
    "proxy_ssl_certificate_key",
    "proxy_ssl_trusted_certificate",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_client_certificate",
    "ssl_crl",
    "ssl_dhparam",
    "ssl_session_ticket_key",
    "ssl_trusted_certificate",
];

/// Directives of the `http` block that end with `directive is duplicate` where they stand twice in it: those whose value is one
/// (`ngx_conf_set_flag_slot`, `_num_slot`, `_size_slot`, `_msec_slot`, `_sec_slot`, `_enum_slot`, `_str_slot`, `_bufs_slot`).
/// Lists, sets of bits and what adds up may stand as often as wanted.
const ONCE: [&str; 62] = [
    "absolute_redirect",
    "aio_write",
    "autoindex",
    "chunked_transfer_encoding",
    "client_body_buffer_size",
    "client_body_timeout",
    "client_header_buffer_size",
    "client_header_timeout",
    "client_max_body_size",
    "default_type",
    "etag",
    "fastcgi_buffer_size",
    "fastcgi_buffering",
    "fastcgi_buffers",
    "fastcgi_connect_timeout",
    "fastcgi_intercept_errors",
    "fastcgi_read_timeout",
    "fastcgi_send_timeout",
    "gunzip",
    "gzip",
    "gzip_buffers",
    "gzip_comp_level",
    "gzip_http_version",
    "gzip_min_length",
    "gzip_static",
    "gzip_vary",
    "if_modified_since",
    "ignore_invalid_headers",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "log_not_found",
    "map_hash_bucket_size",
    "map_hash_max_size",
    "merge_slashes",
    "open_file_cache_errors",
    "port_in_redirect",
    "proxy_buffer_size",
    "proxy_buffering",
    "proxy_buffers",
    "proxy_connect_timeout",
    "proxy_http_version",
    "proxy_read_timeout",
    "proxy_request_buffering",
    "proxy_send_timeout",
    "reset_timedout_connection",
    "send_timeout",
    "sendfile",
    "server_name_in_redirect",
    "server_names_hash_bucket_size",
    "server_names_hash_max_size",
    "server_tokens",
    "ssl_buffer_size",
    "ssl_ciphers",
    "ssl_prefer_server_ciphers",
    "ssl_session_tickets",
    "ssl_session_timeout",
    "ssl_stapling",
    "tcp_nodelay",
    "tcp_nopush",
    "types_hash_max_size",
    "underscores_in_headers",
];

/// Takes a configuration apart. A file with its own `http` block takes the place of that of the host, and doubles nothing.
pub(crate) fn places(directives: &[Directive]) -> Places {
    let mut found = Places::default();
    let blocks = directives.iter().filter_map(upstream);
    let own: std::collections::BTreeSet<String> = blocks.map(str::to_owned).collect();
    for directive in directives {
        let is_whole = directive.path.first().is_some_and(|block| block == "http");
        let written = format!("{} {}", directive.name(), directive.arguments.join(" "));
        let written = written.trim_end().to_owned();
        let add = |named: &mut Named, name: &str| {
            named
                .entry(name.to_owned())
                .or_insert_with(|| (written.clone(), directive.line));
        };
        if let Some(name) = upstream(directive).filter(|_| !is_whole) {
            let entry = (format!("upstream {name}"), directive.line);
            found.upstreams.entry(name.to_owned()).or_insert(entry);
        }
        let Some(first) = directive.arguments.first().map(String::as_str) else {
            continue;
        };
        let name = directive.name();
        let is_member = name == "server" && upstream(directive).is_some();
        if is_member || PASSING.contains(&name) {
            let is_known = |host: &&str| host.contains('.') || (!is_member && own.contains(*host));
            if let Some(host) = host(first).filter(|host| !is_known(host)) {
                add(&mut found.hosts, host);
            }
            let is_of_php = first.contains("php") || directive.path.iter().any(|block| block.contains("php"));
            if name == "fastcgi_pass"
                && is_of_php
                && let Some(address) = fastcgi(first).filter(|address| !own.contains(address))
            {
                add(&mut found.fastcgi, &address);
            }
        }
        match name {
            "listen" => {
                if let Some((address, port)) = listened(first) {
                    let mut words = directive.arguments.iter();
                    if !is_whole && words.any(|word| matches!(word.as_str(), "default_server" | "default")) {
                        add(&mut found.defaults, &format!("{address}:{port}"));
                    }
                    if address == "0.0.0.0" {
                        add(&mut found.ports, &port.to_string());
                    }
                    if is_of_one_machine(&address) {
                        add(&mut found.addresses, address.trim_matches(['[', ']']));
                    }
                }
            }
            "resolver" => {
                let addresses = directive.arguments.iter();
                let addresses = addresses.map(|address| address.strip_suffix(":53").unwrap_or(address));
                addresses
                    .filter(|address| STUBS.contains(address))
                    .for_each(|address| add(&mut found.resolvers, address));
            }
            "alias" | "root" => {
                if let Some(home) = home(first) {
                    add(&mut found.homes, home);
                }
            }
            "user" if directive.path.len() == 1 => add(&mut found.users, first),
            _ if FILES.contains(&name) => {
                if let Some(path) = file(first) {
                    add(&mut found.files, &path);
                }
            }
            _ => {}
        }
    }
    found.once = once(directives);
    found
}

/// Directives outside of every block that may stand there once, each with its arguments.
pub(crate) fn once(directives: &[Directive]) -> Named {
    let outside = directives
        .iter()
        .filter(|directive| directive.path.len() == 1 && ONCE.contains(&directive.name()));
    let written = |directive: &Directive| format!("{} {}", directive.name(), directive.arguments.join(" "));
    outside
        .map(|directive| (directive.name().to_owned(), (written(directive), directive.line)))
        .collect()
}

/// The name of the `upstream` block that a directive stands in.
fn upstream(directive: &Directive) -> Option<&str> {
    let block = directive.path.iter().rev().nth(1)?;
    let mut words = block.split('#').next()?.split_whitespace();
    (words.next() == Some("upstream")).then(|| words.next())?
}

/// The address on the machine itself that a FastCGI server is to listen on.
fn fastcgi(text: &str) -> Option<String> {
    if text.contains('$') {
        return None;
    }
    Some(match text.strip_prefix("unix:") {
        Some(path) => socket(path),
        None => {
            let port = text
                .strip_prefix("localhost:")
                .or_else(|| text.strip_prefix("127.0.0.1:"))?;
            format!("127.0.0.1:{port}")
        }
    })
}

/// `/var/run` is a link to `/run` (hier(7)).
pub(crate) fn socket(path: &str) -> String {
    let path = path.split(':').next().unwrap_or(path);
    path.strip_prefix("/var/run/")
        .map_or_else(|| path.to_owned(), |rest| format!("/run/{rest}"))
}

/// The host name of an address; none for numbers, sockets and variables.
fn host(text: &str) -> Option<&str> {
    let address = text.split_once("://").map_or(text, |(_, rest)| rest);
    if text.contains('$') || address.starts_with("unix:") || address.starts_with('[') {
        return None;
    }
    let name = address.split(['/', ':']).next()?;
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        && name.chars().any(|c| c.is_ascii_alphabetic());
    (is_name && name != "localhost").then_some(name)
}

/// Address and port of `listen`: `0.0.0.0` where none is written, port 80 where none is.
pub(crate) fn listened(text: &str) -> Option<(String, u16)> {
    if text.starts_with("unix:") {
        return None;
    }
    if let Ok(port) = text.parse() {
        return Some(("0.0.0.0".to_owned(), port));
    }
    let (address, port) = match text.rsplit_once(':') {
        Some((address, port)) if !text.ends_with(']') => (address, port.parse().ok()?),
        _ => (text, 80),
    };
    let address = if address == "*" { "0.0.0.0" } else { address };
    Some((address.to_ascii_lowercase(), port))
}

fn is_of_one_machine(address: &str) -> bool {
    let bare = address.trim_matches(['[', ']']);
    bare.parse::<std::net::IpAddr>()
        .is_ok_and(|address| !address.is_loopback() && !address.is_unspecified() && !address.is_multicast())
}

/// The home directory that a path lies in: `/home/shop` of `/home/shop/current/public`.
fn home(path: &str) -> Option<&str> {
    let name = path.strip_prefix("/home/")?.split('/').next()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_name = !name.is_empty() && name.chars().all(is_plain);
    path.get(..6 + name.len()).filter(|_| is_name)
}

/// The path of one file; relative ones lie beside `nginx.conf`.
fn file(text: &str) -> Option<String> {
    let is_plain = !text.contains(['$', '*', '?', '[', '{']) && !text.contains(':');
    is_plain.then(|| match text.strip_prefix('/') {
        Some(_) => text.to_owned(),
        None => format!("/etc/nginx/{text}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::nginx::directives;

    fn keys(named: &Named) -> Vec<&str> {
        named.keys().map(String::as_str).collect()
    }

    #[test]
    fn what_is_taken_for_granted() {
        let text = "user web;\ngzip on;\nupstream app { server api:3000; server unix:/run/a.sock; }\n\
            server { listen 80 default_server; listen [::]:443 ssl default_server; listen 10.0.0.4:81;\n\
            gzip off; ssl_certificate /etc/ssl/a.pem; include snippets/tls.conf; include sites/*.conf;\n\
            location / { proxy_pass http://app; } location /b { proxy_pass http://db.local:80/x; }\n\
            location /c { proxy_pass http://$x; } location ~ php { fastcgi_pass unix:/var/run/php.sock; } }\n";
        let found = places(&directives(text).unwrap());
        assert_eq!(keys(&found.users), ["web"]);
        assert_eq!(keys(&found.once), ["gzip"]);
        assert_eq!(keys(&found.upstreams), ["app"]);
        assert_eq!(keys(&found.hosts), ["api"]);
        assert_eq!(keys(&found.defaults), ["0.0.0.0:80", "[::]:443"]);
        assert_eq!(keys(&found.addresses), ["10.0.0.4"]);
        assert_eq!(
            keys(&found.files),
            ["/etc/nginx/snippets/tls.conf", "/etc/ssl/a.pem"]
        );
        assert_eq!(keys(&found.fastcgi), ["/run/php.sock"]);
    }

    #[test]
    fn homes_that_files_are_served_from() {
        let text = "server { root /home/shop/current/public; location /m { alias /home/media/; } \
            location /v { root /home/$user/public; } location /w { root /var/www; } location /h { root /home; } }";
        let found = places(&directives(text).unwrap());
        assert_eq!(keys(&found.homes), ["/home/media", "/home/shop"]);
    }

    #[test]
    fn addresses_that_are_listened_on() {
        let of = |text| listened(text).map(|(address, port)| format!("{address} {port}"));
        assert_eq!(of("[::1]").as_deref(), Some("[::1] 80"));
        assert_eq!(of("*:8080").as_deref(), Some("0.0.0.0 8080"));
        assert_eq!(of("unix:/run/a.sock"), None);
        assert_eq!(of("a:b:c"), None);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(ONCE.is_sorted() && FILES.is_sorted() && PASSING.is_sorted());
    }
}
