use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;
use parity_core::version::Scheme;

use super::{Composed, Image, SCHEMAS, parse, settings, tagged};

static MANIFEST: Manifest = Manifest::new(
    "compose",
    Subject::Project,
    "The services that a compose file of the project starts, and their versions.",
    SCHEMAS,
);

/// Of these the first that is there is the compose file.
const FILES: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yml",
    "docker-compose.yaml",
];

/// Of these the first that is there is laid over it.
const OVERRIDES: [&str; 4] = [
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
];

/// A version, or why it is not known.
type Version = Result<String, String>;

/// Reads the compose file of a project.
pub const PROBE: &dyn Probe = &Compose;

struct Compose;

fn need(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

impl Probe for Compose {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        FILES.iter().chain(&OVERRIDES).map(|path| need(path)).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(path) = first(answers, FILES) else {
            return out.covered(CoverageState::Absent, "no compose file");
        };
        let Some(base) = read(answers, out, path) else {
            return;
        };
        let (mut images, mut composed) = (lines(path, &base), base);
        if let Some(path) = first(answers, OVERRIDES) {
            let Some(over) = read(answers, out, path) else {
                return;
            };
            images.extend(lines(path, &over));
            composed = composed.overridden_by(over);
        }
        for what in &composed.elsewhere {
            out.covered(CoverageState::Partial, format!("{path}: {what} is not followed"));
        }
        tell(out, path, &composed, &images, answers);
    }
}

fn first(answers: &Answers, paths: [&'static str; 4]) -> Option<&'static str> {
    let is_there = |path: &&str| !matches!(answers.bytes(&need(path)), Outcome::Absent);
    paths.into_iter().find(is_there)
}

fn read(answers: &Answers, out: &mut Observation<'_>, path: &str) -> Option<Composed> {
    let bytes = out.require(answers.bytes(&need(path)), path)?;
    match parse(bytes) {
        Ok(composed) => Some(composed),
        Err(error) => {
            out.malformed(path, error);
            None
        }
    }
}

/// Where the image of each service is named.
fn lines(path: &str, composed: &Composed) -> BTreeMap<String, Origin> {
    let named = composed.services.iter().filter_map(|(name, service)| {
        let image = service.image.as_ref()?;
        Some((name.clone(), Origin::line(path, image.line)))
    });
    named.collect()
}

fn tell(
    out: &mut Observation<'_>,
    path: &str,
    composed: &Composed,
    images: &BTreeMap<String, Origin>,
    answers: &Answers,
) {
    let mut set = Vec::new();
    let mut versions: BTreeMap<&str, (Vec<Version>, Origin)> = BTreeMap::new();
    for (name, service) in &composed.services {
        let origin = images.get(name).cloned().unwrap_or_else(|| Origin::file(path));
        if let Some(image) = &service.image {
            let state = match &image.name {
                Ok(image) => State::Value(image.as_str().into()),
                Err(reason) => State::Unknown(reason.clone()),
            };
            out.state(
                FactId::keyed("compose.image", name.as_str()),
                state,
                origin.clone(),
            );
            // What is built here has the tags of the project, not those of the service.
            if !service.built
                && let Some((service_name, version)) = version(image)
            {
                let (known, _) = versions.entry(service_name).or_insert((Vec::new(), origin));
                known.push(version);
                if let Some((family, settings)) = settings::settings(service_name, service, answers, out) {
                    set.push((family, settings, Origin::file(path)));
                }
            }
        }
        for (fact, members) in [
            ("compose.ports", &service.ports),
            ("compose.environment", &service.environment),
        ] {
            if !members.is_empty() {
                let members = Value::set(members.iter().map(String::as_str));
                out.keyed(fact, name.as_str(), members, Origin::file(path));
            }
        }
    }
    settings::tell(&set, out);
    for (service, (versions, origin)) in versions {
        let id = FactId::keyed("service.version", service);
        let known: Result<Vec<String>, String> = versions.into_iter().collect();
        match known {
            Ok(versions) => match Value::set(versions) {
                Value::List(list) if list.len() == 1 => {
                    out.version(id, Value::from(list.concat()), Scheme::Generic, origin);
                }
                list => out.version(id, list, Scheme::Generic, origin),
            },
            Err(reason) => out.state(id, State::Unknown(reason), origin),
        }
    }
}

/// The well-known service of an image. Where a variable hides the tag, the image may still be told.
fn version(image: &Image) -> Option<(&'static str, Version)> {
    match &image.name {
        Ok(name) => tagged(name).map(|tagged| (tagged.service, tagged.version)),
        Err(reason) => {
            let written = image.written.split('$').next().unwrap_or_default();
            tagged(written.trim_end_matches(':')).map(|tagged| (tagged.service, Err(reason.clone())))
        }
    }
}
