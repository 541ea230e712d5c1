//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeMap;

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, parse};
use crate::reading::{by_precedence, document, documents};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Limits;

struct Limits;

static MANIFEST: Manifest = Manifest::new(
    "limits",
    Subject::Host,
    "Limits that logins get from pam_limits.",
    SCHEMAS,
);

fn main_file() -> Need {
    Need::file_up_to("etc/security/limits.conf", 1 << 20)
}

fn directory() -> Need {
    Need::glob("etc/security/limits.d/*.conf", Take::Content(1 << 20))
}

impl Probe for Limits {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![main_file(), directory()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut files: Vec<_> = document(answers, &main_file(), &["limit"], out)
            .into_iter()
            .collect();
        files.extend(by_precedence(vec![documents(
            answers,
            &directory(),
            &["limit"],
            out,
        )]));
        let mut effective: BTreeMap<String, (String, Origin)> = BTreeMap::new();
        for file in &files {
            for limit in parse::limits(&file.text) {
                effective.insert(limit.key, (limit.value, file.line(limit.line)));
            }
        }
        for (key, (value, origin)) in effective {
            out.keyed("limit", key, value, origin);
        }
    }
}
