//! Servers, where their settings name ports, and the ports that their makers chose.

use std::collections::BTreeSet;

use crate::reading::statements;

/// How settings tell where a server listens.
pub(super) enum Says {
    /// By lines that begin with a word, one for each place: `Listen 80`, `bind *:80`.
    Lines(&'static str),
    /// By one setting for the port and one for the address.
    Keys(&'static str, &'static str),
    /// Not in a way that is read here.
    Nothing,
}

/// A server.
pub(super) struct Server {
    pub(super) units: &'static [&'static str],
    pub(super) files: &'static [&'static str],
    pub(super) says: Says,
    /// What it listens on where its settings do not say.
    pub(super) ports: &'static [&'static str],
    pub(super) address: &'static str,
}

const fn server(
    units: &'static [&'static str],
    files: &'static [&'static str],
    says: Says,
    ports: &'static [&'static str],
    address: &'static str,
) -> Server {
    Server {
        units,
        files,
        says,
        ports,
        address,
    }
}

const LOCAL: &str = "127.0.0.1";
const ANY: &str = "*";

/// Ports as IANA registered them and as the settings that makers and Debian ship say.
#[rustfmt::skip]
pub(super) const SERVERS: &[Server] = &[
    server(&["apache2.service"], &["etc/apache2/ports.conf"], Says::Lines("Listen"), &["tcp/80"], ANY),
    server(&["httpd.service"], &["etc/httpd/conf/httpd.conf", "etc/httpd/conf.d/*.conf"], Says::Lines("Listen"), &["tcp/80"], ANY),
    server(&["nginx.service"], &["etc/nginx/nginx.conf", "etc/nginx/conf.d/*.conf", "etc/nginx/sites-enabled/*"], Says::Lines("listen"), &[], ANY),
    server(&["haproxy.service"], &["etc/haproxy/haproxy.cfg"], Says::Lines("bind"), &[], ANY),
    server(&["lighttpd.service"], &["etc/lighttpd/lighttpd.conf"], Says::Keys("server.port", "server.bind"), &["tcp/80"], ANY),
    server(&["ssh.service", "sshd.service"], &["etc/ssh/sshd_config"], Says::Keys("Port", "ListenAddress"), &["tcp/22"], ANY),
    server(&["postgresql.service"], &["etc/postgresql/*/main/postgresql.conf", "var/lib/pgsql/data/postgresql.conf"], Says::Keys("port", "listen_addresses"), &["tcp/5432"], LOCAL),
    server(&["mariadb.service", "mysql.service", "mysqld.service"], &["etc/mysql/mariadb.conf.d/*.cnf", "etc/mysql/mysql.conf.d/*.cnf", "etc/my.cnf.d/*.cnf"], Says::Keys("port", "bind-address"), &["tcp/3306"], ANY),
    server(&["redis-server.service", "redis.service"], &["etc/redis/redis.conf", "etc/redis.conf"], Says::Keys("port", "bind"), &["tcp/6379"], LOCAL),
    server(&["memcached.service"], &["etc/memcached.conf"], Says::Keys("-p", "-l"), &["tcp/11211"], LOCAL),
    server(&["mongod.service", "mongodb.service"], &["etc/mongod.conf"], Says::Keys("port", "bindIp"), &["tcp/27017"], LOCAL),
    server(&["elasticsearch.service"], &["etc/elasticsearch/elasticsearch.yml"], Says::Keys("http.port", "network.host"), &["tcp/9200"], LOCAL),
    server(&["rabbitmq-server.service"], &[], Says::Nothing, &["tcp/5672", "tcp/25672"], ANY),
    server(&["grafana-server.service"], &["etc/grafana/grafana.ini"], Says::Keys("http_port", "http_addr"), &["tcp/3000"], ANY),
    server(&["influxdb.service"], &[], Says::Nothing, &["tcp/8086"], ANY),
    server(&["prometheus.service"], &[], Says::Nothing, &["tcp/9090"], ANY),
    server(&["prometheus-node-exporter.service"], &[], Says::Nothing, &["tcp/9100"], ANY),
    server(&["cockpit.socket"], &[], Says::Nothing, &["tcp/9090"], ANY),
    server(&["tomcat8.service", "tomcat9.service", "tomcat10.service"], &[], Says::Nothing, &["tcp/8080"], ANY),
    server(&["jenkins.service"], &[], Says::Nothing, &["tcp/8080"], ANY),
    server(&["squid.service"], &["etc/squid/squid.conf"], Says::Keys("http_port", ""), &["tcp/3128"], ANY),
    server(&["dnsmasq.service"], &["etc/dnsmasq.conf"], Says::Keys("port", "listen-address"), &["tcp/53", "udp/53"], ANY),
    server(&["bind9.service", "named.service"], &[], Says::Nothing, &["tcp/53", "udp/53"], ANY),
    server(&["unbound.service"], &[], Says::Nothing, &["tcp/53", "udp/53"], LOCAL),
    server(&["avahi-daemon.service"], &[], Says::Nothing, &["udp/5353"], ANY),
    server(&["exim4.service"], &[], Says::Nothing, &["tcp/25"], LOCAL),
    server(&["postfix.service"], &["etc/postfix/main.cf"], Says::Keys("", "inet_interfaces"), &["tcp/25"], ANY),
    server(&["dovecot.service"], &[], Says::Nothing, &["tcp/143", "tcp/993"], ANY),
    server(&["rpcbind.service"], &[], Says::Nothing, &["tcp/111", "udp/111"], ANY),
    server(&["nfs-server.service"], &[], Says::Nothing, &["tcp/2049"], ANY),
    server(&["smb.service", "smbd.service"], &[], Says::Nothing, &["tcp/139", "tcp/445"], ANY),
    server(&["cups.service"], &[], Says::Nothing, &["tcp/631"], LOCAL),
    server(&["ntp.service", "ntpd.service", "ntpsec.service"], &[], Says::Nothing, &["udp/123"], ANY),
    server(&["snmpd.service"], &[], Says::Nothing, &["udp/161"], LOCAL),
    server(&["slapd.service"], &[], Says::Nothing, &["tcp/389"], ANY),
    server(&["proftpd.service", "vsftpd.service"], &[], Says::Nothing, &["tcp/21"], ANY),
    server(&["zabbix-agent.service", "zabbix-agent2.service"], &[], Says::Nothing, &["tcp/10050"], ANY),
];

