//! What a shell script uses that some hosts lack: only what is certain.

use std::collections::BTreeSet;

use super::constructs::{self, CONSTRUCTS};
use super::gnu_options::GNU_OPTIONS;
use super::shell::{Command, Script};

/// Shells that serve as `/bin/sh`, and whether they are busybox.
const SHELLS: [(&str, bool); 2] = [("busybox", true), ("dash", false)];

/// What installs programs: a script with one of these says itself what it needs.
const INSTALLERS: [&str; 14] = [
    "apk", "apt", "apt-get", "brew", "cargo", "dnf", "gem", "microdnf", "npm", "opkg", "pacman", "pip",
    "yum", "zypper",
];

/// Programs that came with a package manager, and that no package brings where they are gone: apt-key(8), in Debian up to 12.
const WITHOUT_PACKAGE: [&str; 1] = ["apt-key"];

/// Commands that tell whether a program is there.
const LOOKERS: [&str; 4] = ["command", "hash", "type", "which"];

/// Commands that every shell has itself (POSIX XCU 2.14, and what dash, ash and bash have beyond that).
const BUILTINS: [&str; 62] = [
    ".",
    ":",
    "[",
    "alias",
    "bg",
    "bind",
    "break",
    "builtin",
    "caller",
    "cd",
    "command",
    "compgen",
    "complete",
    "continue",
    "coproc",
    "declare",
    "dirs",
    "disown",
    "echo",
    "enable",
    "eval",
    "exec",
    "exit",
    "export",
    "false",
    "fc",
    "fg",
    "getopts",
    "hash",
    "help",
    "history",
    "jobs",
    "kill",
    "let",
    "local",
    "logout",
    "mapfile",
    "popd",
    "printf",
    "pushd",
    "pwd",
    "read",
    "readarray",
    "readonly",
    "return",
    "select",
    "set",
    "shift",
    "shopt",
    "source",
    "suspend",
    "test",
    "times",
    "trap",
    "true",
    "type",
    "typeset",
    "ulimit",
    "umask",
    "unalias",
    "unset",
    "wait",
];

/// For each shell the constructs of a script for `/bin/sh` that it lacks. A script that looks at which shell runs it, or hands
/// itself to bash, has none.
pub fn bashisms(script: &Script, text: &str) -> Vec<(&'static str, BTreeSet<&'static str>)> {
    let hands_over = |command: &Command| {
        command.program() == Some("exec") && command.arguments().any(|word| base_name(&word.text) == "bash")
    };
    if text.contains("BASH") || text.contains("ZSH_VERSION") || script.commands.iter().any(hands_over) {
        return Vec::new();
    }
    let needed = script.commands.iter().filter(|command| !command.is_tolerated);
    let called = needed.filter_map(Command::program);
    let called = called.filter(|name| constructs::is_builtin(name) && !script.functions.contains(*name));
    let used: BTreeSet<&str> = called.chain(script.constructs.iter().copied()).collect();
    let lacking = |is_busybox: bool| {
        let lacks = CONSTRUCTS
            .iter()
            .filter(move |construct| construct.busybox_lacks || !is_busybox);
        lacks
            .map(|construct| construct.name)
            .filter(|name| used.contains(name))
            .collect::<BTreeSet<_>>()
    };
    let by_shell = SHELLS.map(|(shell, is_busybox)| (shell, lacking(is_busybox)));
    by_shell
        .into_iter()
        .filter(|(_, constructs)| !constructs.is_empty())
        .collect()
}

/// Options that busybox lacks, as `tool option`. A script that installs packages may install the tool.
pub fn gnu_options(script: &Script) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if installs(script) {
        return found;
    }
    for command in script.commands.iter().filter(|command| !command.is_tolerated) {
        let Some(tool) = command.program().map(base_name) else {
            continue;
        };
        if script.functions.contains(tool) {
            continue;
        }
        let arguments = command.arguments().map(|word| word.text.as_str());
        if tool == "date" && date_in_words(command) {
            found.insert("date -d with words".to_owned());
        }
        for argument in arguments.take_while(|argument| *argument != "--") {
            let known = GNU_OPTIONS
                .iter()
                .find(|known| known.tool == tool && known.is(argument));
            found.extend(known.map(|known| format!("{tool} {}", known.option)));
        }
    }
    found
}

