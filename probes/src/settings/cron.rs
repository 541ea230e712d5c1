//! What cron makes of a crontab that a shell does not (crontab(5) of cron and cronie).

use std::collections::BTreeSet;

use super::said::Said;
use crate::reading::numbered;

/// Words of a shell, and what is always in /usr/bin.
const COMMON: [&str; 16] = [
    "cd", "[", "test", "if", "for", "while", "export", "umask", "ulimit", "exec", ".", "source", "set",
    "echo", "(", "{",
];

/// Directories whose programs are known of every host.
const USUAL: [&str; 7] = [
    "$PATH",
    "/bin",
    "/sbin",
    "/usr/bin",
    "/usr/local/bin",
    "/usr/local/sbin",
    "/usr/sbin",
];

/// Files below a `cron.d`, and crontabs by their name; those of the system have a column for the user.
pub(super) fn concerns(path: &str) -> bool {
    is_of_system(path)
        || path.rsplit('/').next().is_some_and(|name| {
            name == "crontab"
                || name.ends_with(".crontab")
                || name.ends_with(".cron")
                || name.starts_with("crontab.")
        })
}

fn is_of_system(path: &str) -> bool {
    path.rsplit('/').nth(1) == Some("cron.d")
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    let has_user = is_of_system(path) || path == "etc/crontab";
    let paths: Vec<&str> = numbered(text)
        .filter_map(|(_, line)| search_path(line.trim_start()))
        .collect();
    let sets_path = !paths.is_empty();
    let is_usual = paths
        .iter()
        .all(|path| path.split(':').all(|part| USUAL.contains(&part)));
    let returned: BTreeSet<u32> = (1..)
        .zip(text.split('\n'))
        .filter(|(_, line)| line.ends_with('\r'))
        .map(|(number, _)| number)
        .collect();
    for (number, line) in numbered(text) {
        let line = line.trim();
        let Some(command) = (!line.starts_with('#')).then(|| after_time(line)).flatten() else {
            continue;
        };
        let command = match command.split_once(char::is_whitespace) {
            Some((user, rest)) if has_user => {
                said.add("cron-file.user", user, line, number);
                rest.trim_start()
            }
            _ => command,
        };
        if returned.contains(&number) {
            said.add("cron-file.carriage-return", number.to_string(), command, number);
        }
        if let Some(before) = bare_percent(command) {
            said.add("cron-file.percent", number.to_string(), before, number);
        }
        let is_asked = ["[", "test", "command", "which", "if", "type"];
        let begins = command.split_whitespace().next().unwrap_or_default();
        if let Some(program) = programs(command)
            .first()
            .filter(|_| is_usual && !is_asked.contains(&begins))
        {
            said.add("cron-file.called", *program, command, number);
        }
        if !sets_path {
            for program in programs(command) {
                said.add("cron-file.program", program, line, number);
            }
        }
    }
}

/// What a line sets PATH to.
fn search_path(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("PATH")?.trim_start().strip_prefix('=')?;
    Some(rest.trim().trim_matches(['"', '\'']))
}

/// The line after its five fields of time, or after `@daily`.
fn after_time(line: &str) -> Option<&str> {
    let fields = if line.starts_with('@') { 1 } else { 5 };
    let mut rest = line;
    for _ in 0..fields {
        let (field, after) = rest.split_once(char::is_whitespace)?;
        let is_time = |c: char| c.is_ascii_alphanumeric() || "*,-/@~?".contains(c);
        if field.is_empty() || !field.chars().all(is_time) {
            return None;
        }
        rest = after.trim_start();
    }
    (!rest.is_empty() && !rest.starts_with('=')).then_some(rest)
}

/// What stands before the first % that no backslash precedes.
fn bare_percent(command: &str) -> Option<&str> {
    let is_bare = |at: &usize| !command.get(..*at).is_some_and(|before| before.ends_with('\\'));
    let at = command.match_indices('%').map(|(at, _)| at).find(is_bare)?;
    command.get(..at)
}

/// Programs at the beginning of the simple commands, where they are plain names.
fn programs(command: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in command.split(['|', ';', '&']) {
        let words = part.split_whitespace().skip_while(|word| word.contains('='));
        let Some(word) = words.into_iter().next() else {
            continue;
        };
        let is_name = word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
        if is_name && !COMMON.contains(&word) && !word.chars().all(|c| c.is_ascii_digit()) {
            found.push(word);
        }
    }
    found
}