impl Server {
    /// Where it listens, as `tcp/80 *`, by the texts of its settings.
    pub(super) fn listens(&self, texts: &[&str]) -> BTreeSet<String> {
        let lines = || texts.iter().flat_map(|text| top_level(text));
        match self.says {
            Says::Nothing => self.at(&[], self.address),
            Says::Lines(word) => {
                let places = lines().filter_map(|line| place_after(line, word));
                let found: BTreeSet<String> = places
                    .map(|(address, port)| format!("tcp/{port} {address}"))
                    .collect();
                match found.is_empty() {
                    true => self.at(&[], self.address),
                    false => found,
                }
            }
            Says::Keys(port, address) => {
                let ports: Vec<u16> = lines()
                    .filter_map(|line| value_of(line, port)?.rsplit(':').next()?.parse().ok())
                    .collect();
                let named = lines().filter_map(|line| value_of(line, address)).next_back();
                self.at(&ports, &named.map_or_else(|| self.address.to_owned(), plain))
            }
        }
    }

    fn at(&self, ports: &[u16], address: &str) -> BTreeSet<String> {
        // A port that is set stands for the first one that the makers chose; 0 switches it off.
        match ports.last() {
            Some(0) => BTreeSet::new(),
            Some(port) => self
                .ports
                .iter()
                .map(|own| format!("{}/{port} {address}", own.split('/').next().unwrap_or("tcp")))
                .collect(),
            None => self.ports.iter().map(|own| format!("{own} {address}")).collect(),
        }
    }
}

/// Statements outside of `<If…>` blocks, which hold under conditions.
fn top_level(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (_, line) in statements(text, &['#', ';']) {
        if line.starts_with("<If") {
            depth = depth.saturating_add(1);
        } else if line.starts_with("</If") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 {
            found.push(line);
        }
    }
    found
}

