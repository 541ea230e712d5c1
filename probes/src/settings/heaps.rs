//! Heaps of Java and Node.js in a container or unit that may have no more memory than the heap alone.
//!
//! Sources: <https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html> (`-Xmx`),
//! <https://nodejs.org/api/cli.html#--max-old-space-sizesize-in-mib>,
//! [Compose Specification](https://github.com/compose-spec/compose-spec/blob/main/spec.md#specifying-byte-values),
//! <https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory>, systemd.resource-control(5).

use serde_json::Value;

use super::composing::line_of;
use super::said::Said;
use super::{composing, kubernetes};
use crate::reading::numbered;
use crate::systemd::parse::assignments;
use crate::text::{interpolate, yaml_options};

pub(super) const TOLD: &str = "heap.told";
pub(super) const LIMIT: &str = "heap.limit";

/// How deep manifests are looked into: a list holds a cron job that holds a job that holds a pod.
const MAX_DEPTH: usize = 12;

const MIB: i64 = 1 << 20;

/// What names the size of a heap, and its unit where the number has none.
const OPTIONS: [(&str, i64); 3] = [
    ("--max-old-space-size=", MIB),
    ("--max_old_space_size=", MIB),
    ("-Xmx", 1),
];

pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    composing::concerns(path) || kubernetes::concerns(path, head) || path.ends_with(".service")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    // What names no heap needs no closer look.
    if !OPTIONS.iter().any(|(option, _)| text.contains(option)) {
        return;
    }
    if path.ends_with(".service") {
        return unit(text, said);
    }
    let Ok(documents) = serde_saphyr::from_multiple_with_options::<Value>(text, yaml_options()) else {
        return;
    };
    for document in &documents {
        if document.get("apiVersion").is_some() {
            pods(document, text, said, 0);
        } else if let Some(services) = document.get("services").and_then(Value::as_object) {
            for (name, service) in services {
                let limit = service.get("mem_limit");
                let limit = limit.or_else(|| service.pointer("/deploy/resources/limits/memory"));
                let words = ["command", "entrypoint", "environment"].map(|part| service.get(part));
                tell(name, limit.and_then(of_compose), &words, text, said);
            }
        }
    }
}

fn tell(name: &str, limit: Option<i64>, parts: &[Option<&Value>], text: &str, said: &mut Said) {
    let words = parts.iter().flatten().map(ToString::to_string);
    // Of several the least: which one counts is not known.
    let heap = words.filter_map(|words| heap(&words)).min();
    if let (Some(limit), Some((heap, option))) = (limit, heap) {
        let line = line_of(text, option);
        said.add(TOLD, name, heap.to_string(), line);
        said.add(LIMIT, name, limit.to_string(), line);
    }
}

/// The least heap that a text names.
fn heap(text: &str) -> Option<(i64, &'static str)> {
    let found = OPTIONS.iter().flat_map(|(option, unit)| {
        let rests = text.split(option).skip(1);
        rests.filter_map(|rest| Some((sized(rest, *unit)?, *option)))
    });
    found.min()
}

/// A number and the letter behind it: units of Java, where `m` are 2^20 bytes.
fn sized(text: &str, unit: i64) -> Option<i64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    let unit = match rest.chars().next() {
        Some('k' | 'K') => 1 << 10,
        Some('m' | 'M') => MIB,
        Some('g' | 'G') => 1 << 30,
        _ => unit,
    };
    let bytes = number.parse::<i64>().ok()?.checked_mul(unit)?;
    (bytes >= MIB).then_some(bytes)
}

/// `512m`, `1gb`, or bytes.
fn of_compose(limit: &Value) -> Option<i64> {
    let written = match limit {
        Value::Number(number) => return number.as_i64(),
        Value::String(text) => interpolate(text, true, &|_| None).ok()?,
        _ => return None,
    };
    let letters = written.trim().to_ascii_lowercase();
    let known = letters.trim_start_matches(|c: char| c.is_ascii_digit());
    ["", "b", "k", "kb", "m", "mb", "g", "gb"]
        .contains(&known)
        .then(|| sized(&letters, 1))?
}

