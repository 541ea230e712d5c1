//! Paths, ports and addresses in settings of servers that a host may confine.

use crate::config::effective::is_of_server;
use crate::config::{ini, nginx};
use crate::reading::statements;
use crate::said::Said;

pub(super) const FAMILIES: &[&str] = &[
    "demand.huge-pages",
    "demand.io-uring",
    "demand.ipv6",
    "demand.memory",
    "demand.path",
    "demand.port",
];

#[derive(Clone, Copy)]
enum Format {
    Apache,
    Named,
    Mysql,
    Nginx,
    Postgresql,
    Redis,
    Sshd,
}

/// Directories of what is for a container, or for the developer's machine.
const ELSEWHERE: [&str; 6] = ["compose", "dev", "development", "docker", "example", "local"];

/// Every host has less than this, in bytes.
const LARGE: u64 = 256 << 20;

/// Options of MySQL with a directory that it writes to.
const OF_MYSQL: [&str; 7] = [
    "datadir",
    "innodb_data_home_dir",
    "innodb_log_group_home_dir",
    "innodb_undo_directory",
    "log_bin",
    "slow_query_log_file",
    "tmpdir",
];

pub(super) fn concerns(path: &str) -> bool {
    format(path).is_some()
}

fn format(path: &str) -> Option<Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = path.split(['/', '.', '-', '_']);
    if parts.any(|part| ELSEWHERE.contains(&part)) {
        return None;
    }
    let lies = |place: &str| path.contains(place);
    let is_conf = name.ends_with(".conf");
    match name {
        "my.cnf" | "mysqld.cnf" => Some(Format::Mysql),
        "postgresql.conf" => Some(Format::Postgresql),
        "redis.conf" | "valkey.conf" => Some(Format::Redis),
        "sshd_config" => Some(Format::Sshd),
        "httpd.conf" | "apache2.conf" | "ports.conf" => Some(Format::Apache),
        "nginx.conf" => Some(Format::Nginx),
        "named.conf" | "named.conf.options" => Some(Format::Named),
        _ if name.ends_with(".cnf") && (lies("mysql") || lies("mariadb") || lies("my.cnf.d")) => {
            Some(Format::Mysql)
        }
        _ if is_conf && lies("sshd_config.d/") => Some(Format::Sshd),
        _ if (is_conf || lies("sites-")) && lies("nginx") => Some(Format::Nginx),
        _ if is_conf && (lies("apache") || lies("httpd")) => Some(Format::Apache),
        _ => None,
    }
}

pub(super) fn read(path: &str, text: &str, found: &mut Said) {
    match format(path) {
        Some(Format::Apache) => apache(text, found),
        Some(Format::Mysql) => mysql(text, found),
        Some(Format::Named) => named(text, found),
        Some(Format::Nginx) => web(text, found),
        Some(Format::Postgresql) => postgresql(text, found),
        Some(Format::Redis) => redis(text, found),
        Some(Format::Sshd) => sshd(text, found),
        None => {}
    }
}

fn place(server: &str, value: &str, setting: &str, line: u32, found: &mut Said) {
    let path = value.trim_matches(['"', '\'']);
    let path = if path.len() > 1 {
        path.trim_end_matches('/')
    } else {
        path
    };
    if path.starts_with('/') && !path.contains(['$', ':', '{', '%']) {
        found.add("demand.path", format!("{server}:{path}"), setting, line);
    }
}

/// The port in `8080`, `0.0.0.0:8080` or `[::]:8080`.
fn port(server: &str, value: &str, setting: &str, line: u32, found: &mut Said) {
    let last = value.rsplit(':').next().unwrap_or(value);
    if let Some(port) = last.parse::<u16>().ok().filter(|port| *port > 0) {
        found.add("demand.port", format!("{server}:{port}"), setting, line);
    }
}

