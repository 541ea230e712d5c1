//! The addresses of a host: those it has, or where nothing runs, those its settings give it.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{documents, text};

/// Local routes of IPv4, and addresses of IPv6 (proc_net(5)).
const RUNNING: [&str; 2] = ["proc/net/fib_trie", "proc/net/if_inet6"];

/// Whether programs may listen on addresses that are not there (ip-sysctl: `ip_nonlocal_bind`).
const NONLOCAL: &str = "proc/sys/net/ipv4/ip_nonlocal_bind";

/// Where addresses are set: ifupdown, netplan, systemd-networkd, NetworkManager.
const SETTINGS: [&str; 6] = [
    "etc/NetworkManager/system-connections/*.nmconnection",
    "etc/netplan/*.yaml",
    "etc/network/interfaces",
    "etc/network/interfaces.d/*",
    "etc/sysconfig/network-scripts/ifcfg-*",
    "etc/systemd/network/*.network",
];

/// Addresses that move between hosts.
const MOVING: [&str; 2] = ["etc/keepalived/keepalived.conf", "etc/keepalived/conf.d/*.conf"];

const FAMILY: &str = "network.addresses";

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

fn table(path: &str) -> Need {
    Need::file_up_to(path, 4 << 20)
}

pub(super) fn needs() -> Vec<Need> {
    let tables = RUNNING
        .map(table)
        .into_iter()
        .chain([Need::file_up_to(NONLOCAL, 64)]);
    let settings = SETTINGS.iter().chain(&MOVING).map(|pattern| content(pattern));
    tables.chain(settings).collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let nonlocal = Need::file_up_to(NONLOCAL, 64);
    if answers
        .bytes(&nonlocal)
        .got()
        .is_some_and(|bytes| text(bytes).trim() == "1")
    {
        return;
    }
    let mut found = BTreeSet::new();
    for pattern in MOVING {
        for file in documents(answers, &content(pattern), &[FAMILY], out) {
            found.extend(written(&file.text));
        }
    }
    let [routes, six] = RUNNING.map(|path| answers.bytes(&table(path)));
    match (routes, six) {
        (Outcome::Got(routes), six) => {
            found.extend(local(&text(routes)));
            found.extend(six.got().map(|six| local_six(&text(six))).unwrap_or_default());
            told(found, Origin::file("proc/net"), out);
        }
        (Outcome::NotPermitted, _) => {
            out.state(
                FactId::single(FAMILY),
                State::NotPermitted,
                Origin::file("proc/net"),
            );
        }
        (Outcome::Failed(failure), _) => {
            let state = State::Unknown(failure.reason);
            out.state(FactId::single(FAMILY), state, Origin::file("proc/net"));
        }
        (Outcome::Absent | Outcome::NotApplicable, _) => set(answers, found, out),
    }
}

fn set(answers: &Answers, mut found: BTreeSet<IpAddr>, out: &mut Observation<'_>) {
    let (mut is_given, mut given) = (true, BTreeSet::new());
    for pattern in SETTINGS {
        for file in documents(answers, &content(pattern), &[FAMILY], out) {
            let lower = file.text.to_ascii_lowercase();
            is_given &= !lower.contains("dhcp") && !lower.contains("method=auto");
            given.extend(written(&file.text));
        }
    }
    if given.is_empty() || !is_given {
        let state =
            State::Unknown("the host does not run, and its settings leave its addresses to others".into());
        return out.state(FactId::single(FAMILY), state, Origin::file("etc"));
    }
    found.extend(given);
    told(found, Origin::file("etc"), out);
}

fn told(found: BTreeSet<IpAddr>, origin: Origin, out: &mut Observation<'_>) {
    out.value(
        FAMILY,
        Value::set(found.into_iter().map(|address| address.to_string())),
        origin,
    );
}

/// `|-- 10.0.0.4` before a line with `/32 host LOCAL`.
fn local(text: &str) -> BTreeSet<IpAddr> {
    let mut last: Option<Ipv4Addr> = None;
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.trim().parse().ok();
        } else if line == "/32 host LOCAL" {
            found.extend(last.map(IpAddr::V4));
        }
    }
    found
}

/// `fe80…` in 32 digits at the beginning of each line.
fn local_six(text: &str) -> BTreeSet<IpAddr> {
    let address = |line: &str| u128::from_str_radix(line.split_whitespace().next()?, 16).ok();
    text.lines()
        .filter_map(address)
        .map(|bits| IpAddr::V6(Ipv6Addr::from(bits)))
        .collect()
}

/// Every address that a text has in it.
fn written(text: &str) -> BTreeSet<IpAddr> {
    text.split(|c: char| !c.is_ascii_hexdigit() && c != '.' && c != ':')
        .filter_map(|word| word.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_kernel_and_of_settings() {
        let trie = "Local:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 10.0.0.4\n        /32 host LOCAL\n     |-- 10.0.0.255\n        /32 link BROADCAST\n";
        assert_eq!(local(trie), written("address 10.0.0.4/24"));
        let six = "fe80000000000000021122fffe334455 02 40 20 80     eth0\n";
        assert_eq!(local_six(six), written("[fe80::211:22ff:fe33:4455]"));
        assert!(local("|-- x\n/32 host LOCAL\n").is_empty());
    }
}
