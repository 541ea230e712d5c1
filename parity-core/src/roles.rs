//! Which role a host has, where nobody says it: by the services it runs.

use crate::snapshot::Snapshot;

/// Services that make a role, the first that runs decides.
const BY_SERVICE: [(&str, &[&str]); 4] = [
    ("db", &["postgresql", "mysql", "mariadb", "mongodb"]),
    ("queue", &["rabbitmq", "kafka", "nats"]),
    ("cache", &["redis", "valkey", "memcached"]),
    ("web", &["nginx", "apache", "haproxy", "caddy"]),
];

/// The role that the services of a host amount to; `None` where none of them tells.
pub fn infer(snapshot: &Snapshot) -> Option<&'static str> {
    let runs = |service: &str| {
        let mut facts = snapshot
            .family("service.version")
            .chain(snapshot.family("service.running"));
        facts.any(|fact| fact.id.key() == Some(service) && fact.state.value().is_some())
    };
    BY_SERVICE
        .iter()
        .find(|(_, services)| services.iter().any(|service| runs(service)))
        .map(|(role, _)| *role)
}
