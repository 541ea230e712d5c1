//! The host probes against the tools of this machine.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use common::{deadline, local, values};
use parity_core::answer::{Answer, Outcome};
use parity_core::need::{Native, Need};
use parity_core::transport::{Transport, Tree};

/// What a tool prints, or nothing and a word about it where it is not installed.
fn printed(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) => {
            eprintln!("skipped: {program}: {error}");
            None
        }
    }
}

#[test]
fn settings_are_those_that_sysctl_prints() {
    let Some(listed) = printed("sysctl", &["-a"]) else {
        return;
    };
    // A value of several lines is printed as several values.
    let mut truth: BTreeMap<&str, String> = BTreeMap::new();
    for (key, value) in listed.lines().filter_map(|line| line.split_once(" =")) {
        let words = truth.entry(key).or_default();
        for word in value.split_whitespace() {
            *words = format!("{words} {word}").trim_start().to_owned();
        }
    }
    let found = values(&local(parity_probes::sysctl::PROBE), "sysctl");
    let mut compared = 0;
    for (key, value) in &found {
        if let Some(expected) = truth.get(key.as_str()) {
            assert_eq!(value, expected, "{key}");
            compared += 1;
        }
    }
    assert!(compared * 10 >= found.len() * 9, "{compared} of {}", found.len());
}

#[test]
fn listening_ports_are_those_that_ss_prints() {
    let Some(listed) = printed("ss", &["-Hltn"]) else {
        return;
    };
    let expected: BTreeSet<String> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().nth(3)?.rsplit_once(':'))
        .map(|(_, port)| format!("tcp/{port}"))
        .collect();
    let found = values(&local(parity_probes::sockets::PROBE), "listen");
    let found: BTreeSet<String> = found.into_keys().filter(|key| key.starts_with("tcp/")).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_port_of_our_own_is_ours() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("tcp/{}", listener.local_addr().unwrap().port());
    let snapshot = local(parity_probes::sockets::PROBE);
    assert_eq!(values(&snapshot, "listen")[&port], "127.0.0.1");
    let program = std::env::current_exe().unwrap();
    let name = program.file_name().unwrap().to_str().unwrap();
    assert_eq!(values(&snapshot, "listen.process")[&port], name);
}

#[test]
fn files_tell_what_the_operating_system_tells() {
    let mut tree = Tree::local(deadline()).unwrap();
    let outcome = tree.ask(&[Need::Native(Native::System)]).unwrap().remove(0);
    let Outcome::Got(Answer::System(reading)) = outcome else {
        panic!("{outcome:?}");
    };
    let snapshot = local(parity_probes::kernel::PROBE);
    let of = |name: &str| values(&snapshot, name).remove("");
    assert_eq!(of("kernel.release"), reading.kernel);
    assert_eq!(of("kernel.machine"), reading.machine);
    assert_eq!(of("host.name"), reading.host_name);
    assert_eq!(of("kernel.page-size"), Some(reading.page_size.to_string()));
    assert_eq!(of("memory.total"), Some(reading.memory.to_string()));
}

#[test]
fn values_of_the_environment_stay_where_they_are() {
    let root = common::root_of(&[
        (
            "etc/environment",
            b"LANG=C.UTF-8\nAPI_URL=CANARY\nHTTP_PROXY=http://u:CANARY@h\n",
        ),
        (
            "usr/lib/systemd/system/a.service",
            b"[Service]\nEnvironment=A=CANARY \"B=CANARY x\" \\\n  C=CANARY\nExecStart=/bin/a CANARY\n",
        ),
        (
            "usr/lib/systemd/system/a.service.d/x.conf",
            b"[Service]\nEnvironment=D=CANARY\n",
        ),
        ("proc/cmdline", b"root=CANARY quiet\n"),
        (
            "etc/fstab",
            b"//nas/x /x cifs username=CANARY,password=CANARY 0 0\n",
        ),
        ("etc/sysctl.conf", b"net.ipv4.tcp_fastopen_key=CANARY\n"),
    ]);
    for probe in [
        parity_probes::kernel::PROBE,
        parity_probes::locale::PROBE,
        parity_probes::mounts::PROBE,
        parity_probes::sysctl::PROBE,
        parity_probes::systemd::PROBE,
    ] {
        let snapshot = common::observe(root.path(), probe);
        let json = serde_json::to_string(&snapshot).unwrap();
        assert!(!json.contains("CANARY"), "{json}");
    }
}

#[test]
fn a_copied_zone_is_found_by_its_content() {
    let Ok(zone) = std::fs::read("/usr/share/zoneinfo/Europe/Berlin") else {
        eprintln!("skipped: no tz database");
        return;
    };
    let root = common::root_of(&[
        ("etc/localtime", &zone),
        ("usr/share/zoneinfo/Europe/Berlin", &zone),
    ]);
    let snapshot = common::observe(root.path(), parity_probes::locale::PROBE);
    assert_eq!(values(&snapshot, "time.zone")[""], "Europe/Berlin");
    assert_eq!(values(&snapshot, "time.rules")[""], "CET-1CEST,M3.5.0,M10.5.0/3");
    let broken = common::root_of(&[("etc/localtime", b"nothing")]);
    let snapshot = common::observe(broken.path(), parity_probes::locale::PROBE);
    assert!(values(&snapshot, "time.rules")[""].starts_with("unknown"));
    let unset = common::observe(
        common::root_of(&[("etc/x", b"")]).path(),
        parity_probes::locale::PROBE,
    );
    assert_eq!(values(&unset, "time.zone")[""], "UTC");
}
