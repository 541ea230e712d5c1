//! Well-known services: the programs, packages and images by which they are recognised.

/// An ecosystem of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ecosystem {
    /// Debian packages.
    Deb,
    /// RPM packages.
    Rpm,
    /// Alpine packages.
    Apk,
    /// Arch packages.
    Pacman,
}

/// A service and what tells it. Each list is written as words.
#[derive(Debug)]
pub(crate) struct KnownService {
    /// The name in facts.
    pub(crate) name: &'static str,
    /// File names of its programs; a trailing `*` stands for anything.
    programs: &'static str,
    /// Its units, for services that an interpreter runs; a trailing `*` stands for anything.
    units: &'static str,
    /// Its packages; `#` and `%` as in [`fits`].
    deb: &'static str,
    rpm: &'static str,
    apk: &'static str,
    pacman: &'static str,
    /// Images whose tags begin with its version.
    images: &'static str,
}

impl KnownService {
    /// The services that have a program of this file name: several where one replaces the other. `is_cut`: the kernel keeps 15 bytes
    /// of what a process calls itself.
    pub(crate) fn of_program(program: &str, is_cut: bool) -> impl Iterator<Item = &'static KnownService> {
        let is_it =
            move |pattern: &str| starred(pattern, program) || (is_cut && pattern.starts_with(program));
        SERVICES
            .iter()
            .filter(move |service| service.programs.split_whitespace().any(is_it))
    }

    /// The service that runs in a unit of this name.
    pub(crate) fn of_unit(unit: &str) -> Option<&'static KnownService> {
        let is_it = |pattern: &str| starred(pattern, unit);
        SERVICES
            .iter()
            .find(|service| service.units.split_whitespace().any(is_it))
    }

    /// The service that a package carries.
    pub(crate) fn of_package(ecosystem: Ecosystem, package: &str) -> Option<&'static KnownService> {
        SERVICES
            .iter()
            .find(|service| has(service.packages(ecosystem), package))
    }

    /// The service of an image, given without registry and tag, and without `library/`.
    pub(crate) fn of_image(image: &str) -> Option<&'static KnownService> {
        SERVICES.iter().find(|service| has(service.images, image))
    }

    fn packages(&self, ecosystem: Ecosystem) -> &'static str {
        match ecosystem {
            Ecosystem::Deb => self.deb,
            Ecosystem::Rpm => self.rpm,
            Ecosystem::Apk => self.apk,
            Ecosystem::Pacman => self.pacman,
        }
    }
}

fn starred(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(begin) => name.starts_with(begin),
        None => pattern == name,
    }
}

fn has(words: &str, name: &str) -> bool {
    words.split_whitespace().any(|pattern| fits(pattern, name))
}

/// Whether a name fits a pattern in which `#` stands for a version (digits and dots, a digit first) and `%` for one that has a
/// dot.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    if pattern.contains(['#', '%']) {
        version_in(pattern, name).is_some()
    } else {
        pattern == name
    }
}

/// The version in a name that fits such a pattern.
pub(crate) fn version_in<'a>(pattern: &str, name: &'a str) -> Option<&'a str> {
    let (before, after) = pattern.split_once(['#', '%'])?;
    let version = name.strip_prefix(before)?.strip_suffix(after)?;
    let begins = version.starts_with(|c: char| c.is_ascii_digit());
    let is_version = version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_dot = version.contains('.') || !pattern.contains('%');
    (begins && is_version && has_dot).then_some(version)
}

macro_rules! services {
    ($($name:literal: $programs:literal, $units:literal, $deb:literal, $rpm:literal, $apk:literal, $pacman:literal, $images:literal;)+) => {
        /// Sorted by name: programs; units; packages of Debian, RPM, Alpine, Arch; images.
        const SERVICES: &[KnownService] = &[$(KnownService {
            name: $name,
            programs: $programs,
            units: $units,
            deb: $deb,
            rpm: $rpm,
            apk: $apk,
            pacman: $pacman,
            images: $images,
        }),+];
    };
}

