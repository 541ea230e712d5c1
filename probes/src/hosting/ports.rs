//! Ports that sites of the release are to listen on, and that another web server of the host has already.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, State, Value};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::TAKEN;

/// Holds the ports of nginx sites against what Apache listens on, where the host has both and starts Apache at boot.
#[derive(Debug, Clone, Copy, Default)]
pub struct TakenPorts;

const UNITS: [&str; 2] = ["apache2.service", "httpd.service"];

impl Derivation for TakenPorts {
    fn schemas(&self) -> &[Schema] {
        TAKEN
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        if sides
            .host
            .value(&FactId::keyed("service.version", "nginx"))
            .is_none()
        {
            return out;
        }
        for asked in release.family("nginx-file.listen") {
            let Some((file, port)) = asked.id.key().and_then(ends) else {
                continue;
            };
            let Some(files) = sides.host.value(&FactId::keyed("apache.listens", port)) else {
                continue;
            };
            let id = FactId::keyed("port.taken", format!("{file}:{port}"));
            let state = match starts(sides.host) {
                Ok(false) => continue,
                Ok(true) => State::Value(Value::from(format!("Apache ({files})"))),
                Err((unit, reason)) => {
                    out.lacks.insert(id.clone(), (Side::Host, unit));
                    State::Unknown(reason)
                }
            };
            out.facts.push(Fact {
                id,
                state,
                ..asked.clone()
            });
        }
        out
    }
}

/// The file at the beginning of a key, and the port at its end.
fn ends(key: &str) -> Option<(&str, &str)> {
    Some((key.split(':').next()?, key.rsplit(':').next()?))
}

/// Whether Apache is started at boot; the unit of which that is not known, and why.
fn starts(host: &View<'_>) -> Result<bool, (FactId, String)> {
    let mut doubt = None;
    for unit in UNITS {
        let id = FactId::keyed("unit.state", unit);
        let Some(fact) = host.fact(&id) else {
            continue;
        };
        match (fact.state.value(), fact.state.doubt()) {
            (Some(state), _) if state.to_string() == "enabled" => return Ok(true),
            (_, Some(reason)) => doubt = Some((id, reason.to_owned())),
            _ => {}
        }
    }
    doubt.map_or(Ok(false), Err)
}
