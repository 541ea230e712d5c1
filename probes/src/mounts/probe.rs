//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::Value;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::SCHEMAS;
use super::parse::{self, Mount};
use crate::reading::{document, tell_malformed};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Mounts;

struct Mounts;

static MANIFEST: Manifest = Manifest::new(
    "mounts",
    Subject::Host,
    "What is mounted where and with which options, and what is to be mounted at boot.",
    SCHEMAS,
);

const MOUNTED: [&str; 3] = ["mount.type", "mount.source-kind", "mount.options"];
const AT_BOOT: [&str; 3] = ["fstab.type", "fstab.source-kind", "fstab.options"];

fn mounted() -> Need {
    Need::file_up_to("proc/self/mounts", 8 << 20)
}

fn fstab() -> Need {
    Need::file_up_to("etc/fstab", 1 << 20)
}

impl Probe for Mounts {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![mounted(), fstab()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        if matches!(answers.get(&mounted()), Outcome::Absent | Outcome::NotApplicable) {
            out.covered(
                CoverageState::NotApplicable,
                "nothing is mounted in a root file system at rest",
            );
        }
        if let Some(table) = document(answers, &mounted(), &MOUNTED, out) {
            let (mounts, wrong) = parse::table(&table.text);
            tell_malformed(&table.path, &wrong, "fewer than three fields", out);
            for (place, mount) in by_place(mounts) {
                if !parse::is_lasting(&mount) {
                    continue;
                }
                let origin = || mounted().origin();
                let options = parse::lasting_options(&mount.options);
                out.keyed("mount.type", &place, mount.kind.clone(), origin());
                out.keyed("mount.source-kind", &place, parse::source_kind(&mount), origin());
                out.keyed("mount.options", &place, Value::set(options), origin());
            }
        }
        if let Some(table) = document(answers, &fstab(), &AT_BOOT, out) {
            // mount(8) passes over lines with too few fields.
            let (mounts, _) = parse::table(&table.text);
            for (place, mount) in by_place(mounts) {
                let origin = || table.line(mount.line);
                let options = mount.options.iter().map(|option| parse::hide(option));
                out.keyed("fstab.type", &place, mount.kind.clone(), origin());
                out.keyed("fstab.source-kind", &place, parse::source_kind(&mount), origin());
                out.keyed("fstab.options", &place, Value::set(options), origin());
            }
        }
    }
}

/// Mounts by their place; of several at one place the last covers the others.
fn by_place(mounts: Vec<Mount>) -> BTreeMap<String, Mount> {
    mounts
        .into_iter()
        .map(|mount| (mount.place.clone(), mount))
        .collect()
}
