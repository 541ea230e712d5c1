use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::readers::{self, Reader};
use super::said::Said;
use super::{
    SCHEMAS, appimage, building, cgo, dev_programs, gd, gradle, headers, heaps, image_libraries,
    node_localhost, php_variables, pooling, redis_modules, service_links, stages, uploads, without_musl,
};
use crate::reading::{base_name, text};
use crate::release::{all_files, whole};

static MANIFEST: Manifest = Manifest::new(
    "settings",
    Subject::Release,
    "What settings in a release ask of Java, Node.js, Kubernetes, Compose, BuildKit, cron and servers.",
    SCHEMAS,
);

/// Reads files of settings in a release.
pub const PROBE: &dyn Probe = &Settings;

struct Settings;

/// Larger files are no settings, in bytes.
const CAP: u64 = 1 << 20;

/// What is told as a number.
const NUMBERS: [&str; 6] = [
    "build-file.x86-level",
    "compose-file.cpus",
    "compose-file.nofile",
    heaps::LIMIT,
    heaps::TOLD,
    uploads::SIZE,
];

/// Families that only tell what another one depends on.
const UNTOLD: [&str; 22] = [
    cgo::IMPORTS,
    cgo::OTHERWISE,
    cgo::WITHOUT,
    dev_programs::LOCKED,
    dev_programs::OMITTED,
    dev_programs::SCRIPT,
    dev_programs::STARTED,
    dev_programs::WITHOUT,
    gd::CALLED,
    gd::WITHOUT,
    headers::ALLOWED,
    image_libraries::INSTALLS,
    node_localhost::ORDERED,
    php_variables::DOTENV,
    pooling::NAMED,
    pooling::WITHOUT,
    redis_modules::BROUGHT,
    stages::MODULES,
    uploads::PASSED,
    without_musl::ADDON,
    without_musl::BROWSER,
    without_musl::IMAGE,
];

/// Directories of what others wrote, or of what never leaves the developer's machine.
const FOREIGN: [&str; 10] = [
    ".git",
    ".github",
    ".gitlab",
    "bower_components",
    "examples",
    "fixtures",
    "node_modules",
    "test",
    "tests",
    "vendor",
];

impl Probe for Settings {
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
        let mut found = Vec::new();
        let mut around = Around::default();
        let own = files
            .entries
            .iter()
            .filter(|entry| entry.kind == EntryKind::File && !is_foreign(&entry.path));
        for entry in own {
            if appimage::is(beginning(entry)) {
                let need = Need::range(entry.path.as_str(), 0, appimage::RUNTIME.min(entry.size));
                if !answers.has(&need) {
                    out.ask(need);
                } else if let Some(runtime) = out.optional(answers.bytes(&need), &entry.path) {
                    let mut said = Said::default();
                    appimage::read(runtime, &mut said);
                    found.push((entry.path.as_str(), said));
                }
                continue;
            }
            let readers = readers::of(&entry.path, beginning(entry));
            let may_turn_on = may_turn_on(&entry.path);
            if readers.is_empty() && !may_turn_on {
                continue;
            }
            match whole(answers, entry, CAP, out) {
                Some(Outcome::Got(bytes)) => {
                    let text = text(bytes);
                    if may_turn_on {
                        around.add(&entry.path, &text);
                    }
                    let mut said = Said::default();
                    for reader in readers {
                        (reader.read)(&entry.path, &text, &mut said);
                    }
                    found.push((entry.path.as_str(), said));
                }
                Some(Outcome::NotPermitted) => unknown(out, &entry.path, &readers, &State::NotPermitted),
                // What is too large was not written by people.
                Some(Outcome::Failed(failure)) if failure.code == "too-large" => {}
                Some(Outcome::Failed(failure)) => {
                    unknown(out, &entry.path, &readers, &State::Unknown(failure.reason));
                }
                Some(Outcome::Absent | Outcome::NotApplicable) | None => {}
            }
        }
        let says = |family: &str| {
            found
                .iter()
                .any(|(_, said)| said.0.keys().any(|(of, _)| *of == family))
        };
        around.limits_uploads = says(uploads::PASSED);
        around.lets_underscores_through = says(headers::ALLOWED);
        around.brings_redis = says(redis_modules::BROUGHT);
        around.takes_ipv4 = says(node_localhost::ORDERED);
        around.reads_dotenv = says(php_variables::DOTENV);
        around.is_pooled = says(pooling::NAMED) && !says(pooling::WITHOUT);
        tell_together(&found, out);
        around.libraries = files
            .entries
            .iter()
            .map(|entry| base_name(&entry.path))
            .filter(|name| name.contains(".so"))
            .map(str::to_owned)
            .collect();
        for (path, said) in found {
            for ((family, key), (value, line)) in said.0 {
                if around.settles(family, &key) {
                    continue;
                }
                let key = if key.is_empty() {
                    path.to_owned()
                } else {
                    format!("{path}:{key}")
                };
                let value = match value.parse() {
                    Ok(number) if NUMBERS.contains(&family) => Value::Int(number),
                    _ => Value::from(value),
                };
                out.keyed(family, key, value, Origin::line(path, line));
            }
        }
    }
}

