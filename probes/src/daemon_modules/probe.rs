use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use crate::reading::{base_name, documents, statements};

static MANIFEST: Manifest = Manifest::new(
    "daemon-modules",
    Subject::Host,
    "Tables that Postfix of a host can look up in, protocols and plug-ins of its Dovecot.",
    SCHEMAS,
);

/// Lists what daemons can load.
pub const PROBE: &dyn Probe = &DaemonModules;

struct DaemonModules;

/// What Postfix loads beside what is built in (postfix-wrapper(5), `dynamicmaps.cf`): a type, and its library.
const TABLES: [&str; 2] = ["etc/postfix/dynamicmaps.cf", "etc/postfix/dynamicmaps.cf.d/*"];

/// Where programs and plug-ins of Dovecot lie: Debian, Red Hat, Alpine and Arch.
const PLACES: [&str; 5] = [
    "usr/lib/dovecot/*",
    "usr/lib/dovecot/modules/*",
    "usr/lib64/dovecot/*",
    "usr/libexec/dovecot/*",
    "usr/lib/dovecot/libexec/*",
];

fn tables(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(64 << 10))
}

fn place(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

impl Probe for DaemonModules {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        TABLES.map(tables).into_iter().chain(PLACES.map(place)).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut types = BTreeSet::new();
        let mut is_there = false;
        for pattern in TABLES {
            for document in documents(answers, &tables(pattern), &[], out) {
                is_there = true;
                let names =
                    statements(&document.text, &['#']).filter_map(|(_, line)| line.split_whitespace().next());
                types.extend(names.map(str::to_owned));
            }
        }
        if is_there {
            out.keyed(
                "daemon.modules",
                "postfix",
                Value::set(types),
                Origin::file(TABLES[0]),
            );
        }
        let mut names = BTreeSet::new();
        let mut at = None;
        for pattern in PLACES {
            let Some(found) = out.optional(answers.entries(&place(pattern)), pattern) else {
                continue;
            };
            for entry in found
                .entries
                .iter()
                .filter(|entry| entry.kind != EntryKind::Directory)
            {
                at = at.or(Some(pattern));
                names.insert(module(base_name(&entry.path)).to_owned());
            }
        }
        if let Some(pattern) = at {
            out.keyed(
                "daemon.modules",
                "dovecot",
                Value::set(names),
                Origin::file(pattern),
            );
        }
    }
}

/// The name of a program or plug-in: `lmtp`, and `sieve` for `lib90_sieve_plugin.so`.
pub(super) fn module(file: &str) -> &str {
    let Some(name) = file
        .strip_suffix("_plugin.so")
        .and_then(|name| name.strip_prefix("lib"))
    else {
        return file;
    };
    name.trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches('_')
}
