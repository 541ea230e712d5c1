//! Generated pages are current. `PARITY_BLESS=1` writes them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
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

#[test]
fn every_fact_is_given_by_one_probe_and_explained() {
    let mut names = BTreeSet::new();
    for (probe, schemas) in schemas() {
        assert!(!schemas.is_empty(), "{probe} gives nothing");
        for schema in schemas {
            assert!(
                names.insert(schema.name.to_string()),
                "{} is given twice",
                schema.name
            );
            assert!(
                schema.about.ends_with('.'),
                "{} is explained in a sentence",
                schema.name
            );
        }
    }
}
