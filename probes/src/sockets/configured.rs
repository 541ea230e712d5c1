//! What servers are configured to listen on, where no running system tells: a tree of files, an image.

use core::net::IpAddr;
use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::probe::scope;
use crate::reading::{documents, statements};

/// Larger files of configuration are not read, in bytes.
const CAP: u32 = 1 << 20;

/// A server that listens on TCP, as its package configures it.
struct Server {
    /// What its process is called.
    process: &'static str,
    /// Where its program lies: it is installed where one of these is there.
    programs: &'static [&'static str],
    /// Its files, the later ones over the earlier ones.
    files: &'static [&'static str],
    /// What it listens on unless told otherwise.
    addresses: &'static [&'static str],
    port: u16,
    apply: fn(&str, u32, &mut Bound, &str),
}

const ANY: &[&str] = &["0.0.0.0", "::"];
const LOOPBACK: &[&str] = &["127.0.0.1", "::1"];

/// <https://redis.io/docs/latest/operate/oss_and_stack/management/security/>,
/// <https://www.postgresql.org/docs/current/runtime-config-connection.html>,
/// <https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_bind_address>,
/// <https://github.com/memcached/memcached/wiki/ConfiguringServer>,
/// <https://www.mongodb.com/docs/manual/reference/configuration-options/#net-options>,
/// <https://www.rabbitmq.com/docs/networking#interfaces>,
/// <https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/networking-settings>.
const SERVERS: [Server; 9] = [
    Server {
        process: "redis-server",
        programs: &["usr/bin/redis-server", "usr/local/bin/redis-server"],
        files: &["etc/redis.conf", "etc/redis/redis.conf"],
        addresses: ANY,
        port: 6379,
        apply: redis,
    },
    Server {
        process: "valkey-server",
        programs: &["usr/bin/valkey-server"],
        files: &["etc/valkey/valkey.conf"],
        addresses: ANY,
        port: 6379,
        apply: redis,
    },
    Server {
        process: "postgres",
        programs: &[
            "usr/lib/postgresql/*/bin/postgres",
            "usr/pgsql-*/bin/postgres",
            "usr/bin/postgres",
        ],
        files: &[
            "etc/postgresql/*/*/postgresql.conf",
            "etc/postgresql/*/*/conf.d/*.conf",
            "var/lib/postgresql/*/*/postgresql.auto.conf",
            "var/lib/pgsql/data/postgresql.conf",
            "var/lib/pgsql/data/postgresql.auto.conf",
            "var/lib/pgsql/*/data/postgresql.conf",
            "var/lib/pgsql/*/data/postgresql.auto.conf",
        ],
        addresses: LOOPBACK,
        port: 5432,
        apply: postgresql,
    },
    Server {
        process: "mysqld",
        programs: &[
            "usr/sbin/mysqld",
            "usr/sbin/mariadbd",
            "usr/libexec/mysqld",
            "usr/libexec/mariadbd",
        ],
        files: &[
            "etc/my.cnf",
            "etc/my.cnf.d/*.cnf",
            "etc/mysql/my.cnf",
            "etc/mysql/conf.d/*.cnf",
            "etc/mysql/mysql.conf.d/*.cnf",
            "etc/mysql/mariadb.conf.d/*.cnf",
        ],
        addresses: ANY,
        port: 3306,
        apply: mysql,
    },
    Server {
        process: "memcached",
        programs: &["usr/bin/memcached"],
        files: &["etc/memcached.conf", "etc/sysconfig/memcached"],
        addresses: ANY,
        port: 11211,
        apply: memcached,
    },
    Server {
        process: "mongod",
        programs: &["usr/bin/mongod"],
        files: &["etc/mongod.conf"],
        addresses: LOOPBACK,
        port: 27017,
        apply: mongodb,
    },
    Server {
        process: "beam.smp",
        programs: &["usr/sbin/rabbitmq-server", "usr/lib/rabbitmq/bin/rabbitmq-server"],
        files: &["etc/rabbitmq/rabbitmq.conf", "etc/rabbitmq/conf.d/*.conf"],
        addresses: ANY,
        port: 5672,
        apply: rabbitmq,
    },
    Server {
        process: "elasticsearch",
        programs: &["usr/share/elasticsearch/bin/elasticsearch"],
        files: &["etc/elasticsearch/elasticsearch.yml"],
        addresses: LOOPBACK,
        port: 9200,
        apply: search_engine,
    },
    Server {
        process: "opensearch",
        programs: &["usr/share/opensearch/bin/opensearch"],
        files: &["etc/opensearch/opensearch.yml"],
        addresses: LOOPBACK,
        port: 9200,
        apply: search_engine,
    },
];

