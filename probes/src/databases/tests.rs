use proptest::prelude::*;

use super::*;

fn modes_between(there: &str, here: &str) -> Vec<String> {
    modes::stricter(&modes::named(there), &modes::named(here))
        .into_iter()
        .collect()
}

#[test]
fn a_mode_is_a_set() {
    let (one, other) = (
        "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
        "no_engine_substitution, strict_trans_tables",
    );
    assert_eq!(modes_between(one, other), [""; 0]);
    assert_eq!(modes_between("TRADITIONAL", "STRICT_ALL_TABLES").len(), 3);
    assert_eq!(modes_between("NO_ZERO_DATE", ""), [""; 0], "a warning only");
    assert_eq!(
        modes_between("", "TRADITIONAL"),
        [""; 0],
        "less strict breaks nothing"
    );
}

#[test]
fn defaults_follow_versions() {
    let count = |server, version| modes::by_default(server, version).unwrap().len();
    for (server, version, wanted) in [
        ("mysql", "5.5.62", 0),
        ("mysql", "5.6", 1),
        ("mysql", "5.7.4", 1),
        ("mysql", "5.7.12", 6),
        ("mysql", "5.7", 6),
        ("mysql", "8.0.36", 6),
        ("mariadb", "10.1", 1),
        ("mariadb", "10.11.6", 3),
    ] {
        assert_eq!(count(server, version), wanted, "{server} {version}");
    }
    assert_eq!(modes::by_default("mysql", "latest"), None);
}

#[test]
fn rules_of_hosts_tell_what_they_demand() {
    let demands = |rules: &[&str]| {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        access::demands_tls(&rules)
    };
    let local = "host all all 127.0.0.1/32 md5";
    assert!(demands(&[local, "hostssl all all 10.0.0.0/8 md5"]).is_some());
    assert!(demands(&["hostnossl all all 0.0.0.0/0 reject", "host all all 0.0.0.0/0 md5"]).is_some());
    assert!(demands(&[local]).is_none());
    assert!(demands(&["hostssl all all all md5", "host all all 10.0.0.0 255.0.0.0 md5"]).is_none());
    assert!(demands(&["hostssl all all all md5", "host all all all reject"]).is_some());
}

#[test]
fn tls_is_turned_off_in_many_ways() {
    for (text, server) in [
        ("[pgbouncer]\nserver_tls_sslmode = disable\n", "postgresql"),
        ("production:\n  sslmode: disable\n", "postgresql"),
        ("export PGSSLMODE=\"disable\"", "postgresql"),
        ("url=jdbc:postgresql://db/x?ssl=false", "postgresql"),
        ("{\"dsn\": \"host=db.internal sslmode=disable\"}", "postgresql"),
        ("url: jdbc:mysql://db:3306/x?useSSL=false&a=b", "mysql"),
    ] {
        let found = without_tls(text);
        assert_eq!(
            found.iter().map(|found| found.server).collect::<Vec<_>>(),
            [server],
            "{text}"
        );
    }
    for text in [
        "client_tls_sslmode = disable",
        "#server_tls_sslmode = disable",
        "sslmode=require",
        "sslmode=disabled-later",
        "development:\n  sslmode: disable\nproduction:\n  sslmode: require\n",
        "url=postgres://u@localhost/x?sslmode=disable",
        "[databases]\n* = host=127.0.0.1 port=5432\n[pgbouncer]\nserver_tls_sslmode = disable\n",
    ] {
        assert_eq!(without_tls(text), [], "{text}");
    }
}

#[test]
fn old_clients_are_known() {
    let found = |path: &str, text: &str| -> Vec<String> {
        lacking(path, text)
            .into_iter()
            .map(|found| found.client)
            .collect()
    };
    let alpine = "FROM alpine:3.18\nRUN apk add --no-cache \\\n  mariadb-client tzdata && rm -rf /x\n";
    assert_eq!(
        found("Dockerfile", alpine),
        ["mariadb-client of Alpine without mariadb-connector-c"]
    );
    assert_eq!(
        found("Dockerfile", "RUN apk add mysql-client mariadb-connector-c"),
        [""; 0]
    );
    assert_eq!(
        found("Dockerfile", "RUN apt-get install -y mariadb-client"),
        [""; 0]
    );
    assert_eq!(
        found(
            "package.json",
            r#"{"dependencies":{"mysql":"^2.18.1","pg":"^7.0.0"}}"#
        ),
        ["mysql"]
    );
    let lock =
        r#"{"packages":{"node_modules/mysql":{"version":"2.18.1"},"node_modules/pg":{"version":"8.1.0"}}}"#;
    assert_eq!(found("package-lock.json", lock), ["mysql 2.18.1"]);
    assert_eq!(
        found("go.mod", "require (\n\tgithub.com/go-sql-driver/mysql v1.3.0\n)"),
        ["github.com/go-sql-driver/mysql v1.3.0"]
    );
    assert_eq!(
        found("WEB-INF/lib/mysql-connector-java-5.1.39.jar", ""),
        ["mysql-connector-java 5.1.39"]
    );
    assert_eq!(found("lib/postgresql-9.4.1212.jar", ""), ["postgresql 9.4.1212"]);
    assert_eq!(found("lib/postgresql-42.7.3.jar", ""), [""; 0]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z=:\"' \\n\\[\\]#/?&-]{0,200}") {
        let _ = without_tls(&text);
        for path in ["package.json", "go.mod", "requirements.txt", "Dockerfile", "a-1.jar"] {
            let _ = lacking(path, &text);
        }
    }

    #[test]
    fn no_rule_panics(rules in proptest::collection::vec("[a-z0-9./ ]{0,40}", 0..5)) {
        let _ = access::demands_tls(&rules);
        let _ = access::asks_scram(&rules, None, "14");
    }
}

