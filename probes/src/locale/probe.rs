//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, clock, names, parse, time};
use crate::reading::{document, known, readable, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Locale;

struct Locale;

static MANIFEST: Manifest = Manifest::new(
    "locale",
    Subject::Host,
    "Clock, time zone, language, host names, resolver and trusted certificates.",
    SCHEMAS,
);

/// Where programs look for trusted certificates: Debian, Fedora, openSUSE, Alpine, OpenSSL.
pub(crate) const CA_BUNDLES: [&str; 7] = [
    "etc/ssl/certs/ca-certificates.crt",
    "etc/pki/tls/certs/ca-bundle.crt",
    "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "etc/ssl/ca-bundle.pem",
    "etc/ssl/cert.pem",
    "etc/pki/tls/cert.pem",
    "var/lib/ca-certificates/ca-bundle.pem",
];

/// Files that set the locale, the strongest first.
const LOCALE_FILES: [&str; 3] = ["etc/locale.conf", "etc/default/locale", "etc/environment"];

const ENVIRONMENT: &str = "etc/environment";

/// Locales that are compiled: a directory each, and one file with the others (localedef(1)).
const LOCALES: &str = "usr/lib/locale/*";
const ARCHIVE: &str = "usr/lib/locale/locale-archive";

/// The names stand at its beginning.
const ARCHIVE_BYTES: u64 = 512 << 10;

fn small(path: &str) -> Need {
    Need::file_up_to(path, 1 << 20)
}

fn first_byte(path: &str) -> Need {
    Need::range(path, 0, 1)
}

impl Probe for Locale {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let mut needs = time::needs();
        needs.extend(LOCALE_FILES.map(small));
        needs.extend([
            Need::glob(LOCALES, Take::Stat),
            Need::range(ARCHIVE, 0, ARCHIVE_BYTES),
        ]);
        needs.extend(CA_BUNDLES.map(first_byte));
        needs.extend(names::needs());
        needs.push(clock::need());
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        time::observe(answers, out);
        locale(answers, out);
        installed(answers, out);
        certificates(answers, out);
        names::observe(answers, out);
        clock::observe(answers, out);
    }
}

fn locale(answers: &Answers, out: &mut Observation<'_>) {
    let mut set = BTreeSet::new();
    for path in LOCALE_FILES {
        let families: &[&str] = if path == ENVIRONMENT {
            &["locale", "environment.locale"]
        } else {
            &["locale"]
        };
        let Some(file) = document(answers, &small(path), families, out) else {
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

fn installed(answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::single("locale.installed");
    let listing = Need::glob(LOCALES, Take::Stat);
    let Some(found) = readable(answers.entries(&listing), LOCALES, &["locale.installed"], out) else {
        return;
    };
    let mut names: BTreeSet<String> = BTreeSet::new();
    for entry in found
        .entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::Directory)
    {
        names.extend(entry.path.rsplit('/').next().map(str::to_owned));
    }
    match answers.bytes(&Need::range(ARCHIVE, 0, ARCHIVE_BYTES)) {
        Outcome::Got(bytes) => match parse::locale_archive(bytes) {
            Some(archived) => names.extend(archived),
            None => {
                let reason = format!("/{ARCHIVE} is not as glibc writes it");
                return out.state(id, State::Unknown(reason), Origin::file(ARCHIVE));
            }
        },
        Outcome::Absent | Outcome::NotApplicable => {}
        Outcome::NotPermitted => return out.state(id, State::NotPermitted, Origin::file(ARCHIVE)),
        Outcome::Failed(failure) => {
            return out.state(id, State::Unknown(failure.reason), Origin::file(ARCHIVE));
        }
    }
    out.state(
        id,
        State::Value(Value::set(names)),
        Origin::file("usr/lib/locale"),
    );
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