/// What files said so far.
#[derive(Default)]
struct Bound {
    addresses: Option<Vec<String>>,
    port: Option<u16>,
    /// The section of the file that is read.
    section: String,
    /// The line that named the addresses.
    line: Option<(String, u32)>,
    /// It listens on no TCP port, or on what cannot be told.
    is_unclear: bool,
}

impl Bound {
    fn listen(&mut self, addresses: impl Iterator<Item = impl Into<String>>) {
        self.addresses = Some(addresses.map(Into::into).collect());
    }

    fn port(&mut self, value: &str) {
        match value.parse() {
            Ok(0) | Err(_) => self.is_unclear = true,
            Ok(port) => self.port = Some(port),
        }
    }
}

/// Addresses, the process, and what says so.
type Listened<'s> = (Vec<String>, &'s str, Origin);

fn program(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn file(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(CAP))
}

/// Tells what each installed server listens on. Asks for its files first.
pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut ports: BTreeMap<u16, Listened<'_>> = BTreeMap::new();
    for server in &SERVERS {
        let programs = server.programs.iter().map(|pattern| program(pattern));
        let files = server.files.iter().map(|pattern| file(pattern));
        let needs: Vec<Need> = programs.chain(files).collect();
        let unasked: Vec<&Need> = needs.iter().filter(|need| !answers.has(need)).collect();
        if !unasked.is_empty() {
            unasked.into_iter().for_each(|need| out.ask(need.clone()));
            continue;
        }
        let is_there = |pattern: &&str| matches!(answers.entries(&program(pattern)), Outcome::Got(found) if !found.entries.is_empty());
        if server.programs.iter().any(is_there) {
            for (port, listened) in listened(server, answers, out) {
                ports.entry(port).or_insert(listened);
            }
        }
    }
    for (port, (addresses, process, origin)) in ports {
        let key = format!("tcp/{port}");
        out.keyed("listen", &key, Value::set(addresses), origin.clone());
        out.keyed("listen.process", &key, Value::set([process]), origin);
    }
}

/// By port the addresses of each of its instances, as their files have them.
fn listened<'s>(
    server: &'s Server,
    answers: &Answers,
    out: &mut Observation<'_>,
) -> Vec<(u16, Listened<'s>)> {
    let mut instances: BTreeMap<String, (Bound, String)> = BTreeMap::new();
    for pattern in server.files {
        for document in documents(answers, &file(pattern), &["listen"], out) {
            let path = document.path.to_string();
            let (bound, _) = instances
                .entry(instance(&path))
                .or_insert_with(|| (Bound::default(), path.clone()));
            for (line, statement) in statements(&document.text, &['#', ';', '!']) {
                (server.apply)(statement, line, bound, &path);
            }
        }
    }
    // RabbitMQ is brought without a file of its own.
    if instances.is_empty() && server.port == 5672 {
        let path = server.files.first().copied().unwrap_or_default();
        instances.insert(String::new(), (Bound::default(), path.to_owned()));
    }
    let told = instances.into_values().filter(|(bound, _)| !bound.is_unclear);
    told.filter_map(|(bound, path)| {
        let addresses = match &bound.addresses {
            Some(named) => named.iter().filter_map(|name| meant(name)).collect(),
            None => server
                .addresses
                .iter()
                .map(|&address| address.to_owned())
                .collect::<Vec<_>>(),
        };
        let is_whole = bound
            .addresses
            .as_ref()
            .is_none_or(|named| !named.is_empty() && named.iter().all(|name| meant(name).is_some()));
        let origin = match bound.line {
            Some((path, line)) => Origin::line(path, line),
            None => Origin::file(path),
        };
        is_whole.then(|| {
            (
                bound.port.unwrap_or(server.port),
                (addresses, server.process, origin),
            )
        })
    })
    .collect()
}

