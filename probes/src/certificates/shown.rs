//! What a configuration shows to others: a certificate, and the names that it answers to.

use crate::reading::statements;

/// What stands together in a block, or outside of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) certificates: Vec<String>,
    /// Names of hosts that show whole names of domains, in small letters.
    pub(super) names: Vec<String>,
}

/// Directives with a certificate: of Apache, Dovecot, MySQL, nginx, Postfix, PostgreSQL and stunnel.
const CERTIFICATES: [&str; 9] = [
    "SSLCertificateFile",
    "cert",
    "smtpd_tls_cert_file",
    "ssl-cert",
    "ssl_cert",
    "ssl_cert_file",
    "ssl_certificate",
    "ssl_server_cert_file",
    "tls_cert_file",
];
const NAMES: [&str; 3] = ["ServerAlias", "ServerName", "server_name"];

/// The blocks of a configuration that show a certificate.
pub(super) fn shown(text: &str) -> Vec<Shown> {
    let mut found = vec![Shown::default()];
    for (_, statement) in statements(text, &['#', ';']) {
        let is_block = statement.starts_with("server {")
            || statement.starts_with("server{")
            || statement.starts_with("<VirtualHost")
            || statement.starts_with('[');
        if is_block {
            found.push(Shown::default());
        }
        let Some(block) = found.last_mut() else { continue };
        // A block may begin and go on in one line.
        let statement = statement.split_once('{').map_or(statement, |(_, rest)| rest);
        for part in statement.split(';') {
            directive(part.trim(), block);
        }
    }
    found.retain(|block| !block.certificates.is_empty());
    found
}

fn directive(statement: &str, block: &mut Shown) {
    let Some(end) = statement.find(|c: char| c == '=' || c.is_whitespace()) else {
        return;
    };
    let Some((name, rest)) = statement.split_at_checked(end) else {
        return;
    };
    let value = rest.trim_start_matches(['=', ' ', '\t', '<']).trim();
    let file = value.trim_matches(['"', '\'']).to_owned();
    let is_file = !file.is_empty() && !file.contains(['$', ' ', '*', ':']);
    if is_file && CERTIFICATES.contains(&name) {
        block.certificates.push(file);
    } else if NAMES.contains(&name) {
        let names = value.split_whitespace().map(str::to_ascii_lowercase);
        block.names.extend(names.filter(|name| is_whole(name)));
    }
}

/// A name of a domain, or of all below one; no pattern, variable, address or example.
fn is_whole(name: &str) -> bool {
    let plain = name.strip_prefix("*.").unwrap_or(name);
    let is_name = plain
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let is_address = plain.chars().all(|c| c.is_ascii_digit() || c == '.');
    is_name && plain.contains('.') && !is_address && !plain.starts_with('.')
}

/// Whether a certificate for `names` is one for `asked` (RFC 6125, section 6.4.3).
pub(super) fn is_for(names: &[String], asked: &str) -> bool {
    names.iter().any(|name| {
        let is_below = name
            .strip_prefix("*.")
            .zip(asked.split_once('.'))
            .is_some_and(|(domain, (_, rest))| domain == rest);
        name == asked || is_below
    })
}
