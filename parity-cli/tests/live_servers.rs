//! What `parity check` predicts of a database server by its own answers, against what that server really does; then the same after
//! the remedy.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

mod servers;

use std::fs;
use std::path::Path;

use serde_json::Value;
use servers::case::Case;
use servers::{SECRET, Server, parity, said};

fn postgresql(server: &Server, user: &str) -> String {
    format!("postgresql://{user}@127.0.0.1:{}/shop", server.port)
}

const ROLES: [&str; 4] = [
    "CREATE ROLE parity LOGIN PASSWORD 'CANARY-of-the-server'",
    "CREATE ROLE app LOGIN PASSWORD 'CANARY-of-the-server'",
    "CREATE DATABASE shop",
    "GRANT ALL PRIVILEGES ON DATABASE shop TO app",
];

#[test]
fn a_migration_that_postgresql_refuses() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let target = postgresql(&server, "parity");
    let case = |text| Case {
        file: ("001.sql", text),
        dev: "'service.version[postgresql]' = { value = '15.1', scheme = 'generic' }",
        target: &target,
    };
    let refused = |statement: &str| said(&server.psql("postgres", "dbname=shop", statement));

    let missing = "CREATE EXTENSION vector;";
    case(missing).finds("sql-extension", "which is not on postgresql://parity@");
    assert!(
        refused(missing).contains("extension \"vector\" is not available"),
        "{}",
        refused(missing)
    );
    case("CREATE EXTENSION pg_trgm;").finds_nothing();
    server.administer("shop", &["CREATE EXTENSION pg_trgm;"]);

    let newer = "CREATE TABLE orders (id uuid DEFAULT uuidv7());";
    case(newer).finds("sql-feature", "needs postgresql 18");
    assert!(
        refused(newer).contains("function uuidv7() does not exist"),
        "{}",
        refused(newer)
    );
    case("CREATE TABLE orders (id uuid DEFAULT gen_random_uuid());").finds_nothing();
    server.administer(
        "shop",
        &["CREATE TABLE orders (id uuid DEFAULT gen_random_uuid());"],
    );

    let dump = "--\n-- PostgreSQL database dump\n--\n\n-- Dumped by pg_dump version 17.0\n\nSET transaction_timeout = 0;\n";
    case(dump).finds("sql-dump-setting", "TRANSACTION_TIMEOUT");
    assert!(
        refused(dump).contains("unrecognized configuration parameter"),
        "{}",
        refused(dump)
    );
}

#[test]
fn the_schema_public_is_left_to_the_owner() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let target = postgresql(&server, "parity");
    let migration = "CREATE TABLE orders (id bigint);";
    let case = Case {
        file: ("001.sql", migration),
        dev: "'service.version[postgresql]' = { value = '14.9', scheme = 'generic' }",
        target: &target,
    };
    let (findings, _) = case.check();
    assert!(
        findings
            .iter()
            .any(|found| found.starts_with("database-schema-public")),
        "{findings:?}"
    );
    let refused = server.psql("app", "dbname=shop", migration);
    assert!(
        said(&refused).contains("permission denied for schema public"),
        "{}",
        said(&refused)
    );

    server.administer("shop", &["GRANT CREATE ON SCHEMA public TO app"]);
    let (findings, _) = case.check();
    assert!(
        findings.iter().all(|found| found.starts_with("service-major")),
        "{findings:?}"
    );
    assert!(server.psql("app", "dbname=shop", migration).status.success());

    // The other remedy.
    server.administer(
        "shop",
        &[
            "REVOKE CREATE ON SCHEMA public FROM app",
            "ALTER DATABASE shop OWNER TO app",
        ],
    );
    let (findings, _) = case.check();
    assert!(
        findings.iter().all(|found| found.starts_with("service-major")),
        "{findings:?}"
    );
    assert!(
        server
            .psql("app", "dbname=shop", "CREATE TABLE more (id bigint)")
            .status
            .success()
    );
}

