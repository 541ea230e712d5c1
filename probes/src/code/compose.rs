//! Services of a compose file in the release that depend on the kernel of their host.

use serde_json::Value;

use super::environment::expansions;
use crate::compose::image_name;
use crate::surroundings::search_engines::MAP_COUNT;
use crate::text::yaml_options;

/// Images that check the kernel before they start, the least value, and the variable that spares the check.
/// SonarQube: <https://docs.sonarsource.com/sonarqube-server/latest/setup-and-upgrade/pre-installation/linux/>.
const IMAGES: [(&str, i64); 6] = [
    ("elasticsearch", MAP_COUNT.1),
    ("elasticsearch/elasticsearch", MAP_COUNT.1),
    ("bitnami/elasticsearch", MAP_COUNT.1),
    ("opensearchproject/opensearch", MAP_COUNT.1),
    ("bitnami/opensearch", MAP_COUNT.1),
    ("sonarqube", MAP_COUNT.1),
];

pub(super) fn is_compose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    let is_dev = ["override", "dev", "test", "local", "ci"]
        .iter()
        .any(|word| name.contains(word));
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose")) && !is_dev
}

/// What its services need of the kernel, by name of the service.
pub(super) fn kernel_needs(text: &str) -> Vec<(String, i64)> {
    let Ok(file) = serde_saphyr::from_str_with_options::<Value>(text, yaml_options()) else {
        return Vec::new();
    };
    let services = file.get("services").and_then(Value::as_object);
    services
        .into_iter()
        .flatten()
        .filter_map(|(name, service)| {
            let image = image_name(service.get("image")?.as_str()?).path;
            let (_, least) = IMAGES.iter().find(|(known, _)| *known == image)?;
            let environment = service
                .get("environment")
                .map(Value::to_string)
                .unwrap_or_default();
            let is_spared = environment.contains("single-node")
                || environment.contains("allow_mmap")
                || (image == "sonarqube" && environment.contains("BOOTSTRAP_CHECKS_DISABLE"));
            (!is_spared).then(|| (name.clone(), *least))
        })
        .collect()
}

/// Variables without which it is not read: `${NAME:?message}`.
pub(super) fn required(text: &str) -> Vec<(u32, &str)> {
    expansions(text)
}

/// First version of Docker Compose that reads what a compose file has
/// (<https://docs.docker.com/compose/releases/release-notes/>, <https://github.com/docker/compose/blob/v1/CHANGELOG.md>).
pub(super) fn features(text: &str) -> Vec<(&'static str, &'static str)> {
    let Ok(file) = serde_saphyr::from_str_with_options::<Value>(text, yaml_options()) else {
        return Vec::new();
    };
    let Some(services) = file.get("services").and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let version = file
        .get("version")
        .map(|version| version.to_string().replace('"', ""));
    if version.is_none() {
        found.push(("no `version`", "1.27.0"));
    }
    for (key, since) in [("include", "2.20.0"), ("name", "2.0.0")] {
        if file.get(key).is_some() {
            found.push((key, since));
        }
    }
    if file
        .pointer("/configs")
        .and_then(Value::as_object)
        .is_some_and(|configs| configs.values().any(|config| config.get("content").is_some()))
    {
        found.push(("content of a config", "2.23.1"));
    }
    for service in services.values() {
        let has = |pointer: &str| service.pointer(pointer).is_some();
        let keys = [
            ("/develop", "develop", "2.22.0"),
            ("/gpus", "gpus", "2.30.0"),
            ("/post_start", "post_start", "2.30.0"),
            ("/profiles", "profiles", "1.28.0"),
            (
                "/build/additional_contexts",
                "build.additional_contexts",
                "2.17.0",
            ),
            ("/build/dockerfile_inline", "build.dockerfile_inline", "2.17.0"),
            (
                "/deploy/resources/reservations/devices",
                "devices of deploy.resources",
                "1.28.0",
            ),
            (
                "/healthcheck/start_interval",
                "healthcheck.start_interval",
                "2.20.2",
            ),
        ];
        found.extend(
            keys.into_iter()
                .filter(|(pointer, ..)| has(pointer))
                .map(|(_, name, since)| (name, since)),
        );
        let files = service.get("env_file").and_then(Value::as_array);
        if files.into_iter().flatten().any(Value::is_object) {
            found.push(("env_file with a path", "2.24.0"));
        }
        let depends = service.get("depends_on").and_then(Value::as_object);
        for dependency in depends.into_iter().flat_map(|depends| depends.values()) {
            let condition = dependency.get("condition").and_then(Value::as_str);
            if condition == Some("service_completed_successfully") {
                found.push(("service_completed_successfully", "1.29.0"));
            } else if condition.is_some() && version.as_ref().is_some_and(|version| version.starts_with('3'))
            {
                found.push(("condition of depends_on in a file of version 3", "1.27.0"));
            }
            for (key, name, since) in [
                ("required", "depends_on.required", "2.20.2"),
                ("restart", "depends_on.restart", "2.17.0"),
            ] {
                if dependency.get(key).is_some() {
                    found.push((name, since));
                }
            }
        }
    }
    found
}
