//! Servers that sources for Node.js look for at `localhost`, by that name.
//!
//! Node.js 17 takes the addresses of a name in the order of the system, IPv6 first, and until 20 only the first of them:
//! <https://nodejs.org/api/dns.html#dnssetdefaultresultorderorder>, `autoSelectFamily` in
//! <https://nodejs.org/api/net.html#socketconnectoptions-connectlistener>.

use super::said::Said;
use crate::reading::numbered;
use crate::release::is_for_its_makers;

/// What a source connects to.
pub(super) const NAMED: &str = "node-client.localhost";

/// Something in the release that has Node.js take IPv4 first.
pub(super) const ORDERED: &str = "node-client.order";

/// Beginnings of addresses that clients in Node.js resolve by themselves, with the usual port.
const SCHEMES: [(&str, u16); 7] = [
    ("amqp", 5672),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("postgres", 5432),
    ("postgresql", 5432),
    ("redis", 6379),
];

/// Clients whose option `host` is resolved likewise, and the usual port. (ioredis asks for IPv4 alone.)
const CLIENTS: [(&str, u16); 6] = [
    ("amqplib", 5672),
    ("mariadb", 3306),
    ("mongodb", 27017),
    ("mysql", 3306),
    ("mysql2", 3306),
    ("mysql2/promise", 3306),
];

/// As many lines around a host may name its port.
const AROUND: usize = 4;

pub(super) fn concerns(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    let is_source = ["cjs", "js", "mjs", "ts"].contains(&ending) && !path.ends_with(".d.ts");
    (is_source || path.ends_with(".service") || path.ends_with("package.json")) && !is_for_its_makers(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let orders = text.contains("setDefaultResultOrder") || text.contains("--dns-result-order=ipv4first");
    if orders {
        said.add(ORDERED, "", "ipv4first", 1);
    }
    let is_source = !path.ends_with(".service") && !path.ends_with(".json");
    // What else a file says is for another machine, or leads elsewhere.
    let is_open = ["development", "family: 4", "socketPath", "NODE_ENV"]
        .iter()
        .any(|word| text.contains(word));
    if !is_source || is_open {
        return;
    }
    let client = client(text);
    let lines: Vec<&str> = text.lines().collect();
    for (number, line) in numbered(text) {
        let start = line.trim_start();
        // Somebody may have set the variable.
        if start.starts_with("//") || start.starts_with('*') || line.contains("process.env") {
            continue;
        }
        for quoted in line.split(['"', '\'', '`']).skip(1).step_by(2) {
            if let Some(port) = of_address(quoted) {
                said.add(NAMED, port.to_string(), shown(quoted), number);
            }
        }
        let is_host = ["host: 'localhost'", "host: \"localhost\""]
            .iter()
            .any(|host| line.contains(host));
        if let Some(usual) = client.filter(|_| is_host) {
            let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
            let near = lines.iter().skip(at.saturating_sub(AROUND)).take(2 * AROUND + 1);
            let mut ports = near
                .filter_map(|line| line.split_once("port:"))
                .map(|(_, rest)| rest);
            let port = match ports.next() {
                None => Some(usual),
                Some(rest) => number_of(rest),
            };
            if let Some(port) = port {
                said.add(NAMED, port.to_string(), "host: localhost", number);
            }
        }
    }
}

/// The only client that a file loads, by its usual port.
fn client(text: &str) -> Option<u16> {
    let loads = |name: &str| {
        ["require('", "require(\"", "from '", "from \""]
            .iter()
            .any(|call| {
                text.match_indices(call).any(|(at, _)| {
                    let rest = text.get(at + call.len()..).unwrap_or_default();
                    rest.strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with(['"', '\'']))
                })
            })
    };
    let mut ports: Vec<u16> = CLIENTS
        .iter()
        .filter(|(name, _)| loads(name))
        .map(|(_, port)| *port)
        .collect();
    ports.dedup();
    <[u16; 1]>::try_from(ports).ok().map(|[port]| port)
}

/// The port of `mongodb://user@localhost:27017/shop`.
fn of_address(text: &str) -> Option<u16> {
    let (scheme, rest) = text.split_once("://")?;
    let (_, usual) = SCHEMES.iter().find(|(name, _)| *name == scheme)?;
    let place = rest.split(['/', '?']).next()?;
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    match host.split_once(':') {
        None => (host == "localhost").then_some(*usual),
        Some(("localhost", port)) => port.parse().ok(),
        Some(_) => None,
    }
}

/// Without what may be a user and a password.
fn shown(address: &str) -> String {
    let scheme = address.split("://").next().unwrap_or_default();
    format!("{scheme}://localhost")
}

fn number_of(text: &str) -> Option<u16> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn named(text: &str) -> Vec<String> {
        let mut said = Said::default();
        read("src/db.js", text, &mut said);
        said.0
            .iter()
            .map(|((family, key), (value, line))| format!("{family}[{key}] {value} in {line}"))
            .collect()
    }

    #[test]
    fn servers_by_the_name_of_this_machine() {
        assert_eq!(
            named("mongoose.connect('mongodb://shop:secret@localhost:27017/shop');\n"),
            ["node-client.localhost[27017] mongodb://localhost in 1"]
        );
        let pool = "const mysql = require('mysql2/promise');\nconst pool = mysql.createPool({\n  host: 'localhost',\n  user: 'app',\n});\n";
        assert_eq!(named(pool), ["node-client.localhost[3306] host: localhost in 3"]);
        assert_eq!(
            named(&pool.replace("user: 'app'", "port: 3307")),
            ["node-client.localhost[3307] host: localhost in 3"]
        );
        assert_eq!(
            named("dns.setDefaultResultOrder('ipv4first');\n"),
            ["node-client.order[] ipv4first in 1"]
        );
    }

    #[test]
    fn what_may_lead_elsewhere() {
        for text in [
            "connect(process.env.MONGODB_URI || 'mongodb://localhost:27017/shop');\n",
            "connect('mongodb://127.0.0.1:27017/shop');\n",
            "connect('mongodb://db1:27017/shop');\n",
            "module.exports = { development: { host: 'localhost', dialect: 'mysql' } };\nrequire('mysql2');\n",
            "const http = require('http');\nhttp.get({ host: 'localhost' });\n",
            "const mysql = require('mysql');\nmysql.createPool({ host: 'localhost', socketPath: '/run/mysqld/mysqld.sock' });\n",
            "const mysql = require('mysql');\nmysql.createPool({\n  host: 'localhost',\n  port: config.port,\n});\n",
        ] {
            assert_eq!(named(text), Vec::<String>::new(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(require\\('mysql'\\)|mongodb://|host: 'localhost')[ ,:/@'é0-9a-z\n]{0,40}") {
            let _ = named(&text);
        }
    }
}
