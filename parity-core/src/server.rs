//! Servers that are asked over the wire: which kind, where, as whom, and how the connection is protected.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::declared;
use crate::fact::{Fact, FactId, State};
use crate::snapshot::Snapshot;

/// Why a target that is a server knows nothing else of its machine. It is no gap: nothing but that server is meant by the target.
pub const NO_MACHINE: &str = "a server was asked, not the machine it runs on";

/// The longest address of a server, in bytes.
const MAX_ADDRESS: usize = 1000;

/// Whether nothing is known because the fact is one of a machine, where only a server is meant.
pub(crate) fn is_of_its_machine(state: &State) -> bool {
    matches!(state, State::Unknown(reason) if reason.ends_with(NO_MACHINE))
}

/// Names of facts that a server tells of itself, and that somebody can write down who may not log in to its machine.
const OF_A_SERVER: [&str; 11] = [
    "config.mysql",
    "config.postgresql",
    "config.postgresql-hba",
    "config.redis",
    "database.icu",
    "listen",
    "mysql.",
    "postgresql.",
    "redis.setting",
    "service.running-version",
    "service.version",
];

/// Databases that providers run for others.
const PROVIDED: [&str; 6] = ["mariadb", "mongodb", "mysql", "postgresql", "redis", "valkey"];

fn is_of_a_server(name: &str) -> bool {
    OF_A_SERVER
        .iter()
        .any(|known| name == *known || (known.ends_with('.') && name.starts_with(known)))
}

/// Whether a target is written down as a database and nothing else: what it lacks of a machine is no gap.
pub(crate) fn is_written_down_alone(snapshot: &Snapshot) -> bool {
    let is_database = |fact: &Fact| match fact.id.name() {
        "service.version" | "service.running-version" => {
            fact.id.key().is_some_and(|key| PROVIDED.contains(&key))
        }
        name => is_of_a_server(name),
    };
    let is_declared = snapshot
        .coverage
        .iter()
        .all(|entry| entry.probe == declared::PROBE);
    is_declared && !snapshot.facts.is_empty() && snapshot.facts.iter().all(is_database)
}

/// Whether a fact that such a target lacks is one of its machine.
pub(crate) fn is_of_a_machine(fact: &FactId) -> bool {
    !is_of_a_server(fact.name())
}

/// What kind of server speaks at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ServerKind {
    /// PostgreSQL, and what speaks its protocol.
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
    /// Redis and Valkey.
    Redis,
}

impl ServerKind {
    /// The port where an address names none.
    pub fn port(self) -> u16 {
        match self {
            ServerKind::Postgresql => 5432,
            ServerKind::Mysql => 3306,
            ServerKind::Redis => 6379,
        }
    }

    /// The word of the address before `://`.
    pub fn word(self) -> &'static str {
        match self {
            ServerKind::Postgresql => "postgresql",
            ServerKind::Mysql => "mysql",
            ServerKind::Redis => "redis",
        }
    }
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Over TCP.
    Tcp {
        /// A name or an address, an IPv6 address without brackets.
        host: String,
        /// Its port.
        port: u16,
    },
    /// A socket of this machine.
    Unix(PathBuf),
}

/// How a connection is protected: the words of libpq (`sslmode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsMode {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server can, by whatever certificate.
    Prefer,
    /// Encrypted or not at all, by whatever certificate.
    Require,
    /// Encrypted, by a certificate that a known authority gave to this host.
    VerifyFull,
}

impl TlsMode {
    /// Reads one of `disable`, `prefer`, `require` and `verify-full`.
    pub fn parse(word: &str) -> Option<TlsMode> {
        match word {
            "disable" => Some(TlsMode::Disable),
            "prefer" => Some(TlsMode::Prefer),
            "require" => Some(TlsMode::Require),
            "verify-full" => Some(TlsMode::VerifyFull),
            _ => None,
        }
    }
}

