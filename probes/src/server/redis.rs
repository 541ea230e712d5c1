//! Redis and Valkey: what INFO and CONFIG GET tell.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::need::Need;
use parity_core::probe::Observation;
use parity_core::server::ServerKind;

use super::postgresql::pairs;
use super::probe::{listening, rows, service, wire};

const INFO: &str = "INFO server";

/// Settings by name, one command each: several names in one are known since Redis 7.0. None of them holds a secret.
const SETTINGS: [&str; 11] = [
    "appendonly",
    "bind",
    "cluster-enabled",
    "databases",
    "maxclients",
    "maxmemory",
    "maxmemory-policy",
    "notify-keyspace-events",
    "port",
    "protected-mode",
    "timeout",
];

fn query(text: &str) -> Need {
    Need::query(ServerKind::Redis, text)
}

fn setting(name: &str) -> Need {
    query(&format!("CONFIG GET {name}"))
}

pub(super) fn needs() -> Vec<Need> {
    [query(INFO)].into_iter().chain(SETTINGS.map(setting)).collect()
}

/// Whether a server of this kind was asked.
pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) -> bool {
    if matches!(answers.get(&query(INFO)), Outcome::NotApplicable) {
        return false;
    }
    let families = ["service.version", "service.running", "service.running-version"];
    if let Some(found) = rows(answers, &query(INFO), INFO, &families, out) {
        let lines = found.first().unwrap_or_default().lines();
        let info: BTreeMap<&str, &str> = lines.filter_map(|line| line.trim().split_once(':')).collect();
        if let Some(version) = info.get("valkey_version") {
            service("valkey", version, INFO, out);
        } else if let Some(version) = info.get("redis_version") {
            service("redis", version, INFO, out);
        } else {
            out.malformed(INFO, "it tells no version");
        }
    }
    let what = "CONFIG GET";
    let mut said = BTreeMap::new();
    for name in SETTINGS {
        if let Some(found) = rows(answers, &setting(name), what, &["redis.setting", "listen"], out) {
            said.extend(pairs(found));
        }
    }
    for (name, value) in &said {
        out.keyed("redis.setting", *name, *value, wire(what));
    }
    if let (Some(port), Some(bind)) = (said.get("port"), said.get("bind")) {
        let addresses = bind
            .split_whitespace()
            .map(|address| address.trim_start_matches('-'));
        let everywhere = bind.is_empty().then_some("*");
        listening(port, addresses.chain(everywhere), what, out);
    }
    true
}