/// `WORD [ADDRESS:]PORT …`
fn place_after<'a>(line: &'a str, word: &str) -> Option<(&'a str, u16)> {
    let rest = line.strip_prefix(word)?;
    let place = rest
        .starts_with(char::is_whitespace)
        .then(|| rest.split_whitespace().next())??
        .trim_end_matches(';');
    let (address, port) = place.rsplit_once(':').unwrap_or((ANY, place));
    let port = port.parse().ok()?;
    Some((
        if address.is_empty() || address == "[::]" {
            ANY
        } else {
            address
        },
        port,
    ))
}

/// The value of `KEY VALUE`, `KEY = VALUE` or `KEY: VALUE`, quotes removed.
fn value_of<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key).filter(|_| !key.is_empty())?;
    let value = rest
        .starts_with([' ', '\t', '=', ':'])
        .then(|| rest.trim_start_matches([' ', '\t', '=', ':']))?;
    value
        .split([' ', ',', '\t', '#'])
        .next()
        .map(|word| word.trim_matches(['"', '\'']))
}

/// An address by one of its names.
fn plain(written: &str) -> String {
    match written {
        "localhost" | "loopback-only" | "_local_" => LOCAL,
        "all" | "0.0.0.0" | "::" | "[::]" | "" => ANY,
        other => other,
    }
    .to_owned()
}

/// Where systemd-resolved listens: 127.0.0.53 unless it is told not to (resolved.conf(5)).
pub(super) fn resolved(texts: &[&str]) -> BTreeSet<String> {
    let said = texts
        .iter()
        .flat_map(|text| statements(text, &['#', ';']))
        .filter_map(|(_, line)| value_of(line, "DNSStubListener"))
        .last();
    let kinds: &[&str] = match said.map(str::to_ascii_lowercase).as_deref() {
        Some("no" | "false" | "0" | "off") => &[],
        Some("udp") => &["udp/53"],
        Some("tcp") => &["tcp/53"],
        _ => &["tcp/53", "udp/53"],
    };
    kinds.iter().map(|kind| format!("{kind} 127.0.0.53")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(unit: &str, text: &str) -> Vec<String> {
        let server = SERVERS.iter().find(|it| it.units.contains(&unit)).unwrap();
        server.listens(&[text]).into_iter().collect()
    }

    #[test]
    fn settings_and_what_makers_chose() {
        for (unit, text, expected) in [
            (
                "postgresql.service",
                "port = 5433\t\t# (change requires restart)\n",
                "tcp/5433 127.0.0.1",
            ),
            ("postgresql.service", "listen_addresses = '*'\n", "tcp/5432 *"),
            ("postgresql.service", "#port = 5433\n", "tcp/5432 127.0.0.1"),
            (
                "redis.service",
                "bind 127.0.0.1 -::1\nport 6380\n",
                "tcp/6380 127.0.0.1",
            ),
            (
                "mariadb.service",
                "[mysqld]\nbind-address = 127.0.0.1\n",
                "tcp/3306 127.0.0.1",
            ),
            (
                "apache2.service",
                "Listen 8080\n<IfModule ssl_module>\nListen 443\n</IfModule>\n",
                "tcp/8080 *",
            ),
            (
                "nginx.service",
                "server {\n listen 127.0.0.1:81 default_server;\n}\n",
                "tcp/81 127.0.0.1",
            ),
            (
                "postfix.service",
                "inet_interfaces = loopback-only\n",
                "tcp/25 127.0.0.1",
            ),
            ("ssh.service", "Port 2222\nPermitRootLogin no\n", "tcp/2222 *"),
            (
                "mongod.service",
                "net:\n  port: 27018\n  bindIp: 0.0.0.0\n",
                "tcp/27018 *",
            ),
        ] {
            assert_eq!(of(unit, text), [expected], "{text}");
        }
        assert!(of("nginx.service", "events {}\n").is_empty());
        assert!(of("redis.service", "port 0\n").is_empty());
        assert!(resolved(&["[Resolve]\nDNSStubListener=no\n"]).is_empty());
        assert_eq!(resolved(&["[Resolve]\n#DNSStubListener=no\n"]).len(), 2);
    }
}
