//! Which programs are which service.

use crate::procfs::Process;

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
    unit("postfix", &["qmgr"], &["postfix*"]),
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

/// The service a process belongs to, told by its program, else by its unit.
pub(super) fn service(process: &Process) -> Option<&'static str> {
    let program = process.program_name();
    let found = SERVICES.iter().find(|known| {
        let is_program = |pattern: &&str| matches(pattern, program, process.is_name_cut());
        let is_unit = |unit| known.units.iter().any(|pattern| matches(pattern, unit, false));
        known.programs.iter().any(is_program) || process.unit().is_some_and(is_unit)
    });
    found.map(|known| known.service)
}

fn matches(pattern: &str, name: &str, is_cut: bool) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => pattern == name || (is_cut && pattern.starts_with(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::procfs::Program;

    #[test]
    fn programs_are_services() {
        let file = |path: &str| Program::File {
            path: path.to_owned(),
            replaced: false,
        };
        for (program, name, unit, expected) in [
            (
                file("/usr/lib/postgresql/15/bin/postgres"),
                "postgres",
                "",
                Some("postgresql"),
            ),
            (file("/usr/sbin/php-fpm8.2"), "php-fpm8.2", "", Some("php-fpm")),
            (
                file("/usr/bin/redis-check-rdb"),
                "redis-server",
                "",
                Some("redis"),
            ),
            (file("/bin/busybox"), "crond", "", Some("cron")),
            (Program::Hidden, "systemd-timesyn", "", Some("systemd-timesyncd")),
            (
                file("/usr/bin/java"),
                "java",
                "elasticsearch.service",
                Some("elasticsearch"),
            ),
            (file("/usr/bin/java"), "java", "", None),
            (
                file("/usr/lib/postfix/sbin/master"),
                "master",
                "postfix@-.service",
                Some("postfix"),
            ),
            (file("/opt/master"), "master", "", None),
        ] {
            let process = Process {
                name: name.to_owned(),
                program,
                group: format!("/system.slice/{unit}"),
                ..Process::default()
            };
            assert_eq!(service(&process), expected, "{process:?}");
        }
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(SERVICES.is_sorted_by_key(|known| known.service));
    }
}
