//! Kernel settings that services depend on, and which services do.
//!
//! Redis: <https://redis.io/docs/latest/operate/oss_and_stack/management/admin/> and <https://redis.io/docs/latest/develop/get-started/faq/>.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::search_engines::{MAP_COUNT, is_checked};
use crate::config::words;
use crate::reading::{by_precedence, document, documents, squeeze, text};
use crate::sysctl::parse;

const OVERCOMMIT: &str = "vm.overcommit_memory";

/// Settings that are looked at, and their files.
const SETTINGS: [(&str, &str); 2] = [
    (MAP_COUNT.0, "proc/sys/vm/max_map_count"),
    (OVERCOMMIT, "proc/sys/vm/overcommit_memory"),
];

/// Directories of settings, the strongest first (sysctl.d(5)).
const DIRECTORIES: [&str; 5] = [
    "etc/sysctl.d/*.conf",
    "run/sysctl.d/*.conf",
    "usr/local/lib/sysctl.d/*.conf",
    "usr/lib/sysctl.d/*.conf",
    "lib/sysctl.d/*.conf",
];

const ENGINES: [(&str, &str); 2] = [
    ("elasticsearch", "etc/elasticsearch/elasticsearch.yml"),
    ("opensearch", "etc/opensearch/opensearch.yml"),
];

const STORES: [(&str, &str); 3] = [
    ("redis", "etc/redis/redis.conf"),
    ("redis", "etc/redis.conf"),
    ("valkey", "etc/valkey/valkey.conf"),
];

const NO_KERNEL: &str = "no running kernel to ask";

/// Any of these shows that a service is there.
const PLACES: [(&str, &str); 8] = [
    ("docker", "usr/bin/docker*"),
    ("docker", "usr/local/bin/docker*"),
    ("elasticsearch", "etc/elasticsearch/*"),
    ("elasticsearch", "usr/share/elasticsearch/*"),
    ("elasticsearch", "opt/elasticsearch*/*"),
    ("opensearch", "etc/opensearch/*"),
    ("opensearch", "usr/share/opensearch/*"),
    ("opensearch", "opt/opensearch*/*"),
];

fn small(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

fn directory(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    let files = SETTINGS
        .iter()
        .chain(&ENGINES)
        .chain(&STORES)
        .map(|(_, path)| small(path));
    files
        .chain(DIRECTORIES.map(directory))
        .chain(PLACES.map(|(_, pattern)| listing(pattern)))
        .chain([small("etc/sysctl.conf"), small("proc/meminfo")])
        .collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    settings(answers, out);
    let memory = memory(answers, out);
    engines(answers, out);
    if answers
        .bytes(&small("proc/sys/vm/overcommit_memory"))
        .got()
        .is_some()
    {
        stores(answers, memory, out);
    } else if memory.is_none()
        && STORES
            .iter()
            .any(|(_, path)| answers.bytes(&small(path)).got().is_some())
    {
        let advises = FactId::rest("service-advises.kernel");
        out.state(
            advises,
            State::Unknown(NO_KERNEL.to_owned()),
            Origin::file("proc"),
        );
    }
    for (service, pattern) in PLACES {
        if let Some(found) = answers.entries(&listing(pattern)).got()
            && !found.entries.is_empty()
        {
            out.keyed("service.present", service, true, Origin::file(pattern));
        }
    }
}

fn settings(answers: &Answers, out: &mut Observation<'_>) {
    let at_boot = at_boot(answers, out);
    for (key, path) in SETTINGS {
        let id = FactId::keyed("kernel.setting", key);
        match answers.bytes(&small(path)) {
            Outcome::Got(bytes) => {
                out.state(id, State::Value(squeeze(&text(bytes)).into()), Origin::file(path));
            }
            Outcome::NotPermitted => out.state(id, State::NotPermitted, Origin::file(path)),
            Outcome::Failed(failure) => out.state(id, State::Unknown(failure.reason), Origin::file(path)),
            Outcome::Absent | Outcome::NotApplicable => match at_boot.get(key) {
                Some((value, origin)) => out.state(id, State::Value(value.clone()), origin.clone()),
                None => out.state(
                    id,
                    State::Unknown("no running kernel to ask, and nothing is set for boot".to_owned()),
                    Origin::file(path),
                ),
            },
        }
    }
}

fn at_boot(answers: &Answers, out: &mut Observation<'_>) -> BTreeMap<String, (Value, Origin)> {
    let found = DIRECTORIES.map(|pattern| documents(answers, &directory(pattern), &["kernel.setting"], out));
    let mut files = by_precedence(found.into());
    files.extend(document(
        answers,
        &small("etc/sysctl.conf"),
        &["kernel.setting"],
        out,
    ));
    let mut set = BTreeMap::new();
    for file in &files {
        for setting in parse::settings(&file.text) {
            if let Some(value) = setting.value {
                set.insert(setting.key, (Value::from(value), file.line(setting.line)));
            }
        }
    }
    set
}

/// Memory and swap space in bytes.
fn memory(answers: &Answers, out: &mut Observation<'_>) -> Option<i64> {
    let text = match answers.bytes(&small("proc/meminfo")) {
        Outcome::Got(bytes) => text(bytes),
        _ => {
            let (id, origin) = (FactId::single("memory.with-swap"), Origin::file("proc/meminfo"));
            out.state(id, State::Unknown(NO_KERNEL.to_owned()), origin);
            return None;
        }
    };
    let kilobytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':')
            .split_whitespace()
            .next()?
            .parse::<i64>()
            .ok()
    };
    let all = kilobytes("MemTotal")?
        .checked_add(kilobytes("SwapTotal").unwrap_or(0))?
        .checked_mul(1024)?;
    out.value("memory.with-swap", all, Origin::file("proc/meminfo"));
    Some(all)
}