services! {
    "apache": "apache2 httpd", "", "apache2", "httpd", "apache2", "apache", "httpd ubuntu/apache2 bitnami/apache";
    "caddy": "caddy", "", "caddy", "caddy", "caddy", "caddy", "caddy";
    "cassandra": "", "cassandra.service", "cassandra", "cassandra", "", "cassandra", "cassandra bitnami/cassandra";
    "chrony": "chronyd", "", "chrony", "chrony", "chrony", "chrony", "";
    "clickhouse": "clickhouse-server clickhouse", "", "clickhouse-server", "clickhouse-server", "clickhouse", "clickhouse", "clickhouse clickhouse/clickhouse-server";
    "consul": "consul", "", "consul", "consul", "consul", "consul", "consul hashicorp/consul";
    "containerd": "containerd", "", "containerd containerd.io", "containerd containerd.io", "containerd", "containerd", "";
    "cron": "cron crond", "", "cron", "cronie", "cronie", "cronie", "";
    "dnsmasq": "dnsmasq", "", "dnsmasq-base", "dnsmasq", "dnsmasq", "dnsmasq", "";
    "docker": "dockerd", "", "docker.io docker-ce", "docker-ce moby-engine", "docker-engine", "docker", "";
    "dovecot": "dovecot", "", "dovecot-core", "dovecot", "dovecot", "dovecot", "dovecot/dovecot";
    "elasticsearch": "", "elasticsearch.service", "elasticsearch", "elasticsearch", "", "elasticsearch", "elasticsearch elasticsearch/elasticsearch bitnami/elasticsearch";
    "envoy": "envoy", "", "envoy", "envoy", "envoy", "envoy", "envoyproxy/envoy";
    "etcd": "etcd", "", "etcd-server", "etcd", "etcd", "etcd", "coreos/etcd bitnami/etcd";
    "exim": "exim exim4", "", "exim4-daemon-light exim4-daemon-heavy", "exim", "exim", "exim", "";
    "fail2ban": "", "fail2ban.service", "fail2ban", "fail2ban-server", "fail2ban", "fail2ban", "";
    "glassfish": "", "glassfish*", "", "glassfish", "", "", "glassfish omnifish/glassfish";
    "grafana": "grafana grafana-server", "", "grafana", "grafana", "grafana", "grafana", "grafana/grafana grafana/grafana-oss";
    "haproxy": "haproxy", "", "haproxy", "haproxy", "haproxy", "haproxy", "haproxy haproxytech/haproxy-alpine bitnami/haproxy";
    "influxdb": "influxd influxdb3", "", "influxdb influxdb2", "influxdb influxdb2", "influxdb", "influxdb", "influxdb bitnami/influxdb";
    "jetty": "", "jetty*", "jetty#", "jetty", "", "jetty", "jetty bitnami/jetty";
    "kafka": "", "kafka.service", "", "kafka", "", "kafka", "apache/kafka bitnami/kafka";
    "kubelet": "kubelet", "", "kubelet", "kubelet", "kubelet", "kubelet", "";
    "lighttpd": "lighttpd", "", "lighttpd", "lighttpd", "lighttpd", "lighttpd", "";
    "mariadb": "mariadbd mysqld", "", "mariadb-server mariadb-server-#", "mariadb-server MariaDB-server mariadb#-server", "mariadb", "mariadb", "mariadb bitnami/mariadb";
    "memcached": "memcached", "", "memcached", "memcached", "memcached", "memcached", "memcached bitnami/memcached";
    "mongodb": "mongod", "", "mongodb-org-server mongodb-server-core", "mongodb-org-server mongodb-server", "mongodb", "mongodb", "mongo mongodb/mongodb-community-server bitnami/mongodb";
    "mosquitto": "mosquitto", "", "mosquitto", "mosquitto", "mosquitto", "mosquitto", "eclipse-mosquitto";
    "mysql": "mysqld", "", "mysql-server-# mysql-server-core-# mysql-community-server", "mysql-server mysql-community-server mysql#-server", "mysql", "mysql", "mysql mysql/mysql-server bitnami/mysql";
    "named": "named", "", "bind9", "bind", "bind", "bind", "";
    "nats": "nats-server", "", "nats-server", "nats-server", "nats-server", "nats-server", "nats";
    "nginx": "nginx", "", "nginx", "nginx nginx-core", "nginx", "nginx nginx-mainline", "nginx nginxinc/nginx-unprivileged bitnami/nginx";
    "opensearch": "", "opensearch.service", "opensearch", "opensearch", "", "opensearch", "opensearchproject/opensearch bitnami/opensearch";
    "payara": "", "payara*", "", "payara", "", "", "payara/server-full payara/server-web payara/micro";
    "pgbouncer": "pgbouncer", "", "pgbouncer", "pgbouncer", "pgbouncer", "pgbouncer", "edoburu/pgbouncer bitnami/pgbouncer";
    "php-fpm": "php-fpm*", "", "php#-fpm", "php-fpm php#-php-fpm", "php#-fpm", "php-fpm", "";
    "postfix": "qmgr", "postfix*", "postfix", "postfix", "postfix", "postfix", "";
    "postgresql": "postgres postmaster", "", "postgresql-#", "postgresql-server postgresql#-server", "postgresql postgresql#", "postgresql", "postgres postgis/postgis bitnami/postgresql";
    "prometheus": "prometheus", "", "prometheus", "prometheus", "prometheus", "prometheus", "prom/prometheus bitnami/prometheus";
    "rabbitmq": "", "rabbitmq-server.service", "rabbitmq-server", "rabbitmq-server", "rabbitmq-server", "rabbitmq", "rabbitmq bitnami/rabbitmq";
    "redis": "redis-server", "", "redis-server", "redis redis#", "redis", "redis", "redis bitnami/redis";
    "rsyslog": "rsyslogd", "", "rsyslog", "rsyslog", "rsyslog", "rsyslog", "";
    "sshd": "sshd", "", "openssh-server", "openssh-server", "openssh-server", "openssh", "";
    "systemd-resolved": "systemd-resolved", "", "", "", "", "", "";
    "systemd-timesyncd": "systemd-timesyncd", "", "", "", "", "", "";
    "tomcat": "", "tomcat*", "tomcat#", "tomcat tomcat#", "", "tomcat#", "tomcat bitnami/tomcat";
    "traefik": "traefik", "", "traefik", "traefik", "traefik", "traefik", "traefik";
    "valkey": "valkey-server", "", "valkey-server", "valkey", "valkey", "valkey", "valkey/valkey bitnami/valkey";
    "varnish": "varnishd", "", "varnish", "varnish", "varnish", "varnish", "varnish";
    "vault": "vault", "", "vault", "vault", "vault", "vault", "vault hashicorp/vault";
    "wildfly": "", "wildfly*", "wildfly", "wildfly", "", "wildfly", "jboss/wildfly wildfly/wildfly bitnami/wildfly";
    "zookeeper": "", "zookeeper.service", "zookeeper", "zookeeper", "", "zookeeper", "zookeeper bitnami/zookeeper";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(SERVICES.is_sorted_by_key(|service| service.name));
    }

    #[test]
    fn packages_beside_a_server_are_not_the_server() {
        let service = |package| KnownService::of_package(Ecosystem::Deb, package).map(|service| service.name);
        assert_eq!(service("postgresql-15"), Some("postgresql"));
        for package in [
            "postgresql",
            "postgresql-client-15",
            "postgresql-15-postgis-3",
            "postgresql-common",
            "redis-tools",
        ] {
            assert_eq!(service(package), None, "{package}");
        }
        let rpm = KnownService::of_package(Ecosystem::Rpm, "postgresql15-server");
        assert_eq!(rpm.map(|service| service.name), Some("postgresql"));
    }
}
