//! Fixture pairs: a release, a developer's machine and hosts, with what the rules must say about them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use parity_core::declared::{PROBE, Source, parse};
use parity_core::judge::{Artifact, Case, Host, Knowledge, Link};
use parity_core::rule::ForEach;
use parity_core::schema::Schema;
use parity_core::snapshot::{Coverage, CoverageState, Snapshot};
use parity_core::view::Side;
use serde::Deserialize;

/// What `case.toml` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    pub(crate) title: String,
    pub(crate) source: String,
    /// Id of the incident of the collection that it restates.
    pub(crate) incident: Option<String>,
    /// Id of the incident whose harmless twin it is.
    pub(crate) twin: Option<String>,
    pub(crate) note: Option<String>,
    #[serde(default = "yes")]
    pub(crate) shipped: bool,
    #[serde(default)]
    pub(crate) roles: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) links: Vec<Connection>,
    #[serde(default)]
    pub(crate) expect: Vec<Expected>,
    #[serde(default)]
    pub(crate) unknown: Vec<Undecided>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Connection {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) port: u16,
}

/// A finding that must be told, and nothing beside it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) subject: String,
    pub(crate) target: Option<String>,
    #[serde(default)]
    pub(crate) also: Vec<String>,
    #[serde(default)]
    pub(crate) fine_on: Vec<String>,
    /// What its first line must contain, beside the target: both values.
    pub(crate) says: Vec<String>,
}

/// What must be told as undecided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Undecided {
    pub(crate) rule: String,
    pub(crate) subject: String,
    /// Side and id of the fact that is lacking.
    pub(crate) fact: String,
    pub(crate) target: Option<String>,
}

fn yes() -> bool {
    true
}

/// One folder.
pub(crate) struct Pair {
    /// Rule and name.
    pub(crate) name: String,
    pub(crate) rule: String,
    pub(crate) description: Description,
    pub(crate) case: Case,
}

/// All pairs, sorted by name.
pub(crate) fn all(knowledge: &Knowledge) -> Vec<Pair> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/pairs"));
    let rules = entries(root).into_iter().filter(|path| path.is_dir());
    rules
        .flat_map(|rule| entries(&rule))
        .map(|folder| read(&folder, knowledge))
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    entries
}

fn read(folder: &Path, knowledge: &Knowledge) -> Pair {
    let word = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let rule = word(folder.parent().unwrap());
    let name = format!("{rule}/{}", word(folder));
    let text = fs::read_to_string(folder.join("case.toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let description: Description = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut files = vec![folder.join("host.toml")];
    if folder.join("hosts").is_dir() {
        files = entries(&folder.join("hosts"));
    }
    let host = |path: PathBuf| {
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Host {
            role: description.roles.get(&stem).cloned(),
            snapshot: snapshot(&path, None, knowledge),
        }
    };
    let optional = |file: &str, side: Side| {
        let path = folder.join(file);
        path.is_file().then(|| snapshot(&path, Some(side), knowledge))
    };
    let artifact = |snapshot| Artifact {
        role: None,
        shipped: description.shipped,
        snapshot,
    };
    let link = |link: &Connection| Link {
        from: link.from.clone(),
        to: link.to.clone(),
        port: link.port,
    };
    let case = Case {
        artifacts: optional("release.toml", Side::Release)
            .into_iter()
            .map(artifact)
            .collect(),
        dev: optional("dev.toml", Side::Dev),
        hosts: files.into_iter().map(host).collect(),
        links: description.links.iter().map(link).collect(),
        now: Some("2026-01-01T00:00:00Z".to_owned()),
    };
    Pair {
        name,
        rule,
        description,
        case,
    }
}

/// The facts of one side. A release or a developer's machine has nothing of the kinds that its file does not speak of; a
/// host tells for itself what it tells completely.
fn snapshot(path: &Path, side: Option<Side>, knowledge: &Knowledge) -> Snapshot {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let schemas: Vec<Schema> = parity_probes::schemas()
        .into_iter()
        .flat_map(|(_, schemas)| schemas.to_vec())
        .collect();
    let source = Source {
        path: path.to_str().unwrap(),
        now: "2026-01-01T00:00:00Z",
        schemas: &schemas,
    };
    let mut snapshot = parse(&text, &source).unwrap_or_else(|error| panic!("{error}"));
    let asked = knowledge.rules.iter().filter_map(|rule| match &rule.for_each {
        ForEach::Fact {
            side: asked, name, ..
        } if Some(*asked) == side => Some(name.clone()),
        _ => None,
    });
    let quiet: BTreeSet<String> = asked
        .chain(["elf.architecture".to_owned()])
        .filter(|name| {
            snapshot
                .fact(&parity_core::fact::FactId::rest(name.clone()))
                .is_none()
        })
        .collect();
    if side.is_some() {
        snapshot.coverage.push(Coverage {
            probe: PROBE.to_owned(),
            state: CoverageState::Observed,
            reason: None,
            millis: 0,
            facts: quiet.into_iter().collect(),
        });
    }
    snapshot
}
