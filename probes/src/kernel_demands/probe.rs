use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, composed, control_groups, daemons, limits, others, pages};
use crate::reading::text;
use crate::release::{all_files, is_for_its_makers, whole};
use crate::said::Said;

static MANIFEST: Manifest = Manifest::new(
    "kernel-demands",
    Subject::Release,
    "What files of a release ask of the kernel, and of what confines programs.",
    SCHEMAS,
);

/// Finds what is asked of the kernel.
pub const PROBE: &dyn Probe = &KernelDemands;

struct KernelDemands;

/// Larger files are neither scripts nor settings of people, in bytes.
const CAP: u64 = 1 << 20;

/// What is told as a number.
const NUMBERS: [&str; 4] = [
    "demand.memory",
    "demand.cgroup",
    "demand.open-files",
    "demand.page-size",
];

/// A kind of file: whether a file is of it, by path and first bytes; what it asks for, by path and text; what is unknown without it.
type Reader = (
    fn(&str, &[u8]) -> bool,
    fn(&str, &str, &mut Said),
    &'static [&'static str],
);

const READERS: [Reader; 6] = [
    (|path, _| others::concerns(path), others::read, others::FAMILIES),
    (
        |path, _| pages::concerns(path),
        pages::read,
        &["demand.page-size"],
    ),
    (
        |path, _| composed::concerns(path),
        |_, text, found| composed::read(text, found),
        composed::FAMILIES,
    ),
    (
        control_groups::concerns,
        |_, text, found| control_groups::read(text, found),
        &["demand.cgroup"],
    ),
    (
        |path, _| limits::concerns(path),
        limits::read,
        &["demand.open-files", "demand.memory-lock"],
    ),
    (
        |path, _| daemons::concerns(path),
        daemons::read,
        daemons::FAMILIES,
    ),
];

impl Probe for KernelDemands {
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
        let mut found: Vec<(&str, Said)> = Vec::new();
        let own = files.entries.iter().filter(|entry| {
            let is_foreign = ["node_modules/", "vendor/", "bower_components/"]
                .iter()
                .any(|place| entry.path.contains(place));
            entry.kind == EntryKind::File && !is_foreign && !is_for_its_makers(&entry.path)
        });
        for entry in own {
            let head = entry.content.as_ref().and_then(Outcome::got);
            let head = head.map_or(&[][..], |blob| blob.0.as_slice());
            let readers = || {
                let fits = |reader: &&Reader| (reader.0)(&entry.path, head);
                READERS.iter().filter(fits)
            };
            if readers().next().is_none() {
                continue;
            }
            let state = match whole(answers, entry, CAP, out) {
                Some(Outcome::Got(bytes)) => {
                    let mut demands = Said::default();
                    let text = text(bytes);
                    readers().for_each(|(_, read, _)| read(&entry.path, &text, &mut demands));
                    found.push((&entry.path, demands));
                    continue;
                }
                Some(Outcome::NotPermitted) => State::NotPermitted,
                // What is too large was not written by people.
                Some(Outcome::Failed(failure)) if entry.size <= CAP => State::Unknown(failure.reason),
                _ => continue,
            };
            for family in readers().flat_map(|(_, _, families)| *families) {
                let id = FactId::keyed(*family, entry.path.as_str());
                out.state(id, state.clone(), Origin::file(entry.path.as_str()));
            }
        }
        tell(found, out);
    }
}

/// What the release settles itself is asked of nobody.
fn tell(found: Vec<(&str, Said)>, out: &mut Observation<'_>) {
    let all = || found.iter().flat_map(|(_, demands)| &demands.0);
    let versions = all().filter(|((family, _), _)| *family == "demand.cgroup");
    let versions: Vec<&str> = versions.map(|(_, (version, _))| version.as_str()).collect();
    let knows_both = versions.contains(&"1") && versions.contains(&"2");
    let lets_lock = all().any(|((family, _), _)| *family == limits::LETS_LOCK);
    let forwards = all().any(|((family, _), _)| *family == others::FORWARDS);
    let says_size = all().any(|((family, _), _)| *family == pages::SAYS_SIZE);
    for (path, demands) in found {
        for ((family, key), (value, line)) in demands.0 {
            let is_settled = match family {
                "demand.cgroup" => knows_both || value == control_groups::EITHER,
                "demand.memory-lock" => lets_lock,
                "demand.page-size" => says_size,
                "demand.forwarding" => forwards,
                family => [limits::LETS_LOCK, others::FORWARDS, pages::SAYS_SIZE].contains(&family),
            };
            if is_settled {
                continue;
            }
            let key = match key.is_empty() {
                true => path.to_owned(),
                false => format!("{path}:{key}"),
            };
            let value = match value.parse() {
                Ok(number) if NUMBERS.contains(&family) => Value::Int(number),
                _ => Value::from(value),
            };
            out.keyed(family, key, value, Origin::line(path, line));
        }
    }
}
