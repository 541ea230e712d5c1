use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, needed};
use crate::reading::{base_name, text};
use crate::release::all_files;

static MANIFEST: Manifest = Manifest::new(
    "apache",
    Subject::Release,
    "Which modules the Apache configuration of a release needs.",
    SCHEMAS,
);

/// Reads Apache configuration that a release ships.
pub const PROBE: &dyn Probe = &Apache;

struct Apache;

const CAP: u64 = 1 << 20;

/// Directories of what others wrote, and of what does not run in production.
const FOREIGN: [&str; 7] = [
    "docs",
    "examples",
    "node_modules",
    "test",
    "tests",
    "vendor",
    ".git",
];

impl Probe for Apache {
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
        for entry in files.filter(|entry| is_configuration(&entry.path)) {
            let need = Need::file_up_to(entry.path.as_str(), CAP);
            if answers.has(&need) {
                observe(out, &entry.path, answers.bytes(&need));
            } else {
                out.ask(need);
            }
        }
    }
}

fn is_configuration(path: &str) -> bool {
    let is_foreign = path.split('/').any(|part| FOREIGN.contains(&part));
    let speaks = path.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        part.contains("apache") || part.contains("httpd") || part.contains("vhost")
    });
    let name = base_name(path);
    !is_foreign && (name == ".htaccess" || (speaks && name.ends_with(".conf")))
}

fn observe(out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>) {
    let state = match bytes {
        Outcome::Got(bytes) => {
            let needed = needed(&text(bytes));
            let routes = ["rewrite", "auth_basic", "authn_file", "dir"];
            let first = needed.iter().find(|(module, _)| routes.contains(module));
            if let Some((_, (directive, line))) = first.filter(|_| base_name(path) == ".htaccess") {
                out.keyed(
                    "apache-file.htaccess",
                    path,
                    directive.as_str(),
                    Origin::line(path, *line),
                );
            }
            for (module, (directive, line)) in needed {
                out.keyed(
                    "apache-file.module",
                    format!("{path}:{module}"),
                    directive,
                    Origin::line(path, line),
                );
            }
            return;
        }
        Outcome::NotPermitted => State::NotPermitted,
        Outcome::Failed(failure) => State::Unknown(failure.reason),
        Outcome::Absent | Outcome::NotApplicable => return,
    };
    out.state(
        FactId::keyed("apache-file.module", path),
        state,
        Origin::file(path),
    );
}
