//! When Elasticsearch and OpenSearch check the kernel before they start.
//!
//! Bootstrap checks are enforced where the transport is bound to an address other than loopback, unless discovery is of a single
//! node: <https://www.elastic.co/guide/en/elasticsearch/reference/current/bootstrap-checks.html>.

use std::collections::BTreeMap;

use serde_json::Value;

/// The setting that is checked, and its least value.
pub(crate) const MAP_COUNT: (&str, i64) = ("vm.max_map_count", 262_144);

/// What the transport is bound by, the strongest first.
const BOUND_BY: [&str; 5] = [
    "transport.bind_host",
    "transport.host",
    "network.bind_host",
    "network.host",
    "transport.tcp.host",
];

/// Whether a node with this `elasticsearch.yml` or `opensearch.yml` checks the kernel.
///
/// # Errors
/// No YAML.
pub(crate) fn is_checked(text: &str) -> Result<bool, String> {
    let document: Value = match text.lines().all(is_empty) {
        true => Value::Null,
        false => serde_saphyr::from_str(text)
            .map_err(|error| error.to_string().lines().next().unwrap_or_default().to_owned())?,
    };
    let mut settings = BTreeMap::new();
    flatten("", &document, &mut settings, 8);
    let says = |name: &str, text: &str| {
        settings
            .get(name)
            .is_some_and(|values| values.iter().any(|v| v == text))
    };
    if says("discovery.type", "single-node") || says("node.store.allow_mmap", "false") {
        return Ok(false);
    }
    let bound = BOUND_BY.iter().find_map(|name| settings.get(*name));
    Ok(bound.is_some_and(|addresses| addresses.iter().any(|address| !is_loopback(address))))
}

fn is_empty(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// A name in `${…}` is filled in from the environment: it is not known where it leads.
fn is_loopback(address: &str) -> bool {
    let address = address.trim_matches(['[', ']']);
    matches!(
        address,
        "localhost" | "_local_" | "_local:ipv4_" | "_local:ipv6_" | "::1" | ""
    ) || address.starts_with("127.")
        || address.starts_with("${")
}

fn flatten(name: &str, value: &Value, into: &mut BTreeMap<String, Vec<String>>, depth: u8) {
    let below = |key: &str| {
        if name.is_empty() {
            key.to_owned()
        } else {
            format!("{name}.{key}")
        }
    };
    match value {
        Value::Object(members) if depth > 0 => {
            for (key, value) in members {
                flatten(&below(key), value, into, depth - 1);
            }
        }
        Value::Array(items) => {
            let texts = items.iter().filter_map(scalar);
            into.entry(name.to_owned()).or_default().extend(texts);
        }
        value => {
            let texts = scalar(value).into_iter();
            let parts: Vec<String> = texts
                .flat_map(|text| {
                    text.split(',')
                        .map(|part| part.trim().to_owned())
                        .collect::<Vec<_>>()
                })
                .collect();
            into.entry(name.to_owned()).or_default().extend(parts);
        }
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
