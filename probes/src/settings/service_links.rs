//! Variables that Kubernetes sets for each service in containers beside it, where a program takes one of them for its own setting:
//! `REDIS_PORT` is `tcp://10.0.0.11:6379` where a service is called `redis`
//! (<https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>). Services without an address of their own
//! get none.

use super::said::Said;
use crate::reading::{base_name, numbered};
use crate::release::is_for_its_makers;

/// The service whose port a program finds in a variable of its own, by file and variable.
pub(super) const LINKED: &str = "kubernetes-file.service-link";

/// What stands in some file: a service, by the variable that is made of its name; a workload; that a workload wants no such variables;
/// a variable that a manifest sets; a variable that a source reads.
const SERVICE: &str = "service-link.service";
const WORKLOAD: &str = "service-link.workload";
const OFF: &str = "service-link.off";
const SET: &str = "service-link.set";
const READ: &str = "service-link.read";

/// What is told of no file alone.
pub(super) const PARTS: [&str; 5] = [OFF, READ, SERVICE, SET, WORKLOAD];

const WORKLOADS: [&str; 7] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "StatefulSet",
];

/// Endings of sources, and of settings of Spring that take variables in.
const SOURCES: [&str; 11] = [
    "cjs", "go", "java", "js", "kt", "mjs", "php", "py", "rb", "rs", "ts",
];

/// How a source reads a variable.
const READING: [&str; 12] = [
    "ENV.fetch(",
    "ENV[",
    "Deno.env.get(",
    "env(",
    "env::var(",
    "getenv(",
    "Getenv(",
    "LookupEnv(",
    "os.environ.get(",
    "os.environ[",
    "process.env.",
    "process.env[",
];

fn is_manifest(path: &str, head: &[u8]) -> bool {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    is_yaml && head.windows(11).any(|word| word == b"apiVersion:")
}