#[test]
fn clients_of_a_container_file_are_those_of_its_last_stage() {
    let of = containers::of_containerfile;
    let stretch = of(
        "FROM golang:1.22 AS b\nFROM debian:stretch-slim\nRUN apt-get install -y php-pgsql \\\n  php-cli\n",
    );
    assert_eq!(stretch.lacking.len(), 1);
    assert_eq!(
        (stretch.lacking[0].method, stretch.lacking[0].client.as_str()),
        ("scram-sha-256", "php-pgsql of Debian 9, with libpq 9.6,")
    );
    assert_eq!(
        of("FROM debian:buster\nRUN apt-get install -y php-pgsql\n").lacking,
        []
    );
    let dump = |text: &str| of(text).dump.map(|(what, version)| format!("{version} {what}"));
    let client = "RUN apk add --no-cache postgresql-client";
    assert_eq!(
        dump(&format!("FROM alpine:3.20\n{client}")).unwrap(),
        "16 postgresql-client of Alpine 3.20"
    );
    assert_eq!(
        dump(&format!("FROM alpine:3.99\n{client}")),
        None,
        "nothing is known of it"
    );
    assert_eq!(
        dump("FROM alpine:3.99\nRUN apk add postgresql15-client").unwrap(),
        "15 its package"
    );
    assert_eq!(
        dump("FROM postgres:13.2-alpine\n").unwrap(),
        "13.2 image postgres"
    );
    let pgdg =
        "FROM debian:12\nRUN curl https://apt.postgresql.org/x && apt-get install -y postgresql-client\n";
    assert_eq!(dump(pgdg), None);
    let php = of("FROM php:7.2-apache\nRUN docker-php-ext-install gd pdo_mysql\n");
    assert_eq!(php.lacking[0].client, "pdo_mysql of PHP 7.2");
    assert_eq!(
        of("FROM php:7.4-apache\nRUN docker-php-ext-install pdo_mysql\n").lacking,
        []
    );
    let asks = |image: &str| of(&format!("FROM {image}\nRUN apk add mariadb-client\n")).asks_tls;
    assert_eq!(
        asks("php:8.3-fpm-alpine3.21").unwrap(),
        "mariadb-client of Alpine 3.21"
    );
    assert_eq!(asks("alpine:3.20"), None);
    assert_eq!(of("RUN nothing\n"), containers::Clients::default());
}

#[test]
fn a_manifest_dumps_with_the_image_before_the_call() {
    let job = "containers:\n- name: a\n  image: alpine:3.20\n- name: b\n  image: \"postgres:13-alpine\"\n  command: [pg_dump]\n";
    assert_eq!(
        containers::dumping_image(job),
        Some(("postgres".to_owned(), "13".to_owned(), 6))
    );
    assert_eq!(
        containers::dumping_image("image: shop:1\ncommand: pg_dump\n"),
        None
    );
    assert_eq!(containers::dumping_image("# pg_dump\nimage: postgres:13\n"), None);
}

#[test]
fn tls_is_demanded_by_words_of_the_server() {
    let words = |text: &str| {
        tls::demanded_tls(text)
            .into_iter()
            .map(|found| format!("{} {}", found.server, found.words))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words("DATABASE_URL=postgres://u@db/a?sslmode=require"),
        ["postgresql sslmode=require"]
    );
    assert_eq!(
        words("url=jdbc:mysql://db/a?sslMode=REQUIRED"),
        ["mysql sslmode=required"]
    );
    assert_eq!(
        words("DATABASE_URL=postgres://u@localhost/a?sslmode=require"),
        [""; 0]
    );
    assert_eq!(words("sslmode: prefer"), [""; 0]);
    assert_eq!(
        tls::silent_address("# no\nURL=postgres://u@db.internal/a\n"),
        Some(2)
    );
    assert_eq!(
        tls::silent_address("URL=postgres://u@db.internal/a?sslmode=disable\n"),
        None
    );
}