/// `512Mi`, `1G`: powers of two with `i`, of ten without.
fn of_kubernetes(limit: &Value) -> Option<i64> {
    let text = match limit {
        Value::Number(number) => return number.as_i64(),
        Value::String(text) => text.trim(),
        _ => return None,
    };
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let unit = match unit {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => MIB,
        "Gi" => 1 << 30,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(unit)
}

fn pods(value: &Value, text: &str, said: &mut Said, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Object(fields) => {
            let containers = fields.get("containers").and_then(Value::as_array);
            for container in containers.into_iter().flatten() {
                let name = container.get("name").and_then(Value::as_str);
                let limit = container.pointer("/resources/limits/memory");
                let words = ["command", "args", "env"].map(|part| container.get(part));
                if let Some(name) = name {
                    tell(name, limit.and_then(of_kubernetes), &words, text, said);
                }
            }
            fields
                .values()
                .for_each(|value| pods(value, text, said, depth + 1));
        }
        Value::Array(items) => items.iter().for_each(|item| pods(item, text, said, depth + 1)),
        _ => {}
    }
}

/// `MemoryMax=` and what a unit starts.
fn unit(text: &str, said: &mut Said) {
    let limit = assignments(text)
        .into_iter()
        .filter(|assignment| matches!(assignment.name.as_str(), "MemoryLimit" | "MemoryMax"))
        .filter_map(|assignment| {
            let end = assignment
                .value
                .trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let is_number = !end.is_empty() && end.chars().all(|c| c.is_ascii_digit());
            is_number.then(|| sized(&assignment.value, 1))?
        })
        .min();
    let told = numbered(text)
        .filter(|(_, line)| !line.trim_start().starts_with(['#', ';']))
        .filter_map(|(number, line)| Some((heap(line)?.0, number)))
        .min();
    if let (Some(limit), Some((heap, line))) = (limit, told) {
        said.add(TOLD, "service", heap.to_string(), line);
        said.add(LIMIT, "service", limit.to_string(), line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<String> {
        let mut said = Said::default();
        read(path, text, &mut said);
        let told = said.0.into_iter();
        told.map(|((family, key), (value, _))| format!("{family} {key} {value}"))
            .collect()
    }

    #[test]
    fn heaps_and_limits() {
        let compose = |text: &str| of("compose.yaml", &format!("services:\n  a:\n{text}"));
        let both =
            |limit: i64, heap: i64| vec![format!("heap.limit a {limit}"), format!("heap.told a {heap}")];
        for (text, limit, heap) in [
            (
                "    mem_limit: 512m\n    command: java -Xmx512m -jar a.jar\n",
                512 * MIB,
                512 * MIB,
            ),
            (
                "    mem_limit: ${LIMIT:-1g}\n    environment:\n      JAVA_OPTS: -Xms1g -Xmx2g\n",
                1024 * MIB,
                2048 * MIB,
            ),
            (
                "    deploy: {resources: {limits: {memory: 1gb}}}\n    environment: ['NODE_OPTIONS=--max-old-space-size=2048']\n",
                1024 * MIB,
                2048 * MIB,
            ),
        ] {
            assert_eq!(compose(text), both(limit, heap), "{text}");
        }
        for text in [
            "    command: java -Xmx512m -jar a.jar\n",
            "    mem_limit: 512m\n    command: java -jar a.jar\n",
            "    mem_limit: ${LIMIT}\n    command: java -Xmx512m -jar a.jar\n",
            "    mem_limit: 50%\n    command: java -Xmx512m -jar a.jar\n",
        ] {
            assert_eq!(compose(text), [""; 0], "{text}");
        }
        let pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      args: [-Xmx1g]\n      \
                   resources:\n        limits:\n          memory: 512Mi\n";
        assert_eq!(of("pod.yaml", pod), both(512 * MIB, 1024 * MIB));
        let unit = "[Service]\nMemoryMax=1G\n# -Xmx128m\nExecStart=/usr/bin/java -Xmx1g -jar a.jar\n";
        let expected = ["heap.limit service 1073741824", "heap.told service 1073741824"];
        assert_eq!(of("a.service", unit), expected);
        assert_eq!(of("a.service", &unit.replace("1G", "80%")), [""; 0]);
        assert_eq!(of("a.service", &unit.replace("1G", "infinity")), [""; 0]);
    }
}
