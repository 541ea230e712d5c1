//! What compose files and manifests of Kubernetes start. Pure functions over text.
//!
//! Sources: [Compose Specification](https://github.com/compose-spec/compose-spec/blob/main/spec.md),
//! [Kubernetes API](https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::text::{interpolate, yaml_options};

/// A container that is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Started {
    /// The image, or why it is not known.
    pub image: Option<Result<String, String>>,
    /// The container file it is built from, from the directory of the file that says so.
    pub build: Option<String>,
    /// How it is started, in the words of the schema.
    pub traits: BTreeSet<String>,
}

/// What a YAML file starts, by service: a compose file, or manifests of Kubernetes; nothing for any other.
///
/// # Errors
/// A text that is not YAML.
pub fn started(text: &str) -> Result<BTreeMap<String, Started>, String> {
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, yaml_options())
        .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?;
    let mut found = BTreeMap::new();
    for document in &documents {
        if document.get("kind").is_some() && document.get("apiVersion").is_some() {
            pods(document, &mut found, 0);
        } else if let Some(services) = document.get("services").and_then(Value::as_object) {
            let services = services.iter().filter(|(_, service)| service.is_object());
            found.extend(services.map(|(name, service)| (name.clone(), of_compose(service))));
        }
    }
    Ok(found)
}

fn filled(text: &str) -> Result<String, String> {
    interpolate(text, true, &|_| None)
}

fn of_compose(service: &Value) -> Started {
    let mut started = Started {
        image: service.get("image").and_then(Value::as_str).map(filled),
        build: service.get("build").and_then(build),
        ..Started::default()
    };
    let limits = ["/mem_limit", "/deploy/resources/limits/memory"];
    let has = |path: &str| service.pointer(path).is_some_and(|value| !value.is_null());
    started.flag("memory-limit", limits.into_iter().any(has));
    started.flag(
        "privileged",
        service.get("privileged") == Some(&Value::Bool(true)),
    );
    let options = texts(service.get("security_opt"));
    let is_unconfined = |option: &String| option.replace(':', "=") == "seccomp=unconfined";
    started.flag("seccomp-unconfined", options.iter().any(is_unconfined));
    if let Some(platform) = service.get("platform").and_then(Value::as_str) {
        started.traits.insert(format!("platform {platform}"));
    }
    for mount in texts(service.get("tmpfs")) {
        let (place, options) = mount.split_once(':').unwrap_or((&mount, ""));
        let is_exec = options.split(',').any(|option| option == "exec");
        let word = if is_exec { "exec" } else { "noexec" };
        started.traits.insert(format!("{word} {place}"));
    }
    let volumes = texts(service.get("volumes"));
    started.flag(
        "takes-cgroup-v1",
        volumes.iter().any(|volume| volume.contains("/etc/rancher")),
    );
    for part in ["command", "entrypoint"] {
        let words = texts(service.get(part));
        started.flag("init", words.iter().any(|word| is_systemd(word)));
        started.flag("takes-cgroup-v1", words.iter().any(|word| takes_old_groups(word)));
        started.settings(&words);
    }
    started
}

/// Whether systemd is started as the first program.
pub(crate) fn is_systemd(word: &str) -> bool {
    matches!(
        word,
        "/lib/systemd/systemd" | "/sbin/init" | "/usr/lib/systemd/systemd" | "/usr/sbin/init"
    )
}

/// Options of k3s that keep its kubelet from refusing control groups of version 1, or its server from having one; a file of settings
/// may hold them too.
fn takes_old_groups(word: &str) -> bool {
    ["fail-cgroupv1=false", "--disable-agent", "--config"]
        .iter()
        .any(|option| word.contains(option))
}

/// `build: DIRECTORY`, or its long form.
fn build(value: &Value) -> Option<String> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let context = value.as_str().or_else(|| text("context")).unwrap_or(".");
    let file = text("dockerfile").unwrap_or("Dockerfile");
    if context.contains([':', '$']) || file.contains('$') {
        return None;
    }
    Some(normal(&format!("{context}/{file}")))
}

