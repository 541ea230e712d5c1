//! Modules that the configuration of Redis loads: <https://redis.io/docs/latest/operate/oss_and_stack/management/config/>.
//!
//! The settings of packages are read, and the units of an administrator, which may name modules on the command line. A host with Redis
//! Stack, or with settings that are included from elsewhere, is not told of.

use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::Value;
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{all_read, base_name, documents, statements};

const FAMILY: &[&str] = &["redis.modules"];

const SETTINGS: [&str; 2] = ["etc/redis.con?", "etc/redis/*.conf"];

const UNITS: [&str; 2] = [
    "etc/systemd/system/*redis*.service",
    "etc/systemd/system/*redis*.service.d/*.conf",
];

/// Where Redis Stack lies, whose own script loads its modules.
const STACK: [&str; 2] = ["etc/redis-stac?*.conf", "opt/redis-stac?/bin/redis-stack-server"];

fn content(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    let files = SETTINGS.into_iter().chain(UNITS).map(content);
    files.chain(STACK.into_iter().map(listing)).collect()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut loaded = BTreeSet::new();
    let mut origin = None;
    let mut is_open = STACK.iter().any(|pattern| {
        let listed = answers.entries(&listing(pattern));
        listed.got().is_some_and(|found| !found.entries.is_empty())
    });
    for pattern in SETTINGS.into_iter().chain(UNITS) {
        is_open |= !all_read(answers, &content(pattern));
        for document in documents(answers, &content(pattern), FAMILY, out) {
            let is_setting = SETTINGS.contains(&pattern);
            // Sentinel has settings of its own beside those of the server, and keeps no data.
            if is_setting && base_name(&document.path).contains("sentinel") {
                continue;
            }
            is_open |= includes(&document.text);
            loaded.extend(modules(&document.text));
            if is_setting && origin.is_none() {
                origin = Some(document.line(1));
            }
        }
    }
    if let Some(origin) = origin.filter(|_| !is_open) {
        out.value("redis.modules", Value::set(loaded), origin);
    }
}

fn includes(text: &str) -> bool {
    statements(text, &['#']).any(|(_, line)| line.trim_start().starts_with("include "))
}

/// What is loaded: `loadmodule /opt/redis/redisearch.so`, `ExecStart=/usr/bin/redis-server --loadmodule /opt/rejson.so`.
pub(super) fn modules(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, line) in statements(text, &['#']) {
        let words: Vec<&str> = line.split_whitespace().collect();
        for (word, path) in words.iter().zip(words.iter().skip(1)) {
            if matches!(*word, "loadmodule" | "--loadmodule") {
                found.insert(name(path.trim_matches(['"', '\''])));
            }
        }
    }
    found
}

/// A module by what it is, where that is known of its file.
fn name(path: &str) -> String {
    let file = base_name(path);
    let stem = file.split('.').next().unwrap_or(file).to_ascii_lowercase();
    match stem.trim_start_matches("lib") {
        "redisearch" | "search" | "valkeysearch" => "search",
        "rejson" | "redisjson" | "json" | "valkey_json" | "valkeyjson" => "json",
        "redistimeseries" | "timeseries" => "timeseries",
        "redisbloom" | "bloom" | "rebloom" | "valkey_bloom" => "bloom",
        other => return other.to_owned(),
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{includes, modules};

    #[test]
    fn modules_that_are_loaded() {
        let of = |text: &str| modules(text).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(of("port 6379\n# loadmodule /opt/redisearch.so\n"), "");
        assert_eq!(
            of("loadmodule /opt/redisearch.so MAXSEARCHRESULTS 10\nloadmodule /opt/rejson.so\n"),
            "json search"
        );
        assert_eq!(
            of("loadmodule /usr/lib/libvalkey_json.so\nloadmodule /opt/redis_cell.so"),
            "json redis_cell"
        );
        assert_eq!(
            of("[Service]\nExecStart=/usr/bin/redis-server --loadmodule /opt/redistimeseries.so --port 1"),
            "timeseries"
        );
        assert_eq!(of("loadmodule"), "");
    }

    #[test]
    fn settings_from_elsewhere() {
        assert!(includes("port 1\ninclude /etc/redis/local.conf\n"));
        assert!(!includes("# include /path/to/local.conf\n"));
    }
}
