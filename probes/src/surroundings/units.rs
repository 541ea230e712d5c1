//! Services that an administrator wrote: their variables and limits, beside those of logins.

use std::collections::{BTreeMap, BTreeSet};

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::{FactId, Origin, State, Value};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;
use parity_core::redact;

use crate::limits::parse as limits;
use crate::locale::parse::variables;
use crate::reading::{base_name, by_precedence, documents, known, text};
use crate::systemd::parse::{assignments, words};

const CAP: u32 = 1 << 20;

/// As many files of variables are read.
const MAX_FILES: usize = 256;

/// The soft limit of a service that sets none (systemd-system.conf(5)).
const DEFAULT_NOFILE: i64 = 1024;

fn files(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(CAP))
}

fn file(path: &str) -> Need {
    Need::file_up_to(path, CAP.into()).variables()
}

fn login(pattern: &str) -> Need {
    files(pattern).variables()
}

fn services() -> Need {
    files("etc/systemd/system/*.service")
}

fn drop_ins() -> Need {
    files("etc/systemd/system/*.service.d/*.conf")
}

fn manager() -> [Need; 2] {
    [
        files("etc/systemd/system.conf"),
        files("etc/systemd/system.conf.d/*.conf"),
    ]
}

fn login_limits() -> [Need; 2] {
    [
        files("etc/security/limits.conf"),
        files("etc/security/limits.d/*.conf"),
    ]
}

/// Files that logins and their shells read.
const LOGIN_FILES: [&str; 10] = [
    "etc/environment",
    "etc/profile",
    "etc/bash.bashrc",
    "etc/bashrc",
    "etc/profile.d/*.sh",
    "home/*/.bashrc",
    "home/*/.profile",
    "home/*/.bash_profile",
    "root/.bashrc",
    "root/.profile",
];

pub(super) fn needs() -> Vec<Need> {
    let fixed = [services(), drop_ins()].into_iter();
    fixed
        .chain(manager())
        .chain(login_limits())
        .chain(LOGIN_FILES.map(login))
        .collect()
}

#[derive(Debug, Default)]
pub(super) struct Service {
    pub(super) user: Option<String>,
    pub(super) is_dynamic: bool,
    pub(super) nofile: Option<i64>,
    pub(super) raises_itself: bool,
    pub(super) names: BTreeSet<String>,
    pub(super) files: Vec<(String, bool)>,
    pub(super) commands: Vec<String>,
}

/// Words in the command line of a service that tell who runs the program.
const RUNNERS: [(&str, &[&str]); 5] = [
    ("docker", &["docker", "podman"]),
    ("java", &["java"]),
    (
        "node",
        &["bun", "node", "nodejs", "npm", "npx", "pm2", "pnpm", "yarn"],
    ),
    (
        "python",
        &[
            "python",
            "gunicorn",
            "uwsgi",
            "uvicorn",
            "celery",
            "daphne",
            "hypercorn",
            "flask",
        ],
    ),
    (
        "ruby",
        &[
            "ruby",
            "bundle",
            "puma",
            "unicorn",
            "sidekiq",
            "rails",
            "passenger",
            "thin",
            "rackup",
            "rake",
        ],
    ),
];

/// A program of the administrator's own: what it is written in is not known.
const OWN_PLACES: [&str; 5] = ["/opt/", "/srv/", "/home/", "/usr/local/", "/var/"];

impl Service {
    /// Adds a file (systemd.exec(5)).
    pub(super) fn apply(&mut self, text: &str) {
        for assignment in assignments(text) {
            let value = assignment.value.as_str();
            match assignment.name.as_str() {
                "User" => self.user = (!value.is_empty()).then(|| value.to_owned()),
                "DynamicUser" => self.is_dynamic = matches!(value, "yes" | "true" | "1" | "on"),
                "LimitNOFILE" => self.nofile = soft(value),
                "Environment" if value.is_empty() => self.names.clear(),
                "Environment" | "DefaultEnvironment" => {
                    let words = words(value);
                    let named = words.iter().filter_map(|word| word.split_once('='));
                    self.names.extend(named.map(|(name, _)| name.to_owned()));
                }
                // Programs read a `.env` there themselves.
                "WorkingDirectory" if value.starts_with('/') && !value.contains(['%', '*', '?', '[']) => {
                    let directory = value.trim_matches('/');
                    self.files.push((format!("{directory}/.env"), true));
                }
                "PassEnvironment" => self.names.extend(words(value)),
                "EnvironmentFile" if value.is_empty() => self.files.clear(),
                "EnvironmentFile" => {
                    let path = value.trim_start_matches('-').trim_matches(['"', '\'']);
                    self.files
                        .push((path.trim_start_matches('/').to_owned(), value.starts_with('-')));
                }
                "ExecStart" | "ExecStartPre" => {
                    self.commands.push(value.to_owned());
                    self.raises_itself |= value.contains("ulimit ") || value.contains("prlimit ");
                    // `env NAME=value program`, and the like in a shell.
                    let set = value.split_whitespace().filter_map(|word| word.split_once('='));
                    let is_name = |name: &&str| {
                        name.chars()
                            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                    };
                    self.names
                        .extend(set.map(|(name, _)| name).filter(is_name).map(str::to_owned));
                }
                "DefaultLimitNOFILE" => self.nofile = soft(value),
                _ => {}
            }
        }
    }
}