/// What only several files together say.
fn tell_together(found: &[(&str, Said)], out: &mut Observation<'_>) {
    let images = without_musl::together(found).into_iter();
    let libraries = image_libraries::together(found).into_iter();
    let libraries = libraries.map(|(key, library)| ("container-file.library-missing", key, library));
    for (family, key, value) in images.chain(libraries) {
        let file = key.split(':').next().unwrap_or_default().to_owned();
        out.keyed(family, key, value, Origin::file(file));
    }
    for (key, service, line) in service_links::together(found) {
        let file = key.split(':').next().unwrap_or_default().to_owned();
        out.keyed(service_links::LINKED, key, service, Origin::line(file, line));
    }
    let programs = dev_programs::together(found).into_iter();
    let programs = programs.map(|(key, why)| (dev_programs::TOLD, key, why));
    let functions = gd::together(found).into_iter();
    let functions = functions.map(|(key, why)| (gd::TOLD, key, why));
    for (family, (file, what), why) in programs.chain(functions) {
        out.keyed(family, format!("{file}:{what}"), why, Origin::file(file));
    }
    if let Some((file, why)) = cgo::together(found) {
        out.keyed(cgo::STUB, file.as_str(), why, Origin::file(file.as_str()));
    }
}

/// What other files of the release say, on which it depends whether a file asks for something.
#[derive(Default)]
struct Around {
    brings_redis: bool,
    has_buildkit: bool,
    has_gradle: bool,
    is_pooled: bool,
    /// Programs of Go in it need the C library.
    links_with_c: bool,
    lets_underscores_through: bool,
    limits_uploads: bool,
    reads_dotenv: bool,
    takes_ipv4: bool,
    /// Texts that create accounts.
    makers: Vec<String>,
    /// Names of the libraries in it.
    libraries: BTreeSet<String>,
}

impl Around {
    fn add(&mut self, path: &str, text: &str) {
        if is_go(path) {
            self.links_with_c |= stages::links_with_c(text);
            return;
        }
        self.has_buildkit |= building::turns_on(text);
        self.has_gradle |= gradle::starts(path, text);
        if makes_accounts(text) {
            self.makers.push(text.to_owned());
        }
    }

    /// Whether a library is in the release: `libpq.so.5`, also as `libpq.so.5.14`.
    fn brings(&self, library: &str) -> bool {
        let is = |name: &String| {
            name.strip_prefix(library)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        self.libraries.iter().any(is)
    }

    /// Whether nothing is asked for, because the release sees to it itself, or does not do it after all.
    fn settles(&self, family: &str, key: &str) -> bool {
        match family {
            "container-file.buildkit" => self.has_buildkit,
            "build-tool.java" => !self.has_gradle,
            headers::READ => self.lets_underscores_through,
            node_localhost::NAMED => self.takes_ipv4,
            php_variables::READ => self.reads_dotenv,
            redis_modules::USED => self.brings_redis,
            uploads::SIZE => self.limits_uploads,
            "pooler-client.prepares" => !self.is_pooled,
            "pool-file.group" | "pool-file.user" => self.makers.iter().any(|text| has_word(text, key)),
            "opened-library.of" => key
                .split_once(':')
                .is_some_and(|(_, library)| self.brings(library)),
            family if stages::is_of_go(family, key) => !self.links_with_c,
            family => UNTOLD.contains(&family) || service_links::PARTS.contains(&family),
        }
    }
}

fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Sources of Go that are compiled into programs.
fn is_go(path: &str) -> bool {
    path.ends_with(".go") && !path.ends_with("_test.go")
}

/// Scripts and settings of builds may turn BuildKit on, and sources of Go say what a program is linked with.
fn may_turn_on(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "Makefile"
        || name == ".env"
        || is_go(path)
        || [".sh", ".yml", ".yaml", ".mk"]
            .iter()
            .any(|ending| name.ends_with(ending))
}

/// Scripts and playbooks that create accounts or groups.
fn makes_accounts(text: &str) -> bool {
    ["useradd", "adduser", "groupadd", "addgroup", "user:", "group:"]
        .iter()
        .any(|word| text.contains(word))
}

fn has_word(text: &str, name: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
    words.any(|word| word == name)
}

/// The first bytes of a file.
fn beginning(entry: &Entry) -> &[u8] {
    let head = entry.content.as_ref().and_then(Outcome::got);
    head.map_or(&[][..], |blob| blob.0.as_slice())
}

fn unknown(out: &mut Observation<'_>, path: &str, readers: &[&Reader], state: &State) {
    for family in readers.iter().flat_map(|reader| reader.families) {
        out.state(FactId::keyed(*family, path), state.clone(), Origin::file(path));
    }
}
