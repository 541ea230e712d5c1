use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entries, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{KNOWN, SCHEMAS, parse};
use crate::reading::text;

static MANIFEST: Manifest = Manifest::new(
    "kernel-modules",
    Subject::Host,
    "Modules of the kernel and devices that releases ask for.",
    SCHEMAS,
);

/// Looks for modules and devices.
pub const PROBE: &dyn Probe = &Modules;

struct Modules;

const RELEASE: &str = "proc/sys/kernel/osrelease";
const LOADED: &str = "proc/modules";

const DEVICES: [&str; 5] = [
    "dev/*",
    "dev/dri/*",
    "dev/net/*",
    "dev/serial/by-id/*",
    "dev/snd/*",
];

/// Files that a kernel makes only where it was built with them, and what shows that such files are there at all.
const PLACES: [&str; 2] = ["sys/kernel/btf/*", "sys/kernel/*"];

fn small(path: &str) -> Need {
    Need::file_up_to(path, 256 << 10)
}

fn list(release: &str, name: &str) -> Need {
    Need::file_up_to(format!("lib/modules/{release}/{name}"), 4 << 20)
}

fn names(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

impl Probe for Modules {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let files = [small(RELEASE), small(LOADED)];
        let listings = DEVICES.iter().chain(&PLACES).map(|pattern| names(pattern));
        files.into_iter().chain(listings).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        match answers.bytes(&small(RELEASE)) {
            Outcome::Got(bytes) => {
                let release = text(bytes).trim().to_owned();
                modules(&release, answers, out);
                devices(answers, out);
                places(answers, out);
            }
            Outcome::Absent | Outcome::NotApplicable => {
                let at_rest = State::Unknown("no kernel runs in a root file system at rest".into());
                unknown(out, &at_rest);
                for (name, _) in KNOWN.iter().filter(|(_, since)| since.is_empty()) {
                    let origin = Origin::Derived("every Linux in use has it".to_owned());
                    out.keyed("kernel-module", *name, "expected", origin);
                }
            }
            Outcome::NotPermitted => unknown(out, &State::NotPermitted),
            Outcome::Failed(failure) => unknown(out, &State::Unknown(failure.reason)),
        }
    }
}

fn unknown(out: &mut Observation<'_>, state: &State) {
    out.state(
        FactId::rest("kernel-module"),
        state.clone(),
        Origin::file(RELEASE),
    );
    out.state(FactId::single("device.names"), state.clone(), Origin::file("dev"));
    out.state(
        FactId::single("kernel.places"),
        state.clone(),
        Origin::file("sys/kernel"),
    );
}

fn modules(release: &str, answers: &Answers, out: &mut Observation<'_>) {
    let is_name = release
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._+-~".contains(c));
    if !is_name || release.is_empty() {
        return out.malformed(RELEASE, "no release of a kernel");
    }
    let needs = ["modules.dep", "modules.builtin"].map(|name| list(release, name));
    if needs.iter().any(|need| !answers.has(need)) {
        return needs.into_iter().for_each(|need| out.ask(need));
    }
    let mut found: [Option<BTreeSet<String>>; 2] = [None, None];
    for (need, names) in needs.iter().zip(&mut found) {
        match answers.bytes(need) {
            Outcome::Got(bytes) => *names = Some(parse::listed(&text(bytes))),
            Outcome::NotPermitted => {
                return out.state(FactId::rest("kernel-module"), State::NotPermitted, need.origin());
            }
            Outcome::Failed(failure) => {
                let state = State::Unknown(failure.reason);
                return out.state(FactId::rest("kernel-module"), state, need.origin());
            }
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    let loaded = match answers.bytes(&small(LOADED)) {
        Outcome::Got(bytes) => parse::loaded(&text(bytes)),
        _ => BTreeSet::new(),
    };
    let [dep, builtin] = found;
    for (name, since) in KNOWN {
        let has = |names: &Option<BTreeSet<String>>| names.as_ref().is_some_and(|names| names.contains(name));
        let origin = || Origin::file(format!("lib/modules/{release}/modules.dep"));
        let how = match () {
            () if has(&dep) => Some(("module", origin())),
            () if has(&builtin) => Some((
                "built in",
                Origin::file(format!("lib/modules/{release}/modules.builtin")),
            )),
            () if loaded.contains(name) => Some(("loaded", Origin::file(LOADED))),
            // Nothing lists modules: a Linux that has it since long is taken to have it still.
            () if dep.is_none() && parse::is_at_least(release, since) => {
                Some(("module", Origin::file(RELEASE)))
            }
            () => None,
        };
        match how {
            Some((how, origin)) => out.keyed("kernel-module", name, how, origin),
            None if dep.is_none() => {
                let state = State::Unknown(format!(
                    "/lib/modules/{release} is not there; `modinfo {name}` tells it"
                ));
                out.state(FactId::keyed("kernel-module", name), state, origin());
            }
            None => out.state(FactId::keyed("kernel-module", name), State::Absent, origin()),
        }
    }
}

fn devices(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("device.names");
    let mut found = BTreeSet::new();
    for pattern in DEVICES {
        match answers.entries(&names(pattern)) {
            Outcome::Got(entries) => found.extend(entries.entries.iter().map(|it| format!("/{}", it.path))),
            Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(pattern)),
            Outcome::Failed(failure) => {
                return out.state(id, State::Unknown(failure.reason), Origin::file(pattern));
            }
            Outcome::Absent | Outcome::NotApplicable => {}
        }
    }
    let state = match found.contains("/dev/null") {
        true => State::Value(Value::set(found)),
        false => State::Unknown("nothing is in /dev of a root file system at rest".into()),
    };
    out.state(id, state, Origin::file("dev"));
}

/// Where nothing of /sys can be seen, nothing is told of it.
fn places(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("kernel.places");
    let origin = Origin::file("sys/kernel");
    let [made, around] = PLACES.map(|pattern| answers.entries(&names(pattern)));
    let paths = |outcome: &Outcome<&Entries>| -> Vec<String> {
        let entries = outcome
            .got()
            .map(|found| found.entries.as_slice())
            .unwrap_or_default();
        entries.iter().map(|entry| format!("/{}", entry.path)).collect()
    };
    let state = match (&made, &around) {
        (Outcome::NotPermitted, _) => State::NotPermitted,
        (Outcome::Failed(failure), _) => State::Unknown(failure.reason.clone()),
        (Outcome::Got(found), _) if !found.entries.is_empty() => {
            // Beside the kernel there are its modules.
            let mut all = paths(&made);
            all.retain(|path| path.ends_with("/vmlinux"));
            State::Value(Value::set(all))
        }
        (_, Outcome::Got(found)) if !found.entries.is_empty() => State::Value(Value::set::<&str>([])),
        _ => State::Unknown("nothing of /sys/kernel can be seen".into()),
    };
    out.state(id, state, origin);
}
