use std::collections::BTreeSet;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::version::Scheme;

use super::layers::{self, Layers};
use super::{SCHEMAS, engines, ground, parts};
use crate::installed::{self, Installed};
use crate::reading::{base_name, document, text};
use crate::runtimes::printed_version;

static MANIFEST: Manifest = Manifest::new(
    "containers",
    Subject::Host,
    "What runs containers on a host, in which version, and where its images lie.",
    SCHEMAS,
);

/// Finds container engines.
pub const PROBE: &dyn Probe = &Containers;

struct Containers;

/// Where programs lie that no package holds.
const LOCAL: [&str; 2] = ["usr/local/bin/*", "usr/local/sbin/*"];

/// Bundles of Docker without a package put it here.
const DOCKERD: [&str; 3] = ["usr/bin/dockerd", "usr/local/bin/dockerd", "usr/sbin/dockerd"];

fn listing(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

fn small(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

fn mounts() -> Need {
    Need::file_up_to("proc/self/mounts", 8 << 20)
}

fn interfaces() -> Need {
    listing("sys/class/net/*")
}

/// Where docker looks for its plug-ins (cli-plugins/manager of docker/cli).
const PLUGINS: [&str; 5] = [
    "root/.docker/cli-plugins/*",
    "usr/lib/docker/cli-plugins/*",
    "usr/libexec/docker/cli-plugins/*",
    "usr/local/lib/docker/cli-plugins/*",
    "usr/local/libexec/docker/cli-plugins/*",
];

/// Plug-ins by their files. Nothing where a directory could not be read.
fn plugins(answers: &Answers, out: &mut Observation<'_>) {
    let mut names = BTreeSet::new();
    for pattern in PLUGINS {
        let outcome = answers.entries(&listing(pattern));
        // That of root is seldom used, and others may not look there.
        let is_closed =
            matches!(outcome, Outcome::NotPermitted | Outcome::Failed(_)) && !pattern.starts_with("root/");
        if is_closed {
            let state = State::Unknown(format!("/{pattern} cannot be read"));
            return out.state(FactId::single("container.plugins"), state, Origin::file(pattern));
        }
        let entries = outcome.got().into_iter().flat_map(|found| &found.entries);
        names.extend(entries.filter_map(|entry| base_name(&entry.path).strip_prefix("docker-")));
    }
    out.state(
        FactId::single("container.plugins"),
        State::Value(Value::set(names)),
        Origin::file("usr/libexec/docker/cli-plugins"),
    );
}

const DAEMON: &str = "etc/docker/daemon.json";
const STORAGE: &str = "etc/containers/storage.conf";

/// Options of Docker as Fedora and RHEL 7 package it.
const OPTIONS: &str = "etc/sysconfig/docker";

impl Probe for Containers {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = installed::needs();
        needs.extend(LOCAL.map(listing));
        needs.extend(DOCKERD.iter().map(|path| listing(path)));
        needs.extend(PLUGINS.map(listing));
        needs.extend(parts::needs());
        needs.extend(ground::needs());
        needs.extend([
            small(DAEMON),
            small(STORAGE),
            small(OPTIONS),
            mounts(),
            interfaces(),
        ]);
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let packages = installed::installed(answers, out);
        let programs = programs(answers, out);
        let mut found = engines::engines(&packages, &programs);
        found.extend(ground::snaps(answers));
        versions(answers, &packages, &found, out);
        bridges(answers, out);
        if found.contains("docker") {
            plugins(answers, out);
            let daemon = answers.bytes(&small(DAEMON)).got().copied();
            parts::observe(answers, daemon, out);
            let labels = ground::labels(daemon, answers.bytes(&small(OPTIONS)));
            out.state(
                FactId::keyed("container.labels", "docker"),
                labels,
                Origin::file(DAEMON),
            );
        }
        buildkit(answers, out);
        for engine in ["docker", "podman", "buildah"] {
            if found.contains(engine) {
                images(engine, answers, out);
            }
        }
        let origin = || Origin::Derived("packages and programs".into());
        let state = |names: BTreeSet<String>| match names.is_empty() && !installed::is_complete(answers) {
            true => State::Unknown("a database of packages cannot be read".into()),
            false => State::Value(Value::set(names)),
        };
        let routed = match state(routed(&found, answers)) {
            State::Value(Value::List(names)) if names.is_empty() => State::Absent,
            state => state,
        };
        out.state(FactId::single("container.routed"), routed, origin());
        let names = found.iter().map(ToString::to_string).collect();
        out.state(FactId::single("container.engines"), state(names), origin());
    }
}

/// Engines whose containers are reached through this host's routing, and bridges that are there.
fn routed(engines: &BTreeSet<&'static str>, answers: &Answers) -> BTreeSet<String> {
    const ROUTING: [&str; 5] = ["docker", "incus", "k3s", "kubelet", "lxd"];
    let is_left_alone = |engine: &&str| {
        let said = answers
            .bytes(&small(DAEMON))
            .got()
            .map(|bytes| layers::docker(bytes));
        **engine == *"docker" && said.is_some_and(|said| said.is_ok_and(|said| !said.is_routed))
    };
    let routing = engines.iter().filter(|engine| ROUTING.contains(engine));
    let routing = routing
        .filter(|engine| !is_left_alone(engine))
        .map(ToString::to_string);
    let found = answers.entries(&interfaces());
    let entries = found
        .got()
        .map(|found| found.entries.as_slice())
        .unwrap_or_default();
    let bridges = entries
        .iter()
        .filter_map(|entry| engines::bridge(base_name(&entry.path)));
    routing.chain(bridges).collect()
}

fn programs<'a>(answers: &'a Answers, out: &mut Observation<'_>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for pattern in LOCAL.iter().chain(&DOCKERD) {
        let found = out.optional(answers.entries(&listing(pattern)), pattern);
        let entries = found.into_iter().flat_map(|found| &found.entries);
        names.extend(entries.map(|entry| base_name(&entry.path)));
    }
    names
}

