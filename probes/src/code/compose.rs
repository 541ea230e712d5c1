//! Services of a compose file in the release that depend on the kernel of their host.

use serde_json::Value;

use super::environment::expansions;
use crate::compose::image_name;
use crate::surroundings::search_engines::MAP_COUNT;

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
    let Ok(file) = serde_saphyr::from_str::<Value>(text) else {
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
