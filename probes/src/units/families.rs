//! Families of addresses that a unit keeps its program from (`RestrictAddressFamilies=`, systemd.exec(5)), and what needs them.

use std::collections::BTreeSet;

use super::forbids::{Confined, Unit, base, program};
use crate::systemd::parse::words;

/// The first version of systemd with the directive.
const SINCE: u32 = 211;

/// Programs whose work is the network of the kernel: they ask it over netlink(7). As units of their makers and distributions say:
/// <https://github.com/NLnetLabs/unbound/pull/351>, <https://github.com/danderson/netboot/issues/57>,
/// <https://github.com/tailscale/tailscale/blob/main/cmd/tailscaled/tailscaled.service>.
const OF_NETLINK: [&str; 22] = [
    "bird",
    "bridge",
    "conntrack",
    "dhcpcd",
    "dnsmasq",
    "ip",
    "ip6tables",
    "ipset",
    "iptables",
    "keepalived",
    "nft",
    "pixiecore",
    "ss",
    "tailscaled",
    "tc",
    "unbound",
    "wg",
    "wg-quick",
    "wireguard-go",
    "wpa_supplicant",
    "zebra",
    "zerotier-one",
];

/// What a unit leaves of the families.
struct Left {
    names: BTreeSet<String>,
    /// Whether the names are what is left, or what is taken away.
    is_listed: bool,
    written: String,
    line: u32,
}

