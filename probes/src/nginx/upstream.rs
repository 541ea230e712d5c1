//! Where nginx passes requests on to.

use std::collections::BTreeMap;

use crate::config::nginx::directives;

/// Directives whose first argument is an address.
const PASSING: [&str; 6] = [
    "fastcgi_pass",
    "grpc_pass",
    "memcached_pass",
    "proxy_pass",
    "scgi_pass",
    "uwsgi_pass",
];

/// TCP ports that a configuration passes requests on to: the address and the line of the first. Sockets in the file system and
/// addresses with variables are left out.
pub(super) fn upstreams(text: &str) -> BTreeMap<u16, (String, u32)> {
    let mut found = BTreeMap::new();
    for directive in directives(text).unwrap_or_default() {
        let name = directive.name();
        let block = directive.path.iter().rev().nth(1).map_or("", String::as_str);
        let is_member = name == "server" && block.split_whitespace().next() == Some("upstream");
        if let Some(address) = directive.arguments.first()
            && (is_member || PASSING.contains(&name))
            && let Some((address, port)) = tcp(address)
        {
            found.entry(port).or_insert((address, directive.line));
        }
    }
    found
}

/// `http://127.0.0.1:3000/path`, `127.0.0.1:9000`: address and port, where one is written.
fn tcp(text: &str) -> Option<(String, u16)> {
    let address = text.split_once("://").map_or(text, |(_, rest)| rest);
    let address = address.split('/').next()?;
    if address.contains('$') || address.starts_with("unix") {
        return None;
    }
    let port = address.rsplit_once(':')?.1.parse().ok()?;
    Some((address.to_owned(), port))
}

/// The first address of IPv6 that a configuration listens on, and its line.
pub(super) fn listens_on_ipv6(text: &str) -> Option<(String, u32)> {
    let directives = directives(text).unwrap_or_default();
    let listens = directives.iter().filter(|directive| directive.name() == "listen");
    let mut addresses = listens.filter_map(|directive| Some((directive.arguments.first()?, directive.line)));
    let found = addresses.find(|(address, _)| address.starts_with('['));
    found.map(|(address, line)| (address.clone(), line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_with_a_port() {
        let text = "upstream app { server 10.0.0.7:5000 weight=2; server unix:/run/a.sock; }\n\
                    server { listen 80;\n location / { proxy_pass http://127.0.0.1:3000/x; }\n\
                    location /a { proxy_pass http://app; }\n location /b { fastcgi_pass unix:/run/php.sock; }\n\
                    location /c { proxy_pass http://$host:8081; } }\n";
        let found: Vec<String> = upstreams(text)
            .into_iter()
            .map(|(port, (address, line))| format!("{port} {address} {line}"))
            .collect();
        assert_eq!(found, ["3000 127.0.0.1:3000 3", "5000 10.0.0.7:5000 1"]);
    }
}
