//! Which parts of a release run in an image of their own on a host.
//!
//! A container file in a project says that it *can* be run so. It is where the host has an engine that runs images, and no unit
//! of the release starts it on the host itself. What lies beside a container file in a directory for images is in the image on every host. Where nobody knows whether the host has one, what the host lacks is not
//! certain to matter, and what it has is not certain to help: that is told as unknown.

use std::collections::BTreeMap;

use parity_core::derive::{Derivation, Derived, Housed, Sides};
use parity_core::fact::{Fact, FactId, Origin, Stability, State, Value};
use parity_core::schema::{Kind, Schema};
use parity_core::view::{Side, View};

use super::elsewhere::is_for_production;
use crate::compose::tagged;

/// Finds what the images of a release bring.
#[derive(Debug, Clone, Copy, Default)]
pub struct Housing;

const SCHEMAS: &[Schema] = &[Schema::single(
    "image.servers",
    Kind::Set,
    "Services that the container files of a release are built upon, where the host runs images: nginx, tomcat …",
)];

/// What runs images that a container file makes. `buildah` only builds; LXD and Incus run images of another kind.
const RUNS_IMAGES: [&str; 6] = ["containerd", "cri-o", "docker", "k3s", "kubelet", "podman"];

/// Programs of units that start containers.
const CLIENTS: [&str; 8] = [
    "crictl",
    "ctr",
    "docker",
    "docker-compose",
    "kubectl",
    "nerdctl",
    "podman",
    "podman-compose",
];

/// Directories that hold container files for what lies beside them.
const KEEPS_CONTAINER_FILES: [&str; 10] = [
    ".docker",
    "build",
    "container",
    "containers",
    "deploy",
    "deployment",
    "docker",
    "image",
    "images",
    "ops",
];

/// Names of directories of which all that has a container file beside it is for an image.
const ARE_FOR_IMAGES: [&str; 5] = [".docker", "container", "containers", "docker", "dockerfiles"];

/// Words in names of container files that make no image which is run.
const MAKES_NO_SERVICE: [&str; 9] = [
    "base",
    "bench",
    "build",
    "builder",
    "debug",
    "devcontainer",
    "docs",
    "e2e",
    "lint",
];

impl Derivation for Housing {
    fn schemas(&self) -> &[Schema] {
        SCHEMAS
    }

    fn derive(&self, sides: Sides<'_>) -> Derived {
        let mut out = Derived::default();
        let Some(release) = sides.release else { return out };
        let files: BTreeMap<&str, &str> = container_files(release).collect();
        let for_images = files.keys().filter_map(|file| for_images(file));
        out.housed = for_images
            .map(|(directory, file)| Housed {
                directory: directory.to_owned(),
                reason: file.to_owned(),
                lack: None,
            })
            .collect();
        if files.is_empty() || is_started_on_the_host(release) {
            return out;
        }
        let (by, lack) = match engine(sides.host) {
            Some(Engine::Known(engine)) => (format!(", run by {engine}"), None),
            Some(Engine::Unclear(fact, reason)) => (String::new(), Some((fact, reason))),
            None => return out,
        };
        out.housed.extend(files.keys().map(|file| Housed {
            directory: context(file).to_owned(),
            reason: format!("{file}{by}"),
            lack: lack.clone(),
        }));
        out.housed.dedup_by(|b, a| a.directory == b.directory);
        if let Some(servers) = servers(release, &files) {
            let id = FactId::single("image.servers");
            let state = match lack {
                None => State::Value(servers),
                Some((fact, reason)) => {
                    out.lacks.insert(id.clone(), (Side::Host, fact));
                    State::Unknown(reason)
                }
            };
            out.facts.push(Fact {
                id,
                state,
                scheme: None,
                stability: Stability::Stable,
                origin: Origin::Derived("the container files of the release".to_owned()),
            });
        }
        out
    }
}

