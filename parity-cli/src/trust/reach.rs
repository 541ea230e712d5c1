//! What a configuration reaches outside of its directory, by meaning: formatting, order and comments do not count.

use std::path::Path;

use parity_core::config::Environment;
use parity_core::target::Target;
use sha2::{Digest, Sha256};

use super::leads::out_of;
use crate::session::Project;

/// The part of the configuration that reaches out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// A target of the environment of this name.
    Environment(String),
    Dev,
    Artifact,
    Facts,
}

/// One thing outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Item {
    pub(crate) part: Part,
    /// Where it stands, and what is reached.
    text: Text,
}

/// Where in `parity.toml` it stands, as `environments.production.web`, and what is reached.
pub(crate) type Text = (String, String);

/// Everything outside, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach(Vec<Item>);

impl Reach {
    /// Everything that this project names outside of its directory.
    pub(crate) fn of(project: &Project) -> Reach {
        let mut items = Vec::new();
        let mut add = |part: Part, place: String, what: Option<String>| {
            items.extend(what.map(|what| Item {
                part,
                text: (place, what),
            }));
        };
        let directory = &project.directory;
        let config = &project.config;
        for (name, environment) in &config.environments {
            for (role, target) in environment.targets() {
                let place = format!("environments.{name}.{role}");
                add(Part::Environment(name.clone()), place, beyond(directory, target));
            }
        }
        if let Some(target) = &config.dev {
            add(Part::Dev, "dev".to_owned(), beyond(directory, target));
        }
        for entry in &config.artifacts {
            let place = format!("artifacts.{}", entry.role);
            add(Part::Artifact, place, link_out(directory, &entry.path));
        }
        for (host, source) in config
            .facts
            .iter()
            .flat_map(|(host, sources)| sources.iter().map(move |source| (host, source)))
        {
            let place = format!("facts.{host}");
            let what = beyond(directory, source);
            match source {
                // A server is asked where its host is.
                Target::Server(_) => {
                    for (name, _) in config
                        .environments
                        .iter()
                        .filter(|(_, environment)| names(environment, host))
                    {
                        add(Part::Environment(name.clone()), place.clone(), what.clone());
                    }
                }
                _ => add(Part::Facts, place, what),
            }
        }
        items.sort();
        items.dedup();
        Reach(items)
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.0
    }

    pub(crate) fn texts(&self) -> Vec<Text> {
        self.0.iter().map(|item| item.text.clone()).collect()
    }

    /// SHA-256 of the list, as 64 hexadecimal digits.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update("parity allow 1");
        for (place, what) in self.texts() {
            for text in [place, what] {
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// As it is shown.
pub(crate) fn line((place, what): &Text) -> String {
    format!("{place:<34} {what}")
}

/// What a target is, where it is not this machine's own readings and not a file of the project.
fn beyond(directory: &Path, target: &Target) -> Option<String> {
    match (target, target.path()) {
        (Target::Local, _) => None,
        (_, None) => Some(target.to_string()),
        (_, Some(path)) if path.is_absolute() => out_of(directory, path).map(|_| target.to_string()),
        (_, Some(path)) => out_of(directory, path).map(|to| format!("{target}, a link to {}", to.display())),
    }
}

fn names(environment: &Environment, host: &str) -> bool {
    environment
        .targets()
        .any(|(_, target)| target.to_string() == host)
}

fn link_out(directory: &Path, path: &Path) -> Option<String> {
    out_of(directory, path).map(|to| format!("{}, a link to {}", path.display(), to.display()))
}
