#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;
use proptest::prelude::*;

use super::PROBE;
use super::software::Software;

fn observe(root: &Path) -> Snapshot {
    let mut tree = Tree::at(root, Instant::now() + Duration::from_secs(60)).unwrap();
    collect("test", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot
}

/// The facts of a root with these files, by id.
fn facts(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let top = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = top.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let snapshot = observe(top.path());
    assert_eq!(snapshot.problems, []);
    snapshot
        .facts
        .iter()
        .map(|fact| (fact.id.to_string(), fact.state.to_string()))
        .collect()
}

#[test]
fn nginx_is_read_by_directive_through_its_includes() {
    let found = facts(&[
        (
            "etc/nginx/nginx.conf",
            "user www-data; # c\nevents { worker_connections 768; }\nhttp {\n  include mime.types;\n  include conf.d/*.conf;\n  types { a b; }\n  map $a $b { x y; }\n}\n",
        ),
        (
            "etc/nginx/conf.d/a.conf",
            "server { listen 80; listen [::]:80; location /p { proxy_pass http://u:pw@b/x?key=v; proxy_set_header A \"Bearer x;y\"; include snippets/deep.conf; } }\nserver { listen 81; return 200 '{}'; content_by_lua_block { local x = { 1 } } }",
        ),
        ("etc/nginx/snippets/deep.conf", "gzip on;"),
        ("etc/nginx/conf.d/off.bak", "gzip off;"),
    ]);
    let of = |key: &str| found.get(&format!("config.nginx[{key}]")).map(String::as_str);
    assert_eq!(of("etc/nginx/nginx.conf:events/worker_connections"), Some("768"));
    assert_eq!(of("etc/nginx/conf.d/a.conf:server/listen#2"), Some("[::]:80"));
    assert_eq!(of("etc/nginx/conf.d/a.conf:server#2/return"), Some("200"));
    assert_eq!(
        of("etc/nginx/conf.d/a.conf:server/location /p/proxy_pass"),
        Some("http://[redacted]@b/x?[redacted]")
    );
    assert_eq!(
        of("etc/nginx/conf.d/a.conf:server/location /p/proxy_set_header"),
        Some("[redacted]")
    );
    assert_eq!(of("etc/nginx/snippets/deep.conf:gzip"), Some("on"));
    assert_eq!(of("etc/nginx/conf.d/off.bak:gzip"), None);
    assert!(
        !found
            .keys()
            .any(|key| key.contains("types/") || key.contains("map"))
    );
}

#[test]
fn a_broken_file_is_a_problem_and_no_short_list() {
    for text in ["events { a 1;", "a 1; }", "a \"b;", "a 1", "{ }"] {
        let error = Software::Nginx.parse(text);
        assert!(error.is_err(), "{text}");
    }
    let top = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(top.path().join("etc/nginx")).unwrap();
    std::fs::write(top.path().join("etc/nginx/nginx.conf"), "a 1;\nevents { b 2;").unwrap();
    let snapshot = observe(top.path());
    assert!(!snapshot.facts.iter().any(|fact| fact.id.name() == "config.nginx"));
    assert_eq!(snapshot.problems[0].code, "malformed");
}

#[test]
fn sshd_takes_the_first_value_and_adds_ports() {
    let found = facts(&[
        (
            "etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\nPort 22\nAcceptEnv LANG LC_*\nPasswordAuthentication no\nPermitRootLogin no\nX11Forwarding=yes # c\nMatch User bob\n  X11Forwarding no\n",
        ),
        (
            "etc/ssh/sshd_config.d/00-root.conf",
            "PermitRootLogin yes\nPort 2222\n",
        ),
    ]);
    assert_eq!(found["sshd[permitrootlogin]"], "yes");
    assert_eq!(found["sshd[port]"], "2222, 22");
    assert_eq!(found["sshd[acceptenv]"], "LANG, LC_*");
    // A switch, or not known: never a value that two hosts could share by being redacted.
    assert_ne!(found["sshd[passwordauthentication]"], "[redacted]");
    assert_eq!(found["sshd[x11forwarding]"], "yes");
    assert_eq!(
        found["config.sshd[etc/ssh/sshd_config:match User bob/x11forwarding]"],
        "no"
    );
    assert_eq!(found["config.mode[etc/ssh/sshd_config.d/00-root.conf]"].len(), 4);
}

#[test]
fn databases_are_read_and_their_secrets_are_not() {
    let found = facts(&[
        (
            "etc/postgresql/15/main/postgresql.conf",
            "max_connections = 100 # c\nlisten_addresses = '*'\nshared_buffers 128MB\nprimary_conninfo = 'host=a password=CANARY'\narchive_command = 'curl -u CANARY'\napp.key = 'CANARY'\ninclude_dir = 'conf.d'\nsearch_path = 'it''s'\n",
        ),
        ("etc/postgresql/15/main/conf.d/a.conf", "work_mem = 4MB\n"),
        (
            "etc/postgresql/15/main/pg_hba.conf",
            "# c\nlocal   all   all   peer\nhost all all 10.0.0.0/8 ldap ldapserver=a ldapbindpasswd=CANARY\n",
        ),
        (
            "etc/redis/redis.conf",
            "maxmemory 1gb\nsave 900 1\nsave 300 10\nrequirepass CANARY\nuser a on >CANARY ~*\nrename-command X CANARY\nmasterauth CANARY\n",
        ),
        (
            "etc/mysql/my.cnf",
            "[mysqld]\nmax-connections = 5\nskip-name-resolve\nsql-mode = ANSI\n!includedir /etc/mysql/conf.d/\n",
        ),
        (
            "etc/mysql/conf.d/x.cnf",
            "[client]\npassword=CANARY\nport=3306\n[mysqld]\nsql_mode=\n",
        ),
        ("etc/cron.d/job", "* * * * * root curl CANARY\n"),
    ]);
    for (id, value) in [
        (
            "config.postgresql[etc/postgresql/15/main/postgresql.conf:max_connections]",
            "100",
        ),
        (
            "config.postgresql[etc/postgresql/15/main/postgresql.conf:listen_addresses]",
            "*",
        ),
        (
            "config.postgresql[etc/postgresql/15/main/postgresql.conf:shared_buffers]",
            "128MB",
        ),
        (
            "config.postgresql[etc/postgresql/15/main/postgresql.conf:search_path]",
            "it's",
        ),
        (
            "config.postgresql[etc/postgresql/15/main/conf.d/a.conf:work_mem]",
            "4MB",
        ),
        (
            "config.postgresql-hba[etc/postgresql/15/main/pg_hba.conf]",
            "local all all peer, host all all 10.0.0.0/8 ldap ldapserver=a ldapbindpasswd=[redacted]",
        ),
        ("config.redis[etc/redis/redis.conf:maxmemory]", "1gb"),
        ("config.redis[etc/redis/redis.conf:save#2]", "300 10"),
        ("config.redis[etc/redis/redis.conf:requirepass]", "[redacted]"),
        ("config.mysql[etc/mysql/my.cnf:mysqld/max_connections]", "5"),
        ("config.mysql[etc/mysql/my.cnf:mysqld/skip_name_resolve]", ""),
        ("config.mysql[etc/mysql/conf.d/x.cnf:client/port]", "3306"),
        ("mysql.setting[sql_mode]", ""),
    ] {
        assert_eq!(found.get(id).map(String::as_str), Some(value), "{id}");
    }
    assert!(found.contains_key("cron.file[etc/cron.d/job]"));
    let shown: Vec<_> = found
        .iter()
        .filter(|(id, value)| id.contains("CANARY") || value.contains("CANARY"))
        .collect();
    assert!(shown.is_empty(), "{shown:?}");
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z !#=\\[\\]{};'\"\\\\\n$*/\\-\\PC]{0,300}") {
        for software in Software::ALL {
            for directive in software.parse(&text).unwrap_or_default() {
                let _ = (super::shown::value(software, &directive), software.includes(&directive, "etc/x/y"));
            }
        }
        let _ = super::postgresql::rules(&text);
    }
}