pub(super) fn concerns(path: &str, head: &[u8]) -> bool {
    let name = base_name(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    let is_test = ["test", "spec", "mock"]
        .iter()
        .any(|word| name.to_ascii_lowercase().contains(word));
    let is_source = SOURCES.contains(&ending) && !is_test;
    !is_for_its_makers(path) && (is_source || is_manifest(path, head))
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if path.ends_with(".yaml") || path.ends_with(".yml") {
        return manifests(text, said);
    }
    // What takes such an address apart is not surprised by one.
    if text.contains("tcp://") {
        return;
    }
    for (number, line) in numbered(text) {
        let start = line.trim_start();
        if ["//", "#", "*", "/*"].iter().any(|mark| start.starts_with(mark)) {
            continue;
        }
        for call in READING {
            if let Some((_, rest)) = line.split_once(call) {
                let rest = rest.trim_start_matches(['"', '\'']);
                let end = rest
                    .find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')
                    .unwrap_or(rest.len());
                let name = rest.get(..end).unwrap_or_default();
                if name.len() > "_PORT".len() && name.ends_with("_PORT") {
                    said.add(READ, name, line.trim(), number);
                }
            }
        }
    }
}

/// Documents are parted by `---`; names that a template makes are not known.
fn manifests(text: &str, said: &mut Said) {
    let (mut kind, mut name, mut is_headless, mut block) = (String::new(), None, false, String::new());
    for (number, line) in numbered(text).chain([(u32::MAX, "---")]) {
        if line.starts_with("---") {
            if let (Some((name, at)), "Service", false) = (name.take(), kind.as_str(), is_headless) {
                let variable = format!("{}_PORT", str::to_ascii_uppercase(name).replace('-', "_"));
                said.add(SERVICE, variable, name, at);
            }
            if WORKLOADS.contains(&kind.as_str()) {
                said.add(WORKLOAD, "", kind.as_str(), 1);
            }
            (kind, name, is_headless, block) = (String::new(), None, false, String::new());
            continue;
        }
        let (before, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value
            .split(" #")
            .next()
            .unwrap_or_default()
            .trim()
            .trim_matches(['"', '\'']);
        let key = before.trim_start_matches([' ', '-']);
        match (before.starts_with(' '), key) {
            (false, "kind") => kind = value.to_owned(),
            (false, key) => block = key.to_owned(),
            (true, "name") if block == "metadata" && before == "  name" => {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
                name = (!value.is_empty() && value.chars().all(is_plain)).then_some((value, number));
            }
            (true, "clusterIP") => is_headless |= value == "None",
            (true, "enableServiceLinks") if value == "false" => said.add(OFF, "", "", number),
            _ => {}
        }
        // `- name: REDIS_PORT` of a container, `REDIS_PORT: "6379"` of a ConfigMap.
        for word in [key, value] {
            if word.ends_with("_PORT") {
                said.add(SET, word, "", number);
            }
        }
    }
}

/// Files that read a variable which a service of the release makes, and nothing sets: key and name of the service.
pub(super) fn together(found: &[(&str, Said)]) -> Vec<(String, String, u32)> {
    let all = |family: &'static str| {
        found.iter().flat_map(move |(path, said)| {
            let of = said.0.iter().filter(move |((name, _), _)| *name == family);
            of.map(move |((_, key), (value, line))| (*path, key.as_str(), value.as_str(), *line))
        })
    };
    if all(OFF).next().is_some() || all(WORKLOAD).next().is_none() {
        return Vec::new();
    }
    let is_set = |variable: &str| all(SET).any(|(_, key, ..)| key == variable);
    let service = |variable: &str| all(SERVICE).find(|(_, key, ..)| *key == variable);
    all(READ)
        .filter(|(_, variable, ..)| !is_set(variable))
        .filter_map(|(path, variable, _, line)| {
            let (_, _, name, _) = service(variable)?;
            Some((format!("{path}:{variable}"), name.to_owned(), line))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SERVED: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: actual\nspec:\n  template:\n    spec:\n      \
        containers:\n        - name: actual\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: actual-app\nspec:\n  ports: []\n";
    const SOURCE: &str = "const port = Number(process.env.ACTUAL_APP_PORT || 5006);\n";

    fn linked(manifest: &str, source: &str) -> Vec<(String, String, u32)> {
        let of = |path: &'static str, text: &str| {
            let mut said = Said::default();
            read(path, text, &mut said);
            (path, said)
        };
        together(&[of("k8s/app.yaml", manifest), of("src/app.js", source)])
    }

    #[test]
    fn variables_that_a_service_makes() {
        assert_eq!(
            linked(SERVED, SOURCE),
            [(
                "src/app.js:ACTUAL_APP_PORT".to_owned(),
                "actual-app".to_owned(),
                1
            )]
        );
        let other = "port = int(os.environ.get('ACTUAL_APP_PORT', 1))\n";
        assert_eq!(linked(SERVED, other).len(), 1);
    }

    #[test]
    fn variables_of_nobody_else() {
        for (manifest, source) in [
            (
                SERVED.replace("    spec:\n", "    spec:\n      enableServiceLinks: false\n"),
                SOURCE.to_owned(),
            ),
            (
                SERVED.replace("  ports: []", "  clusterIP: None"),
                SOURCE.to_owned(),
            ),
            (
                SERVED.replace(
                    "- name: actual\n",
                    "- name: actual\n          env:\n            - name: ACTUAL_APP_PORT\n",
                ),
                SOURCE.to_owned(),
            ),
            (
                SERVED.replace("name: actual-app", "name: {{ .Release.Name }}-app"),
                SOURCE.to_owned(),
            ),
            (
                SERVED.replace("kind: Deployment", "kind: ConfigMap"),
                SOURCE.to_owned(),
            ),
            (SERVED.to_owned(), SOURCE.replace("ACTUAL_APP_PORT", "PORT")),
            (
                SERVED.to_owned(),
                format!(
                    "// \n{}",
                    SOURCE.replace("const", "if (x.startsWith('tcp://')) const")
                ),
            ),
        ] {
            assert_eq!(linked(&manifest, &source), [], "{manifest} {source}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(kind: Service|metadata:|  name: a|---|_PORT|process.env.|é|\n){0,30}") {
            let _ = linked(&text, &text);
        }
    }
}
