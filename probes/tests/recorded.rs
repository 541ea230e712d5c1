//! The host probes against files that real systems wrote.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{observe, recorded, root_of, values};

#[test]
fn listening_sockets_are_those_another_parser_finds() {
    for (file, json) in [("net_tcp", "net_tcp.json"), ("net_tcp6", "net_tcp6.json")] {
        let (Some(table), Some(truth)) = (
            recorded(&format!("proc/jc/{file}")),
            recorded(&format!("proc/jc/{json}")),
        ) else {
            return;
        };
        let path = format!("proc/{}", file.replace('_', "/"));
        let root = root_of(&[(path.as_str(), &table)]);
        let snapshot = observe(root.path(), parity_probes::sockets::PROBE);
        assert_eq!(snapshot.problems, []);
        let truth: Vec<serde_json::Value> = serde_json::from_slice(&truth).unwrap();
        let mut expected: BTreeMap<String, bool> = BTreeMap::new();
        for row in truth.iter().filter(|row| row["state"] == "0A") {
            expected.insert(format!("tcp/{}", row["local_port"]), true);
        }
        let found: BTreeMap<String, bool> = values(&snapshot, "listen")
            .into_keys()
            .map(|key| (key, true))
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn loopback_addresses_are_read() {
    let Some(table) = recorded("proc/jc/net_tcp") else {
        return;
    };
    let root = root_of(&[("proc/net/tcp", &table)]);
    let snapshot = observe(root.path(), parity_probes::sockets::PROBE);
    assert_eq!(values(&snapshot, "listen")["tcp/53"], "127.0.0.53");
}

#[test]
fn a_recorded_proc_is_read_like_files() {
    let root = format!("{}/../../shared/data/proc/procfs", env!("CARGO_MANIFEST_DIR"));
    if !Path::new(&root).exists() {
        eprintln!("skipped: {root} is not here");
        return;
    }
    let settings = observe(Path::new(&root), parity_probes::sysctl::PROBE);
    assert_eq!(settings.problems, []);
    let settings = values(&settings, "sysctl");
    assert_eq!(settings["vm.swappiness"], "60");
    assert!(settings.keys().all(|key| !key.starts_with("kernel.random.")));
    let kernel = observe(Path::new(&root), parity_probes::kernel::PROBE);
    assert_eq!(kernel.problems, []);
    assert!(values(&kernel, "memory.total")[""].parse::<i64>().unwrap() > 1 << 20);
    let sockets = observe(Path::new(&root), parity_probes::sockets::PROBE);
    assert_eq!(values(&sockets, "listen")["tcp/22"], "0.0.0.0, interface");
}

#[test]
fn accounts_are_those_that_getent_lists() {
    for server in ["debian-12-server", "debian-13-server"] {
        let (Some(passwd), Some(group), Some(truth)) = (
            recorded(&format!("debian-rootfs/{server}/etc/passwd")),
            recorded(&format!("debian-rootfs/{server}/etc/group")),
            recorded(&format!("cmd/{server}/getent-passwd.out")),
        ) else {
            return;
        };
        let root = root_of(&[("etc/passwd", &passwd), ("etc/group", &group)]);
        let snapshot = observe(root.path(), parity_probes::users::PROBE);
        let found = values(&snapshot, "user");
        let truth = String::from_utf8(truth).unwrap();
        let expected: BTreeMap<String, String> = truth
            .lines()
            .map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                (
                    fields[0].to_owned(),
                    format!("{} {} {}", fields[2], fields[3], fields[6]),
                )
            })
            .collect();
        assert_eq!(found, expected, "{server}");
        assert!(values(&snapshot, "group").contains_key("sudo"));
    }
}

#[test]
fn fstab_is_what_another_parser_finds() {
    let (Some(fstab), Some(truth)) = (
        recorded("cmd/centos-7.7/fstab.out"),
        recorded("cmd/centos-7.7/fstab.json"),
    ) else {
        return;
    };
    let root = root_of(&[("etc/fstab", &fstab)]);
    let found = values(&observe(root.path(), parity_probes::mounts::PROBE), "fstab.type");
    let truth: Vec<serde_json::Value> = serde_json::from_slice(&truth).unwrap();
    let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let expected: BTreeMap<String, String> = truth
        .iter()
        .map(|row| (text(row, "fs_file"), text(row, "fs_vfstype")))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn a_real_sshd_config_is_read() {
    let Some(file) = recorded("ssh/sshd_config") else {
        return;
    };
    let root = root_of(&[("etc/ssh/sshd_config", &file)]);
    let snapshot = observe(root.path(), parity_probes::config::PROBE);
    assert_eq!(snapshot.problems, []);
    let found = values(&snapshot, "config.sshd");
    let text = String::from_utf8(file).unwrap();
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let expected = lines
        .filter(|line| !line.to_ascii_lowercase().starts_with("match "))
        .count();
    assert_eq!(found.len(), expected);
}
