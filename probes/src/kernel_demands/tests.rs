//! What files ask for.

use super::{composed, control_groups, daemons, limits, pages};
use crate::said::Said;

fn shown(found: Said) -> Vec<String> {
    let lines = found.0.into_iter();
    lines
        .map(|((family, key), (value, line))| format!("{family} {key} = {value} ({line})"))
        .collect()
}

fn composed(service: &str) -> Vec<String> {
    let mut found = Said::default();
    composed::read(&format!("services:\n  a:\n{service}"), &mut found);
    shown(found)
}

#[test]
fn services_of_compose_files() {
    for (service, expected) in [
        (
            "    sysctls: [net.ipv6.conf.all.disable_ipv6=0]\n",
            "demand.sysctl a:net.ipv6.conf.all.disable_ipv6 = 0 (3)",
        ),
        ("    storage_opt: {size: 10G}\n", "demand.quota a = 10G (3)"),
        (
            "    image: quay.io/cilium/tetragon:v1.0.0\n",
            "demand.place a:/sys/kernel/btf/vmlinux = quay.io/cilium/tetragon:v1.0.0 (3)",
        ),
        (
            "    volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro']\n",
            "demand.engine-socket a = /var/run/docker.sock (3)",
        ),
        (
            "    volumes: [{type: bind, source: /srv/shop, target: /shop}]\n",
            "demand.outside-home a = /srv/shop (3)",
        ),
        (
            "    volumes: ['/sys/fs/cgroup/cpuset:/c']\n",
            "demand.cgroup /sys/fs/cgroup/cpuset = 1 (3)",
        ),
    ] {
        assert_eq!(composed(service), [expected], "{service}");
    }
    for service in [
        "    sysctls: {net.core.somaxconn: 1024}\n",
        "    volumes: ['./data:/data', 'data:/d', '/home/me/x:/x', '/etc/localtime:/etc/localtime']\n",
        "    volumes: ['/sys/fs/cgroup:/sys/fs/cgroup:ro']\n",
        "    volumes: ['/var/run/docker.sock:/s']\n    security_opt: ['label=disable']\n",
        "    storage_opt: {size: 10G}\n    profiles: [x]\n",
    ] {
        assert_eq!(composed(service), [""; 0], "{service}");
    }
}

#[test]
fn scripts_that_read_control_groups() {
    let of = |text: &str| {
        let mut found = Said::default();
        control_groups::read(text, &mut found);
        shown(found)
    };
    assert_eq!(
        of("limit=$(cat /sys/fs/cgroup/memory/memory.limit_in_bytes)\n"),
        ["demand.cgroup /sys/fs/cgroup/memory/memory.limit_in_bytes = 1 (1)"]
    );
    assert_eq!(
        of("with open('/sys/fs/cgroup/memory.max') as f:\n"),
        ["demand.cgroup /sys/fs/cgroup/memory.max = 2 (1)"]
    );
    let asks = of("if [ -f /sys/fs/cgroup/memory.max ]; then\n  cat /sys/fs/cgroup/memory.max\nfi\n");
    assert_eq!(asks, ["demand.cgroup /sys/fs/cgroup/memory.max = 1 or 2 (1)"]);
    assert_eq!(of("# /sys/fs/cgroup/memory.max\nls /sys/fs/cgroup/\n"), [""; 0]);
}

#[test]
fn limits_of_units_and_engines() {
    let of = |path: &str, text: &str| {
        let mut found = Said::default();
        limits::read(path, text, &mut found);
        shown(found)
    };
    let unit = of("a.service", "[Service]\nLimitNOFILE=1024:2097152\n");
    assert_eq!(unit, ["demand.open-files  = 2097152 (2)"]);
    assert_eq!(of("a.service", "[Service]\nLimitNOFILE=infinity\n"), [""; 0]);
    let engine = of(
        "elasticsearch.yml",
        "# bootstrap.memory_lock: true\nbootstrap.memory_lock: true\nnetwork.host: 0.0.0.0\n",
    );
    assert_eq!(
        engine,
        ["demand.memory-lock elasticsearch = bootstrap.memory_lock: true (2)"]
    );
    for alone in [
        "",
        "network.host: 127.0.0.1\n",
        "network.host: 0.0.0.0\ndiscovery.type: single-node\n",
    ] {
        let text = format!("bootstrap.memory_lock: true\n{alone}");
        assert_eq!(of("elasticsearch.yml", &text), [""; 0], "{alone}");
    }
}

#[test]
fn settings_of_servers() {
    let of = |path: &str, text: &str| {
        let mut found = Said::default();
        daemons::read(path, text, &mut found);
        shown(found)
    };
    assert_eq!(
        of(
            "nginx/a.conf",
            "server { listen [::]:8888; root /data/www/; location /x { alias $root; } }\n"
        ),
        [
            "demand.path nginx:/data/www = root (1)",
            "demand.port nginx:8888 = listen (1)"
        ]
    );
    assert_eq!(
        of("httpd/conf.d/a.conf", "Listen 8888\nDocumentRoot \"/data/www\"\n"),
        [
            "demand.path apache:/data/www = DocumentRoot (2)",
            "demand.port apache:8888 = Listen (1)"
        ]
    );
    assert_eq!(
        of("redis.conf", "bind 127.0.0.1 ::1\n"),
        ["demand.ipv6 redis = bind ::1 (1)"]
    );
    assert_eq!(of("redis.conf", "bind 127.0.0.1 -::1\n"), [""; 0]);
    assert_eq!(
        of("postgresql.conf", "huge_pages = on # all\nport = 5433\n"),
        [
            "demand.huge-pages  = huge_pages = on (1)",
            "demand.port postgresql:5433 = port (2)"
        ]
    );
    assert_eq!(
        of("my.cnf", "[client]\nport=1\n[mysqld]\ndatadir=/data/mysql\n"),
        [
            "demand.path mariadb:/data/mysql = datadir (4)",
            "demand.path mysql:/data/mysql = datadir (4)"
        ]
    );
}

#[test]
fn allocators() {
    let mut found = Said::default();
    pages::read(
        "Cargo.lock",
        "[[package]]\nname = \"tikv-jemalloc-sys\"\n",
        &mut found,
    );
    assert_eq!(shown(found), ["demand.page-size tikv-jemalloc-sys = 4096 (2)"]);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[ -~\\n]{0,300}") {
        let mut found = Said::default();
        composed::read(&text, &mut found);
        control_groups::read(&text, &mut found);
        for path in ["nginx.conf", "httpd.conf", "my.cnf", "postgresql.conf", "redis.conf", "sshd_config"] {
            daemons::read(path, &text, &mut found);
        }
        limits::read("a.service", &text, &mut found);
        limits::read("elasticsearch.yml", &text, &mut found);
    }
}
