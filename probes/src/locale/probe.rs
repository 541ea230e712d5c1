//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, names, parse, time};
use crate::reading::{document, known, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Locale;

struct Locale;

static MANIFEST: Manifest = Manifest::new(
    "locale",
    Subject::Host,
    "Time zone, language, host names, resolver and trusted certificates.",
    SCHEMAS,
);

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
        needs.extend(CA_BUNDLES.map(first_byte));
        needs.extend(names::needs());
        needs
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        time::observe(answers, out);
        locale(answers, out);
        certificates(answers, out);
        names::observe(answers, out);
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