fn engines(answers: &Answers, out: &mut Observation<'_>) {
    let (key, least) = MAP_COUNT;
    for (service, path) in ENGINES {
        let Some(file) = document(answers, &small(path), &["service-needs.kernel"], out) else {
            continue;
        };
        let id = format!("{service}:{key}");
        match is_checked(&file.text) {
            Ok(true) => out.keyed("service-needs.kernel", id, least, Origin::file(path)),
            Ok(false) => {}
            Err(reason) => out.state(
                FactId::keyed("service-needs.kernel", id),
                State::Unknown(format!("{path}: {reason}")),
                Origin::file(path),
            ),
        }
    }
}

fn stores(answers: &Answers, memory: Option<i64>, out: &mut Observation<'_>) {
    for (service, path) in STORES {
        // Whether it saves at all is not known then, and an advice that may not be needed is no question to anybody.
        if matches!(answers.bytes(&small(path)), Outcome::NotPermitted) {
            out.state(
                FactId::rest("service-advises.kernel"),
                State::Unknown(format!("{path}: permission denied")),
                Origin::file(path),
            );
            continue;
        }
        let Some(file) = document(answers, &small(path), &["service-advises.kernel"], out) else {
            continue;
        };
        if forks_large(&file.text, memory) {
            out.keyed(
                "service-advises.kernel",
                format!("{service}:{OVERCOMMIT}"),
                1,
                Origin::file(path),
            );
        }
    }
}

/// Whether it writes its data in a child process, and nothing keeps the data below half of the memory.
pub(super) fn forks_large(text: &str, memory: Option<i64>) -> bool {
    let Ok(directives) = words::directives(text) else {
        return false;
    };
    let last = |name: &str| directives.iter().rfind(|directive| directive.name() == name);
    let first_argument = |name: &str| last(name).and_then(|directive| directive.arguments.first());
    let saves = match last("save") {
        Some(save) => save
            .arguments
            .iter()
            .any(|argument| !argument.trim_matches('"').is_empty()),
        None => true,
    };
    let appends = first_argument("appendonly").is_some_and(|value| value == "yes");
    let limit = first_argument("maxmemory")
        .and_then(|value| bytes(value))
        .filter(|limit| *limit > 0);
    let is_bounded = limit
        .zip(memory)
        .is_some_and(|(limit, memory)| limit.checked_mul(2).is_some_and(|twice| twice <= memory));
    (saves || appends) && !is_bounded
}

/// An amount of memory as Redis writes it: `1gb`, `512mb`, `1g`, `100`.
fn bytes(value: &str) -> Option<i64> {
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(end)?;
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(factor)
}
