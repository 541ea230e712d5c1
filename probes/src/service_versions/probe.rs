use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::{SCHEMAS, trees};
use crate::installed::{self, Installed, upstream};
use crate::known_services::KnownService;
use crate::procfs::{self, Program};

static MANIFEST: Manifest = Manifest::new(
    "service-versions",
    Subject::Host,
    "Versions of well-known services of a host: of what is installed, and of what runs.",
    SCHEMAS,
);

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
        needs.extend(procfs::needs());
        needs.push(clusters());
        needs.extend(LOCAL.map(local));
        needs.extend(trees::needs());
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
        let mut unpacked: BTreeMap<&str, Vec<Installed>> = BTreeMap::new();
        for (service, tree) in trees::found(answers) {
            unpacked.entry(service).or_default().push(tree);
        }
        for (service, packages) in &services {
            let trees = unpacked.remove(service).unwrap_or_default();
            tell(out, service, packages, &trees, &with_cluster);
        }
        for (service, trees) in &unpacked {
            let trees: Vec<&Installed> = trees.iter().collect();
            version(out, FactId::keyed("service.version", *service), &trees);
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

/// `trees`: what of it is unpacked beside its packages.
fn tell(
    out: &mut Observation<'_>,
    service: &str,
    packages: &[Installed],
    trees: &[Installed],
    with_cluster: &BTreeSet<String>,
) {
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
    let mut counted: Vec<&Installed> = if in_use.is_empty() {
        packages.iter().collect()
    } else {
        in_use
    };
    counted.extend(trees);
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
            let mut known = KnownService::of_program(name, false).peekable();
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

/// Where programs of other users are hidden, or where nothing runs, what is not seen is not known. What runs in a container on the
/// host is not the host's.
fn running(answers: &Answers, services: &BTreeMap<&str, Vec<Installed>>, out: &mut Observation<'_>) {
    let rest = |out: &mut Observation<'_>, state: State| {
        let origin = Origin::file("proc/*/exe");
        out.state(FactId::rest("service.running-version"), state, origin);
    };
    // What is wrong with the list of processes is told by the probe `services`, and leaves the versions as they are.
    let mut aside = Observation::new(&MANIFEST);
    let Some(processes) = procfs::processes(answers, &mut aside) else {
        return rest(out, State::Unknown("no running system to ask".into()));
    };
    if !processes.shows_others() {
        return rest(out, State::NotPermitted);
    }
    let processes = || processes.by_id.values().filter(|process| !process.is_contained());
    let mut running: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for process in processes() {
        let Program::File { path, .. } = &process.program else {
            continue;
        };
        // Of two services with a program of this name, the one that is installed.
        let known = || KnownService::of_program(process.program_name(), false);
        let service = known().find(|service| services.contains_key(service.name));
        if let Some(service) = service.or_else(|| known().last()) {
            running.entry(service.name).or_default().insert(path);
        }
    }
    for (service, paths) in &running {
        let packages = services.get(service).map_or(&[][..], Vec::as_slice);
        running_version(out, service, paths, packages);
    }
    if processes().any(|process| process.program == Program::Hidden) {
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
