//! What the probe asks, and what it makes of the answers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use parity_core::answer::Answers;
use parity_core::fact::{FactId, Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::redact;

use super::directive::Directive;
use super::effective::Settings;
use super::software::{Software, file, files};
use super::{SCHEMAS, modes, postgresql, shown, sshd};
use crate::reading::{Document, document, documents, text};

/// The probe, for the registry.
pub const PROBE: &dyn Probe = &Config;

struct Config;

static MANIFEST: Manifest = Manifest::new(
    "config",
    Subject::Host,
    "Configuration of nginx, PostgreSQL, Redis, MySQL and sshd by directive, and the modes of such files.",
    SCHEMAS,
);

/// As many files as one program may include.
const MAX_FILES: usize = 2000;

fn host_rules() -> [Need; 4] {
    [
        files("etc/postgresql/*/*/pg_hba.conf"),
        files("var/lib/pgsql/*/data/pg_hba.conf"),
        file("var/lib/pgsql/data/pg_hba.conf"),
        file("var/lib/postgresql/data/pg_hba.conf"),
    ]
}

impl Probe for Config {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        let software = Software::ALL
            .into_iter()
            .flat_map(|s| [s.main_files(), s.usual_includes()].concat());
        software.chain(host_rules()).chain(modes::needs()).collect()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        for software in Software::ALL {
            let mut reader = Reader {
                software,
                answers,
                seen: BTreeSet::new(),
                effective: sshd::Effective::new(),
                settings: Settings::of(software),
            };
            for need in software.main_files() {
                reader.include(&need, true, false, out);
            }
            reader.settings.tell(out);
            for (keyword, (state, origin)) in reader.effective {
                out.state(FactId::keyed("sshd", keyword), state, origin);
            }
        }
        for need in host_rules() {
            for rules in read(answers, &need, &["config.postgresql-hba"], out) {
                let list = Value::List(postgresql::rules(&rules.text));
                out.keyed(
                    "config.postgresql-hba",
                    rules.path.clone(),
                    list,
                    Origin::file(rules.path),
                );
            }
        }
        modes::observe(answers, out);
    }
}

/// Follows the includes of one program in the order in which it reads them.
struct Reader<'a> {
    software: Software,
    answers: &'a Answers,
    seen: BTreeSet<String>,
    /// For sshd: what is in effect outside of `Match`.
    effective: sshd::Effective,
    settings: Settings,
}

impl Reader<'_> {
    fn include(&mut self, need: &Need, is_main: bool, in_block: bool, out: &mut Observation<'_>) {
        if !self.answers.has(need) {
            out.ask(need.clone());
            return;
        }
        for file in read(self.answers, need, self.software.families(), out) {
            if !self.seen.insert(file.path.to_string()) {
                continue;
            }
            if self.seen.len() > MAX_FILES {
                out.malformed(
                    self.software.family(),
                    format!("more than {MAX_FILES} included files"),
                );
                return;
            }
            if is_main {
                self.settings.begin();
            }
            match self.software.parse(&file.text) {
                Ok(directives) => self.tell(&file, &directives, in_block, out),
                Err(error) => out.malformed(&format!("/{}:{}", file.path, error.line), error.message),
            }
        }
    }

    fn tell(
        &mut self,
        file: &Document<'_>,
        directives: &[Directive],
        in_block: bool,
        out: &mut Observation<'_>,
    ) {
        for directive in directives {
            let key = format!("{}:{}", file.path, directive.path.join("/"));
            let value = shown::value(self.software, directive);
            let origin = file.line(directive.line);
            let id = FactId::keyed(self.software.family(), key);
            let state = shown::state(directive, &value);
            self.settings.take(directive, &state, &origin);
            out.state(id, state, origin.clone());
            let in_block = in_block || directive.path.len() > 1;
            for need in self.software.includes(directive, &file.path) {
                self.include(&need, false, in_block, out);
            }
            if self.software == Software::Sshd && !in_block && directive.name() != "include" {
                sshd::take_effect(&mut self.effective, directive, &value, origin);
            }
        }
    }
}

/// The files of a need, without the secrets that may stand outside of `/etc` too.
fn read<'a>(
    answers: &'a Answers,
    need: &Need,
    families: &[&'static str],
    out: &mut Observation<'_>,
) -> Vec<Document<'a>> {
    let mut found = match need {
        Need::File { .. } => document(answers, need, families, out).into_iter().collect(),
        _ => documents(answers, need, families, out),
    };
    for file in &mut found {
        let scrubbed = redact::scrub(file.text.as_bytes().to_vec());
        file.text = Cow::Owned(text(&scrubbed).into_owned());
    }
    found
}