/// `128MB`, `8G`, or a number of such units.
fn memory(server: &str, value: &str, unit: u64, line: u32, found: &mut Said) {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, word) = value.split_at_checked(end).unwrap_or((value, ""));
    let unit = match word.trim().to_ascii_lowercase().trim_end_matches('b') {
        "" if word.is_empty() => unit,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        "t" => 1 << 40,
        _ => return,
    };
    let bytes = number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit));
    if let Some(bytes) = bytes.filter(|bytes| *bytes >= LARGE) {
        found.add("demand.memory", server, bytes.to_string(), line);
    }
}

fn named(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#', '/', '*']) {
        let mut words = statement.split_whitespace();
        if let (Some("directory"), Some(value)) = (words.next(), words.next()) {
            place("named", value.trim_end_matches(';'), "directory", line, found);
        }
    }
}

fn web(text: &str, found: &mut Said) {
    let Ok(directives) = nginx::directives(text) else {
        return;
    };
    for directive in &directives {
        let Some(value) = directive.arguments.first() else {
            continue;
        };
        match directive.name() {
            "root" | "alias" => place("nginx", value, directive.name(), directive.line, found),
            "listen"
                if directive
                    .arguments
                    .iter()
                    .all(|word| !word.starts_with("udp") && word != "quic") =>
            {
                port("nginx", value, "listen", directive.line, found);
            }
            _ => {}
        }
    }
}

fn apache(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#', '<']) {
        let mut words = statement.split_whitespace();
        let (Some(name), Some(value)) = (words.next(), words.next()) else {
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "documentroot" => place("apache", value, name, line, found),
            "listen" => port("apache", value, name, line, found),
            _ => {}
        }
    }
}

fn mysql(text: &str, found: &mut Said) {
    let Ok(directives) = ini::directives(text) else {
        return;
    };
    for directive in directives.iter().filter(|directive| is_of_server(directive)) {
        let Some(value) = directive.arguments.first() else {
            continue;
        };
        match directive.name() {
            name if OF_MYSQL.contains(&name) => {
                for server in ["mysql", "mariadb"] {
                    place(server, value, name, directive.line, found);
                }
            }
            "innodb_buffer_pool_size" => {
                for server in ["mysql", "mariadb"] {
                    memory(server, value, 1, directive.line, found);
                }
            }
            "port" => {
                for server in ["mysql", "mariadb"] {
                    port(server, value, "port", directive.line, found);
                }
            }
            _ => {}
        }
    }
}

fn postgresql(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#']) {
        let Some((name, value)) = statement.split_once('=') else {
            continue;
        };
        let value = value.split('#').next().unwrap_or(value).trim().trim_matches('\'');
        match (name.trim(), value) {
            ("data_directory", value) => place("postgresql", value, "data_directory", line, found),
            ("port", value) => port("postgresql", value, "port", line, found),
            ("shared_buffers", value) => memory("postgresql", value, 8192, line, found),
            ("io_method", "io_uring") => {
                found.add("demand.io-uring", "postgresql", "io_method = io_uring", line);
            }
            ("huge_pages", "on") => found.add("demand.huge-pages", "", "huge_pages = on", line),
            _ => {}
        }
    }
}

/// An address with `-` before it is left out where it is not there (redis.conf of 6.2).
fn redis(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#']) {
        let mut words = statement.split_whitespace();
        match (words.next(), words.next()) {
            (Some("bind"), Some(first)) => {
                if let Some(address) = [first]
                    .into_iter()
                    .chain(words)
                    .find(|word| word.contains(':') && !word.starts_with('-'))
                {
                    found.add("demand.ipv6", "redis", format!("bind {address}"), line);
                }
            }
            (Some("dir"), Some(value)) => place("redis", value, "dir", line, found),
            (Some("port"), Some(value)) => port("redis", value, "port", line, found),
            _ => {}
        }
    }
}

fn sshd(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#']) {
        let mut words = statement.split_whitespace();
        if let (Some(name), Some(value)) = (words.next(), words.next())
            && name.eq_ignore_ascii_case("port")
        {
            port("sshd", value, "Port", line, found);
        }
    }
}
