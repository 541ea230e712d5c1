//! Which ports that a release publishes are held by somebody else on a host.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::{Side, View};

/// What the derivation gives.
pub const DERIVED: &[Schema] = &[
    Schema::family(
        "port.held",
        "file:service:PROTOCOL/PORT",
        Kind::Text,
        "Service of the host, and the address, that listens where a container of the release is to be reached.",
    ),
    Schema::family(
        "port.freed-by",
        "file:service:PROTOCOL/PORT",
        Kind::Text,
        "What frees such a port on the host.",
    ),
];

/// Works out which ports are taken.
#[derive(Debug, Clone, Copy)]
pub struct HeldPorts;

/// Programs that listen for containers: those of the release before this one, perhaps.
const OF_CONTAINERS: [&str; 7] = [
    "conmon",
    "containerd-shim",
    "docker-proxy",
    "dockerd",
    "pasta",
    "rootlessport",
    "slirp4netns",
];

/// Somebody who listens.
struct Holder {
    name: String,
    unit: Option<String>,
    address: String,
}

impl Holder {
    fn of_unit(unit: &str, address: String) -> Holder {
        Holder {
            name: unit.trim_end_matches(".service").to_owned(),
            unit: Some(unit.to_owned()),
            address,
        }
    }
}

impl Derivation for HeldPorts {
    fn schemas(&self) -> &[Schema] {
        DERIVED
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut derived = Derived::default();
        let Some(release) = sides.release else {
            return derived;
        };
        let published = release
            .family("compose-file.published")
            .filter_map(|fact| Some((fact.id.key()?.to_owned(), fact.state.value()?.to_string())));
        for (key, address) in published.collect::<BTreeMap<_, _>>() {
            let port = key.rsplit(':').next().unwrap_or(&key);
            let origin = Origin::Derived("services of the host".to_owned());
            let fact = |name: &'static str, state: State| Fact {
                id: FactId::keyed(name, key.as_str()),
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: origin.clone(),
            };
            match holder(sides.host, port, &address) {
                Ok(Some(holder)) => {
                    let who = format!("{} ({})", holder.name, shown(&holder.address));
                    derived.facts.push(fact("port.held", State::Value(who.into())));
                    derived
                        .facts
                        .push(fact("port.freed-by", State::Value(freed_by(&holder).into())));
                }
                Ok(None) => {}
                Err(lacked) => {
                    let unknown = fact(
                        "port.held",
                        State::Unknown("it cannot be told what starts".into()),
                    );
                    derived.lacks.insert(unknown.id.clone(), (Side::Host, lacked));
                    derived.facts.push(unknown);
                }
            }
        }
        derived
    }
}

/// Who holds it: on a host that runs, who listens; else who starts at boot. An error is the fact that would tell.
fn holder(host: &View<'_>, port: &str, address: &str) -> Result<Option<Holder>, FactId> {
    let has = |family: &str| host.family(family).any(|fact| fact.state.value().is_some());
    if has("service.running") || has("listen") {
        return Ok(running(host, port, address));
    }
    let mut lacked = None;
    for (unit, own) in configured(host, port, address) {
        let id = FactId::keyed("unit.state", unit);
        let state = host.state(&id);
        match state.value().map(ToString::to_string) {
            Some(state) if state.starts_with("enabled") => return Ok(Some(Holder::of_unit(unit, own))),
            None if !state.is_certain() => lacked = Some(id),
            _ => {}
        }
    }
    lacked.map_or(Ok(None), Err)
}

/// Units whose settings name the port, each with the address.
fn configured<'a>(
    host: &'a View<'_>,
    port: &'a str,
    address: &'a str,
) -> impl Iterator<Item = (&'a str, String)> {
    host.family("port.configured").filter_map(move |fact| {
        let (unit, places) = fact.id.key().zip(fact.state.value())?;
        let places = places.members();
        let mut places = places.iter().filter_map(|place| place.split_once(' '));
        let (_, own) = places.find(|(own, at)| *own == port && overlap(address, at))?;
        Some((unit, own.to_owned()))
    })
}

fn running(host: &View<'_>, port: &str, address: &str) -> Option<Holder> {
    let members = |id: FactId| host.value(&id).map(Value::members).unwrap_or_default();
    let own = members(FactId::keyed("listen", port));
    let own = own.iter().find(|at| overlap(address, at))?.to_string();
    let services = host.family("service.ports").filter_map(|fact| {
        let has_it = fact.state.value()?.members().iter().any(|it| it == port);
        has_it.then(|| fact.id.key().map(str::to_owned))?
    });
    let programs = || {
        let knows_services = host
            .family("service.running")
            .any(|fact| fact.state.value().is_some());
        let programs = members(FactId::keyed("listen.process", port));
        let is_foreign = programs
            .iter()
            .all(|name| !OF_CONTAINERS.contains(&name.as_ref()));
        let first = programs.first().map(ToString::to_string);
        first.filter(|_| is_foreign && !knows_services)
    };
    if let Some(name) = services.min().or_else(programs) {
        return Some(Holder {
            unit: None,
            address: own,
            name,
        });
    }
    // Whose socket it is, only root may see; units that are up, everybody. It may be a container of the release before this one, too.
    let is_hidden = !host.state(&FactId::keyed("listen.process", port)).is_certain();
    let is_up = |unit: &str| {
        let active = host.value(&FactId::keyed("unit.active", unit));
        active.is_some_and(|state| state.to_string() == "active")
    };
    let (unit, _) = configured(host, port, address).find(|(unit, _)| is_hidden && is_up(unit))?;
    Some(Holder::of_unit(unit, own))
}

fn is_any(address: &str) -> bool {
    matches!(address, "*" | "0.0.0.0" | "::" | "[::]" | "")
}

/// Whether the second of two sockets on one port cannot be opened (`EADDRINUSE`, bind(2)).
fn overlap(published: &str, own: &str) -> bool {
    is_any(published) || is_any(own) || published == own
}

fn shown(address: &str) -> String {
    match address {
        address if is_any(address) => "all addresses".to_owned(),
        "interface" => "an address of the host".to_owned(),
        address => address.to_owned(),
    }
}

/// The resolver can leave the port and go on resolving (resolved.conf(5)).
fn freed_by(holder: &Holder) -> String {
    if holder.name.starts_with("systemd-resolve") {
        return "DNSStubListener=no in /etc/systemd/resolved.conf, and `systemctl restart systemd-resolved`"
            .to_owned();
    }
    // Whoever administers the host comes in there.
    if matches!(holder.name.as_str(), "ssh" | "sshd") {
        return "another `Port` in /etc/ssh/sshd_config, after a login on that port was tried".to_owned();
    }
    let unit = holder.unit.as_deref().unwrap_or(&holder.name);
    format!("`systemctl disable --now {unit}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_locked_out() {
        let freed = |name: &str| {
            freed_by(&Holder {
                name: name.to_owned(),
                unit: Some(format!("{name}.service")),
                address: "*".to_owned(),
            })
        };
        assert!(!freed("sshd").contains("disable") && !freed("systemd-resolved").contains("disable"));
        assert!(freed("apache2").contains("disable --now apache2.service"));
    }

    #[test]
    fn sockets_that_exclude_each_other() {
        for (published, own, expected) in [
            ("0.0.0.0", "127.0.0.53", true),
            ("127.0.0.1", "*", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.53", false),
            ("192.0.2.1", "interface", false),
        ] {
            assert_eq!(overlap(published, own), expected, "{published} {own}");
        }
    }
}
