//! Ports that the release is to listen on, and that a web server of the host has already.

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, State, Value};
use parity_core::schema::Schema;
use parity_core::view::{Side, View};

use super::TAKEN;

/// Holds published ports and those of sites against what the web servers listen on that the host starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct TakenPorts;

/// Web servers: what they listen on, and the units that start them.
const SERVERS: [(&str, &str, &[&str]); 2] = [
    ("Apache", "apache.listens", &["apache2.service", "httpd.service"]),
    ("nginx", "nginx.listens", &["nginx.service"]),
];

/// What asks for a port in the release, and the server that would listen there itself.
const ASKS: [(&str, &str); 2] = [("compose-file.port", ""), ("nginx-file.listen", "nginx")];

impl Derivation for TakenPorts {
    fn schemas(&self) -> &[Schema] {
        TAKEN
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        for (family, own) in ASKS {
            if !is_asked(sides.host, own) {
                continue;
            }
            for asked in release.family(family) {
                let Some((file, port)) = asked.id.key().and_then(ends) else {
                    continue;
                };
                let others = SERVERS.iter().filter(|(server, ..)| *server != own);
                for (server, listens, units) in others {
                    let Some(files) = sides.host.value(&FactId::keyed(*listens, port)) else {
                        continue;
                    };
                    let id = FactId::keyed("port.taken", format!("{file}:{port}"));
                    let state = match starts(sides.host, units) {
                        Ok(false) => continue,
                        Ok(true) => State::Value(Value::from(format!("{server} ({files})"))),
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
                    break;
                }
            }
        }
        out
    }
}

/// The file at the beginning of a key, and the port at its end.
fn ends(key: &str) -> Option<(&str, &str)> {
    Some((key.split(':').next()?, key.rsplit(':').next()?))
}

/// Whether the host has what would listen: the server itself, or an engine of containers.
fn is_asked(host: &View<'_>, own: &str) -> bool {
    if !own.is_empty() {
        return host.value(&FactId::keyed("service.version", own)).is_some();
    }
    let engines = host.value(&FactId::single("container.engines"));
    let engines = engines.map(Value::members).unwrap_or_default();
    engines
        .iter()
        .any(|engine| engine == "docker" || engine == "podman")
}

/// Whether one of these units is started at boot; the one of which that is not known, and why.
fn starts(host: &View<'_>, units: &[&str]) -> Result<bool, (FactId, String)> {
    let mut doubt = None;
    for unit in units {
        let id = FactId::keyed("unit.state", *unit);
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