/// Clusters of PostgreSQL lie beside each other, each with its own files.
fn instance(path: &str) -> String {
    let rest = ["etc/postgresql/", "var/lib/postgresql/"]
        .iter()
        .find_map(|begin| path.trim_start_matches('/').strip_prefix(begin));
    match rest {
        Some(rest) => rest.split('/').take(2).collect::<Vec<_>>().join("/"),
        None if path.contains("pgsql/") => path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned(),
        None => String::new(),
    }
}

/// An address as it stands in a configuration, as `listen` tells it; nothing for names that only the machine can look up.
fn meant(name: &str) -> Option<String> {
    let name = name.trim_matches(['[', ']']);
    match name {
        "*" | "_global_" => Some("0.0.0.0".to_owned()),
        "localhost" | "_local_" => Some("127.0.0.1".to_owned()),
        "_site_" => Some("interface".to_owned()),
        _ => name.parse::<IpAddr>().ok().map(scope),
    }
}

/// `KEY = VALUE`, `KEY: VALUE` or `KEY VALUE`, without quotes.
fn pair(statement: &str, separator: char) -> (&str, &str) {
    let (key, value) = statement.split_once(separator).unwrap_or((statement, ""));
    let value = value.split(" #").next().unwrap_or(value);
    (key.trim(), value.trim().trim_matches(['"', '\'']))
}

fn at(bound: &mut Bound, path: &str, line: u32) {
    bound.line = Some((path.to_owned(), line));
}

fn redis(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let (key, value) = pair(statement, ' ');
    match key {
        "bind" => {
            // With `-` an address may be lacking.
            bound.listen(
                value
                    .split_whitespace()
                    .map(|word| word.trim_start_matches('-'))
                    .map(star),
            );
            at(bound, path, line);
        }
        "port" => bound.port(value),
        "include" => bound.is_unclear = true,
        _ => {}
    }
}

/// `::*` of Redis is every address of IPv6.
fn star(word: &str) -> &str {
    if word == "::*" { "::" } else { word }
}

fn postgresql(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let statement = statement.split('#').next().unwrap_or(statement);
    let (key, value) = pair(statement, '=');
    match key {
        "listen_addresses" => {
            bound.listen(
                value
                    .split(',')
                    .map(|part| part.trim())
                    .filter(|part| !part.is_empty()),
            );
            at(bound, path, line);
        }
        "port" => bound.port(value),
        _ => {}
    }
}

fn mysql(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    if statement.starts_with('[') {
        bound.section = statement.trim_matches(['[', ']']).to_owned();
    }
    let is_of_server = ["mysqld", "mariadb", "server"]
        .iter()
        .any(|name| bound.section.starts_with(name));
    if !is_of_server {
        return;
    }
    let (key, value) = pair(statement, '=');
    match key.replace('-', "_").as_str() {
        "bind_address" => {
            bound.listen(value.split(',').map(str::trim));
            at(bound, path, line);
        }
        "skip_networking" => bound.is_unclear = true,
        "port" => bound.port(value),
        _ => {}
    }
}

fn memcached(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let words = statement.strip_prefix("OPTIONS=").unwrap_or(statement);
    let words: Vec<&str> = words
        .split([' ', '\t', '"', '='])
        .filter(|word| !word.is_empty())
        .collect();
    if let ["PORT", port] = words.as_slice() {
        bound.port(port);
    }
    // Values of such a file are not read.
    bound.is_unclear |= words == ["[redacted]"];
    for (option, value) in words.iter().zip(words.iter().skip(1)) {
        match *option {
            "-l" | "--listen" => {
                bound.listen(value.split(','));
                at(bound, path, line);
            }
            "-p" | "--port" => bound.port(value),
            "-s" | "--unix-socket" => bound.is_unclear = true,
            _ => {}
        }
    }
}

fn mongodb(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let (key, value) = pair(statement, ':');
    match key.rsplit('.').next().unwrap_or(key) {
        "bindIp" => {
            bound.listen(value.split(',').map(str::trim));
            at(bound, path, line);
        }
        "bindIpAll" if value == "true" => bound.listen(ANY.iter().copied()),
        "port" => bound.port(value),
        _ => {}
    }
}

