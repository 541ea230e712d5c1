use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::{SCHEMAS, parse_desc};

static MANIFEST: Manifest = Manifest::new(
    "pacman",
    Subject::Host,
    "Packages that pacman knows, from its local database.",
    SCHEMAS,
);

/// Lists the packages of pacman.
pub const PROBE: &dyn Probe = &Pacman;

struct Pacman;

pub(crate) fn need() -> Need {
    Need::glob("var/lib/pacman/local/*/desc", Take::Content(1 << 20))
}

impl Probe for Pacman {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![need()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(entries) = out.require(answers.entries(&need()), "pacman database") else {
            return;
        };
        for skipped in &entries.skipped {
            out.malformed(&skipped.path, &skipped.reason);
        }
        for entry in &entries.entries {
            let content = entry
                .content
                .clone()
                .unwrap_or(Outcome::failed("not-a-file", "not a regular file"));
            let Some(blob) = out.optional(content, &entry.path) else {
                continue;
            };
            match parse_desc(&blob.0) {
                Err(error) => out.malformed(&entry.path, error),
                Ok(package) => {
                    let key = match package.architecture {
                        Some(architecture) => format!("{}.{architecture}", package.name),
                        None => package.name,
                    };
                    let origin = Origin::file(entry.path.clone());
                    out.version(
                        FactId::keyed("package.pacman", key),
                        package.version,
                        Scheme::Pacman,
                        origin,
                    );
                }
            }
        }
    }
}