/// Container files for production, and the stage that each of them ends with.
pub(super) fn container_files<'a>(release: &'a View<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    release.family("container.final").filter_map(|fact| {
        let stage = fact.state.value().and_then(Value::as_text);
        let (file, stage) = (fact.id.key()?, stage.unwrap_or_default());
        let name = file.rsplit('/').next().unwrap_or(file).to_ascii_lowercase();
        let makes_a_service = !name
            .split(['.', '-', '_'])
            .any(|word| MAKES_NO_SERVICE.contains(&word));
        (makes_a_service && is_for_production(file)).then_some((file, stage))
    })
}

/// The directory whose content an image is made of.
pub(super) fn context(file: &str) -> &str {
    let parent = |path: &'_ str| path.rfind('/').map_or(0, |at| at);
    let directory = file.get(..parent(file)).unwrap_or_default();
    let name = directory.rsplit('/').next().unwrap_or(directory);
    match KEEPS_CONTAINER_FILES.contains(&name) {
        true => directory.get(..parent(directory)).unwrap_or_default(),
        false => directory,
    }
}

/// The directory of a container file where it is one for images, and the file.
fn for_images(file: &str) -> Option<(&str, &str)> {
    let (directory, _) = file.rsplit_once('/')?;
    let is_for_images = directory
        .split('/')
        .any(|part| ARE_FOR_IMAGES.contains(&part.to_ascii_lowercase().as_str()));
    is_for_images.then_some((directory, file))
}

/// Whether a unit of the release starts something else than containers.
fn is_started_on_the_host(release: &View<'_>) -> bool {
    const TOLD: [&str; 4] = [
        "unit-file.needs",
        "unit-file.place",
        "unit-file.program",
        "unit-file.user",
    ];
    let mut services: BTreeMap<&str, bool> = BTreeMap::new();
    let keys = TOLD.iter().flat_map(|name| release.family(name));
    for key in keys.filter_map(|fact| fact.id.key()) {
        let (unit, what) = key.split_once(':').unwrap_or((key, ""));
        if unit.ends_with(".service") {
            *services.entry(unit).or_default() |= CLIENTS.contains(&what);
        }
    }
    services.values().any(|starts_containers| !starts_containers)
}

enum Engine {
    Known(&'static str),
    /// The fact that would tell whether there is one, and why it is not known.
    Unclear(FactId, String),
}

/// What runs images on a host; nothing where it certainly runs none.
fn engine(host: &View<'_>) -> Option<Engine> {
    let id = FactId::single("container.engines");
    let state = host.state(&id);
    if let Some(reason) = state.doubt() {
        return Some(Engine::Unclear(id, reason.to_owned()));
    }
    let engines = state.value().map(Value::members).unwrap_or_default();
    let mut known = RUNS_IMAGES.into_iter();
    known
        .find(|engine| engines.iter().any(|found| found == engine))
        .map(Engine::Known)
}

/// The services that the images begin with.
fn servers(release: &View<'_>, files: &BTreeMap<&str, &str>) -> Option<Value> {
    let base = |(file, stage): (&&str, &&str)| {
        let id = FactId::keyed("container.base", format!("{file}:{stage}"));
        let state = release.state(&id);
        tagged(state.value()?.as_text()?).map(|tagged| tagged.service)
    };
    let found: Vec<&str> = files.iter().filter_map(base).collect();
    (!found.is_empty()).then(|| Value::set(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_of_a_container_file() {
        for (file, expected) in [
            ("Dockerfile", ""),
            ("api/Dockerfile", "api"),
            ("docker/Dockerfile", ""),
            ("api/docker/Dockerfile.prod", "api"),
        ] {
            assert_eq!(context(file), expected, "{file}");
        }
    }

    #[test]
    fn directories_for_images() {
        let directory = |file| for_images(file).map(|(directory, _)| directory);
        assert_eq!(
            directory("data/Dockerfiles/dovecot/Dockerfile"),
            Some("data/Dockerfiles/dovecot")
        );
        assert_eq!(directory("docker/Dockerfile"), Some("docker"));
        assert_eq!(directory("api/Dockerfile"), None);
        assert_eq!(directory("Dockerfile"), None);
    }
}
