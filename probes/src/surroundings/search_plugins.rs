//! Plug-ins of Elasticsearch and OpenSearch: a directory each (<https://www.elastic.co/guide/en/elasticsearch/plugins/current/plugin-management.html>).

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::readable;

const SERVICES: [&str; 2] = ["elasticsearch", "opensearch"];

fn directories(service: &str) -> String {
    format!("usr/share/{service}/plugins/*/plugin-descriptor.properties")
}

fn listing(service: &str) -> Need {
    Need::glob(directories(service), Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    SERVICES.map(listing).into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for service in SERVICES {
        let listed = readable(
            answers.entries(&listing(service)),
            service,
            &["search.plugins"],
            out,
        );
        for entry in listed.into_iter().flat_map(|listed| &listed.entries) {
            found
                .entry(service)
                .or_default()
                .extend(entry.path.rsplit('/').nth(1));
        }
    }
    for (service, plugins) in found {
        let origin = Origin::file(format!("usr/share/{service}/plugins"));
        out.keyed("search.plugins", service, Value::set(plugins), origin);
    }
}
