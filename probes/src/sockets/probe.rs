//! What the probe asks, and what it makes of the answers.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::parse::{self, Listener};
use super::{SCHEMAS, configured};
use crate::kernel;
use crate::procfs::{self, Processes};
use crate::reading::{tell_malformed, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Sockets;

struct Sockets;

static MANIFEST: Manifest = Manifest::new(
    "sockets",
    Subject::Host,
    "Ports that somebody listens on, and who.",
    SCHEMAS,
);

/// The tables, their protocol and the state that waits.
const TABLES: [(&str, &str, &str); 4] = [
    ("proc/net/tcp", "tcp", parse::TCP_LISTEN),
    ("proc/net/tcp6", "tcp", parse::TCP_LISTEN),
    ("proc/net/udp", "udp", parse::UDP_UNCONNECTED),
    ("proc/net/udp6", "udp", parse::UDP_UNCONNECTED),
];

/// What Linux gives to clients unless told otherwise.
const CLIENT_PORTS: (u16, u16) = (32_768, 60_999);

/// A table of sockets, asked for in the same words wherever it is read.
pub(crate) fn table(path: &str) -> Need {
    Need::file_up_to(path, 64 << 20)
}

fn client_ports() -> Need {
    Need::file_up_to("proc/sys/net/ipv4/ip_local_port_range", 4096)
}

/// What tells the listening sockets.
pub(crate) fn needs() -> Vec<Need> {
    let tables = TABLES.map(|(path, ..)| table(path));
    tables
        .into_iter()
        .chain([client_ports(), kernel::machine_need()])
        .collect()
}

/// A port and its listeners, by `PROTOCOL/PORT`; nothing where the target shows no sockets.
pub(crate) fn listeners(
    answers: &Answers,
    out: &mut Observation<'_>,
) -> Option<BTreeMap<String, Vec<Listener>>> {
    if TABLES.iter().all(|(path, ..)| {
        matches!(
            answers.get(&table(path)),
            Outcome::Absent | Outcome::NotApplicable
        )
    }) {
        return None;
    }
    // Unknown architectures are little-endian: all of today's but a few.
    let big_endian = kernel::machine(answers)
        .got()
        .is_some_and(|(name, _)| kernel::is_big_endian(name));
    let range = answers.bytes(&client_ports());
    let (first, last) = range
        .got()
        .and_then(|bytes| parse::port_range(&text(bytes)))
        .unwrap_or(CLIENT_PORTS);
    let mut ports: BTreeMap<String, Vec<Listener>> = BTreeMap::new();
    for (path, protocol, state) in TABLES {
        let Some(bytes) = out.optional(answers.bytes(&table(path)), path) else {
            continue;
        };
        let (found, wrong) = parse::listeners(&text(bytes), state, big_endian);
        tell_malformed(path, &wrong, "not a line of a table of sockets", out);
        for listener in found {
            // A client waits for its answer on such a port.
            let is_client = protocol == "udp" && (first..=last).contains(&listener.port);
            if !is_client {
                ports
                    .entry(format!("{protocol}/{}", listener.port))
                    .or_default()
                    .push(listener);
            }
        }
    }
    Some(ports)
}

impl Probe for Sockets {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        needs().into_iter().chain(procfs::needs()).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(ports) = listeners(answers, out) else {
            configured::observe(answers, out);
            out.covered(CoverageState::NotApplicable, "no running system to ask");
            return;
        };
        let processes = procfs::processes(answers, out);
        for (port, listeners) in ports {
            let origin = || Origin::file(format!("proc/net/{}", port.split('/').next().unwrap_or_default()));
            let scopes = listeners.iter().map(|listener| scope(listener.address));
            out.keyed("listen", &port, Value::set(scopes), origin());
            let own: BTreeSet<String> = listeners
                .iter()
                .filter(|listener| is_own(listener.address))
                .map(|listener| listener.address.to_string())
                .collect();
            if !own.is_empty() {
                out.keyed("listen.address", &port, Value::set(own), origin());
            }
            let holders = holders(&listeners, processes.as_ref());
            out.state(
                FactId::keyed("listen.process", &port),
                holders,
                Origin::file("proc/*/fd"),
            );
        }
    }
}

/// An address of this machine alone.
fn is_own(address: IpAddr) -> bool {
    !address.is_unspecified() && !address.to_canonical().is_loopback()
}

pub(super) fn scope(address: IpAddr) -> String {
    if is_own(address) {
        "interface".to_owned()
    } else {
        address.to_string()
    }
}

/// The programs that hold any of these sockets.
fn holders(listeners: &[Listener], processes: Option<&Processes>) -> State {
    let Some(processes) = processes else {
        return State::Unknown("the processes are not known".into());
    };
    let names: BTreeSet<&str> = listeners
        .iter()
        .flat_map(|listener| processes.holders(listener.inode))
        .map(|process| process.program_name())
        .collect();
    match (names.is_empty(), processes.hides_sockets()) {
        (false, _) => State::Value(Value::set(names)),
        (true, true) => State::NotPermitted,
        (true, false) => State::Absent,
    }
}