/// Plug-ins of docker that are called whatever happens. A script that asks for the version of one looks for it first.
pub fn docker_plugins(script: &Script) -> BTreeSet<&'static str> {
    let called = |command: &Command| {
        let of_docker = command.program() == Some("docker");
        let mut words = command.arguments().map(|word| word.text.clone());
        of_docker
            .then(|| words.find(|word| !word.starts_with('-')))
            .flatten()
    };
    let looks = |command: &Command| {
        called(command).is_some()
            && command
                .arguments()
                .any(|word| word.text.trim_start_matches('-') == "version")
    };
    if installs(script) || script.commands.iter().any(looks) {
        return BTreeSet::new();
    }
    let certain = script
        .commands
        .iter()
        .filter(|command| command.is_certain && !command.is_tolerated);
    let names: BTreeSet<String> = certain.filter_map(called).collect();
    ["buildx", "compose"]
        .into_iter()
        .filter(|name| names.contains(*name))
        .collect()
}

/// Words of relative dates (GNU coreutils, "Date input formats").
const DATE_WORDS: [&str; 16] = [
    "ago",
    "day",
    "days",
    "hour",
    "hours",
    "last",
    "minute",
    "minutes",
    "month",
    "months",
    "next",
    "tomorrow",
    "week",
    "weeks",
    "year",
    "yesterday",
];

/// `date -d "1 day ago"`: busybox reads dates in numbers only.
fn date_in_words(command: &Command) -> bool {
    let arguments: Vec<&str> = command.arguments().map(|word| word.text.as_str()).collect();
    let of_pair = arguments.windows(2).filter_map(|pair| match pair {
        ["-d" | "-ud" | "--date", date] => Some(*date),
        _ => None,
    });
    let joined = arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix("--date=").or(argument.strip_prefix("-d")));
    of_pair.chain(joined).any(|date| {
        let mut words = date.split(|c: char| !c.is_ascii_alphabetic());
        words.any(|word| DATE_WORDS.contains(&word.to_ascii_lowercase().as_str()))
    })
}

/// Names of the programs that are called whatever happens. Nothing where functions, programs or paths come from elsewhere.
pub fn programs(script: &Script) -> BTreeSet<String> {
    let comes_from_elsewhere = |command: &Command| {
        matches!(command.program(), Some("." | "source" | "alias" | "eval")) || command.sets("PATH")
    };
    if script.commands.iter().any(comes_from_elsewhere) {
        return BTreeSet::new();
    }
    let installs = installs(script);
    let looks = |command: &&Command| command.program().is_some_and(|name| LOOKERS.contains(&name));
    let lookups = script.commands.iter().filter(looks);
    let looked_for: BTreeSet<&str> = lookups
        .flat_map(|command| command.arguments().map(|word| word.text.as_str()))
        .collect();
    let called = script
        .commands
        .iter()
        .filter(|command| command.is_certain)
        .filter_map(Command::runs);
    called
        .filter(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
        .filter(|name| !BUILTINS.contains(name))
        .filter(|name| !script.functions.contains(*name) && !looked_for.contains(name))
        .filter(|name| !installs || WITHOUT_PACKAGE.contains(name))
        .filter(|name| {
            name.chars()
                .all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c))
        })
        .map(str::to_owned)
        .collect()
}

pub(super) fn installs(script: &Script) -> bool {
    let named = |command: &Command| {
        command
            .program()
            .into_iter()
            .any(|name| INSTALLERS.contains(&name))
            || command
                .arguments()
                .any(|word| INSTALLERS.contains(&word.text.as_str()))
    };
    script.commands.iter().any(named)
}

pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
