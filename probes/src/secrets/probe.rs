use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::SCHEMAS;

static MANIFEST: Manifest = Manifest::new(
    "secrets",
    Subject::Host,
    "Digests of redacted values, where a key for them is given: equal secrets can be told, and none is.",
    SCHEMAS,
);

/// Tells digests of what the other probes asked for. It asks for nothing itself.
pub const PROBE: &dyn Probe = &Secrets;

struct Secrets;

impl Probe for Secrets {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        Vec::new()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(digests) = answers.digests() else {
            out.covered(CoverageState::NotApplicable, "no key was given (--digest-key)");
            return;
        };
        for (place, digest) in digests {
            let file = place.rsplit_once(':').map_or(place.as_str(), |(file, _)| file);
            out.keyed(
                "secret.digest",
                place.as_str(),
                digest.as_str(),
                Origin::file(file),
            );
        }
    }
}
