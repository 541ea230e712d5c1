#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::fmt::Write;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::transport::Tree;
use proptest::prelude::*;

use super::{PROBE, parse, tagged};

const FILE: &str = "\
x-common: &common
  restart: always
  environment: {LANG: C}
services:
  db:
    <<: *common
    image: postgres:${PG:-17}-alpine
    environment:
      POSTGRES_PASSWORD: geheim
      A: 1.20
    ports:
      - 5432:5432
      - \"127.0.0.1:9000:80/udp\"
      - 8080
      - target: 80
        published: \"8081\"
        host_ip: ::1
  cache:
    image: >-
      redis:7.2.4
    environment:
      - TOKEN=x=y
      - PASSED
  web:
    build: .
    image: nginx:1.0
  empty:
";

#[test]
fn few_anchors_may_have_very_many_aliases() {
    let mut text = "x-base: &base {restart: always}\nservices:\n".to_owned();
    for number in 0..300 {
        writeln!(text, "  s{number}: {{<<: *base, image: 'redis:7'}}").unwrap();
    }
    assert_eq!(parse(text.as_bytes()).unwrap().services.len(), 300);
}

#[test]
fn services_are_read_with_their_lines() {
    for text in [
        FILE.to_owned(),
        FILE.replace('\n', "\r\n"),
        format!("\u{feff}{FILE}"),
    ] {
        let composed = parse(text.as_bytes()).unwrap();
        assert_eq!(composed.services.len(), 4);
        let db = &composed.services["db"];
        let image = db.image.as_ref().unwrap();
        assert_eq!((image.name.as_deref(), image.line), (Ok("postgres:17-alpine"), 7));
        let ports: Vec<&str> = db.ports.iter().map(String::as_str).collect();
        assert_eq!(
            ports,
            ["127.0.0.1:9000:80/udp", "5432:5432", "8080", "::1:8081:80"]
        );
        let names: Vec<&str> = db.environment.iter().map(String::as_str).collect();
        assert_eq!(names, ["A", "POSTGRES_PASSWORD"]);
        let cache = &composed.services["cache"];
        assert_eq!(cache.image.as_ref().unwrap().name.as_deref(), Ok("redis:7.2.4"));
        assert!(cache.environment.contains("TOKEN") && cache.environment.contains("PASSED"));
        assert!(composed.services["web"].built && !db.built);
        assert!(!format!("{composed:?}").contains("geheim"));
    }
}

#[test]
fn scalars_stay_as_they_are_written() {
    let composed = parse(b"services: {010: {image: 1.20}, no: {image: ~}}").unwrap();
    assert_eq!(composed.services["010"].image.as_ref().unwrap().written, "1.20");
    assert!(composed.services.contains_key("no"));
}

#[test]
fn an_override_replaces_images_and_adds_ports() {
    let base = parse(b"services: {db: {image: 'postgres:15', ports: ['1']}}").unwrap();
    let over = parse(b"include: [x.yaml]\nservices: {db: {ports: ['2']}, mq: {image: rabbitmq}}").unwrap();
    let composed = base.overridden_by(over);
    let db = &composed.services["db"];
    assert_eq!(db.image.as_ref().unwrap().written, "postgres:15");
    assert_eq!(db.ports.len(), 2);
    assert_eq!(composed.elsewhere, ["`include`"]);
    assert!(composed.services.contains_key("mq"));
}

