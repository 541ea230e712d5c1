use parity_core::answer::{Answers, Entries, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::{SCHEMAS, parse};
use crate::reading::{documents, known, text};

static MANIFEST: Manifest = Manifest::new(
    "apparmor",
    Subject::Host,
    "Which programs may make user namespaces where AppArmor keeps others from it.",
    SCHEMAS,
);

/// Reads the profiles of AppArmor.
pub const PROBE: &dyn Probe = &Apparmor;

struct Apparmor;

const SETTING: &str = "proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/// Where distributions and people set it: a root file system at rest has no other sign.
const FILES: [&str; 2] = ["etc/sysctl.d/*.conf", "usr/lib/sysctl.d/*.conf"];

fn setting() -> Need {
    Need::file_up_to(SETTING, 64)
}

/// The same questions as those of the probe `sysctl`.
fn file(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
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
        files.chain([setting()]).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let restricted = restriction(answers);
        if let Some(state @ (State::NotPermitted | State::Unknown(_))) = known(restricted.clone()) {
            return out.state(FactId::single("apparmor.userns"), state, Origin::file(SETTING));
        }
        if restricted != Outcome::Got(true) {
            return out.covered(
                CoverageState::Absent,
                "user namespaces are not restricted by AppArmor",
            );
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
