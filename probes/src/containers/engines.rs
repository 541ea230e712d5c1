//! Which packages and programs are container engines.

use std::collections::{BTreeMap, BTreeSet};

use crate::installed::{Installed, upstream};
use crate::known_services::fits;

/// An engine or a part of one, its packages and the program that shows it where no package does.
struct Engine {
    name: &'static str,
    packages: &'static [&'static str],
    program: &'static str,
    is_engine: bool,
}

const fn engine(name: &'static str, packages: &'static [&'static str], program: &'static str) -> Engine {
    Engine {
        name,
        packages,
        program,
        is_engine: true,
    }
}

const fn part(name: &'static str, packages: &'static [&'static str], program: &'static str) -> Engine {
    Engine {
        is_engine: false,
        ..engine(name, packages, program)
    }
}

/// Sorted by name; `#` in packages as in [`fits`].
const ENGINES: [Engine; 12] = [
    engine("buildah", &["buildah"], "buildah"),
    part(
        "compose",
        &["docker-compose-plugin", "docker-compose-v2", "docker-compose"],
        "",
    ),
    engine("containerd", &["containerd", "containerd.io"], "containerd"),
    engine("cri-o", &["cri-o", "cri-o-#"], "crio"),
    engine(
        "docker",
        &[
            "docker-ce",
            "docker.io",
            "moby-engine",
            "docker-engine",
            "docker",
            "docker-ee",
        ],
        "dockerd",
    ),
    engine("incus", &["incus", "incus-base"], "incusd"),
    engine("k3s", &["k3s"], "k3s"),
    engine("kubelet", &["kubelet"], "kubelet"),
    part("libseccomp", &["libseccomp2", "libseccomp"], ""),
    engine("lxd", &["lxd"], "lxd"),
    engine("podman", &["podman"], "podman"),
    part("runc", &["runc"], "runc"),
];

/// The names of what is there, by packages and by the programs in `/usr/local`.
pub(super) fn engines(packages: &[Installed], programs: &BTreeSet<&str>) -> BTreeSet<&'static str> {
    let is_there = |engine: &&Engine| {
        packages.iter().any(|package| is_of(engine, package)) || programs.contains(engine.program)
    };
    let found = ENGINES.iter().filter(|engine| engine.is_engine);
    found.filter(is_there).map(|engine| engine.name).collect()
}

/// The packages of each engine and part that have a version.
pub(super) fn versions(packages: &[Installed]) -> BTreeMap<&'static str, (String, &Installed)> {
    let mut found = BTreeMap::new();
    for engine in &ENGINES {
        // The pattern that comes first counts: a plugin before the tool that it replaces.
        let package = engine.packages.iter().find_map(|pattern| {
            let mut fitting = packages.iter().filter(|package| is_of(engine, package));
            fitting.find(|package| fits(pattern, &package.name))
        });
        if let Some((package, version)) = package.and_then(|it| Some((it, upstream(&it.version)?))) {
            found.insert(engine.name, (version, package));
        }
    }
    found
}

/// In Debian `docker` is another program.
fn is_of(engine: &Engine, package: &Installed) -> bool {
    let is_dock = package.name == "docker" && package.ecosystem == crate::known_services::Ecosystem::Deb;
    !is_dock && engine.packages.iter().any(|pattern| fits(pattern, &package.name))
}

/// Whether Debian and Ubuntu may have put the entry for `clone3` of Docker 20.10.10 into this version of their package.
pub(super) fn may_have_later_profile(package: &Installed, version: &str) -> bool {
    let patch = version
        .strip_prefix("20.10.")
        .and_then(|patch| patch.parse::<u32>().ok());
    package.name == "docker.io" && patch.is_some_and(|patch| (5..10).contains(&patch))
}

/// The name of a bridge that an engine made, numbers left out; none for any other interface.
pub(super) fn bridge(interface: &str) -> Option<String> {
    const FIXED: [&str; 8] = [
        "cbr0",
        "cni0",
        "docker0",
        "docker_gwbridge",
        "incusbr0",
        "lxcbr0",
        "lxdbr0",
        "nerdctl0",
    ];
    if FIXED.contains(&interface) {
        return Some(interface.to_owned());
    }
    let hex = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_hexdigit());
    if interface.strip_prefix("br-").is_some_and(hex) {
        return Some("br-…".to_owned());
    }
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    ["podman", "cni-podman"]
        .into_iter()
        .find(|name| interface.strip_prefix(name).is_some_and(number))
        .map(|name| format!("{name}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(ENGINES.is_sorted_by_key(|engine| engine.name));
    }

    #[test]
    fn bridges_of_engines() {
        for (interface, expected) in [
            ("docker0", Some("docker0")),
            ("br-0123456789ab", Some("br-…")),
            ("podman1", Some("podman…")),
            ("br-lan", None),
            ("eth0", None),
            ("podman", None),
        ] {
            assert_eq!(bridge(interface).as_deref(), expected, "{interface}");
        }
    }
}