fn versions(
    answers: &Answers,
    packages: &[Installed],
    engines: &BTreeSet<&'static str>,
    out: &mut Observation<'_>,
) {
    let versions = engines::versions(packages);
    for (name, (version, package)) in &versions {
        let id = FactId::keyed("container.version", *name);
        out.version(id, version.as_str(), Scheme::Generic, package.origin.clone());
    }
    let numbers = versions
        .iter()
        .map(|(name, (version, _))| (*name, version.clone()));
    ground::tell(answers, &numbers.collect(), out);
    for name in engines.iter().filter(|name| !versions.contains_key(**name)) {
        let told = match *name {
            "docker" => asked(answers, out),
            _ => Err("it belongs to no package that tells its version".to_owned()),
        };
        let (id, origin) = (
            FactId::keyed("container.version", *name),
            Origin::Command("--version".into()),
        );
        match told {
            Ok(version) => {
                profile(out, State::Value(version.as_str().into()), origin.clone());
                out.version(id, version, Scheme::Generic, origin);
            }
            Err(reason) => {
                if *name == "docker" {
                    profile(out, State::Unknown(reason.clone()), origin.clone());
                }
                out.state(id, State::Unknown(reason), origin);
            }
        }
    }
    if let Some((version, package)) = versions.get("docker") {
        let state = match engines::may_have_later_profile(package, version) {
            true => State::Unknown(format!(
                "{} may have taken over what Docker 20.10.10 changed: see its changelog",
                package.version
            )),
            false => State::Value(version.as_str().into()),
        };
        profile(out, state, package.origin.clone());
    }
}

fn profile(out: &mut Observation<'_>, state: State, origin: Origin) {
    let id = FactId::keyed("container.seccomp-profile", "docker");
    match state {
        State::Value(version) => out.version(id, version, Scheme::Generic, origin),
        state => out.state(id, state, origin),
    }
}

/// What `dockerd` says of itself, where no package does.
fn asked(answers: &Answers, out: &mut Observation<'_>) -> Result<String, String> {
    let need = Need::Command {
        argv: vec!["dockerd".to_owned(), "--version".to_owned()],
        cap: 64 << 10,
    };
    if !answers.has(&need) {
        out.ask(need);
        return Err("dockerd was not asked for its version".to_owned());
    }
    match answers.output(&need) {
        Outcome::Got(output) => {
            printed_version(&text(&output.stdout)).ok_or_else(|| "dockerd prints no version".to_owned())
        }
        Outcome::Failed(failure) => Err(failure.reason),
        _ => Err("no package holds dockerd, and only a running system can ask it".to_owned()),
    }
}