#[test]
fn the_order_of_texts_changed() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let target = postgresql(&server, "parity");
    let case = Case {
        file: ("note.txt", "nothing"),
        dev: "'service.version[postgresql]' = { value = '15.1', scheme = 'generic' }",
        target: &target,
    };
    case.finds_nothing();
    server.administer(
        "postgres",
        &["UPDATE pg_database SET datcollversion = '2.28' WHERE datname = 'shop'"],
    );
    case.finds("collation-changed", "built with collation version 2.28");
    let warned = said(&server.psql("parity", "dbname=shop", "SELECT 1"));
    assert!(warned.contains("collation version mismatch"), "{warned}");
    server.administer("postgres", &["ALTER DATABASE shop REFRESH COLLATION VERSION"]);
    case.finds_nothing();
    assert_eq!(said(&server.psql("parity", "dbname=shop", "SELECT 1")), "");
}

#[test]
fn connections_without_tls_are_refused() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let rules = "local all all scram-sha-256\nhost all postgres 127.0.0.1/32 scram-sha-256\nhostssl all all 0.0.0.0/0 scram-sha-256\n\
                 hostssl all all 127.0.0.1/32 scram-sha-256\n";
    fs::write(server.path("data/pg_hba.conf"), rules).unwrap();
    server.administer("postgres", &["SELECT pg_reload_conf()"]);
    let target = format!("{}?sslmode=require", postgresql(&server, "parity"));
    let case = |text| Case {
        file: ("app.ini", text),
        dev: "'service.version[postgresql]' = { value = '15.1', scheme = 'generic' }",
        target: &target,
    };
    let without = "DATABASE_URL=postgres://app@db.internal/shop?sslmode=disable\n";
    // The rules are shown to superusers only: not permitted is not known.
    let (findings, unknowns) = case(without).check();
    assert_eq!(
        (findings, unknowns),
        (vec![], vec!["database-tls: config.postgresql-hba[*]".to_owned()])
    );
    server.administer(
        "shop",
        &[
            "GRANT SELECT ON pg_hba_file_rules TO parity",
            "GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO parity",
        ],
    );
    case(without).finds("database-tls", "hostssl all 0.0.0.0/0");
    let refused = said(&server.psql("app", "dbname=shop sslmode=disable", "SELECT 1"));
    assert!(refused.contains("no pg_hba.conf entry"), "{refused}");
    case("DATABASE_URL=postgres://app@db.internal/shop?sslmode=require\n").finds_nothing();
    assert!(
        server
            .psql("app", "dbname=shop sslmode=require", "SELECT 1")
            .status
            .success()
    );
}

#[test]
fn an_old_library_cannot_log_in() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let rules = "host all all 127.0.0.1/32 scram-sha-256\nhost all all 10.0.0.0/8 scram-sha-256\n";
    fs::write(server.path("data/pg_hba.conf"), rules).unwrap();
    server.administer("postgres", &["SELECT pg_reload_conf()"]);
    let target = postgresql(&server, "postgres");
    let case = |text| Case {
        file: ("requirements.txt", text),
        dev: "'service.version[postgresql]' = { value = '15.1', scheme = 'generic' }",
        target: &target,
    };
    case("asyncpg==0.18.3\n").finds("database-login", "asks for scram-sha-256");
    case("asyncpg==0.29.0\n").finds_nothing();
}

