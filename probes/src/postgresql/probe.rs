use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{OF_THE_SERVER, SCHEMAS};
use crate::reading::{base_name, readable, text};

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

/// A control file is a few lines, in bytes.
const HEAD: u32 = 4096;

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Head(HEAD))
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
        let mut defaults: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for pattern in PATTERNS {
            let Some(found) = readable(
                answers.entries(&listing(pattern)),
                pattern,
                &["postgresql.extension", "postgresql.extension-default"],
                out,
            ) else {
                continue;
            };
            for entry in &found.entries {
                let directory = entry.path.rsplit_once('/').map_or("", |(directory, _)| directory);
                if let Some(name) = base_name(&entry.path).strip_suffix(".control") {
                    defaults.entry(name).or_default().extend(default_version(entry));
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
            // Where several servers differ, which one counts is not known.
            let versions = defaults.get(name).into_iter().flatten().collect::<Vec<_>>();
            if let [version] = versions.as_slice() {
                let id = FactId::keyed("postgresql.extension-default", name);
                out.version(id, version.as_str(), Scheme::Generic, origin.clone());
            }
            out.keyed("postgresql.extension", name, Value::set(directories), origin);
        }
    }
}

/// `default_version = '0.5.1'`.
fn default_version(entry: &Entry) -> Option<String> {
    let head = text(&entry.content.as_ref().and_then(Outcome::got)?.0);
    let mut settings = head.lines().filter_map(|line| line.split_once('='));
    let (_, value) = settings.find(|(name, _)| name.trim() == "default_version")?;
    let value = value.split('#').next()?.trim().trim_matches('\'');
    value
        .starts_with(|c: char| c.is_ascii_digit())
        .then(|| value.to_owned())
}
