//! Files in /etc that units read variables from.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{base_name, readable};

const DIRECTORIES: [&str; 3] = ["etc", "etc/default", "etc/sysconfig"];

fn listing(directory: &str) -> Need {
    Need::glob(format!("{directory}/*"), Take::Stat)
}

pub(super) fn needs() -> Vec<Need> {
    DIRECTORIES.map(listing).into()
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    for directory in DIRECTORIES {
        let Some(found) = readable(
            answers.entries(&listing(directory)),
            directory,
            &["etc.files"],
            out,
        ) else {
            continue;
        };
        let files = found
            .entries
            .iter()
            .filter(|entry| entry.kind != EntryKind::Directory);
        let names: BTreeSet<&str> = files.map(|entry| base_name(&entry.path)).collect();
        if !found.entries.is_empty() {
            out.keyed(
                "etc.files",
                format!("/{directory}"),
                Value::set(names),
                Origin::file(directory),
            );
        }
    }
}