#[test]
fn tags_tell_versions_or_why_not() {
    for (image, service, version) in [
        ("postgres:17-alpine", "postgresql", Some("17")),
        ("docker.io/library/postgres:15.3", "postgresql", Some("15.3")),
        ("mirror.example:5000/redis:7.2.4", "redis", Some("7.2.4")),
        (
            "bitnami/postgresql:15.3.0-debian-11-r7",
            "postgresql",
            Some("15.3.0"),
        ),
        ("valkey/valkey:8", "valkey", Some("8")),
        (
            "docker.elastic.co/elasticsearch/elasticsearch:8.11.1",
            "elasticsearch",
            Some("8.11.1"),
        ),
        ("quay.io/coreos/etcd:v3.5.9", "etcd", Some("3.5.9")),
        ("httpd:2.4@sha256:00", "apache", Some("2.4")),
        ("mongo:latest", "mongodb", None),
        ("mysql", "mysql", None),
        ("mariadb@sha256:00", "mariadb", None),
        ("postgres:17beta1", "postgresql", None),
        ("example/nginx:2024.1", "nginx", None),
        ("localhost:5000/memcached", "memcached", None),
    ] {
        let found = tagged(image).unwrap();
        assert_eq!(found.service, service, "{image}");
        assert_eq!(found.version.ok().as_deref(), version, "{image}");
    }
    assert_eq!(tagged("example/shop:1"), None);
}

#[test]
fn hostile_documents_are_refused_in_one_line() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..40 {
        let refs = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{refs}]").unwrap();
    }
    bomb.push_str("services: {x: {ports: *a39}}\n");
    for text in [
        bomb.as_str(),
        &"[".repeat(100_000),
        &"a: {".repeat(50_000),
        "services: [1]",
        "services: {a: {image: [1]}}",
        "services: {a: {image: x}, a: {image: y}}",
        "services: *nothing",
        "services:\n\t- x",
    ] {
        let error = parse(text.as_bytes()).unwrap_err();
        assert!(!error.contains('\n') && error.len() < 300, "{error}");
    }
    assert!(parse(b"\xff").is_err());
    assert!(parse(b"").unwrap().services.is_empty());
}

proptest! {
    #[test]
    fn no_mutation_panics(at in 0..600_usize, put in "[\\[\\]{}&*:!|>a\n \"'-]{0,5}") {
        let at = (0..=at.min(FILE.len())).rev().find(|at| FILE.is_char_boundary(*at)).unwrap();
        let text = format!("{}{put}{}", &FILE[..at], &FILE[at..]);
        let _ = parse(text.as_bytes());
        let _ = tagged(&put);
    }
}

/// Settings of databases, by the compose file and option files of a project.
fn settings(files: &[(&str, &str)]) -> Vec<String> {
    let top = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = top.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let mut tree = Tree::at(top.path(), Instant::now() + Duration::from_secs(60)).unwrap();
    let snapshot = collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot;
    let shown = snapshot
        .facts
        .iter()
        .map(|fact| format!("{} {}", fact.id, fact.state));
    shown.filter(|fact| fact.contains(".setting[")).collect()
}

#[test]
fn databases_are_set_by_their_command_and_by_option_files() {
    let compose = "services:\n  db:\n    image: mysql:8.0\n    \
                   command: mysqld --sql-mode=\"ANSI_QUOTES,STRICT_ALL_TABLES\" --log-bin --password=geheim\n    \
                   volumes:\n      - ./docker/my.cnf:/etc/mysql/conf.d/my.cnf:ro\n      - data:/var/lib/mysql\n";
    let options = "[client]\ntls_version=x\n[mysqld]\nsql-mode = ANSI\nrequire-secure-transport = ON\n";
    let found = settings(&[("compose.yaml", compose), ("docker/my.cnf", options)]);
    assert_eq!(
        found,
        [
            "mysql.setting[log_bin] ",
            "mysql.setting[require_secure_transport] ON",
            "mysql.setting[sql_mode] ANSI_QUOTES,STRICT_ALL_TABLES",
        ]
    );
    let postgres = "services:\n  db:\n    image: postgres:16\n    command: [postgres, -c, ssl=on]\n";
    assert_eq!(
        settings(&[("compose.yaml", postgres)]),
        ["postgresql.setting[ssl] on"]
    );
    let other =
        "services:\n  a:\n    image: mysql:8.0\n    command: [--sql_mode=]\n  b:\n    image: mariadb:11\n";
    let found = settings(&[("compose.yaml", other)]);
    assert!(found[0].contains("differ"), "{found:?}");
}
