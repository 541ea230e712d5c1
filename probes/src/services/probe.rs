//! What the probe asks, and what it makes of the answers.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::{SCHEMAS, known};
use crate::procfs::{self, Process, Processes, Program};
use crate::sockets;

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Services;

struct Services;

static MANIFEST: Manifest = Manifest::new(
    "services",
    Subject::Host,
    "Well-known servers that run, by the programs that run, and the programs of each unit.",
    SCHEMAS,
);

impl Probe for Services {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        procfs::needs().into_iter().chain(sockets::needs()).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(processes) = procfs::processes(answers, out) else {
            out.covered(CoverageState::NotApplicable, "no running system to ask");
            return;
        };
        if !processes.shows_others() {
            out.covered(
                CoverageState::NotPermitted,
                "processes of other users are hidden (hidepid)",
            );
        }
        let ports = ports_by_inode(answers, out);
        for (name, members) in services(&processes) {
            tell(name, &members, ports.as_ref(), out);
        }
        units(&processes, out);
    }
}

/// Processes by the service they belong to, containers left out.
fn services(processes: &Processes) -> BTreeMap<&'static str, Vec<&Process>> {
    let mut services: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for process in processes.by_id.values() {
        // The kernel's own processes have no program.
        if process.program == Program::None || process.is_contained() {
            continue;
        }
        if let Some(service) = known::service(process) {
            services.entry(service).or_default().push(process);
        }
    }
    services
}

fn tell(
    service: &'static str,
    members: &[&Process],
    ports: Option<&BTreeMap<u64, String>>,
    out: &mut Observation<'_>,
) {
    let programs = || Origin::file("proc/*/exe");
    let names = Origin::file("proc/*/comm");
    let mut paths = BTreeSet::new();
    let mut any_replaced = false;
    let mut any_hidden = false;
    for process in members {
        match &process.program {
            Program::File { path, replaced } => {
                paths.insert(path.clone());
                any_replaced |= replaced;
            }
            Program::Hidden => any_hidden = true,
            Program::None => {}
        }
    }
    let seen = |value: Value| {
        if any_hidden {
            State::NotPermitted
        } else {
            State::Value(value)
        }
    };
    out.keyed(
        "service.running",
        service,
        true,
        if any_hidden { names } else { programs() },
    );
    out.state(
        FactId::keyed("service.executable", service),
        seen(Value::set(paths)),
        programs(),
    );
    out.state(
        FactId::keyed("service.replaced", service),
        seen(Value::Bool(any_replaced)),
        programs(),
    );
    let open: BTreeSet<&String> = ports
        .into_iter()
        .flat_map(|ports| {
            members
                .iter()
                .flat_map(|process| &process.sockets)
                .filter_map(|inode| ports.get(inode))
        })
        .collect();
    let state = match ports {
        None => State::Unknown("the listening sockets are not known".into()),
        Some(_) if members.iter().any(|process| process.files_hidden) => State::NotPermitted,
        Some(_) => State::Value(Value::set(open)),
    };
    out.state(
        FactId::keyed("service.ports", service),
        state,
        Origin::file("proc/*/fd"),
    );
}

fn ports_by_inode(answers: &Answers, out: &mut Observation<'_>) -> Option<BTreeMap<u64, String>> {
    let ports = sockets::listeners(answers, out)?;
    let pairs = ports
        .into_iter()
        .flat_map(|(port, listeners)| listeners.into_iter().map(move |l| (l.inode, port.clone())));
    Some(pairs.collect())
}

fn units(processes: &Processes, out: &mut Observation<'_>) {
    let mut units: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for process in processes.by_id.values() {
        if let Some(unit) = process.unit().filter(|unit| !is_passing(unit)) {
            units.entry(unit).or_default().insert(process.program_name());
        }
    }
    for (unit, programs) in units {
        out.keyed("unit.running", unit, true, Origin::file("proc/*/cgroup"));
        out.keyed(
            "unit.process",
            unit,
            Value::set(programs),
            Origin::file("proc/*/cgroup"),
        );
    }
}

/// Units that exist for one user, one job or one boot.
fn is_passing(unit: &str) -> bool {
    ["user@", "user-runtime-dir@", "run-", "session-"]
        .iter()
        .any(|begin| unit.starts_with(begin))
}