/// A server as the user names it. It never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// What speaks there.
    pub kind: ServerKind,
    /// Where.
    pub endpoint: Endpoint,
    /// As whom; the user's own setting where it is missing.
    pub user: Option<String>,
    /// Which database; that of the user's name where it is missing.
    pub database: Option<String>,
    /// How protected; the user's own setting where it is missing.
    pub tls: Option<TlsMode>,
    written: String,
}

impl ServerAddress {
    /// Reads `postgresql://[USER@]HOST[:PORT][/DATABASE][?sslmode=MODE]`, and the same for `mysql`, `redis` and `rediss`
    /// (Redis with TLS). A socket of this machine is named by `?host=/DIRECTORY` (libpq, "Connection URIs"), for the others by the path of the
    /// socket itself. Nothing is looked up or contacted. `None`: not the address of a server.
    ///
    /// ```
    /// use parity_core::server::{ServerAddress, ServerKind};
    /// let server = ServerAddress::parse("postgresql://parity@db1/shop").unwrap().unwrap();
    /// assert_eq!((server.kind, server.database.as_deref()), (ServerKind::Postgresql, Some("shop")));
    /// assert!(ServerAddress::parse("postgresql://parity:secret@db1/shop").unwrap().is_err());
    /// assert!(ServerAddress::parse("ssh://db1").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Result<ServerAddress, String>> {
        let (scheme, rest) = text.split_once("://")?;
        let (kind, tls) = match scheme {
            "postgresql" | "postgres" => (ServerKind::Postgresql, None),
            "mysql" | "mariadb" => (ServerKind::Mysql, None),
            "redis" | "valkey" => (ServerKind::Redis, Some(TlsMode::Disable)),
            "rediss" => (ServerKind::Redis, Some(TlsMode::VerifyFull)),
            _ => return None,
        };
        Some(read(kind, tls, text, rest))
    }

    /// Whether only this machine can be at the other end.
    pub fn is_of_this_machine(&self) -> bool {
        match &self.endpoint {
            Endpoint::Unix(_) => true,
            Endpoint::Tcp { host, .. } => {
                let address = host.parse::<std::net::IpAddr>();
                host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
            }
        }
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

fn read(kind: ServerKind, tls: Option<TlsMode>, text: &str, rest: &str) -> Result<ServerAddress, String> {
    if text.len() > MAX_ADDRESS
        || text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '%')
    {
        return Err("an address of a server is short, and has no space, control character or `%`".into());
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    if user.is_some_and(|user| user.contains(':')) {
        return Err(format!(
            "a password in a URL would be shown in every report; {}",
            where_to(kind)
        ));
    }
    let mut address = ServerAddress {
        kind,
        endpoint: endpoint(kind, place)?,
        user: user.map(|user| name(user, "user")).transpose()?,
        database: match path {
            "" => None,
            _ if kind == ServerKind::Redis => return Err("the address of Redis ends with its port".into()),
            path => Some(name(path, "database")?),
        },
        tls,
        written: text.to_owned(),
    };
    for option in query.split('&').filter(|option| !option.is_empty()) {
        address.set(option)?;
    }
    match &address.endpoint {
        Endpoint::Tcp { host, .. } if host.is_empty() => {
            Err(format!("the host is missing: {}://HOST", kind.word()))
        }
        _ => Ok(address),
    }
}

impl ServerAddress {
    /// Takes an option that stands after `?`.
    fn set(&mut self, option: &str) -> Result<(), String> {
        match option.split_once('=') {
            Some(("sslmode", word)) => {
                let words = "`sslmode` is disable, prefer, require or verify-full";
                self.tls = Some(TlsMode::parse(word).ok_or(words)?);
            }
            Some(("host", path)) if path.starts_with('/') => {
                let is_named = matches!(&self.endpoint, Endpoint::Tcp { host, .. } if !host.is_empty());
                if is_named {
                    return Err("it names a host, and a socket of this machine as well".into());
                }
                let path = PathBuf::from(path);
                self.endpoint = Endpoint::Unix(match self.kind {
                    ServerKind::Postgresql => path.join(format!(".s.PGSQL.{}", self.port())),
                    _ => path,
                });
            }
            _ => return Err("after `?` stands `sslmode=MODE`, or `host=/DIRECTORY` for a socket".into()),
        }
        Ok(())
    }

    fn port(&self) -> u16 {
        match self.endpoint {
            Endpoint::Tcp { port, .. } => port,
            Endpoint::Unix(_) => self.kind.port(),
        }
    }
}

/// Where a password may stand.
pub(crate) fn where_to(kind: ServerKind) -> &'static str {
    match kind {
        ServerKind::Postgresql => "write it into ~/.pgpass, or set PGPASSWORD",
        ServerKind::Mysql => "set MYSQL_PWD",
        ServerKind::Redis => "set REDISCLI_AUTH",
    }
}

