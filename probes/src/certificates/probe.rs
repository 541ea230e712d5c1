use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use crate::reading::{base_name, text};
use crate::release::all_files;
use crate::tls::certificates;
use crate::tls::named::PROGRAMS;
use crate::tls::policy::level_in;

static MANIFEST: Manifest = Manifest::new(
    "certificates",
    Subject::Release,
    "Certificates that a release ships for its own configuration.",
    SCHEMAS,
);

/// Reads the certificates of a release.
pub const PROBE: &dyn Probe = &Certificates;

struct Certificates;

/// Larger files are no certificates, and no configuration that people write.
const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 500;

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

fn ends(path: &str, endings: &[&str]) -> bool {
    let name = base_name(path);
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| endings.contains(&ending))
}

fn is_certificate(path: &str) -> bool {
    ends(path, &["ca", "cer", "cert", "crt", "pem"])
}

fn is_configuration(path: &str) -> bool {
    ends(path, &["cnf", "conf", "vhost"]) || path.contains("sites-")
}

/// Tests and examples are for no host.
fn is_elsewhere(path: &str) -> bool {
    let mut parts = path.split(['/', '.', '-', '_']);
    parts.any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "testdata"
                | "example"
                | "examples"
                | "docs"
                | "node_modules"
                | "vendor"
                | "dev"
        )
    })
}

impl Probe for Certificates {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![all_files()]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(files) = out.require(answers.entries(&all_files()), "files of the release") else {
            return;
        };
        let files = files.entries.iter().filter(|entry| entry.kind == EntryKind::File);
        let paths = files
            .map(|entry| entry.path.as_str())
            .filter(|path| !is_elsewhere(path));
        let (shipped, others): (Vec<&str>, Vec<&str>) = paths.partition(|path| is_certificate(path));
        let configurations = others.into_iter().filter(|path| is_configuration(path));
        if shipped.is_empty() {
            return;
        }
        let named = named(configurations.take(MAX_FILES), answers, out);
        for path in shipped {
            if let Some(programs) = named.get(base_name(path)) {
                tell(path, programs, answers, out);
            }
        }
    }
}

/// Programs by the names of the files that configurations name.
fn named<'a>(
    configurations: impl Iterator<Item = &'a str>,
    answers: &Answers,
    out: &mut Observation<'_>,
) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut named: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for path in configurations {
        let need = content(path);
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        let Outcome::Got(bytes) = answers.bytes(&need) else {
            continue;
        };
        let text = text(bytes);
        if level_in(&text).is_some() {
            continue;
        }
        for program in &PROGRAMS {
            for (file, _) in program.certificates(&text) {
                let programs = named.entry(base_name(&file).to_owned()).or_default();
                programs.insert(program.name);
            }
        }
    }
    named
}

fn tell(path: &str, programs: &BTreeSet<&'static str>, answers: &Answers, out: &mut Observation<'_>) {
    let need = content(path);
    if !answers.has(&need) {
        return out.ask(need);
    }
    let state = match answers.bytes(&need) {
        Outcome::Got(bytes) => match certificates(&text(bytes)) {
            Ok(found) => match found.iter().filter_map(|certificate| certificate.rsa_bits).min() {
                Some(bits) => State::Value(i64::from(bits).into()),
                None => return,
            },
            Err(error) => State::Unknown(error.to_string()),
        },
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    for program in programs {
        let id = FactId::keyed("certificate.rsa-bits", format!("{path}:{program}"));
        out.state(id, state.clone(), Origin::file(path.to_owned()));
    }
}
