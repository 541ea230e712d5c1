//! What a unit forbids its own program (systemd.exec(5)), and what it needs to be there before that starts.

use std::collections::{BTreeMap, BTreeSet};

use crate::systemd::parse::{Assignment, assignments, words};

/// What follows for one unit; each with its line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Confined {
    /// By directive and the first version of systemd that has it: what it forbids.
    pub(super) forbids: BTreeMap<(String, u32), (String, u32)>,
    /// By directory and name: the assignment that needs it.
    pub(super) paths: BTreeMap<(String, String), (String, u32)>,
    /// TCP ports below 1024 that it may not listen on unless the kernel lets everybody.
    pub(super) low_ports: BTreeMap<u16, u32>,
    /// Programs below home directories.
    pub(super) home_programs: BTreeMap<String, u32>,
    /// Who runs containers without root.
    pub(super) rootless: Option<(String, u32)>,
    /// By directive: what only a shell would understand.
    pub(super) shell: BTreeMap<String, (String, u32)>,
}

/// Programs that compile while they run, and those that start one of them.
const COMPILING: [&str; 18] = [
    "bun",
    "chromium",
    "deno",
    "dotnet",
    "electron",
    "google-chrome",
    "java",
    "julia",
    "luajit",
    "mono",
    "next",
    "node",
    "nodejs",
    "npm",
    "npx",
    "pnpm",
    "pwsh",
    "yarn",
];

/// Programs that become another user.
const RISING: [&str; 6] = ["doas", "newgrp", "pkexec", "su", "sudo", "sudoedit"];

/// Directives that switch NoNewPrivileges on for a service that is not root's.
#[rustfmt::skip]
const IMPLYING: [&str; 9] = [
    "LockPersonality", "MemoryDenyWriteExecute", "PrivateDevices", "ProtectKernelModules", "ProtectKernelTunables", "RestrictAddressFamilies",
    "RestrictNamespaces", "RestrictRealtime", "SystemCallFilter",
];

/// Words in the names of options and variables whose files are written.
const WRITTEN: [&str; 17] = [
    "access-log",
    "access-logfile",
    "cache",
    "data",
    "database",
    "db",
    "dbpath",
    "error-log",
    "logfile",
    "log",
    "logs",
    "pid",
    "pidfile",
    "spool",
    "state",
    "storage",
    "upload",
];

/// Where accounts have their home directories.
const HOMES: [&str; 2] = ["/home", "/root"];

/// Where a unit's own directories lie.
pub(super) const OWN: [(&str, &str); 5] = [
    ("CacheDirectory", "/var/cache"),
    ("ConfigurationDirectory", "/etc"),
    ("LogsDirectory", "/var/log"),
    ("RuntimeDirectory", "/run"),
    ("StateDirectory", "/var/lib"),
];

/// A unit, looked at as a whole.
pub(super) struct Unit<'a>(&'a [Assignment]);

impl<'a> Unit<'a> {
    pub(super) fn of(assignments: &'a [Assignment]) -> Self {
        Unit(assignments)
    }

    /// The values of a directive; an empty one takes back those before it.
    pub(super) fn all(&self, name: &str) -> Vec<&Assignment> {
        let mut found = Vec::new();
        for assignment in self
            .0
            .iter()
            .filter(|it| it.name == name && it.section == "Service")
        {
            match assignment.value.is_empty() {
                true => found.clear(),
                false => found.push(assignment),
            }
        }
        found
    }

    pub(super) fn last(&self, name: &str) -> Option<&Assignment> {
        self.all(name).pop()
    }

    fn is_on(&self, name: &str) -> Option<&Assignment> {
        self.last(name)
            .filter(|it| matches!(it.value.as_str(), "1" | "yes" | "y" | "true" | "t" | "on"))
    }

    fn is_root(&self) -> bool {
        let user = self.last("User").map_or("root", |user| user.value.as_str());
        matches!(user, "root" | "0") && self.is_on("DynamicUser").is_none()
    }

    /// Paths that are written in spite of everything.
    fn left_open(&self) -> BTreeSet<String> {
        let named = [
            "BindPaths",
            "BindReadOnlyPaths",
            "ReadOnlyPaths",
            "ReadWriteDirectories",
            "ReadWritePaths",
            "TemporaryFileSystem",
        ];
        let listed = named
            .iter()
            .flat_map(|name| self.all(name))
            .flat_map(|it| words(&it.value));
        let mut open: BTreeSet<String> = listed
            .flat_map(|word| word.split(':').map(str::to_owned).collect::<Vec<_>>())
            .map(|path| {
                path.trim_start_matches(['-', '+'])
                    .trim_end_matches('/')
                    .to_owned()
            })
            .filter(|path| path.starts_with('/'))
            .collect();
        for (directive, directory) in OWN {
            for word in self.all(directive).iter().flat_map(|it| words(&it.value)) {
                let name = word.split(':').next().unwrap_or(&word).to_owned();
                open.insert(format!("{directory}/{name}"));
                open.insert(format!("/var{directory}/{name}"));
            }
        }
        if self.is_on("PrivateTmp").is_some() {
            open.extend(["/tmp", "/var/tmp"].map(str::to_owned));
        }
        open
    }

