use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::SCHEMAS;
use crate::installed::{self, Installed, upstream};
use crate::known_services::KnownService;
use crate::procfs::programs;

static MANIFEST: Manifest = Manifest {
    id: "service-versions",
    subject: Subject::Host,
    about: "Versions of well-known services of a host: of what is installed, and of what runs.",
    schemas: Cow::Borrowed(SCHEMAS),
};

/// Where programs lie that no package holds.
const LOCAL: [&str; 2] = ["usr/local/bin/*", "usr/local/sbin/*"];

/// Finds services.
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
        needs.extend([programs(), clusters()]);
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
        running(answers, &services, out);
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
            let mut known = KnownService::of_program(name).peekable();
            let first = known.peek().map(|service| service.name);
            if let Some(service) = first.filter(|_| !known.any(|service| services.contains_key(service.name)))
            {
                let reason = format!("/{} belongs to no package", entry.path);
                let id = FactId::keyed("service.version", service);
                out.state(id, State::Unknown(reason), Origin::file(entry.path.clone()));
            }
        }
    }
}

/// Where programs of other users are hidden, or where nothing runs, what is not seen is not known.
fn running(answers: &Answers, services: &BTreeMap<&str, Vec<Installed>>, out: &mut Observation<'_>) {
    let origin = || Origin::file("proc/*/exe");
    let rest = |out: &mut Observation<'_>, state: State| {
        out.state(FactId::rest("service.running-version"), state, origin());
    };
    let nothing_runs = || State::Unknown("nothing runs in a root file system".into());
    let found = match answers.entries(&programs()) {
        Outcome::Got(found) if found.entries.is_empty() && found.skipped.is_empty() => {
            return rest(out, nothing_runs());
        }
        Outcome::Got(found) => found,
        Outcome::Absent | Outcome::NotApplicable => return rest(out, nothing_runs()),
        Outcome::NotPermitted => return rest(out, State::NotPermitted),
        Outcome::Failed(failure) => {
            let reason = failure.reason.clone();
            out.fail(failure, "running programs");
            return rest(out, State::Unknown(reason));
        }
    };
    let links = found.entries.iter().filter_map(|entry| entry.link.as_deref());
    let paths = links.map(|link| link.strip_suffix(" (deleted)").unwrap_or(link));
    let mut running: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for path in paths {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Of two services with a program of this name, the one that is installed.
        let known = || KnownService::of_program(name);
        let service = known().find(|service| services.contains_key(service.name));
        if let Some(service) = service.or_else(|| known().last()) {
            running.entry(service.name).or_default().insert(path);
        }
    }
    for (service, paths) in &running {
        let packages = services.get(service).map_or(&[][..], Vec::as_slice);
        running_version(out, service, paths, packages);
    }
    if !found.skipped.is_empty() {
        rest(out, State::NotPermitted);
    }
}

/// Where several packages of a service are installed, the version in their names stands in the paths of their programs too, as in
/// `/usr/lib/postgresql/15/bin/postgres`.
fn running_version(out: &mut Observation<'_>, service: &str, paths: &BTreeSet<&str>, packages: &[Installed]) {
    let is_local = |path: &&str| !path.starts_with("/usr/") || path.starts_with("/usr/local/");
    let of_path = |package: &Installed, path: &str| {
        let version = package.name.rsplit('-').next().unwrap_or_default();
        path.split('/').any(|part| part == version)
    };
    let counted: Vec<&Installed> = match packages {
        [_] => packages.iter().collect(),
        _ => packages
            .iter()
            .filter(|package| paths.iter().any(|path| of_path(package, path)))
            .collect(),
    };
    let id = FactId::keyed("service.running-version", service);
    if paths.iter().any(is_local) || counted.is_empty() {
        let reason = "the program that runs belongs to no package that tells its version".to_owned();
        out.state(id, State::Unknown(reason), Origin::file("proc/*/exe"));
    } else {
        version(out, id, &counted);
    }
}
