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

/// Programs that take words that only a shell would understand without a complaint: they hand them on to what they run.
const TOLERANT: [&str; 8] = ["bun", "deno", "java", "node", "perl", "php", "python", "ruby"];

const SHELLS: [&str; 6] = ["ash", "bash", "dash", "ksh", "sh", "zsh"];

/// Operators as words of their own. `;` is one of systemd's.
fn joined(words: &[String]) -> Option<String> {
    let program = words.first().map_or("", |first| base(first));
    // Tests and finds have operators of their own.
    if matches!(program, "[" | "awk" | "expr" | "find" | "jq" | "test") {
        return None;
    }
    let is_shell = SHELLS.contains(&program);
    let is_tolerant = TOLERANT.iter().any(|name| {
        let version = program.strip_prefix(name);
        version.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
    });
    let is_operator = |word: &str| match word {
        "&&" | "||" | "|" => true,
        "&" | ">" | ">>" | "<" | "2>&1" | "&>" => !is_tolerant,
        _ => {
            let is_redirected = [">>/", ">/", "2>/", "&>/", "1>/"]
                .iter()
                .any(|begin| word.starts_with(begin));
            (is_redirected && !is_tolerant) || (!is_shell && (word.contains("$(") || is_quoted_back(word)))
        }
    };
    words.iter().skip(1).find(|word| is_operator(word)).cloned()
}

/// What a shell would run in the place of it.
fn is_quoted_back(word: &str) -> bool {
    word.len() > 2 && word.starts_with('`') && word.ends_with('`')
}

/// Whether it may be the name of a program: no word of a shell.
pub(super) fn is_plain(name: &str) -> bool {
    let is_word = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+'));
    is_word && begins(name).is_none()
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
            ("/usr/bin/gunicorn a:b >> /var/log/a 2>&1", ">>"),
            ("/usr/bin/gunicorn a:b &", "&"),
            ("/opt/a --log >/var/log/a", ">/var/log/a"),
            ("/opt/a --host $(hostname)", "$(hostname)"),
        ] {
            assert_eq!(of(line).as_deref(), Some(what), "{line}");
        }
        for line in [
            "/bin/sh -c 'cd /opt && ./a | b'",
            "/bin/a ; /bin/b",
            "/usr/bin/node a.js >> /var/log/a",
            "/usr/bin/python3.11 a.py &",
            "/bin/bash -c 'a --host $(hostname) >> /var/log/a'",
            "-cd /opt && a",
            "/usr/bin/env PORT=80 /opt/a",
            "/usr/bin/test -e /a || /b",
            "",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