    /// The command lines that are started, as words, with their lines.
    pub(super) fn commands(&self) -> Vec<(Vec<String>, u32)> {
        let lines = self
            .all("ExecStart")
            .into_iter()
            .map(|it| (words(&it.value), it.line));
        lines.filter(|(words, _)| !words.is_empty()).collect()
    }

    /// `NAME=value` of the environment, with the line.
    pub(super) fn environment(&self) -> Vec<(String, String, u32)> {
        let set = self.all("Environment").into_iter();
        let pairs = set.flat_map(|it| words(&it.value).into_iter().map(move |word| (word, it.line)));
        pairs
            .filter_map(|(word, line)| {
                word.split_once('=')
                    .map(|(name, value)| (name.to_owned(), value.to_owned(), line))
            })
            .collect()
    }
}

pub(super) fn program(words: &[String]) -> &str {
    words
        .first()
        .map_or("", |word| word.trim_start_matches(['@', '-', ':', '+', '!', '|']))
}

pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub(super) fn is_below(path: &str, directory: &str) -> bool {
    path == directory
        || path
            .strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Reads a unit. `script` gives the beginning of a file of the release by its base name; `speaks_of` tells whether another file of the
/// release names a path; `asks` which file of the release lists network interfaces, where a command may run it.
pub(super) fn confined<'a>(
    text: &str,
    script: impl Fn(&str) -> Option<&'a str>,
    speaks_of: impl Fn(&str) -> bool,
    asks: impl Fn(&[String]) -> Option<String>,
) -> Confined {
    let all = assignments(text);
    let unit = Unit::of(&all);
    let mut found = Confined::default();
    let commands = unit.commands();
    for (words, line) in &commands {
        let path = program(words);
        if HOMES.iter().any(|home| path != *home && is_below(path, home)) {
            found.home_programs.insert(path.to_owned(), *line);
        }
    }
    compiling(&unit, &commands, &script, &mut found);
    rising(&unit, &commands, &script, &mut found);
    hidden(&unit, &commands, &mut found);
    read_only(&unit, &commands, &mut found);
    low_ports(&unit, &commands, &script, &mut found);
    shared(&unit, &commands, &speaks_of, &mut found);
    super::families::kept_from(&unit, &commands, asks, &mut found);
    super::paths::needed(&unit, &commands, &speaks_of, &mut found);
    found.rootless = super::rootless::account(&unit, &commands);
    found.shell = super::shell::meant_for_a_shell(&all);
    found
}

pub(super) type Commands = [(Vec<String>, u32)];

/// The programs that a command starts: itself, and where it is a script of the release, its interpreter.
fn started<'a>(words: &[String], script: &impl Fn(&str) -> Option<&'a str>) -> Vec<String> {
    let path = program(words);
    let mut names = vec![base(path).to_owned()];
    let first = script(base(path)).and_then(|text| text.lines().next()?.strip_prefix("#!"));
    names.extend(
        first
            .into_iter()
            .flat_map(|line| line.split_whitespace())
            .map(|word| base(word).to_owned()),
    );
    if base(path) == "env" {
        names.extend(words.get(1).map(|word| base(word).to_owned()));
    }
    names
}

fn compiling<'a>(
    unit: &Unit<'_>,
    commands: &Commands,
    script: &impl Fn(&str) -> Option<&'a str>,
    found: &mut Confined,
) {
    let Some(directive) = unit.is_on("MemoryDenyWriteExecute") else {
        return;
    };
    let is_interpreted = |words: &[String]| {
        words
            .iter()
            .any(|word| matches!(word.as_str(), "--jitless" | "-Xint"))
    };
    for (words, _) in commands.iter().filter(|(words, _)| !is_interpreted(words)) {
        if let Some(name) = started(words, script)
            .into_iter()
            .find(|name| COMPILING.contains(&name.as_str()))
        {
            let key = ("MemoryDenyWriteExecute".to_owned(), 231);
            let what = format!("memory that {name} writes machine code into and runs");
            found.forbids.entry(key).or_insert((what, directive.line));
        }
    }
}