impl Service {
    /// Whether it may run a program in this language: it says so, or runs a program of its own that does not tell.
    fn may_run(&self, runner: &str) -> bool {
        self.commands.iter().any(|command| {
            let is_own = OWN_PLACES.iter().any(|place| command.contains(place));
            let runs = RUNNERS
                .iter()
                .filter(|(_, words)| words.iter().any(|word| starts(command, word)))
                .map(|(name, _)| *name);
            let runs: Vec<&str> = runs.collect();
            runs.contains(&runner) || (runs.is_empty() && runner != "docker" && is_own)
        })
    }
}

/// Whether a word of a command line is a program of this name, maybe with its version: `python3.11`, `docker-compose`.
fn starts(command: &str, program: &str) -> bool {
    let words = command.split([' ', '\t', '"', '\'', ';']).map(base_name);
    let mut rest = words.filter_map(|word| word.strip_prefix(program));
    rest.any(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// Who runs programs that take variables.
const LANGUAGES: [&str; 6] = ["docker", "java", "node", "program", "python", "ruby"];

/// The soft one of `LIMIT` or `SOFT:HARD`.
fn soft(value: &str) -> Option<i64> {
    let first = value.split(':').next()?.trim();
    match first {
        "infinity" => Some(i64::MAX),
        number => number.parse().ok(),
    }
}

pub(super) fn observe(answers: &Answers, out: &mut Observation<'_>) {
    logins(answers, out);
    let mut units: BTreeMap<String, Service> = BTreeMap::new();
    let Some(found) = out.optional(answers.entries(&services()), "services of an administrator") else {
        return;
    };
    // A link is a name for what a package brought.
    for entry in found.entries.iter().filter(|entry| entry.link.is_none()) {
        match &entry.content {
            Some(Outcome::Got(blob)) => {
                let mut service = Service::default();
                service.apply(&text(&blob.0));
                units.insert(base_name(&entry.path).to_owned(), service);
            }
            Some(Outcome::NotPermitted) => return unknown(out, State::NotPermitted, &entry.path),
            _ => {}
        }
    }
    if units.is_empty() {
        return;
    }
    let mut others = Service::default();
    for file in documents(answers, &drop_ins(), &["environment.services"], out) {
        let unit = file
            .path
            .rsplit('/')
            .nth(1)
            .and_then(|parent| parent.strip_suffix(".d"));
        match unit.and_then(|unit| units.get_mut(unit)) {
            Some(service) => service.apply(&file.text),
            None => others.apply(&file.text),
        }
    }
    let mut defaults = Service::default();
    for need in manager() {
        for file in documents(answers, &need, &["environment.services"], out) {
            defaults.apply(&file.text);
        }
    }
    if read_files(answers, &mut units, &mut others, out) {
        limited(answers, &units, &defaults, out);
        proxied(&units, out);
        let all = units
            .values()
            .chain([&defaults, &others])
            .flat_map(|service| service.names.iter());
        let names: BTreeSet<&String> = all.collect();
        for runner in LANGUAGES {
            if units.values().any(|service| service.may_run(runner)) {
                let names = Value::set(names.iter().copied());
                out.keyed(
                    "environment.services",
                    runner,
                    names,
                    Origin::file("etc/systemd/system"),
                );
            }
        }
    }
}

/// Adds the names in files of variables. False while they are asked for, and where they cannot be read.
fn read_files(
    answers: &Answers,
    units: &mut BTreeMap<String, Service>,
    others: &mut Service,
    out: &mut Observation<'_>,
) -> bool {
    let mut is_whole = true;
    let mut count = 0;
    for service in units.values_mut().chain([others]) {
        for (path, _) in std::mem::take(&mut service.files) {
            count += 1;
            // What is not known to hold variables would not lose its values.
            let is_followed = redact::holds_environment(&path) && !path.contains(['%', '*', '?', '[']);
            if !is_followed || count > MAX_FILES {
                unknown(
                    out,
                    State::Unknown(format!(
                        "/{path} is not read: only a name such as environment or app.env tells that a file holds variables"
                    )),
                    &path,
                );
                is_whole = false;
                continue;
            }
            let need = file(&path);
            if !answers.has(&need) {
                out.ask(need);
                is_whole = false;
                continue;
            }
            match answers.bytes(&need) {
                Outcome::Got(bytes) => {
                    let set = variables(&text(bytes)).into_iter().map(|variable| variable.name);
                    service.names.extend(set);
                }
                Outcome::Absent | Outcome::NotApplicable => {}
                Outcome::NotPermitted => {
                    unknown(out, State::NotPermitted, &path);
                    is_whole = false;
                }
                Outcome::Failed(failure) => {
                    unknown(out, State::Unknown(failure.reason), &path);
                    is_whole = false;
                }
            }
        }
    }
    is_whole
}

fn unknown(out: &mut Observation<'_>, state: State, path: &str) {
    out.state(
        FactId::rest("environment.services"),
        state,
        Origin::file(path.to_owned()),
    );
}

fn limited(
    answers: &Answers,
    units: &BTreeMap<String, Service>,
    defaults: &Service,
    out: &mut Observation<'_>,
) {
    let mut logins: BTreeMap<String, (String, Origin)> = BTreeMap::new();
    let [main, directory] = login_limits();
    let mut files = documents(answers, &main, &["unit.login-nofile"], out);
    files.extend(by_precedence(vec![documents(
        answers,
        &directory,
        &["unit.login-nofile"],
        out,
    )]));
    for file in &files {
        for limit in limits::limits(&file.text) {
            logins.insert(limit.key, (limit.value, file.line(limit.line)));
        }
    }
    for (name, service) in units {
        let has = service.nofile.or(defaults.nofile).unwrap_or(DEFAULT_NOFILE);
        out.keyed(
            "unit.soft-nofile",
            name,
            has,
            Origin::file(format!("etc/systemd/system/{name}")),
        );
        let user = service.user.as_deref().unwrap_or("root");
        let of = |domain: &str| logins.get(&format!("{domain}/soft/nofile"));
        // The limits of `*` are not for root (limits.conf(5)).
        let login = of(user).or_else(|| of("*").filter(|_| user != "root"));
        let Some((value, origin)) = login.filter(|_| service.nofile.is_none() && !service.raises_itself)
        else {
            continue;
        };
        let is_more = value == "unlimited" || value.parse::<i64>().is_ok_and(|value| value > has);
        if is_more && !service.is_dynamic {
            out.keyed("unit.login-nofile", name, value.as_str(), origin.clone());
        }
    }
}

fn proxied(units: &BTreeMap<String, Service>, out: &mut Observation<'_>) {
    for (name, service) in units {
        let is = |names: &[&str]| {
            let found = service.names.iter();
            found
                .filter(|name| names.contains(&name.to_ascii_lowercase().as_str()))
                .cloned()
                .collect::<Vec<_>>()
        };
        let proxies = is(&["http_proxy", "https_proxy", "all_proxy"]);
        if !proxies.is_empty() && is(&["no_proxy"]).is_empty() {
            let origin = Origin::file(format!("etc/systemd/system/{name}"));
            out.keyed("unit.proxied", name, Value::set(proxies), origin);
        }
    }
}

fn logins(answers: &Answers, out: &mut Observation<'_>) {
    let mut names = BTreeSet::new();
    let mut unread = None;
    for pattern in LOGIN_FILES {
        let found = match answers.entries(&login(pattern)) {
            Outcome::Got(found) => found,
            Outcome::Absent | Outcome::NotApplicable => continue,
            closed => {
                unread = unread.or(known(closed.map(|_| Value::set(Vec::<String>::new()))));
                continue;
            }
        };
        for entry in &found.entries {
            if let Some(Outcome::Got(blob)) = &entry.content {
                let set = variables(&text(&blob.0))
                    .into_iter()
                    .map(|variable| variable.name);
                names.extend(set);
            }
        }
    }
    // What was seen is certain, however much was not.
    let state = match unread {
        Some(state) if names.is_empty() => state,
        _ => State::Value(Value::set(names)),
    };
    let id = FactId::single("environment.logins");
    out.state(id, state, Origin::file("etc/environment"));
}
