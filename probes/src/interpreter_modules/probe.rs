use parity_core::answer::Answers;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, perl, python};

static MANIFEST: Manifest = Manifest::new(
    "interpreter-modules",
    Subject::Host,
    "Modules of Perl and of Python's standard library that are installed, and whether pip may install into Python.",
    SCHEMAS,
);

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Modules;

struct Modules;

impl Probe for Modules {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        perl::needs().into_iter().chain(python::needs()).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        perl::tell(answers, out);
        python::tell(answers, out);
    }
}