fn rising<'a>(
    unit: &Unit<'_>,
    commands: &Commands,
    script: &impl Fn(&str) -> Option<&'a str>,
    found: &mut Confined,
) {
    let implied = || {
        IMPLYING
            .iter()
            .find_map(|name| unit.last(name))
            .filter(|it| !matches!(it.value.as_str(), "no" | "false" | "0"))
    };
    let directive = unit
        .is_on("NoNewPrivileges")
        .or_else(|| unit.is_on("DynamicUser"))
        .or_else(|| implied().filter(|_| !unit.is_root() && unit.last("NoNewPrivileges").is_none()));
    let Some(directive) = directive.filter(|_| !unit.is_root()) else {
        return;
    };
    for (words, _) in commands {
        let own = RISING.iter().find(|name| **name == base(program(words)));
        let lines = script(base(program(words)))
            .filter(|text| text.starts_with("#!"))
            .unwrap_or_default();
        let called = lines
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .find_map(|line| {
                let first = line
                    .split(['|', ';', '&', '('])
                    .filter_map(|part| part.split_whitespace().next());
                first
                    .into_iter()
                    .find_map(|word| RISING.iter().find(|name| **name == base(word)))
            });
        if let Some(name) = own.or(called) {
            let what = format!(
                "{name}, which {} calls, to become another user",
                base(program(words))
            );
            found
                .forbids
                .entry((directive.name.clone(), 187))
                .or_insert((what, directive.line));
        }
    }
}

fn hidden(unit: &Unit<'_>, commands: &Commands, found: &mut Confined) {
    let Some(directive) = unit.last("ProtectHome") else {
        return;
    };
    if !matches!(
        directive.value.as_str(),
        "1" | "yes" | "y" | "true" | "t" | "on" | "tmpfs"
    ) {
        return;
    }
    let open = unit.left_open();
    let programs = commands.iter().flat_map(|(words, _)| {
        words
            .iter()
            .map(|word| word.trim_start_matches(['@', '-', ':', '+', '!', '|']))
    });
    let directory = unit.last("WorkingDirectory").map(|it| it.value.as_str());
    let mut needed = programs.chain(directory);
    let is_hidden = |path: &&str| {
        let places = HOMES.iter().chain(&["/run/user"]);
        let is_inside = places
            .into_iter()
            .any(|place| path != place && is_below(path, place));
        is_inside || *path == "~"
    };
    if let Some(path) = needed.find(|path| is_hidden(path) && !open.iter().any(|it| is_below(path, it))) {
        let name = format!("ProtectHome={}", directive.value);
        found.forbids.insert(
            (name, 214),
            (format!("the service to see {path}"), directive.line),
        );
    }
}

fn read_only(unit: &Unit<'_>, commands: &Commands, found: &mut Confined) {
    let Some(directive) = unit.last("ProtectSystem") else {
        return;
    };
    let (closed, since): (&[&str], u32) = match directive.value.as_str() {
        "strict" => (&[""], 232),
        "full" => (&["/usr", "/boot", "/efi", "/etc"], 214),
        "no" | "false" | "0" | "off" => return,
        _ => (&["/usr", "/boot", "/efi"], 214),
    };
    let open = unit.left_open();
    let is_closed = |path: &str| {
        let is_special = ["/dev", "/proc", "/sys"]
            .iter()
            .any(|place| is_below(path, place));
        !is_special
            && closed.iter().any(|place| is_below(path, place))
            && !open.iter().any(|it| is_below(path, it))
    };
    let mut written: Vec<(String, u32)> = Vec::new();
    for (words, line) in commands {
        for (at, word) in words.iter().enumerate().skip(1) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), words.get(at + 1).map(String::as_str)),
            };
            if name.starts_with("--") && is_written(name) {
                written.extend(value.and_then(path_in).map(|path| (path.to_owned(), *line)));
            }
        }
    }
    for (name, value, line) in unit.environment() {
        if is_written(&name) {
            written.extend(path_in(&value).map(|path| (path.to_owned(), line)));
        }
    }
    if unit.last("Type").is_some_and(|it| it.value == "forking") {
        written.extend(unit.last("PIDFile").map(|it| (it.value.clone(), it.line)));
    }
    if let Some((path, _)) = written.into_iter().find(|(path, _)| is_closed(path)) {
        let name = format!("ProtectSystem={}", directive.value);
        found
            .forbids
            .insert((name, since), (format!("to write {path}"), directive.line));
    }
}

fn is_written(name: &str) -> bool {
    let lower = name
        .trim_start_matches('-')
        .to_ascii_lowercase()
        .replace('_', "-");
    let is_level = ["level", "format", "host", "port", "user", "name", "type"]
        .iter()
        .any(|word| lower.contains(word));
    !is_level
        && lower
            .split('-')
            .chain([lower.as_str()])
            .any(|part| WRITTEN.contains(&part))
}

