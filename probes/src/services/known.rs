//! Which programs are which service.

/// A service and what tells it.
pub(super) struct Known {
    /// The name in facts.
    pub(super) service: &'static str,
    /// File names of its programs. A trailing `*` stands for a version.
    programs: &'static [&'static str],
    /// Names of its units, for services that an interpreter runs. A trailing `*` stands for anything.
    units: &'static [&'static str],
}

const fn program(service: &'static str, programs: &'static [&'static str]) -> Known {
    Known {
        service,
        programs,
        units: &[],
    }
}

const fn unit(
    service: &'static str,
    programs: &'static [&'static str],
    units: &'static [&'static str],
) -> Known {
    Known {
        service,
        programs,
        units,
    }
}

/// Sorted by service.
pub(super) const SERVICES: [Known; 44] = [
    program("apache", &["apache2", "httpd"]),
    program("caddy", &["caddy"]),
    unit("cassandra", &[], &["cassandra.service"]),
    program("chrony", &["chronyd"]),
    program("clickhouse", &["clickhouse-server", "clickhouse"]),
    program("consul", &["consul"]),
    program("containerd", &["containerd"]),
    program("cron", &["cron", "crond"]),
    program("dnsmasq", &["dnsmasq"]),
    program("docker", &["dockerd"]),
    program("dovecot", &["dovecot"]),
    unit("elasticsearch", &[], &["elasticsearch.service"]),
    program("envoy", &["envoy"]),
    program("etcd", &["etcd"]),
    program("exim", &["exim", "exim4"]),
    unit("fail2ban", &[], &["fail2ban.service"]),
    program("grafana", &["grafana", "grafana-server"]),
    program("haproxy", &["haproxy"]),
    program("influxdb", &["influxd", "influxdb3"]),
    unit("kafka", &[], &["kafka.service"]),
    program("kubelet", &["kubelet"]),
    program("lighttpd", &["lighttpd"]),
    program("mariadb", &["mariadbd"]),
    program("memcached", &["memcached"]),
    program("mongodb", &["mongod"]),
    program("mysql", &["mysqld"]),
    program("named", &["named"]),
    program("nats", &["nats-server"]),
    program("nginx", &["nginx"]),
    unit("opensearch", &[], &["opensearch.service"]),
    program("php-fpm", &["php-fpm*"]),
    program("postfix", &["master"]),
    program("postgresql", &["postgres", "postmaster"]),
    program("prometheus", &["prometheus"]),
    unit("rabbitmq", &[], &["rabbitmq-server.service"]),
    program("redis", &["redis-server"]),
    program("rsyslog", &["rsyslogd"]),
    program("sshd", &["sshd"]),
    program("systemd-resolved", &["systemd-resolved"]),
    program("systemd-timesyncd", &["systemd-timesyncd"]),
    unit("tomcat", &[], &["tomcat*"]),
    program("valkey", &["valkey-server"]),
    program("varnish", &["varnishd"]),
    program("vault", &["vault"]),
];

/// The service of a program, told by its path, or where that is hidden by the name the process gives itself; else by
/// its unit.
pub(super) fn service(path: Option<&str>, name: &str, unit: Option<&str>) -> Option<&'static str> {
    let program = match path {
        // The name `master` says little by itself.
        Some(path) if path.ends_with("/master") && !path.contains("postfix") => return None,
        Some(path) => path.rsplit('/').next().unwrap_or(path),
        None if name == "master" => return None,
        None => name,
    };
    let found = SERVICES.iter().find(|known| {
        let by_program = known
            .programs
            .iter()
            .any(|pattern| matches(pattern, program, path.is_none()));
        by_program || unit.is_some_and(|unit| known.units.iter().any(|pattern| matches(pattern, unit, false)))
    });
    found.map(|known| known.service)
}

/// `is_short`: the kernel keeps 15 bytes of the name a process gives itself.
fn matches(pattern: &str, name: &str, is_short: bool) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => pattern == name || (is_short && name.len() == 15 && pattern.starts_with(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_services() {
        for (path, name, unit, expected) in [
            (
                Some("/usr/lib/postgresql/15/bin/postgres"),
                "postgres",
                None,
                Some("postgresql"),
            ),
            (Some("/usr/sbin/php-fpm8.2"), "php-fpm8.2", None, Some("php-fpm")),
            (None, "systemd-timesyn", None, Some("systemd-timesyncd")),
            (
                Some("/usr/bin/java"),
                "java",
                Some("elasticsearch.service"),
                Some("elasticsearch"),
            ),
            (Some("/usr/bin/java"), "java", None, None),
            (Some("/opt/master"), "master", None, None),
            (
                Some("/usr/lib/postfix/sbin/master"),
                "master",
                None,
                Some("postfix"),
            ),
        ] {
            assert_eq!(service(path, name, unit), expected, "{path:?}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(SERVICES.is_sorted_by_key(|known| known.service));
    }
}
