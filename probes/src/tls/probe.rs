use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::named::{PROGRAMS, Program};
use super::{Certificate, SCHEMAS, certificates, policy};
use crate::os_release::{ReleaseFiles, identify};
use crate::reading::{documents, text};

static MANIFEST: Manifest = Manifest::new(
    "tls",
    Subject::Host,
    "What the OpenSSL of a host accepts, and certificates that its services are told to use.",
    SCHEMAS,
);

/// Reads policies and certificates.
pub const PROBE: &dyn Probe = &Tls;

struct Tls;

const CONFIGURATIONS: [&str; 2] = ["etc/ssl/openssl.cnf", "etc/pki/tls/openssl.cnf"];
const POLICY: &str = "etc/crypto-policies/state/current";
const RELEASES: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];
const CAP: u64 = 4 << 20;

fn file(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

/// The same question as that of the probe `os-release`.
fn release(path: &str) -> Need {
    Need::file_up_to(path, 64 << 10)
}

fn configuration(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(CAP as u32))
}

impl Probe for Tls {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<Need> = CONFIGURATIONS.map(file).into();
        needs.push(file(POLICY));
        needs.extend(RELEASES.map(release));
        let patterns = PROGRAMS.iter().flat_map(|program| program.files);
        needs.extend(patterns.map(|pattern| configuration(pattern)));
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let level = level(answers, out);
        for program in &PROGRAMS {
            observe_program(program, level.as_ref().map(|(level, _)| *level), answers, out);
        }
        if let Some((level, origin)) = level {
            out.value(
                "tls.minimum-rsa-bits",
                policy::required_bits(level),
                origin.clone(),
            );
            out.value("tls.security-level", level, origin);
        }
    }
}

/// The level in effect: the last that its configuration names, a policy of the system, or the one it was built with.
fn level(answers: &Answers, out: &mut Observation<'_>) -> Option<(i64, Origin)> {
    let mut level = None;
    let mut legacy = ("off", CONFIGURATIONS[0]);
    let mut is_read = true;
    for path in CONFIGURATIONS {
        let Some(bytes) = out.optional(answers.bytes(&file(path)), path) else {
            is_read &= matches!(
                answers.bytes(&file(path)),
                Outcome::Absent | Outcome::NotApplicable
            );
            continue;
        };
        let found = policy::configured(&text(bytes));
        if found.activates_legacy {
            legacy = ("on", path);
        }
        if let Some(protocol) = found.minimum_protocol {
            out.value("tls.minimum-protocol", protocol, Origin::file(path));
        }
        level = found.level.map(|level| (level, Origin::file(path))).or(level);
    }
    if is_read {
        out.value("tls.legacy-provider", legacy.0, Origin::file(legacy.1));
    }
    let system = out.optional(answers.bytes(&file(POLICY)), POLICY);
    let of_system = system.and_then(|bytes| policy::of_policy(&text(bytes)));
    level
        .or(of_system.map(|level| (level, Origin::file(POLICY))))
        .or_else(|| {
            let mut contents = RELEASES.map(|path| (path, out.optional(answers.bytes(&release(path)), path)));
            let (path, bytes) = contents
                .iter_mut()
                .find_map(|(path, bytes)| Some((*path, bytes.take()?)))?;
            let files = ReleaseFiles {
                os_release: Some(bytes),
                ..ReleaseFiles::default()
            };
            let os = identify(&files).ok()??;
            Some((policy::built(&os)?, Origin::file(path)))
        })
}

fn observe_program(program: &Program, level: Option<i64>, answers: &Answers, out: &mut Observation<'_>) {
    let mut named: BTreeMap<String, (Origin, bool)> = BTreeMap::new();
    let mut own_level = None;
    for pattern in program.files {
        for document in documents(answers, &configuration(pattern), &[], out) {
            for (path, line, is_own) in program.certificates(&document.text) {
                let (_, shown) = named.entry(path).or_insert_with(|| (document.line(line), false));
                *shown |= is_own;
            }
            own_level = own_level.or(policy::level_in(&document.text));
        }
    }
    for (path, (origin, is_own)) in named {
        let need = file(&path);
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        let key = format!("{}:/{path}", program.name);
        let found = match answers.bytes(&need) {
            Outcome::Got(bytes) => {
                certificates(&text(bytes)).map_err(|error| State::Unknown(error.to_string()))
            }
            Outcome::Absent | Outcome::NotApplicable => continue,
            Outcome::NotPermitted => Err(State::NotPermitted),
            Outcome::Failed(failure) => Err(State::Unknown(failure.reason)),
        };
        if is_own && let Some(until) = last_day(&found) {
            out.state(
                FactId::keyed("tls.valid-until", key.clone()),
                until,
                origin.clone(),
            );
        }
        let Some(bits) = smallest(&found) else { continue };
        out.state(FactId::keyed("tls.rsa-bits", key.clone()), bits, origin.clone());
        let required = match program.level.or(own_level).or(level) {
            Some(level) => State::Value(policy::required_bits(level).into()),
            None => {
                State::Unknown("the security level of this distribution's OpenSSL is not known".to_owned())
            }
        };
        out.state(FactId::keyed("tls.required-bits", key), required, origin);
    }
}

/// The last day of the first certificate of a file: the ones behind it belong to authorities.
pub(crate) fn last_day(found: &Result<Vec<Certificate>, State>) -> Option<State> {
    match found {
        Ok(found) => found
            .first()
            .map(|first| State::Value(first.valid_until.as_str().into())),
        Err(state) => Some(state.clone()),
    }
}

/// Bits of the smallest RSA key of a file.
pub(crate) fn smallest(found: &Result<Vec<Certificate>, State>) -> Option<State> {
    match found {
        Ok(found) => {
            let bits = found.iter().filter_map(|certificate| certificate.rsa_bits).min();
            bits.map(|bits| State::Value(i64::from(bits).into()))
        }
        Err(state) => Some(state.clone()),
    }
}