/// A path, that of a database in a file among them.
fn path_in(value: &str) -> Option<&str> {
    let value = value.trim_matches(['"', '\'']);
    let path = match value
        .strip_prefix("sqlite:")
        .or_else(|| value.strip_prefix("file:"))
    {
        Some(rest) => rest
            .strip_prefix("///")
            .filter(|rest| rest.starts_with('/'))
            .unwrap_or(rest),
        None => value,
    };
    let path = path.split('?').next()?;
    (path.starts_with('/') && !path.starts_with("//") && !path.contains(['%', '$'])).then_some(path)
}

fn low_ports<'a>(
    unit: &Unit<'_>,
    commands: &Commands,
    script: &impl Fn(&str) -> Option<&'a str>,
    found: &mut Confined,
) {
    let may = ["AmbientCapabilities", "Capabilities", "PermissionsStartOnly"]
        .iter()
        .any(|name| unit.last(name).is_some());
    let is_given = unit.last("Sockets").is_some()
        || commands
            .iter()
            .any(|(words, _)| words.iter().any(|word| word.contains("fd://")));
    let is_lifted = commands
        .iter()
        .any(|(words, _)| words.first().is_some_and(|word| word.starts_with(['+', '!'])));
    let is_wrapped = commands
        .iter()
        .any(|(words, _)| matches!(base(program(words)), "authbind" | "capsh" | "setpriv" | "sudo"));
    if unit.is_root() || may || is_given || is_lifted || is_wrapped {
        return;
    }
    let mut add = |text: &str, line: u32| {
        if let Some(port) = text.parse::<u16>().ok().filter(|port| (1..1024).contains(port)) {
            found.low_ports.entry(port).or_insert(line);
        }
    };
    let after_colon = |word: &str| word.rsplit_once(':').map(|(_, port)| port.to_owned());
    for (name, value, line) in unit.environment() {
        match name.to_ascii_uppercase().as_str() {
            "HTTPS_PORT" | "HTTP_PORT" | "LISTEN_PORT" | "PORT" | "SERVER_PORT" => add(&value, line),
            "ASPNETCORE_URLS" | "BIND" | "LISTEN" | "LISTEN_ADDR" => {
                value
                    .split([';', ','])
                    .filter_map(|url| after_colon(url.trim_end_matches('/')))
                    .for_each(|port| add(&port, line));
            }
            _ => {}
        }
    }
    for (words, line) in commands {
        for (at, word) in words.iter().enumerate() {
            let (name, joined) = word
                .split_once('=')
                .map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            let value = joined
                .or_else(|| words.get(at + 1).map(String::as_str))
                .unwrap_or_default();
            match name.trim_start_matches('-') {
                "port" | "p" | "http-port" | "https-port" | "server.port" | "listen-port"
                    if name.starts_with('-') =>
                {
                    add(value, *line);
                }
                "bind" | "b" | "listen" | "addr" | "http-address" | "urls" | "web.listen-address"
                    if name.starts_with('-') =>
                {
                    if let Some(port) = after_colon(value.trim_end_matches('/')) {
                        add(&port, *line);
                    }
                }
                _ => {}
            }
        }
        // A program of the release that says its port itself: `app.listen(80)`.
        let named = words
            .iter()
            .filter(|word| word.ends_with(".js") || word.ends_with(".mjs"));
        for text in named.filter_map(|word| script(base(word))) {
            for (_, rest) in text
                .match_indices(".listen(")
                .filter_map(|(at, it)| Some((at, text.get(at + it.len()..)?)))
            {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                add(&digits, *line);
            }
        }
    }
}

/// A socket in a /tmp of its own, which somebody else looks for in the real one.
fn shared(unit: &Unit<'_>, commands: &Commands, speaks_of: &impl Fn(&str) -> bool, found: &mut Confined) {
    let Some(directive) = unit.is_on("PrivateTmp") else {
        return;
    };
    let given = commands
        .iter()
        .flat_map(|(words, _)| words.iter().skip(1).cloned());
    let set = unit.environment().into_iter().map(|(_, value, _)| value);
    for word in given.chain(set) {
        let socket = ["/tmp/", "/var/tmp/"]
            .iter()
            .find_map(|place| word.find(place).and_then(|at| word.get(at..)));
        let socket = socket.and_then(|path| path.split([',', ':', ';']).next());
        if let Some(path) = socket.filter(|path| path.ends_with(".sock") || path.ends_with(".socket"))
            && speaks_of(path)
        {
            let what = format!("others to see the socket {path}");
            found
                .forbids
                .insert(("PrivateTmp".to_owned(), 183), (what, directive.line));
        }
    }
}

#[cfg(test)]
#[path = "forbids_tests.rs"]
mod tests;
