use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use super::elsewhere::is_for_production;
use super::quadlet;
use super::started::{Started, normal, started};
use crate::reading::{base_name, numbered, text};
use crate::release::at_most;

static MANIFEST: Manifest = Manifest::new(
    "images",
    Subject::Release,
    "Which images a release starts, and how: compose files, manifests of Kubernetes, units of Podman.",
    SCHEMAS,
);

/// Finds what starts images.
pub const PROBE: &dyn Probe = &Images;

struct Images;

/// Larger files are not written by people, in bytes; more of them are not read.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 300;

/// At the top and two directories below.
const PATTERNS: [&str; 3] = ["*", "*/*", "*/*/*"];

fn listing(pattern: &str) -> Need {
    Need::Glob {
        pattern: pattern.to_owned(),
        take: Take::Stat,
        max_entries: 200_000,
    }
}

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

impl Probe for Images {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        PATTERNS.map(listing).into()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut paths = BTreeSet::new();
        for need in PATTERNS.map(listing) {
            let Some(found) = out.optional(answers.entries(&need), "files of the release") else {
                continue;
            };
            let files = found.entries.iter().filter(|entry| entry.kind == EntryKind::File);
            let files = files.map(|entry| entry.path.as_str());
            paths.extend(
                files.filter(|path| {
                    is_for_production(path) && (is_yaml(path) || path.ends_with(".container"))
                }),
            );
        }
        for path in at_most(
            paths.into_iter().collect(),
            MAX_FILES,
            "files that may start images",
            out,
        ) {
            let need = content(path);
            if !answers.has(&need) {
                out.ask(need);
                continue;
            }
            let bytes = match answers.bytes(&need) {
                // What is too large was not written to start something.
                Outcome::Failed(_) => continue,
                other => other,
            };
            if let Some(bytes) = out.optional(bytes, path) {
                tell(out, path, &text(bytes));
            }
        }
    }
}

/// A file that is not YAML is a template, and says nothing yet.
fn tell(out: &mut Observation<'_>, path: &str, text: &str) {
    let found = if is_yaml(path) {
        started(text).unwrap_or_default()
    } else {
        BTreeMap::from([(base_name(path).to_owned(), quadlet::container(text))])
    };
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    for (service, started) in found {
        let Started { image, build, traits } = started;
        let key = format!("{path}:{service}");
        if let Some(image) = image {
            let written = image.as_deref().unwrap_or_default();
            let line = numbered(text).find(|(_, line)| !written.is_empty() && line.contains(written));
            let origin = line.map_or(Origin::file(path), |(line, _)| Origin::line(path, line));
            let state = match image {
                Ok(image) => State::Value(image.into()),
                Err(reason) => State::Unknown(reason),
            };
            out.state(FactId::keyed("started.image", key.as_str()), state, origin);
        }
        if let Some(file) = build {
            let file = normal(&format!("{directory}/{file}"));
            out.keyed("started.build", key.as_str(), file, Origin::file(path));
        }
        if !traits.is_empty() {
            out.keyed("started.traits", key, Value::set(traits), Origin::file(path));
        }
    }
}
