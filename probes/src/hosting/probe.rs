use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, addresses};
use crate::reading::{base_name, documents, readable, text};
use crate::sockets::table;

static MANIFEST: Manifest = Manifest::new(
    "hosting",
    Subject::Host,
    "What the settings of a host leave to applications: IPv6, ports, and what lies where programs are set up.",
    SCHEMAS,
);

/// Looks at the settings that applications depend on.
pub const PROBE: &dyn Probe = &Hosting;

struct Hosting;

const TRUSTED: &str = "usr/local/share/ca-certificates";
const NONE: [&str; 0] = [];

/// Directories below which programs are set up.
const PLACES: [&str; 23] = [
    "etc",
    "etc/apache2",
    "etc/conf.d",
    "etc/default",
    "etc/httpd",
    "etc/letsencrypt",
    "etc/letsencrypt/live",
    "etc/letsencrypt/live/*",
    "etc/nginx",
    "etc/nginx/*",
    "etc/pki/tls",
    "etc/pki/tls/*",
    "etc/ssl",
    "etc/ssl/*",
    "etc/sysconfig",
    "home",
    "opt",
    "srv",
    "usr/local",
    TRUSTED,
    "var/lib",
    "var/log",
    "var/www",
];

/// The kernel's tables of TCP sockets (proc_net(5)).
const TABLES: [&str; 2] = ["proc/net/tcp", "proc/net/tcp6"];

const PORTS: &str = "proc/sys/net/ipv4/ip_unprivileged_port_start";

/// Where it is set at boot (sysctl.d(5)); the last one counts.
const AT_BOOT: [&str; 3] = [
    "usr/lib/sysctl.d/*.conf",
    "etc/sysctl.d/*.conf",
    "etc/sysctl.conf",
];

const CMDLINE: &str = "proc/cmdline";

/// Where no kernel runs: what the next one is started with.
const GRUB: &str = "etc/default/grub";

const ADDRESSES: &str = "proc/net/if_inet6";
const SOCKETS: &str = "proc/net/tcp";

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

fn place(directory: &str) -> Need {
    Need::glob(format!("{directory}/*"), Take::Stat)
}

impl Probe for Hosting {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let kernel = [
            Need::file_up_to(CMDLINE, 64 << 10),
            Need::file_up_to(GRUB, 64 << 10),
            Need::glob(ADDRESSES, Take::Stat),
            Need::glob(SOCKETS, Take::Stat),
        ];
        let ports = [Need::file_up_to(PORTS, 64)]
            .into_iter()
            .chain(TABLES.map(table))
            .chain(AT_BOOT.map(content));
        PLACES
            .map(place)
            .into_iter()
            .chain(kernel)
            .chain(ports)
            .chain(addresses::needs())
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        places(answers, out);
        addresses::observe(answers, out);
        ipv6(answers, out);
        ports(answers, out);
        listening(answers, out);
    }
}

fn places(answers: &Answers, out: &mut Observation<'_>) {
    for place_of in PLACES {
        let directory = place_of.trim_end_matches("/*");
        let is_nested = directory != place_of;
        let origin = Origin::file(directory);
        let id = FactId::keyed("directory.entries", format!("/{directory}"));
        let found = match answers.entries(&place(place_of)) {
            Outcome::Got(found) => found,
            Outcome::NotPermitted if !is_nested => {
                out.state(id, State::NotPermitted, origin);
                continue;
            }
            // Where administrators put certificates: without the directory there are none.
            Outcome::Absent if directory == TRUSTED => {
                out.state(id, State::Value(Value::set(NONE)), origin);
                continue;
            }
            Outcome::Failed(failure) if !is_nested => {
                out.state(id, State::Unknown(failure.reason), origin);
                continue;
            }
            _ => continue,
        };
        let mut below: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        if is_nested {
            let listing = place(directory);
            let Outcome::Got(above) = answers.entries(&listing) else {
                continue;
            };
            let directories = above
                .entries
                .iter()
                .filter(|entry| entry.kind == EntryKind::Directory);
            below.extend(directories.map(|entry| (entry.path.as_str(), BTreeSet::new())));
        } else {
            below.entry(directory).or_default();
        }
        for entry in &found.entries {
            let parent = entry.path.rsplit_once('/').map_or("", |(parent, _)| parent);
            below.entry(parent).or_default().insert(base_name(&entry.path));
        }
        for skipped in &found.skipped {
            let unread = skipped.path.trim_end_matches("/*");
            below.remove(unread);
            let id = FactId::keyed("directory.entries", format!("/{unread}"));
            out.state(id, State::NotPermitted, Origin::file(unread));
        }
        for (directory, names) in below {
            let id = FactId::keyed("directory.entries", format!("/{directory}"));
            out.state(id, State::Value(Value::set(names)), Origin::file(directory));
        }
    }
}

