//! Generated pages are current. `PARITY_BLESS=1` writes them.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests read files"
)]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use parity_probes::{facts_page, knowledge, rules_page, schemas};

fn is_current(name: &str, page: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).join(name);
    if std::env::var_os("PARITY_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/{name} is not what the code says: `PARITY_BLESS=1 cargo test -p parity-probes` writes it"
    );
}

#[test]
fn the_page_of_rules_is_current() {
    is_current("rules.md", &rules_page(&knowledge().unwrap()));
}

#[test]
fn the_page_of_facts_is_current() {
    is_current("facts.md", &facts_page(&schemas(), &knowledge().unwrap()));
}

/// Where several probes give facts of one name (a service that runs, and one that a compose file starts), they are alike.
#[test]
fn every_fact_has_one_meaning_and_is_explained() {
    let mut known = BTreeMap::new();
    for (probe, schemas) in schemas() {
        assert!(!schemas.is_empty(), "{probe} gives nothing");
        for schema in schemas {
            let alike = (schema.kind, schema.stability, schema.key.is_some());
            let first = *known.entry(schema.name.to_string()).or_insert(alike);
            assert_eq!(first, alike, "{} of {probe}", schema.name);
            assert!(
                schema.about.ends_with('.'),
                "{} is explained in a sentence",
                schema.name
            );
        }
    }
}
