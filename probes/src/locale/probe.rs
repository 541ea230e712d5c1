//! What the probe asks, and what it makes of the answers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, names, parse};
use crate::reading::{document, known, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Locale;

struct Locale;

static MANIFEST: Manifest = Manifest {
    id: "locale",
    subject: Subject::Host,
    about: "Time zone, language, host names, resolver and trusted certificates.",
    schemas: Cow::Borrowed(SCHEMAS),
};

/// Where programs look for trusted certificates: Debian, Fedora, openSUSE, Alpine, OpenSSL.
const CA_BUNDLES: [&str; 5] = [
    "etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/ssl/ca-bundle.pem",
    "etc/ssl/cert.pem",
];

/// Files that set the locale, the strongest first.
const LOCALE_FILES: [&str; 3] = ["etc/locale.conf", "etc/default/locale", "etc/environment"];

const ENVIRONMENT: &str = "etc/environment";

fn small(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

/// A pattern, because an entry tells its link and a file does not.
fn local_time() -> Need {
    Need::glob("etc/localtim?", Take::Content(256 << 10))
}

fn zone_name() -> Need {
    small("etc/timezone")
}

fn zoneinfo() -> Need {
    Need::range("usr/share/zoneinfo/Etc/UTC", 0, 4)
}

fn first_byte(path: &str) -> Need {
    Need::range(path, 0, 1)
}

impl Probe for Locale {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = vec![local_time(), zone_name(), zoneinfo()];
        needs.extend(LOCALE_FILES.map(small));
        needs.extend(CA_BUNDLES.map(first_byte));
        needs.extend(names::needs());
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        time(answers, out);
        locale(answers, out);
        certificates(answers, out);
        names::observe(answers, out);
    }
}

fn time(answers: &Answers, out: &mut Observation<'_>) {
    let installed = match answers.bytes(&zoneinfo()) {
        Outcome::Got(head) => Outcome::Got(head == b"TZif"),
        Outcome::Absent => Outcome::Got(false),
        other => other.map(|_| false),
    };
    if let Some(state) = known(installed) {
        out.state(FactId::single("time.zoneinfo"), state, zoneinfo().origin());
    }
    let Some(found) = out.optional(answers.entries(&local_time()), "/etc/localtime") else {
        return;
    };
    let origin = Origin::file("etc/localtime");
    let entry = found.entries.first();
    let rule = entry.and_then(|entry| match entry.content.as_ref()?.as_ref() {
        Outcome::Got(blob) => parse::tz_rule(&blob.0),
        _ => None,
    });
    let (zone, said_by) = zone(answers, entry, rule.as_deref());
    out.state(FactId::single("time.zone"), zone, said_by);
    match rule {
        Some(rule) => out.value("time.rules", rule, origin),
        // Without a zone, or with one that is not installed, the C library counts in UTC.
        None => out.value("time.rules", "UTC0", origin),
    }
}

/// The zone by name, and who said so.
fn zone(answers: &Answers, entry: Option<&Entry>, rule: Option<&str>) -> (State, Origin) {
    let origin = Origin::file("etc/localtime");
    let Some(entry) = entry else {
        let unset = "no /etc/localtime: UTC, as localtime(5) says";
        return (State::Value("UTC".into()), Origin::Derived(unset.into()));
    };
    if let Some(zone) = entry.link.as_deref().and_then(parse::zone_of_link) {
        return (State::Value(zone.into()), origin);
    }
    if let Outcome::Got(bytes) = answers.bytes(&zone_name())
        && let Some(zone) = parse::zone(&text(bytes))
    {
        return (State::Value(zone.into()), zone_name().origin());
    }
    match rule {
        Some("UTC0") => (State::Value("UTC".into()), origin),
        _ => (
            State::Unknown("/etc/localtime is a copy and does not tell its name".into()),
            origin,
        ),
    }
}

fn locale(answers: &Answers, out: &mut Observation<'_>) {
    let mut set = BTreeSet::new();
    for path in LOCALE_FILES {
        let Some(file) = document(answers, &small(path), "locale", out) else {
            continue;
        };
        let variables = parse::variables(&file.text);
        for variable in variables
            .iter()
            .filter(|variable| parse::is_locale(&variable.name))
        {
            let origin = file.line(variable.line);
            if path == ENVIRONMENT {
                out.keyed(
                    "environment.locale",
                    &variable.name,
                    variable.value.as_str(),
                    origin.clone(),
                );
            }
            if set.insert(variable.name.clone()) {
                out.keyed("locale", &variable.name, variable.value.as_str(), origin);
            }
        }
    }
    let names = answers.bytes(&small(ENVIRONMENT)).map(|bytes| {
        Value::set(
            parse::variables(&text(bytes))
                .into_iter()
                .map(|variable| variable.name),
        )
    });
    if let Some(state) = known(names) {
        out.state(
            FactId::single("environment.names"),
            state,
            Origin::file(ENVIRONMENT),
        );
    }
}

fn certificates(answers: &Answers, out: &mut Observation<'_>) {
    let mut bundles = Vec::new();
    for path in CA_BUNDLES {
        match answers.bytes(&first_byte(path)) {
            Outcome::Got(bytes) if !bytes.is_empty() => bundles.push(path),
            Outcome::Got(_) | Outcome::Absent => {}
            other => {
                out.optional(other, path);
                return;
            }
        }
    }
    out.value(
        "ca-bundle",
        Value::set(bundles),
        Origin::Derived("the places that programs look in".into()),
    );
}