fn rabbitmq(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let (key, value) = pair(statement, '=');
    if !key.starts_with("listeners.tcp") {
        return;
    }
    match value.rsplit_once(':') {
        Some((address, port)) => {
            bound.listen(std::iter::once(address));
            bound.port(port);
        }
        None if value == "none" => bound.is_unclear = true,
        None => {
            bound.listen(ANY.iter().copied());
            bound.port(value);
        }
    }
    at(bound, path, line);
}

fn search_engine(statement: &str, line: u32, bound: &mut Bound, path: &str) {
    let (key, value) = pair(statement, ':');
    match key {
        "network" | "http" => bound.is_unclear = true,
        // What is said of HTTP alone counts more.
        "network.host" | "network.bind_host" if bound.section == "http" => {}
        "network.host" | "network.bind_host" | "http.host" | "http.bind_host" => {
            bound.section = key.split('.').next().unwrap_or_default().to_owned();
            let names = value.trim_matches(['[', ']']).split(',');
            bound.listen(names.map(|name| name.trim().trim_matches(['"', '\''])));
            at(bound, path, line);
        }
        "http.port" => bound.port(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(apply: fn(&str, u32, &mut Bound, &str), text: &str) -> (Option<Vec<String>>, Option<u16>, bool) {
        let mut bound = Bound::default();
        for (line, statement) in statements(text, &['#', ';', '!']) {
            apply(statement, line, &mut bound, "a");
        }
        (bound.addresses, bound.port, bound.is_unclear)
    }

    fn named(addresses: &[&str]) -> Option<Vec<String>> {
        Some(addresses.iter().map(|&address| address.to_owned()).collect())
    }

    #[test]
    fn each_server_says_it_in_its_own_words() {
        assert_eq!(
            of(redis, "port 6380\nbind 127.0.0.1 -::1\n"),
            (named(&["127.0.0.1", "::1"]), Some(6380), false)
        );
        assert_eq!(of(redis, "bind * -::*"), (named(&["*", "::"]), None, false));
        assert_eq!(
            of(
                postgresql,
                "#listen_addresses = '*'\nport = 5433 # (change requires restart)\n"
            ),
            (None, Some(5433), false)
        );
        assert_eq!(
            of(
                postgresql,
                "listen_addresses = 'localhost, 10.0.0.3' # what to bind"
            ),
            (named(&["localhost", "10.0.0.3"]), None, false)
        );
        assert_eq!(
            of(
                mysql,
                "[client]\nport = 1\n[mysqld]\nbind-address=127.0.0.1\nport = 3307\n"
            ),
            (named(&["127.0.0.1"]), Some(3307), false)
        );
        assert_eq!(of(mysql, "[mysqld]\nskip-networking\n"), (None, None, true));
        assert_eq!(
            of(memcached, "-m 64\n-p 11311\n-l 127.0.0.1\n"),
            (named(&["127.0.0.1"]), Some(11311), false)
        );
        assert_eq!(
            of(memcached, "PORT=\"11211\"\nOPTIONS=\"-l 127.0.0.1,::1\"\n"),
            (named(&["127.0.0.1", "::1"]), Some(11211), false)
        );
        assert_eq!(
            of(
                mongodb,
                "net:\n  port: 27018\n  bindIp: 127.0.0.1,10.0.0.3 # two\n"
            ),
            (named(&["127.0.0.1", "10.0.0.3"]), Some(27018), false)
        );
        assert_eq!(
            of(rabbitmq, "listeners.tcp.local = 127.0.0.1:5672\n"),
            (named(&["127.0.0.1"]), Some(5672), false)
        );
        assert_eq!(
            of(
                search_engine,
                "http.host: 0.0.0.0\nnetwork.host: [_local_, 10.0.0.3]\n"
            ),
            (named(&["0.0.0.0"]), None, false)
        );
        assert!(of(search_engine, "network:\n  host: 0.0.0.0\n").2);
    }

    #[test]
    fn an_address_is_told_as_sockets_tell_it() {
        let cases = [
            ("*", Some("0.0.0.0")),
            ("[::1]", Some("::1")),
            ("10.1.2.3", Some("interface")),
            ("_eth0_", None),
            ("db.example.com", None),
        ];
        for (name, told) in cases {
            assert_eq!(meant(name).as_deref(), told, "{name}");
        }
    }
}
