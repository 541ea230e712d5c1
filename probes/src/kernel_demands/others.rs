//! What container files, settings of WireGuard, manifests of Kubernetes and sources of PHP ask for.

use crate::images::is_systemd;
use crate::reading::{numbered, statements};
use crate::said::Said;

pub(super) const FAMILIES: &[&str] = &[
    "demand.first-program",
    "demand.forwarding",
    "demand.kernel",
    "demand.mail",
];

/// Something in the release that turns forwarding on.
pub(super) const FORWARDS: &str = "setting of net.ipv4.ip_forward";

/// First Linux with what pods and clusters may ask for:
/// <https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/>, <https://kubernetes.io/docs/reference/networking/virtual-ips/#proxy-mode-nftables>.
const IN_MANIFESTS: [(&str, &str, &str); 2] = [
    ("hostUsers: false", "user namespaces of pods", "6.3"),
    ("mode: nftables", "kube-proxy with nftables", "5.13"),
];

#[derive(Clone, Copy)]
enum Kind {
    Container,
    Manifest,
    Php,
    Tunnel,
    Other,
}

fn kind(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match name {
        _ if name.contains("Dockerfile") || name.contains("Containerfile") => Some(Kind::Container),
        _ if name.ends_with(".conf") && (name.starts_with("wg") || path.contains("wireguard")) => {
            Some(Kind::Tunnel)
        }
        _ if name.ends_with(".php") => Some(Kind::Php),
        _ if ends(&[".yaml", ".yml"]) => Some(Kind::Manifest),
        _ if ends(&[".conf", ".sh"]) => Some(Kind::Other),
        _ => None,
    }
}

pub(super) fn concerns(path: &str) -> bool {
    kind(path).is_some()
}

pub(super) fn read(path: &str, text: &str, found: &mut Said) {
    let turns_on = |line: &str| line.contains("ip_forward") && line.trim_end().ends_with(['1', '"', '\'']);
    if text.lines().any(turns_on) {
        found.add(FORWARDS, "", "", 1);
    }
    match kind(path) {
        Some(Kind::Container) => container(text, found),
        Some(Kind::Manifest) => manifest(text, found),
        Some(Kind::Php) => php(text, found),
        Some(Kind::Tunnel) => tunnel(text, found),
        Some(Kind::Other) | None => {}
    }
}

/// The last CMD or ENTRYPOINT counts.
fn container(text: &str, found: &mut Said) {
    let programs = statements(text, &['#']).filter_map(|(line, statement)| {
        let rest = statement
            .strip_prefix("CMD")
            .or_else(|| statement.strip_prefix("ENTRYPOINT"))?;
        let words = rest.split(|c: char| c.is_whitespace() || "[],\"'".contains(c));
        Some((line, words.map(str::to_owned).find(|word| !word.is_empty())?))
    });
    if let Some((line, program)) = programs.last().filter(|(_, program)| is_systemd(program)) {
        found.add("demand.first-program", "", program, line);
    }
}

fn manifest(text: &str, found: &mut Said) {
    if !text.contains("apiVersion:") {
        return;
    }
    for (line, statement) in statements(text, &['#']) {
        let statement = statement.replace('"', "");
        let asked = IN_MANIFESTS.iter().find(|(words, ..)| statement == *words);
        if let Some((_, what, since)) = asked {
            found.add("demand.kernel", *what, *since, line);
        }
    }
}

fn php(text: &str, found: &mut Said) {
    for (line, statement) in numbered(text) {
        let is_comment = ["//", "#", "*", "/*"]
            .iter()
            .any(|mark| statement.trim_start().starts_with(mark));
        let calls = statement.match_indices("mail(").any(|(at, _)| {
            let before = statement.get(..at).unwrap_or_default();
            let is_own = before.ends_with(|c: char| c.is_ascii_alphanumeric() || "_$>:\\'\"".contains(c));
            !is_own && !before.trim_end().ends_with("function")
        });
        if calls && !is_comment {
            found.add("demand.mail", "", "the function mail", line);
        }
    }
}

fn tunnel(text: &str, found: &mut Said) {
    for (line, statement) in statements(text, &['#']) {
        let sends = statement.starts_with("PostUp")
            && (statement.contains("MASQUERADE") || statement.contains("FORWARD"));
        if sends {
            let what = if statement.contains("MASQUERADE") {
                "MASQUERADE"
            } else {
                "FORWARD"
            };
            found.add("demand.forwarding", "", format!("{what} in PostUp"), line);
        }
    }
}