impl Left {
    /// The first assignment says whether names are allowed or denied; later ones of the other kind take names back.
    fn of(unit: &Unit<'_>) -> Option<Left> {
        let all = unit.all("RestrictAddressFamilies");
        let first = all.first()?;
        let mut left = Left {
            names: BTreeSet::new(),
            is_listed: !first.value.starts_with('~'),
            written: all
                .iter()
                .map(|it| it.value.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            line: first.line,
        };
        for assignment in &all {
            let denies = assignment.value.starts_with('~');
            let names = words(assignment.value.trim_start_matches('~'));
            for name in names.into_iter().filter(|name| name != "none") {
                if denies == left.is_listed {
                    left.names.remove(&name);
                } else {
                    left.names.insert(name);
                }
            }
        }
        Some(left)
    }

    fn lacks(&self, family: &str) -> bool {
        self.names.contains(family) != self.is_listed
    }
}

/// What the program needs and the unit does not leave. `asks` tells which file of the release lists the interfaces of the machine, given
/// the names of the programs that a command starts.
pub(super) fn kept_from(
    unit: &Unit<'_>,
    commands: &[(Vec<String>, u32)],
    asks: impl Fn(&[String]) -> Option<String>,
    found: &mut Confined,
) {
    let Some(left) = Left::of(unit) else {
        return;
    };
    let mut forbid = |family: &str, what: String| {
        let key = (format!("RestrictAddressFamilies={}", left.written), SINCE);
        let what = format!("{family}, which {what}");
        found.forbids.entry(key).or_insert((what, left.line));
    };
    if left.lacks("AF_NETLINK")
        && let Some(what) = netlink(unit, commands, &asks)
    {
        forbid("AF_NETLINK", what);
    }
    if left.lacks("AF_UNIX")
        && let Some(what) = local(unit, commands)
    {
        forbid("AF_UNIX", what);
    }
    if left.lacks("AF_INET")
        && left.lacks("AF_INET6")
        && let Some(what) = internet(unit, commands)
    {
        forbid("AF_INET", what);
    }
}

fn netlink(
    unit: &Unit<'_>,
    commands: &[(Vec<String>, u32)],
    asks: &impl Fn(&[String]) -> Option<String>,
) -> Option<String> {
    let before = unit
        .all("ExecStartPre")
        .into_iter()
        .map(|it| words(&it.value))
        .filter(|words| words.first().is_some_and(|word| !word.starts_with(['-', '+'])));
    let own = commands.iter().map(|(words, _)| words.clone());
    let mut known = before.chain(own).map(|words| base(program(&words)).to_owned());
    if let Some(name) = known.find(|name| OF_NETLINK.contains(&name.as_str())) {
        return Some(format!("{name} asks the kernel about the network with"));
    }
    let file = commands.iter().find_map(|(words, _)| asks(words))?;
    Some(format!("{file} lists network interfaces with"))
}

/// `sd_notify` and local servers are reached over sockets in the file system.
fn local(unit: &Unit<'_>, commands: &[(Vec<String>, u32)]) -> Option<String> {
    if let Some(kind) = unit.last("Type").filter(|it| it.value.starts_with("notify")) {
        return Some(format!("Type={} tells systemd that it is ready with", kind.value));
    }
    let named = unit.environment().into_iter().map(|(_, value, _)| value);
    let given = commands
        .iter()
        .flat_map(|(words, _)| words.iter().skip(1).cloned());
    let is_socket =
        |word: &String| word.contains("unix:/") || word.ends_with(".sock") || word.ends_with(".socket");
    named
        .chain(given)
        .find(|word| is_socket(word))
        .map(|word| format!("{word} needs"))
}

/// A port that the service is told to listen on.
fn internet(unit: &Unit<'_>, commands: &[(Vec<String>, u32)]) -> Option<String> {
    if unit.last("Sockets").is_some() {
        return None;
    }
    let is_port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
    for (words, _) in commands {
        for (at, word) in words.iter().enumerate() {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), words.get(at + 1).map(String::as_str)),
            };
            let value = value.unwrap_or_default();
            let port = value.rsplit(':').next().unwrap_or(value);
            let is_named = matches!(
                name,
                "--port" | "-p" | "--http-port" | "--server.port" | "--bind" | "-b" | "--listen"
            );
            if is_named && is_port(port) {
                return Some(format!("listening on port {port} needs"));
            }
        }
    }
    let mut set = unit.environment().into_iter();
    set.find(|(name, value, _)| {
        matches!(name.as_str(), "PORT" | "HTTP_PORT" | "SERVER_PORT") && is_port(value)
    })
    .map(|(_, port, _)| format!("listening on port {port} needs"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systemd::parse::assignments;

    fn of(text: &str, asks: Option<&str>) -> Vec<String> {
        let all = assignments(&format!("[Service]\n{text}"));
        let unit = Unit::of(&all);
        let mut found = Confined::default();
        kept_from(&unit, &unit.commands(), |_| asks.map(str::to_owned), &mut found);
        found
            .forbids
            .into_iter()
            .map(|((name, _), (what, _))| format!("{name}: {what}"))
            .collect()
    }

    #[test]
    fn families_that_are_not_left() {
        for (text, asks, expected) in [
            (
                "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\nExecStart=/usr/bin/node s.js\n",
                Some("s.js"),
                "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX: AF_NETLINK, which s.js lists network interfaces with",
            ),
            (
                "RestrictAddressFamilies=AF_INET AF_UNIX\nExecStartPre=/usr/sbin/ip link\nExecStart=/opt/a\n",
                None,
                "RestrictAddressFamilies=AF_INET AF_UNIX: AF_NETLINK, which ip asks the kernel about the network with",
            ),
            (
                "RestrictAddressFamilies=AF_INET\nType=notify\nExecStart=/opt/a\n",
                None,
                "RestrictAddressFamilies=AF_INET: AF_UNIX, which Type=notify tells systemd that it is ready with",
            ),
            (
                "RestrictAddressFamilies=~AF_NETLINK\nExecStart=/usr/sbin/unbound\n",
                None,
                "RestrictAddressFamilies=~AF_NETLINK: AF_NETLINK, which unbound asks the kernel about the network with",
            ),
            (
                "RestrictAddressFamilies=AF_UNIX\nEnvironment=PORT=8080\nExecStart=/opt/a\n",
                None,
                "RestrictAddressFamilies=AF_UNIX: AF_INET, which listening on port 8080 needs",
            ),
            (
                "RestrictAddressFamilies=none\nExecStart=/opt/a --bind 0.0.0.0:80\n",
                None,
                "RestrictAddressFamilies=none: AF_INET, which listening on port 80 needs",
            ),
        ] {
            assert_eq!(of(text, asks), [expected], "{text}");
        }
    }

    #[test]
    fn families_that_are_left() {
        for text in [
            "ExecStart=/usr/sbin/unbound\n",
            "RestrictAddressFamilies=AF_INET AF_NETLINK\nExecStart=/usr/sbin/unbound\n",
            "RestrictAddressFamilies=AF_INET\nRestrictAddressFamilies=AF_NETLINK AF_UNIX\nType=notify\nExecStart=/usr/sbin/unbound\n",
            "RestrictAddressFamilies=~AF_PACKET\nExecStart=/usr/sbin/unbound\n",
            "RestrictAddressFamilies=AF_INET\nRestrictAddressFamilies=\nExecStart=/usr/sbin/unbound\n",
            "RestrictAddressFamilies=AF_INET AF_UNIX\nExecStartPre=-/usr/sbin/ip a\nExecStart=/opt/a --port 80\n",
            "RestrictAddressFamilies=AF_UNIX\nSockets=a.socket\nExecStart=/opt/a --port 80\n",
        ] {
            assert_eq!(of(text, None), Vec::<String>::new(), "{text}");
        }
    }
}
