use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::{OF_THE_SERVER, SCHEMAS};
use crate::reading::{base_name, readable};

static MANIFEST: Manifest = Manifest::new(
    "postgresql",
    Subject::Host,
    "Which extensions the PostgreSQL servers of a host can create.",
    SCHEMAS,
);

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Postgresql;

struct Postgresql;

/// `SHAREDIR/extension` of Debian, of Arch and Alpine, of Red Hat, of the project's own packages and images
/// (`pg_config --sharedir`).
const PATTERNS: [&str; 7] = [
    "usr/share/postgresql/extension/*.control",
    "usr/share/postgresql/*/extension/*.control",
    "usr/share/postgresql*/extension/*.control",
    "usr/share/pgsql/extension/*.control",
    "usr/*/share/extension/*.control",
    "usr/local/share/postgresql/extension/*.control",
    "opt/*/postgresql/share/extension/*.control",
];

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

impl Probe for Postgresql {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        PATTERNS.map(listing).into()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        for family in OF_THE_SERVER {
            let reason = "only the server tells, and it is not asked".to_owned();
            out.state(
                FactId::rest(family),
                State::Unknown(reason),
                Origin::Derived("no file tells".to_owned()),
            );
        }
        let mut extensions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for pattern in PATTERNS {
            let Some(found) = readable(
                answers.entries(&listing(pattern)),
                pattern,
                &["postgresql.extension"],
                out,
            ) else {
                continue;
            };
            for entry in &found.entries {
                let directory = entry.path.rsplit_once('/').map_or("", |(directory, _)| directory);
                if let Some(name) = base_name(&entry.path).strip_suffix(".control") {
                    extensions
                        .entry(name)
                        .or_default()
                        .insert(format!("/{directory}"));
                }
            }
        }
        if extensions.is_empty() {
            out.covered(CoverageState::Absent, "no extensions of PostgreSQL");
        }
        for (name, directories) in extensions {
            let first = directories
                .first()
                .map_or("", |directory| directory.trim_start_matches('/'));
            let origin = Origin::file(format!("{first}/{name}.control"));
            out.keyed("postgresql.extension", name, Value::set(directories), origin);
        }
    }
}
