//! What the databases that a compose file starts are set to: by option files of the project that are mounted, and by their command,
//! which counts more.

use std::collections::BTreeMap;

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;

use super::document::Service;
use crate::config::effective::{MYSQL, POSTGRESQL, is_of_server};
use crate::config::ini;
use crate::reading::text;

/// Settings by name.
pub(super) type Set = BTreeMap<String, State>;

const CAP: u32 = 1 << 20;

/// The settings of a service of this name, and the family of their facts; nothing for what is no database.
pub(super) fn settings(
    known: &str,
    service: &Service,
    answers: &Answers,
    out: &mut Observation<'_>,
) -> Option<(&'static str, Set)> {
    match known {
        "mysql" | "mariadb" => {
            let mut set = mounted(service, answers, out);
            set.extend(of_command(&service.command, &MYSQL));
            Some(("mysql.setting", set))
        }
        "postgresql" => Some(("postgresql.setting", of_command(&service.command, &POSTGRESQL))),
        _ => None,
    }
}

/// `--name=value`, `--name value` and `-c name=value`.
fn of_command(words: &[String], known: &[&str]) -> Set {
    let mut set = Set::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let is_option = word.starts_with("--");
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None if is_option => (
                word.as_str(),
                words
                    .peek()
                    .filter(|next| !next.starts_with('-'))
                    .map(|next| next.as_str()),
            ),
            None => continue,
        };
        let name = name.trim_start_matches('-').replace('-', "_");
        if known.contains(&name.as_str()) {
            set.insert(
                name,
                State::Value(value.unwrap_or_default().trim_matches(['"', '\'']).into()),
            );
        }
    }
    set
}

/// What option files of the project say that lie where the server reads them.
fn mounted(service: &Service, answers: &Answers, out: &mut Observation<'_>) -> Set {
    let mut set = Set::new();
    let is_read = |target: &str| target.starts_with("/etc/mysql") || target.starts_with("/etc/my.cnf");
    for (_, source) in service.mounts.iter().filter(|(target, _)| is_read(target)) {
        if source.ends_with(".cnf") {
            let need = Need::file_up_to(source.as_str(), u64::from(CAP));
            if answers.has(&need) {
                take(answers.bytes(&need), &mut set);
            } else {
                out.ask(need);
            }
            continue;
        }
        let need = Need::glob(format!("{source}/**"), Take::Content(CAP));
        if !answers.has(&need) {
            out.ask(need);
            continue;
        }
        let Some(found) = out.optional(answers.entries(&need), source) else {
            continue;
        };
        for entry in found.entries.iter().filter(|entry| entry.path.ends_with(".cnf")) {
            if let Some(content) = &entry.content {
                take(content.as_ref().map(|blob| blob.0.as_slice()), &mut set);
            }
        }
    }
    set
}

fn take(bytes: Outcome<&[u8]>, set: &mut Set) {
    match bytes {
        Outcome::Got(bytes) => {
            let Ok(directives) = ini::directives(&text(bytes)) else {
                return unknown(set, "an option file that is mounted is not well-formed");
            };
            for directive in directives.iter().filter(|directive| is_of_server(directive)) {
                if MYSQL.contains(&directive.name()) {
                    let value = directive.arguments.join(" ");
                    set.insert(directive.name().to_owned(), State::Value(value.into()));
                }
            }
        }
        Outcome::Absent | Outcome::NotApplicable => {}
        Outcome::NotPermitted => unknown(set, "an option file that is mounted may not be read"),
        Outcome::Failed(failure) => unknown(set, &failure.reason),
    }
}

fn unknown(set: &mut Set, reason: &str) {
    for name in MYSQL {
        set.insert(name.to_owned(), State::Unknown(reason.to_owned()));
    }
}

/// Tells the settings. Where several servers of a kind are started and differ, which one counts is not known.
pub(super) fn tell(found: &[(&'static str, Set, Origin)], out: &mut Observation<'_>) {
    for (family, names) in [
        ("mysql.setting", &MYSQL[..]),
        ("postgresql.setting", &POSTGRESQL[..]),
    ] {
        let servers: Vec<_> = found.iter().filter(|(of, ..)| *of == family).collect();
        for name in names {
            let Some((_, first, _)) = servers.first() else {
                continue;
            };
            let is_same = servers
                .iter()
                .all(|(_, set, _)| set.get(*name) == first.get(*name));
            let said = servers
                .iter()
                .find_map(|(_, set, origin)| Some((set.get(*name)?, origin)));
            let Some((state, origin)) = said else { continue };
            let state = if is_same {
                state.clone()
            } else {
                State::Unknown("the servers of the compose file differ".to_owned())
            };
            out.state(FactId::keyed(family, *name), state, origin.clone());
        }
    }
}
