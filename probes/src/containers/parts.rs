//! What was added to Docker: runtimes, plug-ins, and what hands out graphics cards.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;
use serde_json::Value as Json;

/// Plug-ins that are programs of the host: <https://docs.docker.com/engine/extend/plugin_api/#plugin-discovery>.
const PLUGINS: [&str; 3] = [
    "etc/docker/plugins/*",
    "run/docker/plugins/*",
    "usr/lib/docker/plugins/*",
];

/// Plug-ins that Docker installed itself.
const MANAGED: &str = "var/lib/docker/plugins/*/config.json";

/// Any of these hands out NVIDIA's cards: the hook that Docker looks for, and lists of devices:
/// <https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/arch-overview.html>.
const CARDS: [&str; 6] = [
    "etc/cdi/nvidia*",
    "run/cdi/nvidia*",
    "usr/bin/nvidia-container-runtime-hook",
    "usr/bin/nvidia-container-toolkit",
    "usr/local/bin/nvidia-container-runtime-hook",
    "usr/local/bin/nvidia-container-toolkit",
];

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn managed() -> Need {
    Need::glob(MANAGED, Take::Content(1 << 20))
}

pub(super) fn needs() -> Vec<Need> {
    let listed = PLUGINS.iter().chain(&CARDS).map(|pattern| listing(pattern));
    listed.chain([managed()]).collect()
}

/// Tells what there is; `daemon` is what `/etc/docker/daemon.json` holds.
pub(super) fn observe(answers: &Answers, daemon: Option<&[u8]>, out: &mut Observation<'_>) {
    let id = FactId::single("container.parts");
    let daemon: Json = daemon
        .and_then(|bytes| serde_json::from_slice(bytes).ok())
        .unwrap_or_default();
    let mut found = BTreeSet::new();
    for pattern in PLUGINS.iter().chain(&CARDS) {
        let names = match answers.entries(&listing(pattern)) {
            Outcome::Got(names) => names,
            Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(*pattern)),
            Outcome::Failed(failure) => {
                return out.state(id, State::Unknown(failure.reason), Origin::file(*pattern));
            }
            Outcome::Absent | Outcome::NotApplicable => continue,
        };
        let is_card = CARDS.contains(pattern);
        found.extend(names.entries.iter().map(|entry| match is_card {
            true => "gpu nvidia".to_owned(),
            false => format!("plugin {}", stem(&entry.path)),
        }));
    }
    match answers.entries(&managed()) {
        Outcome::Got(files) => {
            if let Some(skipped) = files.skipped.first() {
                let state = State::Unknown(format!("/{}: {}", skipped.path, skipped.reason));
                return out.state(id, state, Origin::file(MANAGED));
            }
            let texts = files
                .entries
                .iter()
                .filter_map(|entry| entry.content.as_ref().and_then(Outcome::got));
            found.extend(
                texts
                    .filter_map(|blob| named(&blob.0))
                    .map(|name| format!("plugin {name}")),
            );
        }
        Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(MANAGED)),
        Outcome::Failed(failure) => {
            return out.state(id, State::Unknown(failure.reason), Origin::file(MANAGED));
        }
        Outcome::Absent | Outcome::NotApplicable => {}
    }
    let runtimes = daemon.get("runtimes").and_then(Json::as_object);
    let runtimes = runtimes.into_iter().flat_map(|runtimes| runtimes.keys());
    found.extend(runtimes.map(|name| format!("runtime {name}")));
    out.state(id, State::Value(Value::set(found)), Origin::file("etc/docker"));
}

/// The name of a plug-in by its file: `NAME.sock`, `NAME.spec`, `NAME.json`, or a directory.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(name, _)| name)
}

/// The name that a plug-in was installed under, without its tag.
fn named(config: &[u8]) -> Option<String> {
    let config: Json = serde_json::from_slice(config).ok()?;
    let name = config.pointer("/plugin/Name")?.as_str()?;
    let name = name
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .map_or(name, |(name, _)| name);
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_plugins() {
        assert_eq!(stem("run/docker/plugins/flocker.sock"), "flocker");
        let config = br#"{"plugin": {"Id": "a", "Name": "loki:latest", "Enabled": true}}"#;
        assert_eq!(named(config).as_deref(), Some("loki"));
        assert_eq!(named(b"{"), None);
    }
}
