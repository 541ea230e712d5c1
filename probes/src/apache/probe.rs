use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::directives::unconditional;
use super::versions::versions;
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
        let names: BTreeSet<&str> = files.clone().map(|entry| base_name(&entry.path)).collect();
        let is_wanted = |entry: &&Entry| is_configuration(&entry.path) || reads_as_site(entry);
        for entry in files.filter(is_wanted) {
            let need = Need::file_up_to(entry.path.as_str(), CAP);
            if answers.has(&need) {
                observe(out, &entry.path, answers.bytes(&need), &names);
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

/// A file of another name that begins as sites of Apache do.
fn reads_as_site(entry: &Entry) -> bool {
    let is_foreign = entry.path.split('/').any(|part| FOREIGN.contains(&part));
    let head = entry
        .content
        .as_ref()
        .and_then(Outcome::got)
        .map(|blob| text(&blob.0));
    let begins = |head: &str| head.lines().any(|line| line.trim().starts_with("<VirtualHost "));
    entry.path.ends_with(".conf") && !is_foreign && head.is_some_and(|head| begins(&head))
}

/// Directives whose first argument is opened when Apache starts (<https://httpd.apache.org/docs/2.4/mod/mod_ssl.html>).
const FILES: [&str; 5] = [
    "include",
    "sslcacertificatefile",
    "sslcertificatechainfile",
    "sslcertificatefile",
    "sslcertificatekeyfile",
];

/// What else a configuration takes for granted: versions, the module of PHP, files.
fn tell(out: &mut Observation<'_>, path: &str, text: &str, names: &BTreeSet<&str>) {
    for (name, (range, line)) in versions(text) {
        let key = format!("{path}:{name}");
        out.keyed("apache-file.versions", key, range, Origin::line(path, line));
    }
    let statements = unconditional(text);
    let is_of_php = |name: &str| {
        let name = name.to_ascii_lowercase();
        matches!(
            name.as_str(),
            "php_value" | "php_flag" | "php_admin_value" | "php_admin_flag"
        )
    };
    if let Some(first) = statements.iter().find(|statement| is_of_php(statement.name)) {
        let written = format!("{} {}", first.name, first.arguments.join(" "));
        out.keyed(
            "apache-file.php-setting",
            path,
            written,
            Origin::line(path, first.line),
        );
    }
    for statement in &statements {
        let Some(file) = statement.arguments.first().map(|file| file.trim_matches('"')) else {
            continue;
        };
        let is_plain = file.starts_with('/') && !file.contains(['$', '*', '?', '[', '%', ':']);
        let is_opened = FILES.contains(&statement.name.to_ascii_lowercase().as_str());
        if is_opened && is_plain && !names.contains(base_name(file)) {
            let written = format!("{} {file}", statement.name);
            out.keyed(
                "apache-file.file",
                format!("{path}:{file}"),
                written,
                Origin::line(path, statement.line),
            );
        }
    }
}

fn observe(out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>, names: &BTreeSet<&str>) {
    let state = match bytes {
        Outcome::Got(bytes) => {
            tell(out, path, &text(bytes), names);
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
