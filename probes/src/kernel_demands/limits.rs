//! Limits that services ask for, or that the release gives them.

use crate::reading::statements;
use crate::said::Said;
use crate::systemd::parse::assignments;

/// What the kernel lets a process open at most, unless it is told otherwise (`fs.nr_open`, proc_sys_fs(5)).
const NR_OPEN: u64 = 1_048_576;

/// A unit, or an addition to one, that lets its service lock memory.
pub(super) const LETS_LOCK: &str = "unit that lets its service lock memory";

/// Search engines that end where they are told to lock their memory and may not:
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/_memory_lock_check.html>.
const LOCKING: [(&str, &str); 2] = [
    ("elasticsearch.yml", "elasticsearch"),
    ("opensearch.yml", "opensearch"),
];

pub(super) fn concerns(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".service")
        || path.contains(".service.d/")
        || LOCKING.iter().any(|(file, _)| *file == name)
}

pub(super) fn read(path: &str, text: &str, found: &mut Said) {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some((_, service)) = LOCKING.iter().find(|(file, _)| *file == name) {
        return locks(service, text, found);
    }
    for assignment in assignments(text) {
        match assignment.name.as_str() {
            "LimitNOFILE" => {
                let numbers = assignment
                    .value
                    .split(':')
                    .filter_map(|number| number.trim().parse::<u64>().ok());
                if let Some(most) = numbers.max().filter(|most| *most > NR_OPEN) {
                    found.add("demand.open-files", "", most.to_string(), assignment.line);
                }
            }
            "LimitMEMLOCK" => found.add(LETS_LOCK, "", assignment.value, assignment.line),
            _ => {}
        }
    }
}

/// Where nobody else can reach the node, it only warns:
/// <https://www.elastic.co/guide/en/elasticsearch/reference/current/bootstrap-checks.html>.
fn is_reached(text: &str) -> bool {
    let of = |keys: &'static [&'static str]| {
        statements(text, &['#']).filter_map(move |(_, statement)| {
            let (key, value) = statement.split_once(':')?;
            keys.contains(&key.trim())
                .then(|| value.trim().trim_matches(['"', '\'']).to_owned())
        })
    };
    let is_local = |value: &String| {
        value.is_empty()
            || value.starts_with("127.")
            || matches!(value.as_str(), "localhost" | "_local_" | "::1")
    };
    of(&[
        "network.bind_host",
        "network.host",
        "network.publish_host",
        "transport.host",
    ])
    .any(|value| !is_local(&value))
        && !of(&["discovery.type"]).any(|value| value == "single-node")
}

fn locks(service: &str, text: &str, found: &mut Said) {
    if !is_reached(text) {
        return;
    }
    for (line, statement) in statements(text, &['#']) {
        let Some((key, value)) = statement.split_once(':') else {
            continue;
        };
        if matches!(key.trim(), "bootstrap.memory_lock" | "bootstrap.mlockall") && value.trim() == "true" {
            found.add(
                "demand.memory-lock",
                service,
                format!("{}: true", key.trim()),
                line,
            );
        }
    }
}
