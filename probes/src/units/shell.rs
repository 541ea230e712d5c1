//! What a unit writes for a shell, where no shell reads it: systemd starts programs itself (systemd.service(5), "Command lines").

use std::collections::BTreeMap;

use super::forbids::base;
use crate::systemd::parse::{Assignment, words};

/// Command lines that decide whether the service starts.
const STARTING: [&str; 3] = ["ExecStart", "ExecStartPost", "ExecStartPre"];

/// Commands that exist in a shell only.
const BUILTIN: [&str; 8] = [
    "alias", "cd", "eval", "export", "set", "source", "ulimit", "umask",
];

/// By directive: what stands there, and the line.
pub(super) fn meant_for_a_shell(assignments: &[Assignment]) -> BTreeMap<String, (String, u32)> {
    let mut found = BTreeMap::new();
    for it in assignments
        .iter()
        .filter(|it| it.section == "Service" && STARTING.contains(&it.name.as_str()))
    {
        let words = words(&it.value);
        let first = words.first().map_or("", String::as_str);
        let is_ignored = first.starts_with('-');
        if let Some(what) = joined(&words).or_else(|| begins(first)).filter(|_| !is_ignored) {
            found.entry(it.name.clone()).or_insert((what, it.line));
        }
    }
    found
}

/// Operators as words of their own. `;` is one of systemd's.
fn joined(words: &[String]) -> Option<String> {
    let operator = words
        .iter()
        .skip(1)
        .find(|word| matches!(word.as_str(), "&&" | "||" | "|"))?;
    // Tests and finds have operators of their own.
    let is_own = words
        .first()
        .is_some_and(|word| matches!(base(word), "[" | "find" | "test"));
    (!is_own).then(|| operator.clone())
}

fn begins(first: &str) -> Option<String> {
    let name = first.trim_start_matches(['@', ':', '+', '!', '|']);
    let is_variable = name.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let is_it = BUILTIN.contains(&name) || is_variable || name.starts_with("~/") || name.starts_with("$(");
    is_it.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::systemd::parse::assignments;

    fn of(line: &str) -> Option<String> {
        let all = assignments(&format!("[Service]\nExecStart={line}\n"));
        meant_for_a_shell(&all).into_values().map(|(what, _)| what).next()
    }

    #[test]
    fn what_only_a_shell_knows() {
        for (line, what) in [
            ("cd /opt/a && node s.js", "&&"),
            ("/usr/bin/a | /usr/bin/b", "|"),
            ("PORT=80 /opt/a", "PORT=80"),
            ("~/bin/a", "~/bin/a"),
            ("source venv/bin/activate", "source"),
            ("/bin/sh -c cd /opt && ./a", "&&"),
        ] {
            assert_eq!(of(line).as_deref(), Some(what), "{line}");
        }
        for line in [
            "/bin/sh -c 'cd /opt && ./a | b'",
            "/bin/a ; /bin/b",
            "-cd /opt && a",
            "/usr/bin/env PORT=80 /opt/a",
            "/usr/bin/test -e /a || /b",
            "",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