#[test]
fn a_statement_that_mariadb_refuses() {
    let Some(server) = Server::mariadb() else { return };
    let accounts = format!(
        "CREATE USER parity@'127.0.0.1' IDENTIFIED BY '{SECRET}'; CREATE DATABASE shop; CREATE TABLE shop.t (a varchar(3))"
    );
    let made = server.mysql(&accounts);
    assert!(made.status.success(), "{}", said(&made));
    let target = format!("mysql://parity@127.0.0.1:{}", server.port);
    let case = |name, text| Case {
        file: (name, text),
        dev: "'service.version[mariadb]' = { value = '10.11.2', scheme = 'generic' }\n'mysql.setting[sql_mode]' = ''",
        target: &target,
    };
    let insert = "INSERT INTO shop.t VALUES ('too long')";
    let (findings, unknowns) = case("001.sql", "INSERT INTO t VALUES ('too long');").check();
    assert!(
        unknowns.is_empty() && findings.iter().all(|found| found.starts_with("database-setting")),
        "{findings:?}"
    );
    let refused = server.mysql(insert);
    assert!(said(&refused).contains("Data too long"), "{}", said(&refused));
    assert!(server.mysql("SET GLOBAL sql_mode = ''").status.success());
    assert!(server.mysql(insert).status.success());
    case("001.sql", "INSERT INTO t VALUES ('too long');").finds_nothing();

    let dump = "-- MySQL dump 10.13\nCREATE TABLE u (a text) COLLATE utf8mb4_0900_ai_ci;";
    case("dump.sql", dump).finds("sql-feature", "");
    let refused = server.mysql("CREATE TABLE shop.u (a text) COLLATE utf8mb4_0900_ai_ci");
    assert!(said(&refused).contains("Unknown collation"), "{}", said(&refused));
}

#[test]
fn a_command_that_redis_does_not_know() {
    let Some(server) = Server::redis() else { return };
    let target = format!("redis://127.0.0.1:{}", server.port);
    let case = |text| Case {
        file: ("app.py", text),
        dev: "'service.version[redis]' = { value = '7.0.15', scheme = 'generic' }",
        target: &target,
    };
    let newer = "import redis\nr = redis.Redis()\nr.hgetdel('cart', 'item')\n";
    case(newer).finds("redis-command", "HGETDEL, which needs Redis 8.0");
    assert!(
        server
            .redis_cli(&["HGETDEL", "cart", "FIELDS", "1", "item"])
            .contains("unknown command")
    );
    case("import redis\nr = redis.Redis()\nr.hget('cart', 'item')\nr.hdel('cart', 'item')\n").finds_nothing();
    assert!(!server.redis_cli(&["HGET", "cart", "item"]).contains("ERR"));
}

/// The id of a snapshot, which had to be complete.
fn snapshot(directory: &Path, variables: &[(&str, &str)], target: &str) -> String {
    let output = parity(directory, variables, &["snapshot", target]);
    assert!(output.status.success(), "{target}: {}", said(&output));
    let snapshot: Value = serde_json::from_slice(&output.stdout).unwrap();
    snapshot["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_way_to_log_in_gives_the_same_facts() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    server.administer(
        "postgres",
        &["SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'CANARY-of-the-server'"],
    );
    let rules = "local all all trust\nhost all postgres 127.0.0.1/32 scram-sha-256\nhost all old 127.0.0.1/32 md5\n\
                 hostssl all app 127.0.0.1/32 password\nhost all parity 127.0.0.1/32 scram-sha-256\n";
    fs::write(server.path("data/pg_hba.conf"), rules).unwrap();
    server.administer("postgres", &["SELECT pg_reload_conf()"]);
    let place = tempfile::tempdir().unwrap();
    let authority = server.path("ca.crt");
    let trust = [("PGSSLROOTCERT", authority.to_str().unwrap())];
    let at = |user: &str, rest: &str| format!("postgresql://{user}@localhost:{}/shop{rest}", server.port);
    let socket = format!(
        "postgresql://app@:{}/shop?host={}",
        server.port,
        server.path("").display()
    );
    let ids: std::collections::BTreeSet<String> = [
        snapshot(place.path(), &[], &at("parity", "")),
        snapshot(place.path(), &trust, &at("parity", "?sslmode=verify-full")),
        snapshot(place.path(), &[], &at("old", "?sslmode=disable")),
        snapshot(place.path(), &[], &at("old", "?sslmode=require")),
        snapshot(place.path(), &trust, &at("app", "?sslmode=verify-full")),
        snapshot(place.path(), &[("PGPASSWORD", "")], socket.trim_end_matches('/')),
    ]
    .into();
    assert_eq!(ids.len(), 1, "{ids:?}");

    let stranger = parity(
        place.path(),
        &[],
        &["snapshot", &at("parity", "?sslmode=verify-full")],
    );
    assert!(
        !stranger.status.success() && said(&stranger).contains("PGSSLROOTCERT"),
        "{}",
        said(&stranger)
    );
    let named = format!(
        "postgresql://parity@127.0.0.1:{}/shop?sslmode=verify-full",
        server.port
    );
    let other = parity(place.path(), &trust, &["snapshot", &named]);
    assert!(
        !other.status.success() && said(&other).contains("127.0.0.1"),
        "{}",
        said(&other)
    );
}

