use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::name::normalized;
use super::{SCHEMAS, WheelName, modules};
use crate::reading::base_name;
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "wheels",
    Subject::Release,
    "For which Python, machine and C library the wheels and compiled modules of a release are built.",
    SCHEMAS,
);

/// Reads the names of the wheels of a release.
pub const PROBE: &dyn Probe = &WheelNames;

struct WheelNames;

impl Probe for WheelNames {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let paths = || {
            let files = files.entries.iter().filter(|entry| entry.kind == EntryKind::File);
            files.map(|entry| entry.path.as_str())
        };
        for (module, versions) in modules(&paths().collect()) {
            out.keyed("python.module", module, versions, Origin::file(module));
        }
        let sources: BTreeSet<String> = paths().filter_map(source).collect();
        for path in paths() {
            if let Some(wheel) = WheelName::parse(base_name(path))
                && !sources.contains(&wheel.distribution)
            {
                let tags = wheel.tags.iter().map(ToString::to_string);
                out.keyed("wheel.tags", path, Value::set(tags), Origin::file(path));
            }
        }
    }
}

/// The distribution that a source archive holds: an installer builds it where no wheel fits.
fn source(path: &str) -> Option<String> {
    let name = base_name(path);
    let stem = name.strip_suffix(".tar.gz").or(name.strip_suffix(".zip"))?;
    let (name, version) = stem.rsplit_once('-')?;
    Some(format!("{}-{version}", normalized(name)))
}