fn endpoint(kind: ServerKind, place: &str) -> Result<Endpoint, String> {
    let (host, port) = match place.strip_prefix('[') {
        Some(inside) => {
            let (host, rest) = inside.split_once(']').ok_or("the bracket `[` is not closed")?;
            if host.parse::<std::net::Ipv6Addr>().is_err() {
                return Err("what stands in brackets is not an IPv6 address".into());
            }
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some("")))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, Some("")),
        },
    };
    let port = match port {
        Some("") => Some(kind.port()),
        Some(port) => port.parse().ok().filter(|port| *port > 0),
        None => None,
    };
    let port = port.ok_or("the port is a number from 1 to 65535")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:".contains(c);
    let begins = host.is_empty() || host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == ':');
    if !begins || !host.chars().all(is_plain) {
        return Err("a host has letters, digits, `.`, `-` and `_`, and starts with a letter or digit".into());
    }
    Ok(Endpoint::Tcp {
        host: host.to_owned(),
        port,
    })
}

/// The name of a user or a database.
fn name(text: &str, what: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_alphanumeric() || "_-.$@+".contains(c);
    if text.is_empty() || !text.chars().all(is_plain) {
        return Err(format!(
            "the name of a {what} has letters, digits and `_ - . $ @ +`"
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ServerAddress, String> {
        ServerAddress::parse(text).unwrap()
    }

    #[test]
    fn addresses_name_a_place_and_never_a_password() {
        let there = |text: &str| match parse(text).unwrap().endpoint {
            Endpoint::Tcp { host, port } => format!("{host} {port}"),
            Endpoint::Unix(path) => path.display().to_string(),
        };
        assert_eq!(there("postgresql://db1/shop"), "db1 5432");
        assert_eq!(there("postgres://u@db1:6432/shop?sslmode=require"), "db1 6432");
        assert_eq!(there("mysql://[::1]:3307"), "::1 3307");
        assert_eq!(there("redis://cache"), "cache 6379");
        assert_eq!(
            there("postgresql:///shop?host=/run/postgresql"),
            "/run/postgresql/.s.PGSQL.5432"
        );
        assert_eq!(there("postgresql://:5433/shop?host=/tmp"), "/tmp/.s.PGSQL.5433");
        assert_eq!(
            there("mysql://?host=/run/mysqld/mysqld.sock"),
            "/run/mysqld/mysqld.sock"
        );
        for text in [
            "postgresql://u:p@db1/shop",
            "postgresql://",
            "postgresql:///shop",
            "postgresql://db1/shop?sslmode=sometimes",
            "postgresql://db1/shop?options=-c",
            "postgresql://-h/shop",
            "postgresql://db1:0/shop",
            "postgresql://[db1]/shop",
            "postgresql://db1/a/b",
            "postgresql://db1/a b",
            "redis://cache/1",
            "mysql://db1,db2/shop",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("rediss://cache").unwrap().tls, Some(TlsMode::VerifyFull));
        assert!(parse("redis://127.0.0.1").unwrap().is_of_this_machine());
        assert!(!parse("redis://127.example.com").unwrap().is_of_this_machine());
    }
}
