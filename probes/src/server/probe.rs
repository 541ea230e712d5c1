//! What the probe asks: everything of every kind of server. One kind answers, the others do not apply.

use parity_core::answer::{Answers, Outcome, Rows};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::server::NO_MACHINE;
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{SCHEMAS, mysql, postgresql, redis};
use crate::installed::leading_version;

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Server;

struct Server;

static MANIFEST: Manifest = Manifest::new(
    "server",
    Subject::Server,
    "What a database server tells of itself over the wire.",
    SCHEMAS,
);

impl Probe for Server {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        [postgresql::needs(), mysql::needs(), redis::needs()].concat()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let observe = [postgresql::observe, mysql::observe, redis::observe];
        let observed = observe.map(|observe| observe(answers, out));
        if !observed.contains(&true) {
            out.covered(
                CoverageState::NotApplicable,
                "no server that is asked over the wire",
            );
        }
    }
}

/// The rows of an answer. What this user may not see makes `families` not permitted, a failure the probe partial.
pub(super) fn rows<'a>(
    answers: &'a Answers,
    need: &Need,
    what: &str,
    families: &[&'static str],
    out: &mut Observation<'_>,
) -> Option<&'a Rows> {
    match answers.rows(need) {
        Outcome::NotPermitted => {
            for family in families {
                out.state(FactId::rest(*family), State::NotPermitted, wire(what));
            }
            None
        }
        outcome => out.optional(outcome, what),
    }
}

/// What was asked, for people.
pub(super) fn wire(what: &str) -> Origin {
    Origin::Wire(what.to_owned())
}

/// These are all there are of a family.
pub(super) fn that_is_all(family: &'static str, what: &str, out: &mut Observation<'_>) {
    out.state(FactId::rest(family), State::Absent, wire(what));
}

/// That a service runs, and in which version.
pub(super) fn service(name: &'static str, version: &str, what: &str, out: &mut Observation<'_>) {
    out.keyed("service.running", name, true, wire(what));
    for family in ["service.version", "service.running-version"] {
        let id = FactId::keyed(family, name);
        match leading_version(version) {
            Some(version) => out.version(id, version, Scheme::Generic, wire(what)),
            None => out.state(
                id,
                State::Unknown(format!("the version {version} is no number")),
                wire(what),
            ),
        }
    }
}

/// Where a server listens, by its own settings; of other ports it knows nothing, and neither of one that leads to it.
pub(super) fn listening<'a>(
    port: &str,
    addresses: impl Iterator<Item = &'a str>,
    what: &str,
    out: &mut Observation<'_>,
) {
    out.state(
        FactId::rest("listen"),
        State::Unknown(NO_MACHINE.to_owned()),
        wire(what),
    );
    let scopes = Value::set(addresses.flat_map(scopes).copied());
    if port.parse::<u16>().is_ok_and(|port| port > 0) && !scopes.members().is_empty() {
        out.keyed("listen", format!("tcp/{port}"), scopes, wire(what));
    }
}

/// An address as the probe `sockets` tells it.
fn scopes(address: &str) -> &'static [&'static str] {
    match address.trim() {
        "" => &[],
        "*" => &["0.0.0.0", "::"],
        "0.0.0.0" => &["0.0.0.0"],
        "::" | "::*" => &["::"],
        "localhost" => &["127.0.0.1", "::1"],
        "::1" => &["::1"],
        address if address.starts_with("127.") => &["127.0.0.1"],
        _ => &["interface"],
    }
}