#[test]
fn passwords_stay_where_they_are() {
    let servers = [Server::postgresql(), Server::mariadb(), Server::redis()];
    let [Some(postgresql_), Some(mariadb), Some(redis)] = &servers else {
        return;
    };
    postgresql_.administer("postgres", &ROLES);
    let account = format!("CREATE USER parity@'127.0.0.1' IDENTIFIED BY '{SECRET}'");
    assert!(mariadb.mysql(&account).status.success());
    let place = tempfile::tempdir().unwrap();
    let wrong = [
        ("PGPASSWORD", "CANARY-a"),
        ("MYSQL_PWD", "CANARY-b"),
        ("REDISCLI_AUTH", "CANARY-c"),
    ];
    for target in [
        postgresql(postgresql_, "parity"),
        format!("mysql://parity@127.0.0.1:{}", mariadb.port),
        format!("redis://127.0.0.1:{}", redis.port),
    ] {
        for variables in [&[][..], &wrong] {
            for arguments in [
                &["snapshot", "-vv", &target][..],
                &["capture", "-vv", &target, "-o", "bundle.json"],
                &["plan", "-vv", &target],
                &["check", "-vv", "--all", "--against", &target, "--artifact", "."],
            ] {
                let output = parity(place.path(), variables, arguments);
                let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), said(&output));
                assert!(!text.contains("CANARY"), "{arguments:?}: {text}");
                assert!(!text.is_empty(), "{arguments:?}");
            }
            let bundle = fs::read_to_string(place.path().join("bundle.json")).unwrap();
            assert!(!bundle.contains("CANARY"), "{target}");
        }
        // What was recorded gives the same again, without the server.
        parity(place.path(), &[], &["capture", &target, "-o", "bundle.json"]);
        let replayed = snapshot(place.path(), &[], "bundle:bundle.json");
        assert_eq!(replayed, snapshot(place.path(), &[], &target));
    }
}

