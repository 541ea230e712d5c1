//! Connections that refuse TLS, in configuration files.
//!
//! Sources: <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLMODE>, <https://www.pgbouncer.org/config.html>,
//! <https://jdbc.postgresql.org/documentation/use/>, <https://dev.mysql.com/doc/connector-j/en/connector-j-connp-props-security.html>,
//! <https://github.com/go-sql-driver/mysql#tls>.

/// A place where TLS is turned off, or demanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutTls {
    /// The server: postgresql or mysql.
    pub server: &'static str,
    /// The words that say so, as `sslmode=disable`.
    pub words: String,
    /// Line, counted from 1.
    pub line: u32,
}

/// A name and a value that turn TLS off, or demand it, where the line has `with` in it.
struct Switch {
    name: &'static str,
    value: &'static str,
    with: &'static str,
    server: &'static str,
}

const fn switch(name: &'static str, value: &'static str, with: &'static str, server: &'static str) -> Switch {
    Switch {
        name,
        value,
        with,
        server,
    }
}

const OFF: [Switch; 9] = [
    switch("server_tls_sslmode", "disable", "", "postgresql"),
    switch("pgsslmode", "disable", "", "postgresql"),
    switch("sslmode", "disable", "", "postgresql"),
    switch("ssl_mode", "disable", "", "postgresql"),
    switch("ssl", "false", "jdbc:postgresql:", "postgresql"),
    switch("sslmode", "disabled", "", "mysql"),
    switch("ssl-mode", "disabled", "", "mysql"),
    switch("ssl_mode", "disabled", "", "mysql"),
    switch("usessl", "false", "jdbc:m", "mysql"),
];

/// What makes a client end where the server has no TLS.
const DEMANDED: [Switch; 12] = [
    switch("server_tls_sslmode", "require", "", "postgresql"),
    switch("sslmode", "require", "", "postgresql"),
    switch("sslmode", "verify-ca", "", "postgresql"),
    switch("sslmode", "verify-full", "", "postgresql"),
    switch("pgsslmode", "require", "", "postgresql"),
    switch("pgsslmode", "verify-full", "", "postgresql"),
    switch("requiressl", "true", "jdbc:m", "mysql"),
    switch("sslmode", "required", "", "mysql"),
    switch("sslmode", "verify_ca", "", "mysql"),
    switch("sslmode", "verify_identity", "", "mysql"),
    switch("ssl-mode", "required", "", "mysql"),
    switch("ssl_mode", "required", "", "mysql"),
];

/// What a configuration file says to turn TLS off, the first of each server. Sections for development and tests are passed over, and what connects to
/// the machine itself.
///
/// ```
/// use parity_probes::databases::without_tls;
/// let found = without_tls("# sslmode=disable\nDATABASE_URL=postgres://u:p@db.internal/shop?sslmode=disable\n");
/// assert_eq!((found[0].server, found[0].words.as_str(), found[0].line), ("postgresql", "sslmode=disable", 2));
/// ```
#[must_use]
pub fn without_tls(text: &str) -> Vec<WithoutTls> {
    said(text, &OFF)
}

/// What a configuration file says to demand TLS, likewise.
#[must_use]
pub fn demanded_tls(text: &str) -> Vec<WithoutTls> {
    said(text, &DEMANDED)
}

fn said(text: &str, switches: &[Switch]) -> Vec<WithoutTls> {
    let mut found: Vec<WithoutTls> = Vec::new();
    let mut is_elsewhere = false;
    let is_beside = connects_to_itself(text);
    for (line, statement) in (1_u32..).zip(text.lines()) {
        let trimmed = statement.trim();
        if trimmed.starts_with(['#', ';']) || trimmed.starts_with("//") || trimmed.starts_with("<!--") {
            continue;
        }
        if let Some(section) = section(statement) {
            is_elsewhere = matches!(section, "development" | "test" | "local" | "dev");
        }
        if is_elsewhere {
            continue;
        }
        let lower = trimmed.to_ascii_lowercase();
        let names_server = lower.contains("://") || lower.contains("host=") || lower.contains("jdbc:");
        if is_of_this_machine(&lower) || (is_beside && !names_server) {
            continue;
        }
        for switch in switches {
            let is_new = || found.iter().all(|other| other.server != switch.server);
            if lower.contains(switch.with) && says(&lower, switch.name, switch.value) && is_new() {
                found.push(WithoutTls {
                    server: switch.server,
                    words: format!("{}={}", switch.name, switch.value),
                    line,
                });
            }
        }
    }
    found
}

/// The line of an address of PostgreSQL on another machine that says nothing of TLS.
#[must_use]
pub fn silent_address(text: &str) -> Option<u32> {
    let mut lines = (1_u32..).zip(text.lines());
    let found = lines.find(|(_, line)| {
        let lower = line.trim().to_ascii_lowercase();
        let is_address = lower.contains("postgres://") || lower.contains("postgresql://");
        let is_comment = lower.starts_with(['#', ';']) || lower.starts_with("//");
        is_address && !is_comment && !lower.contains("ssl") && !is_of_this_machine(&lower)
    });
    found.map(|(line, _)| line)
}

/// A section of YAML at the outermost level, or of an INI file.
pub(crate) fn section(line: &str) -> Option<&str> {
    if let Some(name) = line.strip_prefix('[') {
        return name.split(']').next();
    }
    let name = line
        .trim_end()
        .strip_suffix(':')
        .or_else(|| line.split_once(": &").map(|(name, _)| name))?;
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    (is_name && !name.is_empty()).then_some(name)
}

/// Whether a host is named in a line of its own, and it is this machine.
fn connects_to_itself(text: &str) -> bool {
    let lines = text.lines().map(|line| line.trim().to_ascii_lowercase());
    let said = lines.filter(|line| !line.starts_with(['#', ';']) && line.contains("host"));
    said.into_iter().any(|line| is_of_this_machine(&line))
}

/// Sockets and the loopback interface.
fn is_of_this_machine(line: &str) -> bool {
    let places = ["localhost", "127.0.0.1", "[::1]", "host=/", "host = /"];
    places.iter().any(|place| line.contains(place))
}

/// Whether a name stands there by itself, and this value after it: `name=value`, `name: "value"`, `name = 'value'`.
fn says(line: &str, name: &str, value: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    line.match_indices(name).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + name.len()..).unwrap_or_default();
        let rest = after.trim_start_matches(['"', '\'']).trim_start();
        let Some(rest) = rest.strip_prefix(['=', ':']) else {
            return false;
        };
        let rest = rest.trim_start_matches([' ', '"', '\'', '>']);
        let tail = rest.strip_prefix(value);
        !before.ends_with(is_part) && tail.is_some_and(|tail| !tail.starts_with(is_part))
    })
}
