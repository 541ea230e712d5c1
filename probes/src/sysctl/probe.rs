//! What the probe asks, and what it makes of the answers.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Entries, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::redact::{self, REDACTED};
use parity_core::snapshot::CoverageState;

use super::{SCHEMAS, parse, skip};
use crate::reading::{self, base_name, by_precedence, document, documents, squeeze};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Sysctl;

struct Sysctl;

static MANIFEST: Manifest = Manifest::new(
    "sysctl",
    Subject::Host,
    "Kernel settings in effect, and those that configuration files set at boot.",
    SCHEMAS,
);

/// The settings in effect. `fs` is not walked: listing `fs/binfmt_misc` makes systemd mount it.
const RUNNING: [&str; 11] = [
    "proc/sys/fs/*",
    "proc/sys/fs/epoll/*",
    "proc/sys/fs/fanotify/*",
    "proc/sys/fs/fuse/*",
    "proc/sys/fs/inotify/*",
    "proc/sys/fs/mqueue/*",
    "proc/sys/fs/xfs/*",
    "proc/sys/kernel/**",
    "proc/sys/net/**",
    "proc/sys/user/max_user_*",
    "proc/sys/vm/**",
];

/// Directories of settings, the strongest first (sysctl.d(5)).
const DIRECTORIES: [&str; 5] = [
    "etc/sysctl.d/*.conf",
    "run/sysctl.d/*.conf",
    "usr/local/lib/sysctl.d/*.conf",
    "usr/lib/sysctl.d/*.conf",
    "lib/sysctl.d/*.conf",
];

/// Every interface of a host with hundreds of containers brings some hundred keys.
const MAX_KEYS: u32 = 200_000;

fn running(pattern: &str) -> Need {
    Need::Glob {
        pattern: pattern.to_owned(),
        take: Take::Content(64 << 10),
        max_entries: MAX_KEYS,
    }
}

fn directory(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(1 << 20))
}

fn main_file() -> Need {
    Need::file_up_to("etc/sysctl.conf", 1 << 20)
}

impl Probe for Sysctl {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let globs = RUNNING.into_iter().map(running);
        let files = DIRECTORIES.into_iter().map(directory);
        globs.chain(files).chain([main_file()]).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        in_effect(answers, out);
        persisted(answers, out);
    }
}

fn in_effect(answers: &Answers, out: &mut Observation<'_>) {
    let mut seen = false;
    for pattern in RUNNING {
        let found = reading::readable(answers.entries(&running(pattern)), pattern, &["sysctl"], out);
        if let Some(found) = found {
            seen |= !found.entries.is_empty();
            settings_below(found, out);
        }
    }
    if !seen {
        out.covered(CoverageState::NotApplicable, "no running kernel to ask");
        unset(answers, out);
    }
}

/// Keys whose setting at boot counts where it is missing too.
const DEFAULTS: [&str; 2] = ["net.ipv4.ip_forward", "net.ipv4.ip_unprivileged_port_start"];

/// Files tell what is set at boot where no kernel runs, and so what is not: told of the keys above, where no file was closed and none
/// speaks of them.
fn unset(answers: &Answers, out: &mut Observation<'_>) {
    let mut texts = Vec::new();
    for pattern in DIRECTORIES {
        match answers.entries(&directory(pattern)) {
            Outcome::Got(found) if found.skipped.is_empty() => {
                let contents = found.entries.iter().filter_map(|entry| entry.content.as_ref());
                for content in contents {
                    let Outcome::Got(blob) = content else { return };
                    texts.push(reading::text(&blob.0).into_owned());
                }
            }
            Outcome::Absent => {}
            _ => return,
        }
    }
    match answers.bytes(&main_file()) {
        Outcome::Got(bytes) => texts.push(reading::text(bytes).into_owned()),
        Outcome::Absent => {}
        _ => return,
    }
    let settings: Vec<_> = texts.iter().flat_map(|text| parse::settings(text)).collect();
    for key in DEFAULTS {
        let speaks = |named: &str| named == key || named.contains('*');
        if !settings.iter().any(|setting| speaks(&setting.key)) {
            let id = FactId::keyed("sysctl.persisted", key);
            out.state(id, State::Absent, Origin::file("etc/sysctl.d"));
        }
    }
}

fn settings_below(found: &Entries, out: &mut Observation<'_>) {
    for entry in &found.entries {
        let is_write_only = entry.mode & 0o444 == 0;
        let Some(key) =
            parse::key_of_path(&entry.path).filter(|key| !is_write_only && !skip::is_skipped(key))
        else {
            continue;
        };
        let Some(content) = &entry.content else {
            continue;
        };
        let state = match content.as_ref() {
            Outcome::Got(blob) => State::Value(squeeze(&reading::text(&blob.0)).into()),
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Absent | Outcome::NotApplicable => continue,
            Outcome::Failed(failure) => State::Unknown(failure.reason),
        };
        out.state(
            FactId::keyed("sysctl", key),
            state,
            Origin::file(entry.path.clone()),
        );
    }
    for skipped in &found.skipped {
        let Some(key) = parse::key_of_path(&skipped.path) else {
            continue;
        };
        let state = if reading::is_refusal(&skipped.reason) {
            State::NotPermitted
        } else {
            State::Unknown(skipped.reason.clone())
        };
        // A directory speaks for all below it.
        out.state(
            FactId::keyed("sysctl", format!("{key}.*")),
            state,
            Origin::file(skipped.path.clone()),
        );
    }
}

fn persisted(answers: &Answers, out: &mut Observation<'_>) {
    const FAMILY: &str = "sysctl.persisted";
    let found = DIRECTORIES.map(|pattern| documents(answers, &directory(pattern), &[FAMILY], out));
    let mut files = by_precedence(found.into());
    files.extend(document(answers, &main_file(), &[FAMILY], out));
    let mut effective: BTreeMap<String, (String, Origin)> = BTreeMap::new();
    for file in &files {
        for setting in parse::settings(&file.text) {
            if let Some(value) = setting.value {
                effective.insert(setting.key, (value, file.line(setting.line)));
            }
        }
    }
    for (key, (value, origin)) in effective {
        let name = base_name(&key).rsplit('.').next().unwrap_or_default();
        let hidden = name.ends_with("_key") || redact::is_secret_name(name);
        let value = if hidden { REDACTED.to_owned() } else { value };
        out.keyed(FAMILY, key, value, origin);
    }
}