#[test]
fn a_server_is_laid_over_its_host() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    // The files of the host have an extension that this server has not, and none of those that it has.
    write("root/etc/os-release", "ID=debian\nVERSION_ID=12\n");
    write("root/usr/share/postgresql/13/extension/vector.control", "");
    write("root/usr/share/postgresql/13/extension/plpgsql.control", "");
    write(
        "release/001.sql",
        "CREATE EXTENSION vector;\nCREATE EXTENSION pg_trgm;\n",
    );
    write(
        "dev.toml",
        "complete = ['service.version']\n[facts]\n'os.id' = 'debian'\n",
    );
    let target = postgresql(&server, "parity");
    let project = |source: &str| {
        format!(
            "[dev]\ntarget = \"facts:dev.toml\"\n[artifacts]\ndb = \"release\"\n[environments.production]\ndb = \"rootfs:root\"\n\
             [facts]\n\"rootfs:root\" = {source}\n"
        )
    };
    write("parity.toml", &project(&format!("[\"{target}\"]")));
    let check = |arguments: &[&str]| {
        let output = parity(
            place.path(),
            &[],
            &[&["check", "--format", "json"], arguments].concat(),
        );
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error} {}", said(&output)));
        let findings = report["findings"].as_array().unwrap().iter();
        let messages = findings.map(|finding| finding["message"].as_str().unwrap().to_owned());
        (output.status.code().unwrap(), messages.collect::<Vec<_>>())
    };
    let allow = || assert!(parity(place.path(), &[], &["allow"]).status.success());
    allow();
    let (code, findings) = check(&["--env", "production"]);
    assert!(
        code == 1 && findings.len() == 1 && findings[0].contains("the extension vector"),
        "{findings:?}"
    );

    // As it was locked, without the server.
    assert!(parity(place.path(), &[], &["lock"]).status.code().is_some());
    assert_eq!(check(&[]).1, findings);

    // A server that does not answer is a problem, and what the files show stays.
    write(
        "parity.toml",
        &project("\"postgresql://parity@127.0.0.1:1/shop\""),
    );
    allow();
    let output = parity(place.path(), &[], &["check", "--env", "production"]);
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        report.starts_with("inconclusive") && report.contains("nothing listens there"),
        "{report}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn a_server_alone_is_locked_and_checked_without_it() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let place = tempfile::tempdir().unwrap();
    fs::create_dir(place.path().join("release")).unwrap();
    fs::write(
        place.path().join("release/001.sql"),
        "CREATE EXTENSION pg_trgm;\n",
    )
    .unwrap();
    fs::copy("/bin/true", place.path().join("release/program")).unwrap();
    let project = format!(
        "[dev]\ntarget = \"facts:dev.toml\"\n[artifacts]\ndb = \"release\"\n[environments.production]\ndb = \"{}\"\n",
        postgresql(&server, "parity")
    );
    fs::write(place.path().join("parity.toml"), project).unwrap();
    fs::write(place.path().join("dev.toml"), "[facts]\n'os.id' = 'debian'\n").unwrap();
    assert!(parity(place.path(), &[], &["allow"]).status.success());
    let locked = parity(place.path(), &[], &["lock"]);
    assert!(locked.status.success(), "{}", said(&locked));
    drop(server);
    let output = parity(place.path(), &[], &["check"]);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        said(&output)
    );
}

#[test]
fn a_link_is_decided_by_the_server_alone() {
    let Some(server) = Server::postgresql() else {
        return;
    };
    server.administer("postgres", &ROLES);
    let target = postgresql(&server, "parity");
    let place = tempfile::tempdir().unwrap();
    fs::write(
        place.path().join("dev.toml"),
        "complete = ['service.version']\n[facts]\n'os.id' = 'debian'\n",
    )
    .unwrap();
    fs::write(place.path().join("api.toml"), "[facts]\n'os.id' = 'debian'\n").unwrap();
    fs::write(place.path().join("note.txt"), "nothing").unwrap();
    let check = |port: u16| {
        let (link, against) = (format!("api:db:{port}"), format!("db={target}"));
        let arguments = [
            "check",
            "--format",
            "json",
            "--dev",
            "facts:dev.toml",
            "--artifact",
            "note.txt",
            "--link",
            &link,
            "--against",
            "api=facts:api.toml",
            "--against",
            &against,
        ];
        let output = parity(place.path(), &[], &arguments);
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error} {}", said(&output)));
        let of_db = |name: &str| {
            let entries = report[name].as_array().unwrap().iter();
            let entries = entries.filter(|entry| entry["role"] == "db");
            entries
                .map(|entry| entry["rule"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        (of_db("findings"), of_db("unknowns"))
    };
    // It listens on the loopback interface only; what leads to it from another port is not known, and not its concern.
    assert_eq!(
        check(server.port),
        (vec!["link-loopback-only".to_owned()], vec![])
    );
    assert_eq!(check(1), (vec![], vec![]));
}
