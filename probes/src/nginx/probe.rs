use std::collections::BTreeMap;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use super::features::FEATURES;
use super::modules::modules;
use super::upstream::{listens_on_ipv6, upstreams};
use crate::config::nginx::directives;
use crate::reading::text;

static MANIFEST: Manifest = Manifest::new(
    "nginx",
    Subject::Release,
    "Which version of nginx the nginx configuration of a release needs.",
    SCHEMAS,
);

/// Reads nginx configuration that a release ships.
pub const PROBE: &dyn Probe = &Nginx;

struct Nginx;

const CAP: u32 = 1 << 20;

/// Where releases keep such files: the last directory or the name itself tells whose they are.
const PATTERNS: [&str; 6] = ["*", "*/*", "*/*/*", "*/*/*/*", "*/*/*/*/*", "*/*/*/*/*/*"];

/// Directories of files without an ending of their own.
const SITES: [&str; 2] = ["sites-available", "sites-enabled"];

fn listing(pattern: &str) -> Need {
    Need::Glob {
        pattern: pattern.to_owned(),
        take: Take::Stat,
        max_entries: 200_000,
    }
}

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP.into())
}

/// A path that speaks of nginx, and a file of configuration. Templates of other kinds than that of the nginx image, which only
/// fills in variables, are no configuration yet.
pub(super) fn is_configuration(path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    let speaks = path
        .split('/')
        .any(|part| part.to_ascii_lowercase().contains("nginx"));
    let is_site = directory
        .rsplit('/')
        .next()
        .is_some_and(|last| SITES.contains(&last));
    let is_conf = name.ends_with(".conf") || name.ends_with(".conf.template");
    speaks && !path.contains("node_modules/") && (is_conf || (is_site && !name.contains('.')))
}

impl Probe for Nginx {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        PATTERNS.map(listing).into()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        for need in PATTERNS.map(listing) {
            let Some(found) = out.optional(answers.entries(&need), "files of the release") else {
                continue;
            };
            let files = found.entries.iter().filter(|entry| entry.kind == EntryKind::File);
            for entry in files.filter(|entry| is_configuration(&entry.path)) {
                let need = content(&entry.path);
                if answers.has(&need) {
                    observe(out, &entry.path, answers.bytes(&need));
                } else {
                    out.ask(need);
                }
            }
        }
    }
}

fn observe(out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>) {
    let state = match bytes {
        Outcome::Got(bytes) => match features(&text(bytes)) {
            Ok(features) => {
                for (port, (address, line)) in upstreams(&text(bytes)) {
                    let key = format!("{path}:{port}");
                    out.keyed("nginx-file.upstream", key, address, Origin::line(path, line));
                }
                for (module, (directive, line)) in modules(&text(bytes)) {
                    let key = format!("{path}:{module}");
                    out.keyed("nginx-file.module", key, directive, Origin::line(path, line));
                }
                if let Some((address, line)) = listens_on_ipv6(&text(bytes)) {
                    out.keyed("nginx-file.ipv6", path, address, Origin::line(path, line));
                }
                for (name, (since, line)) in features {
                    let key = format!("{path}:{name}");
                    out.keyed("nginx-file.needs", key, since, Origin::line(path, line));
                }
                return;
            }
            Err(reason) => State::Unknown(format!("{path}:{reason}")),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    out.state(FactId::keyed("nginx-file.needs", path), state, Origin::file(path));
}

/// What a configuration uses: its name, its first version, and the line of its first use.
pub(super) fn features(text: &str) -> Result<BTreeMap<String, (&'static str, u32)>, String> {
    let mut found = BTreeMap::new();
    let directives = directives(text).map_err(|error| format!("{}: {}", error.line, error.message))?;
    for directive in directives {
        let used = FEATURES
            .iter()
            .filter(|feature| feature.is_used(directive.name(), &directive.arguments));
        for feature in used {
            found
                .entry(feature.name())
                .or_insert((feature.since, directive.line));
        }
    }
    Ok(found)
}