fn bridges(answers: &Answers, out: &mut Observation<'_>) {
    let origin = || Origin::file("sys/class/net");
    let state = match answers.entries(&interfaces()) {
        Outcome::Got(found) if !found.entries.is_empty() => {
            let names = found.entries.iter().map(|entry| base_name(&entry.path));
            State::Value(Value::set(names.filter_map(engines::bridge)))
        }
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        // Bridges are made by a running kernel, and there is none.
        _ => State::Absent,
    };
    out.state(FactId::single("container.bridges"), state, origin());
}

/// What the settings of Docker say of its builder.
fn buildkit(answers: &Answers, out: &mut Observation<'_>) {
    let Some(file) = document(answers, &small(DAEMON), &["container.buildkit"], out) else {
        return;
    };
    let settings = serde_json::from_str::<serde_json::Value>(&file.text).unwrap_or_default();
    if let Some(is_on) = settings
        .pointer("/features/buildkit")
        .and_then(serde_json::Value::as_bool)
    {
        out.value("container.buildkit", is_on, file.line(1));
    }
}

/// Where the images of an engine lie, and on what.
fn images(engine: &'static str, answers: &Answers, out: &mut Observation<'_>) {
    let (path, usual) = match engine {
        "docker" => (DAEMON, "/var/lib/docker"),
        _ => (STORAGE, "/var/lib/containers/storage"),
    };
    let said = document(answers, &small(path), &["container.layers"], out).map(|file| {
        if engine == "docker" {
            layers::docker(file.text.as_bytes())
        } else {
            layers::storage(&file.text)
        }
    });
    let Layers {
        directory, driver, ..
    } = match said {
        Some(Ok(said)) => said,
        Some(Err(error)) => return out.malformed(path, error),
        None => Layers::default(),
    };
    let directory = directory.unwrap_or_else(|| usual.to_owned());
    if let Some(driver) = driver {
        out.keyed("container.layers-driver", engine, driver, Origin::file(path));
    }
    out.keyed("container.layers", engine, directory.as_str(), Origin::file(path));
    let id = |name: &'static str| FactId::keyed(name, engine);
    let mount = match answers.bytes(&mounts()) {
        Outcome::Got(bytes) => layers::mount_of(&text(bytes), &directory),
        _ => None,
    };
    let Some((place, kind)) = mount else {
        let state = State::Unknown("nothing is mounted in a root file system at rest".into());
        return out.state(
            id("container.layers-filesystem"),
            state,
            Origin::file("proc/self/mounts"),
        );
    };
    let is_xfs = kind == "xfs";
    out.keyed(
        "container.layers-filesystem",
        engine,
        kind,
        Origin::file("proc/self/mounts"),
    );
    if is_xfs {
        let quota = match answers.bytes(&mounts()) {
            Outcome::Got(bytes) => ground::has_project_quota(&text(bytes), &place),
            _ => false,
        };
        out.keyed(
            "container.layers-quota",
            engine,
            quota,
            Origin::file("proc/self/mounts"),
        );
        let (state, origin) = ftype(answers, &place, out);
        out.state(id("container.layers-ftype"), state, origin);
    }
}

/// What `xfs_info` says of a mounted file system.
fn ftype(answers: &Answers, place: &str, out: &mut Observation<'_>) -> (State, Origin) {
    let need = Need::Command {
        argv: vec!["xfs_info".to_owned(), place.to_owned()],
        cap: 64 << 10,
    };
    let origin = need.origin();
    if !answers.has(&need) {
        out.ask(need);
        return (State::Unknown(format!("xfs_info {place} was not asked")), origin);
    }
    let state = match answers.output(&need) {
        Outcome::Got(output) if output.status == 0 => match layers::ftype(&text(&output.stdout)) {
            Some(ftype) => State::Value(ftype.into()),
            None => State::Unknown("xfs_info prints no ftype".into()),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        _ => State::Unknown(format!(
            "`xfs_info {place}` on the host tells it, as ftype=0 or 1"
        )),
    };
    (state, origin)
}
