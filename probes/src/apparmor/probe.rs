use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::snapshot::CoverageState;

use super::{SCHEMAS, parse};
use crate::reading::{documents, text};

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
        let is_told = out.optional(answers.bytes(&setting()), SETTING).is_some();
        if !is_told
            && matches!(
                answers.bytes(&setting()),
                Outcome::NotPermitted | Outcome::Failed(_)
            )
        {
            return;
        }
        if !is_restricted(answers) {
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

fn is_restricted(answers: &Answers) -> bool {
    match answers.bytes(&setting()) {
        Outcome::Got(value) => text(value).trim() == "1",
        _ => FILES.iter().any(|pattern| {
            let found = answers.entries(&file(pattern));
            let entries = found
                .got()
                .map(|found| found.entries.as_slice())
                .unwrap_or_default();
            let texts = entries
                .iter()
                .filter_map(|entry| entry.content.as_ref().and_then(Outcome::got));
            texts
                .into_iter()
                .any(|blob| text(&blob.0).contains("apparmor_restrict_unprivileged_userns"))
        }),
    }
}