fn ipv6(answers: &Answers, out: &mut Observation<'_>) {
    let there = |path: &str| {
        let found = readable(
            answers.entries(&Need::glob(path, Take::Stat)),
            path,
            &["network.ipv6"],
            &mut *out,
        );
        found.map(|found| !found.entries.is_empty())
    };
    let [addresses, sockets] = [ADDRESSES, SOCKETS].map(there);
    let cmdline = readable(
        answers.bytes(&Need::file_up_to(CMDLINE, 64 << 10)),
        CMDLINE,
        &["network.ipv6"],
        out,
    );
    let is_running = cmdline.is_some();
    let is_off = cmdline.is_some_and(|bytes| {
        text(bytes)
            .split_whitespace()
            .any(|word| word == "ipv6.disable=1")
    });
    let is_off_at_boot = !is_running
        && answers
            .bytes(&Need::file_up_to(GRUB, 64 << 10))
            .got()
            .is_some_and(|bytes| switches_off(&text(bytes)));
    if is_off || is_off_at_boot {
        let origin = if is_off { CMDLINE } else { GRUB };
        return out.value("network.ipv6", false, Origin::file(origin));
    }
    if !is_running {
        let (id, why) = (
            "network.ipv6",
            "there is no running kernel that this user can ask",
        );
        return out.state(
            FactId::single(id),
            State::Unknown(why.to_owned()),
            Origin::file(CMDLINE),
        );
    }
    if let (Some(addresses), Some(sockets)) = (addresses, sockets)
        && (addresses || sockets)
    {
        out.value("network.ipv6", addresses || !sockets, Origin::file(CMDLINE));
    }
}

/// Parameters that the kernel is started with the next time.
fn switches_off(grub: &str) -> bool {
    crate::reading::statements(grub, &['#'])
        .filter(|(_, line)| line.starts_with("GRUB_CMDLINE_LINUX"))
        .any(|(_, line)| {
            line.split(['=', ' ', '"', '\''])
                .zip(line.split(['=', ' ', '"', '\'']).skip(1))
                .any(|pair| pair == ("ipv6.disable", "1"))
        })
}

/// The default is that of the kernel: <https://docs.kernel.org/networking/ip-sysctl.html>.
fn ports(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("network.unprivileged-port");
    let mut first = match answers.bytes(&Need::file_up_to(PORTS, 64)) {
        Outcome::Got(bytes) => text(bytes).trim().parse::<i64>().ok(),
        Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(PORTS)),
        Outcome::Failed(failure) => {
            return out.state(id, State::Unknown(failure.reason), Origin::file(PORTS));
        }
        Outcome::Absent | Outcome::NotApplicable => None,
    };
    let is_running = first.is_some();
    for pattern in AT_BOOT.iter().filter(|_| !is_running) {
        for file in documents(answers, &content(pattern), &["network.unprivileged-port"], out) {
            let set = file.text.lines().filter_map(|line| line.split_once('='));
            let own =
                set.filter(|(key, _)| key.trim().replace('/', ".") == "net.ipv4.ip_unprivileged_port_start");
            first = own
                .filter_map(|(_, value)| value.trim().parse().ok())
                .next_back()
                .or(first);
        }
    }
    out.value(
        "network.unprivileged-port",
        Value::Int(first.unwrap_or(1024)),
        Origin::file(PORTS),
    );
}

/// Sockets in the state LISTEN, 0A.
fn listening(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("network.listening");
    let mut found = BTreeSet::new();
    for path in TABLES {
        match answers.bytes(&table(path)) {
            Outcome::Got(bytes) => found.extend(text(bytes).lines().filter_map(listened_on)),
            Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(path)),
            Outcome::Failed(failure) => {
                return out.state(id, State::Unknown(failure.reason), Origin::file(path));
            }
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    let ports = found.into_iter().map(|port| port.to_string());
    out.value("network.listening", Value::set(ports), Origin::file("proc/net"));
}

fn listened_on(line: &str) -> Option<u16> {
    let mut words = line.split_whitespace().skip(1);
    let (_, port) = words.next()?.rsplit_once(':')?;
    let is_listening = words.nth(1)? == "0A";
    u16::from_str_radix(port, 16).ok().filter(|_| is_listening)
}

#[cfg(test)]
mod listening_tests {
    #[test]
    fn parameters_of_the_next_start() {
        let line = "GRUB_CMDLINE_LINUX=\"quiet ipv6.disable=1\"\n";
        assert!(super::switches_off(line));
        assert!(
            !super::switches_off(&format!("#{line}"))
                && !super::switches_off("GRUB_CMDLINE_LINUX=\"ipv6.disable=10\"")
        );
    }

    #[test]
    fn ports_of_sockets_that_listen() {
        let line = "   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  999 0 1 1 0 100 0 0 10 0";
        assert_eq!(super::listened_on(line), Some(5432));
        assert_eq!(super::listened_on(&line.replace(" 0A ", " 01 ")), None);
        assert_eq!(super::listened_on("  sl  local_address rem_address   st"), None);
    }
}
