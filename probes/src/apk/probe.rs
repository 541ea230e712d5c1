use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::{SCHEMAS, parse_installed};

static MANIFEST: Manifest = Manifest::new(
    "apk",
    Subject::Host,
    "Packages that apk knows, from its database.",
    SCHEMAS,
);

pub(crate) const PATH: &str = "lib/apk/db/installed";

/// Lists the packages of apk.
pub const PROBE: &dyn Probe = &Apk;

struct Apk;

pub(crate) fn need() -> Need {
    Need::file_up_to(PATH, 256 << 20)
}

impl Probe for Apk {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![need()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(bytes) = out.require(answers.bytes(&need()), "apk database") else {
            return;
        };
        match parse_installed(bytes) {
            Err(error) => out.malformed(PATH, error),
            Ok(packages) => {
                for package in packages {
                    let key = match package.architecture {
                        Some(architecture) => format!("{}.{architecture}", package.name),
                        None => package.name,
                    };
                    let origin = Origin::line(PATH, package.line as u32);
                    out.version(
                        FactId::keyed("package.apk", key),
                        package.version,
                        Scheme::Apk,
                        origin,
                    );
                }
            }
        }
    }
}
