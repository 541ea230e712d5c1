use std::collections::BTreeMap;

use parity_core::answer::{Answers, EntryKind, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::modules::{self, Module};
use super::table::{Found, Gone, Since, Use, needed, refused};
use super::{SCHEMAS, dovecot, exim, haproxy, sshd};
use crate::reading::text;
use crate::release::{all_files, at_most, is_for_its_makers};

static MANIFEST: Manifest = Manifest::new(
    "daemons",
    Subject::Release,
    "Which versions of HAProxy, Dovecot, Exim and OpenSSH the configuration in a release is for.",
    SCHEMAS,
);

/// Reads configuration of daemons that a release ships.
pub const PROBE: &dyn Probe = &Daemons;

struct Daemons;

const CAP: u64 = 1 << 20;
const MAX_FILES: usize = 200;

/// The version of what every version takes.
const ANY: &str = "0";

/// A daemon, how its files are told, and its tables.
struct Daemon {
    /// Name of the service.
    service: &'static str,
    is_file: fn(&str) -> bool,
    uses: fn(&str) -> Vec<Use>,
    new: &'static [Since],
    gone: &'static [Gone],
    /// What no table says, by path and lines.
    more: fn(&str, &[Use]) -> Found,
    /// What it says to a directive.
    error: fn(&str) -> String,
}

const DAEMONS: [Daemon; 4] = [
    Daemon {
        service: "dovecot",
        is_file: dovecot::is_file,
        uses: dovecot::uses,
        new: &dovecot::NEW,
        gone: &dovecot::GONE,
        more: dovecot::more,
        error: dovecot::error,
    },
    Daemon {
        service: "exim",
        is_file: exim::is_file,
        uses: exim::uses,
        new: &exim::NEW,
        gone: &exim::GONE,
        more: |_, uses| exim::more(uses),
        error: exim::error,
    },
    Daemon {
        service: "haproxy",
        is_file: haproxy::is_file,
        uses: haproxy::uses,
        new: &haproxy::NEW,
        gone: &haproxy::GONE,
        more: |_, uses| haproxy::more(uses),
        error: haproxy::error,
    },
    Daemon {
        service: "sshd",
        is_file: sshd::is_file,
        uses: sshd::uses,
        new: &sshd::NEW,
        gone: &sshd::GONE,
        more: |_, _| None,
        error: sshd::error,
    },
];

fn content(path: &str) -> Need {
    Need::file_up_to(path, CAP)
}

impl Probe for Daemons {
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
        let paths = files
            .map(|entry| entry.path.as_str())
            .filter(|path| !is_for_its_makers(path));
        let (main, paths): (Vec<&str>, Vec<&str>) = paths.partition(|path| modules::is_postfix(path));
        for path in at_most(main, MAX_FILES, "files of Postfix", out) {
            let need = content(path);
            if !answers.has(&need) {
                out.ask(need);
            } else if let Outcome::Got(bytes) = answers.bytes(&need) {
                load(out, path, "postfix", modules::of_postfix(&text(bytes)));
            }
        }
        let known = paths
            .into_iter()
            .filter_map(|path| Some((path, DAEMONS.iter().find(|daemon| (daemon.is_file)(path))?)))
            .collect();
        for (path, daemon) in at_most(known, MAX_FILES, "files of daemons", out) {
            let need = content(path);
            if answers.has(&need) {
                daemon.observe(out, path, answers.bytes(&need));
            } else {
                out.ask(need);
            }
        }
    }
}

impl Daemon {
    fn observe(&self, out: &mut Observation<'_>, path: &str, bytes: Outcome<&[u8]>) {
        let state = match bytes {
            Outcome::Got(bytes) => return self.tell(out, path, &text(bytes)),
            Outcome::NotPermitted => State::NotPermitted,
            Outcome::Failed(failure) => State::Unknown(failure.reason),
            Outcome::Absent | Outcome::NotApplicable => return,
        };
        let id = FactId::keyed("daemon-file.refused", path);
        out.state(id, state, Origin::file(path));
    }

    fn tell(&self, out: &mut Observation<'_>, path: &str, text: &str) {
        if self.service == "dovecot" {
            load(out, path, self.service, modules::of_dovecot(text));
        }
        let uses = (self.uses)(text);
        let key = |what: &str| format!("{path}:{}:{what}", self.service);
        let mut is_seen = false;
        let mut error = |out: &mut Observation<'_>, what: &str, line: u32| {
            is_seen = true;
            out.keyed(
                "daemon-file.error",
                key(what),
                (self.error)(what),
                Origin::line(path, line),
            );
        };
        for (what, (version, line)) in needed(&uses, self.new) {
            out.keyed("daemon-file.needs", key(&what), version, Origin::line(path, line));
            error(out, &what, line);
        }
        let more = (self.more)(path, &uses).map(|(gone, line)| (gone.phrase.to_owned(), (gone, line)));
        for (what, (gone, line)) in refused(&uses, self.gone).into_iter().chain(more) {
            out.keyed(
                "daemon-file.refused",
                key(&what),
                gone.version,
                Origin::line(path, line),
            );
            out.keyed(
                "daemon-file.instead",
                key(&what),
                gone.instead,
                Origin::line(path, line),
            );
            error(out, &what, line);
        }
        if !is_seen && !uses.is_empty() {
            out.keyed("daemon-file.needs", key("what it says"), ANY, Origin::file(path));
        }
    }
}

/// Tells what has to be loaded.
fn load(out: &mut Observation<'_>, path: &str, service: &str, modules: BTreeMap<String, Module>) {
    for (module, Module { by, package, line }) in modules {
        let key = format!("{path}:{service}:{module}");
        out.keyed("daemon-file.module", key.clone(), by, Origin::line(path, line));
        out.keyed("daemon-file.package", key, package, Origin::line(path, line));
    }
}
