use std::collections::BTreeMap;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::SCHEMAS;
use super::shown::{Shown, is_for, shown};
use crate::reading::{base_name, text};
use crate::release::{all_files, at_most, is_for_its_makers};
use crate::tls::named::PROGRAMS;
use crate::tls::policy::level_in;
use crate::tls::probe::{last_day, smallest};
use crate::tls::{Certificate, certificates};

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
    ends(path, &["cf", "cfg", "cnf", "conf", "vhost"]) || path.contains("sites-")
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
            .filter(|path| !is_for_its_makers(path));
        let (shipped, others): (Vec<&str>, Vec<&str>) = paths.partition(|path| is_certificate(path));
        if shipped.is_empty() {
            return;
        }
        let configurations = others.into_iter().filter(|path| is_configuration(path)).collect();
        let configurations = at_most(configurations, MAX_FILES, "configuration files", out).into_iter();
        let named = named(configurations, answers, out);
        for path in shipped {
            if let Some(programs) = named.get(base_name(path)) {
                tell(path, programs, answers, out);
            }
        }
    }
}

/// By the names of files that configurations name: the programs, and whether they show the file to others, and whether a
/// configuration lowers the level of OpenSSL.
type Named = BTreeMap<String, BTreeMap<&'static str, Use>>;

#[derive(Debug, Clone, Default)]
struct Use {
    is_shown: bool,
    /// What stands in one block with it, where it is shown.
    beside: Vec<Shown>,
    /// Whether the level of the host decides about its key.
    is_at_level: bool,
}

fn named<'a>(
    configurations: impl Iterator<Item = &'a str>,
    answers: &Answers,
    out: &mut Observation<'_>,
) -> Named {
    let mut named = Named::new();
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
        let is_at_level = level_in(&text).is_none();
        let blocks = shown(&text);
        for program in &PROGRAMS {
            for (file, _, is_shown) in program.certificates(&text) {
                let programs = named.entry(base_name(&file).to_owned()).or_default();
                let used = programs.entry(program.name).or_default();
                used.is_shown |= is_shown;
                used.is_at_level |= is_at_level && program.level.is_none();
                if is_shown {
                    let is_here =
                        |block: &&Shown| block.certificates.iter().any(|other| ends_alike(other, &file));
                    used.beside.extend(blocks.iter().filter(is_here).cloned());
                }
            }
        }
    }
    named
}

fn ends_alike(one: &str, other: &str) -> bool {
    base_name(one) == base_name(other)
}

fn tell(path: &str, programs: &BTreeMap<&'static str, Use>, answers: &Answers, out: &mut Observation<'_>) {
    let need = content(path);
    if !answers.has(&need) {
        return out.ask(need);
    }
    let found = match answers.bytes(&need) {
        Outcome::Got(bytes) => certificates(&text(bytes)).map_err(|error| State::Unknown(error.to_string())),
        Outcome::NotPermitted => Err(State::NotPermitted),
        Outcome::Failed(failure) => Err(State::Unknown(failure.reason)),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    for (program, used) in programs {
        let mut tell = |name: &'static str, state: Option<State>| {
            if let Some(state) = state {
                let id = FactId::keyed(name, format!("{path}:{program}"));
                out.state(id, state, Origin::file(path.to_owned()));
            }
        };
        if used.is_shown {
            tell("certificate.valid-until", last_day(&found));
        }
        let Ok(certificates) = &found else {
            if used.is_at_level {
                tell("certificate.rsa-bits", smallest(&found));
            }
            continue;
        };
        if used.is_at_level {
            tell("certificate.rsa-bits", smallest(&found));
            let weak = certificates.iter().find_map(|one| one.weak_signature);
            tell(
                "certificate.weak-signature",
                weak.map(|digest| State::Value(digest.into())),
            );
        }
        let own = certificates.first().filter(|_| used.is_shown);
        let from = own.map(|own| State::Value(own.valid_from.as_str().into()));
        tell("certificate.valid-from", from);
        if let Some(own) = own
            && let Some(asked) = other_name(own, &used.beside)
        {
            tell("certificate.asked-name", Some(State::Value(asked.into())));
            let names = Value::set(own.host_names.clone());
            tell("certificate.names", Some(State::Value(names)));
        }
    }
}

/// The first name of the blocks that show a certificate, where it is for none of them.
fn other_name(certificate: &Certificate, blocks: &[Shown]) -> Option<String> {
    let names = &certificate.host_names;
    let mut asked = blocks.iter().flat_map(|block| &block.names);
    let first = asked.clone().next().filter(|_| !names.is_empty())?;
    (!asked.any(|name| is_for(names, name))).then(|| first.clone())
}