/// A path without `.` and empty parts; one that leads out of the directory stays as it is.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Texts of a list; a single text is parted at white space.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

impl Started {
    fn flag(&mut self, name: &str, is_set: bool) {
        if is_set {
            self.traits.insert(name.to_owned());
        }
    }

    /// `-c NAME=VALUE` and `--NAME=VALUE` of a database server.
    pub(super) fn settings(&mut self, words: &[String]) {
        let words = words.iter().flat_map(|word| word.split_whitespace());
        for word in words {
            let setting = word.trim_start_matches('-');
            if let Some((name, value)) = setting.split_once('=')
                && matches!(name, "io_method")
            {
                self.traits.insert(format!("setting {name}={value}"));
            }
        }
    }
}

/// How deep manifests are looked into: a list holds a cron job that holds a job that holds a pod.
const MAX_DEPTH: usize = 12;

/// Finds the pods in a manifest, whatever holds them.
fn pods(value: &Value, found: &mut BTreeMap<String, Started>, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(fields) => {
            for list in ["containers", "initContainers"] {
                let containers = fields.get(list).and_then(Value::as_array);
                for container in containers.into_iter().flatten() {
                    let name = container.get("name").and_then(Value::as_str);
                    if let (Some(name), Some(image)) = (name, container.get("image").and_then(Value::as_str))
                    {
                        found.insert(name.to_owned(), of_pod(image, container, value));
                    }
                }
            }
            cloud_native(fields, found);
            fields.values().for_each(|value| pods(value, found, depth + 1));
        }
        Value::Array(items) => items.iter().for_each(|item| pods(item, found, depth + 1)),
        _ => {}
    }
}

fn of_pod(image: &str, container: &Value, pod: &Value) -> Started {
    let mut started = Started {
        image: Some(Ok(image.to_owned())),
        ..Started::default()
    };
    let limit = container.pointer("/resources/limits/memory");
    started.flag("memory-limit", limit.is_some());
    let is_privileged = container.pointer("/securityContext/privileged") == Some(&Value::Bool(true));
    started.flag("privileged", is_privileged);
    let profile = |of: &Value| {
        let kind = of.pointer("/securityContext/seccompProfile/type");
        kind.and_then(Value::as_str).map(str::to_owned)
    };
    // Without a profile Kubernetes confines nothing, unless the kubelet was told to.
    let is_confined = profile(container).or_else(|| profile(pod)).as_deref() == Some("RuntimeDefault");
    started.flag("seccomp-unconfined", !is_confined);
    for part in ["command", "args"] {
        started.settings(&texts(container.get(part)));
    }
    started
}

/// A cluster of CloudNativePG: <https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/>.
fn cloud_native(fields: &serde_json::Map<String, Value>, found: &mut BTreeMap<String, Started>) {
    let is_cluster = fields
        .get("apiVersion")
        .and_then(Value::as_str)
        .is_some_and(|version| version.starts_with("postgresql.cnpg.io/"));
    let cluster = Value::Object(fields.clone());
    let method = cluster.pointer("/spec/postgresql/parameters/io_method");
    let Some(method) = method.and_then(Value::as_str).filter(|_| is_cluster) else {
        return;
    };
    let text = |path: &str| cluster.pointer(path).and_then(Value::as_str);
    let image = text("/spec/imageName").unwrap_or("ghcr.io/cloudnative-pg/postgresql");
    let mut started = Started {
        image: Some(Ok(image.to_owned())),
        ..Started::default()
    };
    started.traits.insert(format!("setting io_method={method}"));
    // The operator asks for the profile of the engine unless the cluster names another.
    let is_unconfined = text("/spec/seccompProfile/type") == Some("Unconfined");
    started.flag("seccomp-unconfined", is_unconfined);
    found.insert(text("/metadata/name").unwrap_or("cluster").to_owned(), started);
}
