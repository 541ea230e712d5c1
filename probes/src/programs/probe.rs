use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::SCHEMAS;
use super::path::{ALTERNATIVES, DIRECTORIES, Listing};
use super::{tools, variants};
use crate::installed;
use crate::reading::readable;

static MANIFEST: Manifest = Manifest::new(
    "programs",
    Subject::Host,
    "Programs on the system path, and what /bin/sh is.",
    SCHEMAS,
);

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Programs;

struct Programs;

const FAMILIES: [&str; 4] = ["program", "program.flavour", "program.variant", "tool.version"];

fn listing(directory: &str) -> Need {
    Need::glob(format!("{directory}/*"), Take::Stat)
}

impl Probe for Programs {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        DIRECTORIES
            .iter()
            .chain([&ALTERNATIVES])
            .map(|directory| listing(directory))
            .chain(installed::needs())
            .chain(tools::needs())
            .collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut entries: Vec<&Entry> = Vec::new();
        for directory in DIRECTORIES {
            if let Some(found) = readable(answers.entries(&listing(directory)), directory, &FAMILIES, out) {
                entries.extend(&found.entries);
                for skipped in &found.skipped {
                    out.malformed(&skipped.path, &skipped.reason);
                }
            }
        }
        let alternatives = answers.entries(&listing(ALTERNATIVES));
        entries.extend(alternatives.got().into_iter().flat_map(|found| &found.entries));
        let listed = Listing::new(entries);
        shell(&listed, answers, out);
        awk(&listed, answers, out);
        if listed.is_empty() {
            out.covered(CoverageState::Absent, "no programs");
            return;
        }
        let packages = installed::installed(answers, out);
        tools::tell(&listed, &packages, answers, out);
        variants::tell(&listed, &packages, out);
        for (name, paths) in listed.programs() {
            let Some(first) = paths.first().copied() else {
                continue;
            };
            if let Some(flavour) = listed.flavour(first) {
                out.keyed("program.flavour", name, flavour, Origin::file(first));
            }
            let paths = paths.iter().map(|path| format!("/{path}")).collect();
            out.keyed("program", name, Value::List(paths), Origin::file(first));
        }
    }
}

fn shell(listed: &Listing<'_>, answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("shell.posix");
    let path = ["bin/sh", "usr/bin/sh"].into_iter().find(|path| listed.has(path));
    let Some(path) = path else {
        let is_closed = |directory: &&str| answers.entries(&listing(directory)) == Outcome::NotPermitted;
        if let Some(directory) = ["bin", "usr/bin"].into_iter().find(is_closed) {
            out.state(id, State::NotPermitted, Origin::file(directory));
        }
        return;
    };
    let state = match listed.shell(path) {
        Some(name) => State::Value(name.into()),
        None => State::Unknown(format!("/{path} is a file of its own")),
    };
    out.state(id, state, Origin::file(path));
}

fn awk(listed: &Listing<'_>, answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("awk.flavour");
    let path = ["usr/bin/awk", "bin/awk"]
        .into_iter()
        .find(|path| listed.has(path));
    if let Some((path, name)) = path.and_then(|path| Some((path, listed.target(path)?))) {
        out.state(id, State::Value(name.into()), Origin::file(path));
    } else if answers.entries(&listing("usr/bin")) == Outcome::NotPermitted {
        out.state(id, State::NotPermitted, Origin::file("usr/bin"));
    }
}
