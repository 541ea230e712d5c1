//! What services of a compose file ask of the kernel and of what confines the engine.
//!
//! Source: [Compose Specification](https://github.com/compose-spec/compose-spec/blob/main/spec.md).

use serde_json::{Map, Value};

use super::control_groups;
use crate::said::Said;
use crate::text::{interpolate, yaml_options};

pub(super) const FAMILIES: &[&str] = &[
    "demand.cgroup",
    "demand.engine-socket",
    "demand.outside-home",
    "demand.place",
    "demand.quota",
    "demand.sysctl",
];

/// Files that only kernels built with the types of their own programs have: `CONFIG_DEBUG_INFO_BTF`,
/// <https://docs.kernel.org/bpf/btf.html>.
pub(super) const BTF: &str = "/sys/kernel/btf/vmlinux";

/// Programs that load such programs of the kernel's and end without that file.
///
/// <https://tetragon.io/docs/installation/faq/>, <https://grafana.com/docs/beyla/latest/>. Those that bring types for older kernels, or may load
/// a module, are left out (Tracee, Falco).
const OF_BTF: [&str; 3] = ["cilium/tetragon", "grafana/beyla", "parca-dev/parca-agent"];

/// Sockets of engines: who may write there commands the machine.
const SOCKETS: [&str; 4] = [
    "/run/docker.sock",
    "/run/podman/podman.sock",
    "/var/run/docker.sock",
    "/var/run/podman/podman.sock",
];

/// Directories that a confined engine reaches: those of users, media that were put in (`/mnt` too:
/// <https://github.com/canonical/docker-snap/issues/377>), and what every container is given.
const REACHED: [&str; 10] = [
    "/dev/",
    "/etc/localtime",
    "/etc/timezone",
    "/home/",
    "/media/",
    "/mnt/",
    "/proc",
    "/run/",
    "/sys",
    "/var/run/",
];

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose."))
}

pub(super) fn read(text: &str, found: &mut Said) {
    let Ok(file) = serde_saphyr::from_str_with_options::<Value>(text, yaml_options()) else {
        return;
    };
    let services = file.get("services").and_then(Value::as_object);
    // A service of a profile is started by name only.
    let services = services.into_iter().flatten();
    for (name, service) in services.filter(|(_, service)| service.get("profiles").is_none()) {
        let mut add = |family, key: &str, value: &str| {
            let key = if key.is_empty() {
                name.clone()
            } else {
                format!("{name}:{key}")
            };
            found.add(family, key, value, line_of(text, value));
        };
        let of_ipv6 = |(key, _): &(String, String)| key.starts_with("net.ipv6.");
        for (key, value) in settings(service.get("sysctls")).into_iter().filter(of_ipv6) {
            add("demand.sysctl", &key, &value);
        }
        if let Some(size) = service.pointer("/storage_opt/size").and_then(written) {
            add("demand.quota", "", &size);
        }
        let image = service.get("image").and_then(written).unwrap_or_default();
        if OF_BTF.iter().any(|known| image.contains(known)) {
            add("demand.place", BTF, &image);
        }
        let sources = sources(service);
        if sources.iter().any(|source| source == BTF) {
            add("demand.place", BTF, "a volume");
        }
        let is_free = service.get("privileged") == Some(&Value::Bool(true))
            || service
                .get("security_opt")
                .is_some_and(|options| options.to_string().contains("label"));
        if let Some(socket) = sources
            .iter()
            .find(|source| SOCKETS.contains(&source.as_str()) && !is_free)
        {
            add("demand.engine-socket", "", socket);
        }
        if let Some(source) = sources.iter().find(|source| is_outside(source)) {
            add("demand.outside-home", "", source);
        }
        for source in &sources {
            if let Some(version) = control_groups::version(source) {
                found.add("demand.cgroup", source.as_str(), version, line_of(text, source));
            }
        }
    }
}

fn is_outside(source: &str) -> bool {
    source.starts_with('/')
        && source != "/"
        && !REACHED.iter().any(|reached| source.starts_with(reached))
        && !SOCKETS.contains(&source)
}

fn written(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    interpolate(&text, true, &|_| None).ok()
}

/// `KEY: VALUE`, or a list of `KEY=VALUE`.
fn settings(value: Option<&Value>) -> Vec<(String, String)> {
    let of_map = |map: &Map<String, Value>| -> Vec<(String, String)> {
        let all = map
            .iter()
            .filter_map(|(key, value)| Some((key.clone(), written(value)?)));
        all.collect()
    };
    let of_list = |items: &Vec<Value>| -> Vec<(String, String)> {
        let all = items.iter().filter_map(|item| {
            let (key, value) = item.as_str()?.split_once('=')?;
            Some((key.trim().to_owned(), value.trim().to_owned()))
        });
        all.collect()
    };
    match value {
        Some(Value::Object(map)) => of_map(map),
        Some(Value::Array(items)) => of_list(items),
        _ => Vec::new(),
    }
}

/// Paths of the host that a service is given.
fn sources(service: &Value) -> Vec<String> {
    let volumes = service
        .get("volumes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let source = |volume: &Value| {
        let short = volume.as_str().map(str::to_owned);
        let text = short.or_else(|| volume.get("source").and_then(written))?;
        let text = interpolate(&text, true, &|_| None).ok()?;
        Some(text.split(':').next().unwrap_or_default().to_owned())
    };
    volumes
        .filter_map(source)
        .filter(|source| source.starts_with('/'))
        .collect()
}

fn line_of(text: &str, word: &str) -> u32 {
    let at = text.lines().position(|line| line.contains(word)).unwrap_or(0);
    u32::try_from(at).unwrap_or(0).saturating_add(1)
}
