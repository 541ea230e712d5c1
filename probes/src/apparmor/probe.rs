use parity_core::answer::{Answers, Entries, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::{SCHEMAS, files, parse};
use crate::reading::{base_name, document, documents, known, text};

static MANIFEST: Manifest = Manifest::new(
    "apparmor",
    Subject::Host,
    "Which programs AppArmor lets make user namespaces, and what it lets servers write.",
    SCHEMAS,
);

/// Reads the profiles of AppArmor.
pub const PROBE: &dyn Probe = &Apparmor;

struct Apparmor;

const SETTING: &str = "proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/// Profiles of servers, what people add to them, and those that are switched off.
const SERVERS: &str = "etc/apparmor.d/usr.sbin.*";
const ADDITIONS: &str = "etc/apparmor.d/local/usr.sbin.*";
const SWITCHED_OFF: &str = "etc/apparmor.d/disable/*";
const ALIASES: &str = "etc/apparmor.d/tunables/alias";

/// Whether the kernel runs with AppArmor, and whether one runs at all.
const ENABLED: &str = "sys/module/apparmor/parameters/enabled";
const RUNNING: &str = "proc/sys/kernel/osrelease";

/// Where distributions and people set it: a root file system at rest has no other sign.
const FILES: [&str; 2] = ["etc/sysctl.d/*.conf", "usr/lib/sysctl.d/*.conf"];

fn setting() -> Need {
    Need::file_up_to(SETTING, 64)
}

/// The same questions as those of the probe `sysctl`.
fn file(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

fn small(path: &str) -> Need {
    Need::file_up_to(path, 64 << 10)
}

fn profiles() -> Need {
    Need::glob("etc/apparmor.d/*", Take::Content(256 << 10))
}

impl Probe for Apparmor {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let files = FILES.iter().map(|pattern| file(pattern));
        let servers = [
            Need::glob(SERVERS, Take::Content(256 << 10)),
            Need::glob(ADDITIONS, Take::Content(256 << 10)),
            Need::glob(SWITCHED_OFF, Take::Stat),
        ];
        let small = [setting(), small(ALIASES), small(ENABLED), small(RUNNING)];
        files.chain(servers).chain(small).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let confines_servers = servers(answers, out);
        let restricted = restriction(answers);
        if let Some(state @ (State::NotPermitted | State::Unknown(_))) = known(restricted.clone()) {
            return out.state(FactId::single("apparmor.userns"), state, Origin::file(SETTING));
        }
        if restricted != Outcome::Got(true) {
            if !confines_servers {
                let why = "user namespaces are not restricted by AppArmor";
                out.covered(CoverageState::Absent, why);
            }
            return;
        }
        if !answers.has(&profiles()) {
            out.ask(profiles());
            return;
        }
        let found = documents(answers, &profiles(), &["apparmor.userns"], out);
        let paths = found.iter().flat_map(|profile| parse::userns(&profile.text));
        let id = FactId::single("apparmor.userns");
        out.state(
            id,
            State::Value(Value::set(paths)),
            Origin::file("etc/apparmor.d"),
        );
    }
}

/// The rules of profiles that are loaded at boot; whether there are any.
fn servers(answers: &Answers, out: &mut Observation<'_>) -> bool {
    const FACT: &str = "apparmor.files";
    let is_on = match answers.bytes(&small(ENABLED)) {
        Outcome::Got(bytes) => text(bytes).trim() == "Y",
        _ => answers.bytes(&small(RUNNING)).got().is_none(),
    };
    if !is_on {
        return false;
    }
    let is_off = |path: &str| {
        let found = answers.entries(&Need::glob(SWITCHED_OFF, Take::Stat));
        let entries = found
            .got()
            .map(|found| found.entries.as_slice())
            .unwrap_or_default();
        entries
            .iter()
            .any(|entry| base_name(&entry.path) == base_name(path))
    };
    let profiles = documents(
        answers,
        &Need::glob(SERVERS, Take::Content(256 << 10)),
        &[FACT],
        out,
    );
    let additions = documents(
        answers,
        &Need::glob(ADDITIONS, Take::Content(256 << 10)),
        &[FACT],
        out,
    );
    let mut any = false;
    for profile in profiles.iter().filter(|profile| !is_off(&profile.path)) {
        let own =
            |addition: &&crate::reading::Document<'_>| base_name(&addition.path) == base_name(&profile.path);
        let added = additions
            .iter()
            .filter(own)
            .flat_map(|addition| files::included(&addition.text));
        let added: Vec<String> = added.collect();
        for (program, mut rules) in files::rules(&profile.text) {
            any = true;
            rules.extend(added.iter().cloned());
            out.keyed(FACT, program, Value::set(rules), profile.line(1));
        }
    }
    if let Some(file) = document(answers, &small(ALIASES), &["apparmor.aliases"], out).filter(|_| any) {
        let aliases = files::aliases(&file.text);
        out.value("apparmor.aliases", Value::set(aliases), file.line(1));
    }
    any
}

/// The running kernel tells; of one at rest what is set at boot.
fn restriction(answers: &Answers) -> Outcome<bool> {
    let running = answers.bytes(&setting()).map(|value| text(value).trim() == "1");
    if !matches!(running, Outcome::Absent | Outcome::NotApplicable) {
        return running;
    }
    let mut all = Outcome::Got(false);
    for pattern in FILES {
        match answers.entries(&file(pattern)).map(sets_it) {
            Outcome::Got(true) => return Outcome::Got(true),
            Outcome::Got(false) | Outcome::Absent | Outcome::NotApplicable => {}
            other => all = other,
        }
    }
    all
}

fn sets_it(found: &Entries) -> bool {
    let contents = found
        .entries
        .iter()
        .filter_map(|entry| entry.content.as_ref()?.got());
    contents
        .into_iter()
        .any(|content| text(&content.0).contains("apparmor_restrict_unprivileged_userns"))
}
