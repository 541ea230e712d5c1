//! Settings of a release that look for a database on the machine itself.

use super::said::Said;
use crate::reading::numbered;

/// Beginnings of addresses, the service behind them, another that serves the same, and the usual port.
const SCHEMES: [(&str, &str, &str, &str); 9] = [
    ("amqp://", "rabbitmq", "rabbitmq", "5672"),
    ("jdbc:mariadb://", "mariadb", "mysql", "3306"),
    ("jdbc:mysql://", "mysql", "mariadb", "3306"),
    ("jdbc:postgresql://", "postgresql", "postgresql", "5432"),
    ("mongodb://", "mongodb", "mongodb", "27017"),
    ("mysql://", "mysql", "mariadb", "3306"),
    ("mysql2://", "mysql", "mariadb", "3306"),
    ("postgres://", "postgresql", "postgresql", "5432"),
    ("postgresql://", "postgresql", "postgresql", "5432"),
];

/// Variables that name the host of a database, and the one with its port.
const VARIABLES: [(&str, &str); 5] = [
    ("DATABASE_HOST", "DATABASE_PORT"),
    ("DB_HOST", "DB_PORT"),
    ("MYSQL_HOST", "MYSQL_PORT"),
    ("PGHOST", "PGPORT"),
    ("POSTGRES_HOST", "POSTGRES_PORT"),
];

const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Settings for production: those that bear another name are for elsewhere.
pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_settings = name.starts_with(".env")
        || name.ends_with(".env")
        || (name.starts_with("application")
            && [".properties", ".yml", ".yaml"]
                .iter()
                .any(|ending| name.ends_with(ending)));
    let elsewhere = [
        "ci",
        "default",
        "dev",
        "development",
        "dist",
        "docker",
        "example",
        "local",
        "sample",
        "staging",
        "template",
        "test",
        "testing",
        "tests",
    ];
    is_settings && !name.split(['.', '-', '_']).any(|part| elsewhere.contains(&part))
}

/// Endings of variables whose value is the name of a host.
const NAMES: [&str; 2] = ["_HOST", "_HOSTNAME"];

/// Words in variables for servers that a program connects to.
const SERVERS: [&str; 28] = [
    "AMQP",
    "BROKER",
    "CACHE",
    "CLICKHOUSE",
    "DATABASE",
    "DB",
    "ELASTICSEARCH",
    "INFLUXDB",
    "KAFKA",
    "LDAP",
    "MAIL",
    "MARIADB",
    "MEILISEARCH",
    "MEMCACHED",
    "MINIO",
    "MONGO",
    "MONGODB",
    "MQTT",
    "MYSQL",
    "NATS",
    "OPENSEARCH",
    "PG",
    "POSTGRES",
    "POSTGRESQL",
    "RABBITMQ",
    "REDIS",
    "SMTP",
    "SOLR",
];

/// Hosts of one word that variables for servers name, alone or in the address of a service.
fn hosts(lines: &[(u32, &str)], said: &mut Said) {
    for (number, line) in lines {
        let Some((key, value)) = line.trim().trim_start_matches("export ").split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']);
        let is_of_server = key.split('_').any(|part| SERVERS.contains(&part));
        let is_host = key == "PGHOST" || is_of_server && NAMES.iter().any(|ending| key.ends_with(ending));
        let host = if is_host {
            Some(value.split(':').next().unwrap_or(value))
        } else {
            of_address(value)
        };
        if let Some(host) = host.filter(|host| is_one_word(host)) {
            said.add(
                "settings-file.host",
                host,
                format!("{key} with the host {host}"),
                *number,
            );
        }
    }
}

/// The host of `redis://user:password@name:6379/0`, for the services that are known.
fn of_address(value: &str) -> Option<&str> {
    let (scheme, rest) = value.split_once("://")?;
    let is_service = matches!(scheme, "redis" | "rediss")
        || SCHEMES
            .iter()
            .any(|(known, ..)| known.strip_suffix("://") == Some(scheme));
    let authority = rest.split(['/', '?']).next().filter(|_| is_service)?;
    let host = authority.rsplit('@').next()?;
    host.split(':').next()
}

fn is_one_word(host: &str) -> bool {
    let is_name = host
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_name
        && host.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(host, "localhost" | "null" | "none" | "true" | "false" | "auto")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let lines: Vec<(u32, &str)> = numbered(text)
        .filter(|(_, line)| !line.trim_start().starts_with('#'))
        .collect();
    let value = |name: &str| {
        let mut set = lines
            .iter()
            .filter_map(|(number, line)| Some((*number, line.trim().strip_prefix(name)?.strip_prefix('=')?)));
        set.next_back()
            .map(|(number, value)| (number, value.trim_matches(['"', '\''])))
    };
    if path.rsplit('/').next().is_some_and(|name| name.contains(".env")) {
        hosts(&lines, said);
    }
    for (host, port) in VARIABLES {
        let Some((number, address)) = value(host).filter(|(_, address)| LOOPBACK.contains(address)) else {
            continue;
        };
        let known = value(port).and_then(|(_, port)| SCHEMES.iter().find(|(.., usual)| *usual == port));
        if let Some((_, service, other, port)) = known {
            let key = format!("{service}:{other}:{port}");
            said.add("loopback-service.named", key, format!("{host}={address}"), number);
        }
    }
    for (number, line) in &lines {
        for (scheme, service, other, usual) in SCHEMES {
            let at = line.find(scheme).filter(|at| is_whole(line, *at));
            let Some(rest) = at.and_then(|at| line.get(at + scheme.len()..)) else {
                continue;
            };
            let end = rest
                .find(|c: char| c.is_whitespace() || "/?\"',;".contains(c))
                .unwrap_or(rest.len());
            let authority = rest.get(..end).unwrap_or_default();
            let place = authority.rsplit('@').next().unwrap_or(authority);
            let (host, port) = match place.rsplit_once(':') {
                Some((host, port)) if !port.ends_with(']') => (host, port),
                _ => (place, usual),
            };
            if LOOPBACK.contains(&host) && port == usual {
                let key = format!("{service}:{other}:{port}");
                said.add(
                    "loopback-service.named",
                    key,
                    format!("{scheme}{host}:{port}"),
                    *number,
                );
            }
        }
    }
}

/// `postgres://`, not the end of `jdbc:postgres://`.
fn is_whole(line: &str, at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ':' || c == '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_one_word() {
        let text = "DB_HOST=mysql\nREDIS_URL=redis://:secret@cache:6379/0\nAPP_HOST=shop.example.org\nMAIL_HOST=127.0.0.1\nAPP_HOST=web\nX_URL=https://web/\n";
        let mut said = Said::default();
        read(".env", text, &mut said);
        let found: Vec<_> = said
            .0
            .iter()
            .map(|((_, host), (what, line))| format!("{host} {what} {line}"))
            .collect();
        assert_eq!(
            found,
            [
                "cache REDIS_URL with the host cache 2",
                "mysql DB_HOST with the host mysql 1"
            ]
        );
    }
}
