use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::SCHEMAS;
use crate::installed::{self, Installed, upstream};
use crate::known_services::KnownService;

static MANIFEST: Manifest = Manifest {
    id: "service-versions",
    subject: Subject::Host,
    about: "Well-known services of a host: versions and packages.",
    schemas: Cow::Borrowed(SCHEMAS),
};

/// Where programs lie that no package holds.
const LOCAL: [&str; 2] = ["usr/local/bin/*", "usr/local/sbin/*"];

/// Finds the versions of services.
pub const PROBE: &dyn Probe = &ServiceVersions;

struct ServiceVersions;

/// The clusters of PostgreSQL, as Debian keeps them: `etc/postgresql/VERSION/NAME`.
fn clusters() -> Need {
    Need::glob("etc/postgresql/*/*/postgresql.conf", Take::Stat)
}

fn local(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

impl Probe for ServiceVersions {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = installed::needs();
        needs.push(clusters());
        needs.extend(LOCAL.map(local));
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let mut services: BTreeMap<&str, Vec<Installed>> = BTreeMap::new();
        for package in installed::installed(answers, out) {
            if let Some(service) = KnownService::of_package(package.ecosystem, &package.name) {
                services.entry(service.name).or_default().push(package);
            }
        }
        let with_cluster = with_cluster(answers, out);
        for (service, packages) in &services {
            tell(out, service, packages, &with_cluster);
        }
        unpackaged(answers, &services, out);
    }
}

/// The versions of PostgreSQL that have a cluster.
fn with_cluster(answers: &Answers, out: &mut Observation<'_>) -> BTreeSet<String> {
    let found = out.optional(answers.entries(&clusters()), "clusters of PostgreSQL");
    let entries = found.into_iter().flat_map(|found| &found.entries);
    entries
        .filter_map(|entry| entry.path.split('/').nth(2))
        .map(str::to_owned)
        .collect()
}

fn tell(out: &mut Observation<'_>, service: &str, packages: &[Installed], with_cluster: &BTreeSet<String>) {
    let Some(first) = packages.first() else {
        return;
    };
    let names = packages.iter().map(|package| package.name.as_str());
    out.keyed(
        "service.package",
        service,
        Value::set(names),
        first.origin.clone(),
    );
    let in_use: Vec<&Installed> = packages
        .iter()
        .filter(|package| {
            let version = package.name.strip_prefix("postgresql-");
            version.is_some_and(|version| with_cluster.contains(version))
        })
        .collect();
    let counted = if in_use.is_empty() {
        packages.iter().collect()
    } else {
        in_use
    };
    version(out, FactId::keyed("service.version", service), &counted);
}

fn version(out: &mut Observation<'_>, id: FactId, packages: &[&Installed]) {
    let Some(first) = packages.first() else {
        return;
    };
    let mut versions = BTreeSet::new();
    for package in packages {
        match upstream(&package.version) {
            Some(version) => versions.insert(version),
            None => {
                let reason = format!("the version {} of {} is no number", package.version, package.name);
                return out.state(id, State::Unknown(reason), package.origin.clone());
            }
        };
    }
    let value = match versions.pop_first() {
        Some(only) if versions.is_empty() => Value::from(only),
        first => Value::set(first.into_iter().chain(versions)),
    };
    out.version(id, value, Scheme::Generic, first.origin.clone());
}

/// A service that is there without a package is there in a version that nothing tells.
fn unpackaged(answers: &Answers, services: &BTreeMap<&str, Vec<Installed>>, out: &mut Observation<'_>) {
    for pattern in LOCAL {
        let found = out.optional(answers.entries(&local(pattern)), pattern);
        for entry in found.into_iter().flat_map(|found| &found.entries) {
            let name = entry.path.rsplit('/').next().unwrap_or_default();
            let service = KnownService::of_program(name, false).map(|service| service.name);
            if let Some(service) = service.filter(|service| !services.contains_key(service)) {
                let reason = format!("/{} belongs to no package", entry.path);
                let id = FactId::keyed("service.version", service);
                out.state(id, State::Unknown(reason), Origin::file(entry.path.clone()));
            }
        }
    }
}
