use std::collections::BTreeSet;

use proptest::prelude::*;

use super::certificates::expired_roots;
use super::imagemagick::rights;
use super::kernel::forks_large;
use super::rabbitmq::apply;
use super::search_engines::is_checked;
use super::units::Service;
use super::{mongodb, pgbouncer, rabbitmq};

#[test]
fn nodes_that_others_reach_are_checked() {
    for checked in [
        "network.host: 0.0.0.0",
        "network:\n  host: 10.0.0.5\n",
        "network.host: [_local_, _site_]",
        "transport.host: es1\nnetwork.host: 127.0.0.1",
    ] {
        assert_eq!(is_checked(checked), Ok(true), "{checked}");
    }
    for unchecked in [
        "",
        "# network.host: 192.168.0.1\n",
        "network.host: 127.0.0.1",
        "network.host: _local_",
        "network.host: 0.0.0.0\ndiscovery.type: single-node",
        "network.host: 0.0.0.0\nnode.store.allow_mmap: false",
        "http.host: 0.0.0.0",
    ] {
        assert_eq!(is_checked(unchecked), Ok(false), "{unchecked}");
    }
    assert!(is_checked("a: [").is_err());
}

#[test]
fn redis_that_saves_forks() {
    assert!(forks_large("bind 127.0.0.1\n", None));
    assert!(forks_large("save \"\"\nappendonly yes\n", None));
    assert!(!forks_large("save \"\"\n", None));
    assert!(!forks_large("maxmemory 1gb\n", Some(4 << 30)));
    assert!(forks_large("maxmemory 3gb\n", Some(4 << 30)));
}

#[test]
fn the_last_policy_counts() {
    let policy = "<policymap>\n<!-- <policy domain=\"coder\" rights=\"none\" pattern=\"EPS\" /> -->\n\
        <policy domain=\"coder\" rights=\"none\" pattern=\"{PS,PDF}\" />\n\
        <policy domain=\"resource\" name=\"memory\" value=\"256MiB\"/>\n\
        <policy domain='coder' rights='read | write' pattern='PDF' />\n</policymap>";
    assert_eq!(rights(policy, "PDF"), "read|write");
    assert_eq!(rights(policy, "PS"), "none");
    assert_eq!(rights(policy, "EPS"), "all");
}

#[test]
fn users_of_rabbitmq() {
    let users = |text: &str| {
        let mut users = BTreeSet::from(["guest".to_owned()]);
        apply(text, &mut users);
        users.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(users("listeners.tcp.default = 5672"), "guest");
    assert_eq!(users("loopback_users = none"), "");
    assert_eq!(users("loopback_users.guest = false"), "");
    assert_eq!(users("loopback_users.admin = true"), "admin guest");
    assert_eq!(users("[{rabbit, [{loopback_users, []}]}]."), "");
    assert_eq!(users("[{rabbit, [{loopback_users, [<<\"a\">>]}]}]."), "a");
    assert_eq!(users("% [{rabbit, [{loopback_users, []}]}]."), "guest");
}

#[test]
fn what_a_unit_says() {
    let mut service = Service::default();
    service.apply(
        "[Service]\nUser=app\nEnvironment=A=1 \"B=x y\"\nEnvironmentFile=-/etc/default/app\nLimitNOFILE=4096:8192\n\
         ExecStart=/usr/bin/env PORT=80 /usr/bin/node a.js\n",
    );
    assert_eq!(service.user.as_deref(), Some("app"));
    assert_eq!(service.nofile, Some(4096));
    assert_eq!(service.files, [("etc/default/app".to_owned(), true)]);
    assert_eq!(service.names.into_iter().collect::<Vec<_>>(), ["A", "B", "PORT"]);
}

#[test]
fn a_root_names_itself_twice() {
    // The name twice, as in a certificate that signs itself, and once.
    let twice =
        "-----BEGIN CERTIFICATE-----\nRFNUIFJvb3QgQ0EgWDMgRFNUIFJvb3QgQ0EgWDM=\n-----END CERTIFICATE-----\n";
    let once = "-----BEGIN CERTIFICATE-----\nRFNUIFJvb3QgQ0EgWDM=\n-----END CERTIFICATE-----\n";
    assert_eq!(
        expired_roots(twice.as_bytes()),
        [("DST Root CA X3", "2021-09-30")]
    );
    assert!(expired_roots(once.as_bytes()).is_empty());
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = (is_checked(&text), forks_large(&text, Some(1)), rights(&text, "PDF"), expired_roots(text.as_bytes()));
        apply(&text, &mut BTreeSet::new());
        Service::default().apply(&text);
    }
}

#[test]
fn plug_ins_and_topologies() {
    let plugins = |text: &str| {
        rabbitmq::plugins(text)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        plugins("[rabbitmq_management,\n rabbitmq_shovel].\n"),
        ["rabbitmq_management", "rabbitmq_shovel"]
    );
    assert!(plugins("[].\n").is_empty());
    assert_eq!(
        mongodb::topology("storage:\n  dbPath: /a\n#replication:\n#  replSetName: rs0\n"),
        "standalone"
    );
    assert_eq!(
        mongodb::topology("replication:\n  replSetName: \"rs0\"\n"),
        "member"
    );
    let ini = "[databases]\nshop = host=a pool_mode=session\n[pgbouncer]\npool_mode = transaction\n;max_prepared_statements = 5\n";
    assert_eq!(pgbouncer::set(ini, "pool_mode"), Some(("transaction", 4)));
    assert_eq!(pgbouncer::set(ini, "max_prepared_statements"), None);
    assert_eq!(mongodb::topology("dbpath = /a\nreplSet = rs0\n"), "member");
}
