//! Modules of the kernel that something in a release loads, or cannot do without.

use serde_json::Value;

use super::said::Said;
use crate::kernel_modules::KNOWN;
use crate::reading::statements;
use crate::systemd::parse::{assignments, words};

/// Images that make interfaces of the kernel's WireGuard: <https://github.com/wg-easy/wg-easy>, <https://docs.linuxserver.io/images/docker-wireguard/>.
const OF_WIREGUARD: [&str; 4] = [
    "linuxserver/wireguard",
    "masipcat/wireguard-go",
    "place1/wg-access-server",
    "wg-easy/wg-easy",
];

/// Devices that a module makes.
const DEVICES: [(&str, &str); 2] = [("/dev/fuse", "fuse"), ("/dev/net/tun", "tun")];

pub(super) fn concerns(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let is_list = name.ends_with(".conf") && parts.next().is_some_and(|it| it == "modules-load.d");
    is_list || name.ends_with(".service") || name.ends_with(".sh")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    match path.rsplit('.').next() {
        Some("conf") => {
            for (line, name) in statements(text, &['#', ';']) {
                add(said, name, "modules-load.d", line);
            }
        }
        Some("service") => unit(text, said),
        _ => script(text, said),
    }
}

fn add(said: &mut Said, module: &str, what: &str, line: u32) {
    let name = module.replace('-', "_");
    if KNOWN.iter().any(|(known, _)| *known == name) {
        said.add("kernel-module.needs", name, what, line);
    }
}

/// The arguments of modprobe(8) that are names: `modprobe -a NAME…`, `modprobe NAME [OPTION=VALUE]…`.
fn loaded(words: &[String]) -> Vec<&str> {
    let mut rest = words
        .iter()
        .skip_while(|word| word.rsplit('/').next() != Some("modprobe"))
        .skip(1);
    let mut is_all = false;
    let mut names = Vec::new();
    for word in rest.by_ref() {
        match word.as_str() {
            "-a" | "--all" => is_all = true,
            "-r" | "--remove" | "-n" => return Vec::new(),
            word if word.starts_with('-') => {}
            word if word.contains(['=', '$', '|', '&', ';', '>']) => break,
            word if names.is_empty() || is_all => names.push(word),
            _ => break,
        }
    }
    names
}

fn unit(text: &str, said: &mut Said) {
    let all = assignments(text);
    let starting = all
        .iter()
        .filter(|it| matches!(it.name.as_str(), "ExecStart" | "ExecStartPre"));
    for it in starting.filter(|it| !it.value.starts_with('-')) {
        let words = words(&it.value);
        let program = words
            .first()
            .map_or("", |word| word.trim_start_matches(['@', ':', '+', '!']));
        match program.rsplit('/').next() {
            Some("modprobe") => {
                for name in loaded(&words) {
                    add(said, name, &format!("modprobe {name}"), it.line);
                }
            }
            // The name alone stands for a client of the cluster too: it is the server or the agent that runs pods.
            Some(name @ ("k0s" | "k3s" | "kubelet" | "rke2"))
                if name == "kubelet"
                    || words.iter().any(|word| {
                        matches!(word.as_str(), "agent" | "controller" | "server" | "worker")
                    }) =>
            {
                said.add("kubernetes-unit.program", "", name, it.line);
            }
            Some("wg-quick") if !text.contains("WG_QUICK_USERSPACE_IMPLEMENTATION") => {
                add(said, "wireguard", "wg-quick", it.line);
            }
            _ => {}
        }
    }
}

/// Lines of a script that ends where one of them fails.
fn script(text: &str, said: &mut Said) {
    let ends = text.lines().any(|line| {
        line.starts_with("set -")
            && line
                .split_whitespace()
                .any(|word| word.starts_with('-') && word.contains('e'))
    });
    for (line, statement) in statements(text, &['#']) {
        let words = words(statement);
        let is_plain = matches!(
            words.first().map(String::as_str),
            Some("modprobe" | "/sbin/modprobe" | "sudo")
        );
        if ends && is_plain && !statement.contains("||") {
            for name in loaded(&words) {
                add(said, name, &format!("modprobe {name}"), line);
            }
        }
    }
}

/// What a service of a compose file needs.
pub(super) fn composed(service: &Value, line_of: impl Fn(&str) -> u32, said: &mut Said) {
    if service.get("profiles").is_some() {
        return;
    }
    let image = service.get("image").and_then(Value::as_str).unwrap_or_default();
    let name = image.split(['@']).next().unwrap_or(image);
    let name = name
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .map_or(name, |(name, _)| name);
    let is_of =
        |known: &str| name == known || name.strip_suffix(known).is_some_and(|rest| rest.ends_with('/'));
    if OF_WIREGUARD.iter().any(|known| is_of(known))
        && !service.to_string().contains("WG_QUICK_USERSPACE_IMPLEMENTATION")
    {
        add(said, "wireguard", &format!("the image {image}"), line_of(image));
    }
    let devices = service
        .get("devices")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for device in devices.filter_map(Value::as_str) {
        let path = device.split(':').next().unwrap_or(device);
        if let Some((path, module)) = DEVICES.iter().find(|(known, _)| *known == path) {
            add(said, module, &format!("the device {path}"), line_of(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        said.0
            .into_iter()
            .map(|((_, key), (value, _))| format!("{key}: {value}"))
            .collect()
    }

    #[test]
    fn modules_that_are_loaded() {
        for (path, text, expected) in [
            (
                "k.service",
                "[Service]\nExecStartPre=/sbin/modprobe br_netfilter\nExecStartPre=-/sbin/modprobe overlay\n",
                "br_netfilter: modprobe br_netfilter",
            ),
            (
                "etc/modules-load.d/k8s.conf",
                "# for pods\nbr-netfilter\n",
                "br_netfilter: modules-load.d",
            ),
            (
                "i.sh",
                "#!/bin/sh\nset -eu\nmodprobe ip_vs\nmodprobe tun || true\n",
                "ip_vs: modprobe ip_vs",
            ),
            (
                "w.service",
                "[Service]\nExecStart=/usr/bin/wg-quick up wg0\n",
                "wireguard: wg-quick",
            ),
        ] {
            assert_eq!(of(path, text), [expected], "{text}");
        }
        for (path, text) in [
            ("i.sh", "modprobe ip_vs\n"),
            ("i.sh", "set -e\nmodprobe -r ip_vs\n"),
            ("k.service", "[Service]\nExecStop=/sbin/modprobe -r tun\n"),
        ] {
            assert!(of(path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn units_that_run_pods() {
        let found = of(
            "k3s.service",
            "[Service]\nExecStart=/usr/local/bin/k3s server --disable traefik\n",
        );
        assert_eq!(found, [": k3s"]);
        assert!(
            of(
                "k.service",
                "[Service]\nExecStart=/usr/local/bin/k3s kubectl get pods\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn services_that_need_one() {
        let service = serde_json::json!({"image": "ghcr.io/wg-easy/wg-easy:13", "devices": ["/dev/net/tun:/dev/net/tun"]});
        let mut said = Said::default();
        composed(&service, |_| 1, &mut said);
        assert_eq!(said.0.len(), 2);
    }
}
