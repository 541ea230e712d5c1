use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use super::known::{SERVERS, resolved};
use crate::reading::base_name;

static MANIFEST: Manifest = Manifest::new(
    "ports",
    Subject::Host,
    "Ports that the servers of a host are set up to listen on.",
    SCHEMAS,
);

/// Reads where servers listen.
pub const PROBE: &dyn Probe = &Ports;

struct Ports;

/// Where units are.
const UNITS: [&str; 3] = [
    "etc/systemd/system/*",
    "usr/lib/systemd/system/*",
    "lib/systemd/system/*",
];

const RESOLVED: (&str, [&str; 2]) = (
    "systemd-resolved.service",
    ["etc/systemd/resolved.conf", "etc/systemd/resolved.conf.d/*.conf"],
);

fn units(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn settings(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(256 << 10))
}

impl Probe for Ports {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let files = SERVERS.iter().flat_map(|server| server.files).chain(&RESOLVED.1);
        UNITS
            .iter()
            .map(|pattern| units(pattern))
            .chain(files.map(|pattern| settings(pattern)))
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut there = BTreeSet::new();
        for pattern in UNITS {
            let found = out.optional(answers.entries(&units(pattern)), pattern);
            there.extend(
                found
                    .into_iter()
                    .flat_map(|found| &found.entries)
                    .map(|it| base_name(&it.path)),
            );
        }
        let mut found: BTreeMap<&str, (BTreeSet<String>, Origin)> = BTreeMap::new();
        for server in SERVERS {
            for unit in server.units.iter().filter(|unit| there.contains(**unit)) {
                let (texts, origin) = texts(server.files, answers, unit);
                let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
                found.insert(unit, (server.listens(&texts), origin));
            }
        }
        let (unit, files) = RESOLVED;
        if there.contains(unit) {
            let (texts, origin) = texts(&files, answers, unit);
            let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            found.insert(unit, (resolved(&texts), origin));
        }
        for (unit, (places, origin)) in found.into_iter().filter(|(_, (places, _))| !places.is_empty()) {
            out.state(
                FactId::keyed("port.configured", unit),
                parity_core::fact::State::Value(Value::set(places)),
                origin,
            );
        }
    }
}

/// The settings that can be read, and the last file of them. Those that cannot leave what the makers chose: what really listens is told
/// by the sockets of a running host.
fn texts<'a>(
    patterns: &[&str],
    answers: &'a Answers,
    unit: &str,
) -> (Vec<std::borrow::Cow<'a, str>>, Origin) {
    let mut origin = Origin::Derived(format!("what the makers of {unit} chose"));
    let mut found = Vec::new();
    for pattern in patterns {
        let entries = answers
            .entries(&settings(pattern))
            .got()
            .map(|it| it.entries.as_slice());
        for entry in entries.unwrap_or_default() {
            if let Some(blob) = entry.content.as_ref().and_then(Outcome::got) {
                found.push(crate::reading::text(&blob.0));
                origin = Origin::file(entry.path.clone());
            }
        }
    }
    (found, origin)
}
