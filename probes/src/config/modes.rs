//! Which configuration files there are, and who may read and write them.

use parity_core::answer::{Answers, EntryKind};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use crate::reading::{is_refusal, readable};

/// Patterns and the family of facts they give.
const PATTERNS: [(&str, &str); 18] = [
    ("config.mode", "etc/my.cnf.d/*.cnf"),
    ("config.mode", "etc/mysql/*.cnf"),
    ("config.mode", "etc/mysql/*/*.cnf"),
    ("config.mode", "etc/nginx/*.conf"),
    ("config.mode", "etc/nginx/conf.d/*"),
    ("config.mode", "etc/nginx/sites-available/*"),
    ("config.mode", "etc/postgresql/*/*/*.conf"),
    ("config.mode", "etc/redis/*.conf"),
    ("config.mode", "etc/ssh/sshd_config*"),
    ("config.mode", "etc/ssh/sshd_config.d/*"),
    ("config.mode", "etc/sudoer?"),
    ("cron.file", "etc/cron.d/*"),
    ("cron.file", "etc/cron.daily/*"),
    ("cron.file", "etc/cron.hourly/*"),
    ("cron.file", "etc/cron.monthly/*"),
    ("cron.file", "etc/cron.weekly/*"),
    ("cron.file", "etc/cronta?"),
    ("sudoers.file", "etc/sudoers.d/*"),
];

fn list(pattern: &str) -> Need {
    Need::glob(pattern, Take::Stat)
}

pub(super) fn needs() -> impl Iterator<Item = Need> {
    PATTERNS.into_iter().map(|(_, pattern)| list(pattern))
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    for (family, pattern) in PATTERNS {
        let Some(found) = readable(answers.entries(&list(pattern)), pattern, &[family], out) else {
            continue;
        };
        for entry in found.entries.iter().filter(|entry| entry.kind == EntryKind::File) {
            let mode = format!("{:04o}", entry.mode);
            out.keyed(family, &entry.path, mode, Origin::file(entry.path.clone()));
        }
        for skipped in &found.skipped {
            let state = if is_refusal(&skipped.reason) {
                State::NotPermitted
            } else {
                State::Unknown(skipped.reason.clone())
            };
            out.state(FactId::rest(family), state, Origin::file(skipped.path.clone()));
        }
    }
}
