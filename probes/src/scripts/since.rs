//! Since which version a tool knows an option, a subcommand or a construct that scripts use.
//!
//! Sources: `docs/options-in-versions` of curl; the NEWS files of coreutils, rsync, tar, jq, wget, OpenSSH and pip; the release notes of git;
//! the NEWS of Bash (<https://tiswww.case.edu/php/chet/bash/NEWS>); the change logs of mawk and gawk. What every host that is still run
//! has is left out.

use std::collections::BTreeMap;

use super::shell::{Command, Script, Word};
use super::uses::{base_name, installs};

/// Programs of coreutils that have a row below.
const COREUTILS: [&str; 26] = [
    "b2sum",
    "basenc",
    "cksum",
    "cp",
    "date",
    "dd",
    "df",
    "du",
    "env",
    "head",
    "id",
    "install",
    "ln",
    "ls",
    "md5sum",
    "mv",
    "rm",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "sort",
    "split",
    "stat",
    "tail",
    "timeout",
    "wc",
];

/// Program and subcommand, option (nothing: the subcommand itself), first version.
#[rustfmt::skip]
const OPTIONS: [(&str, &str, &str); 167] = [
    ("cksum", "--algorithm", "9.0"), ("cksum", "-a", "9.0"),
    ("cp", "--debug", "9.2"), ("cp", "--keep-directory-symlink", "9.5"), ("cp", "--update=none", "9.3"),
    ("cp", "--update=none-fail", "9.6"),
    ("curl", "--aws-sigv4", "7.75.0"), ("curl", "--ca-native", "8.2.0"), ("curl", "--compressed-ssh", "7.56.0"),
    ("curl", "--connect-to", "7.49.0"), ("curl", "--create-file-mode", "7.75.0"), ("curl", "--data-raw", "7.43.0"),
    ("curl", "--doh-url", "7.62.0"), ("curl", "--etag-compare", "7.68.0"), ("curl", "--etag-save", "7.68.0"),
    ("curl", "--expand-data", "8.3.0"), ("curl", "--expand-url", "8.3.0"), ("curl", "--fail-early", "7.52.0"),
    ("curl", "--fail-with-body", "7.76.0"), ("curl", "--form-escape", "7.81.0"),
    ("curl", "--haproxy-protocol", "7.60.0"), ("curl", "--hsts", "7.74.0"), ("curl", "--http2", "7.33.0"),
    ("curl", "--http2-prior-knowledge", "7.49.0"), ("curl", "--http3", "7.66.0"), ("curl", "--json", "7.82.0"),
    ("curl", "--no-clobber", "7.83.0"), ("curl", "--no-progress-meter", "7.67.0"),
    ("curl", "--oauth2-bearer", "7.33.0"), ("curl", "--output-dir", "7.73.0"), ("curl", "--parallel", "7.66.0"),
    ("curl", "--parallel-immediate", "7.68.0"), ("curl", "--parallel-max", "7.66.0"),
    ("curl", "--path-as-is", "7.42.0"), ("curl", "--pinnedpubkey", "7.39.0"), ("curl", "--rate", "7.84.0"),
    ("curl", "--remove-on-error", "7.83.0"), ("curl", "--request-target", "7.55.0"),
    ("curl", "--retry-all-errors", "7.71.0"), ("curl", "--retry-connrefused", "7.52.0"),
    ("curl", "--skip-existing", "8.10.0"), ("curl", "--tls-max", "7.54.0"), ("curl", "--tls13-ciphers", "7.61.0"),
    ("curl", "--tlsv1.2", "7.34.0"), ("curl", "--tlsv1.3", "7.52.0"), ("curl", "--unix-socket", "7.40.0"),
    ("curl", "--url-query", "7.87.0"), ("curl", "--variable", "8.3.0"), ("curl", "-Z", "7.66.0"),
    ("date", "--debug", "8.26"),
    ("dd", "status=none", "8.20"), ("dd", "status=progress", "8.24"),
    ("df", "--output", "8.21"),
    ("du", "--inodes", "8.22"), ("du", "--threshold", "8.21"),
    ("env", "--argv0", "9.5"), ("env", "--chdir", "8.28"), ("env", "--debug", "8.30"), ("env", "--split-string", "8.30"),
    ("git backfill", "", "2.49"), ("git branch", "--points-at", "2.7"), ("git branch", "--show-current", "2.22"),
    ("git clone", "--bundle-uri", "2.38"), ("git clone", "--filter", "2.17"), ("git clone", "--reject-shallow", "2.32"),
    ("git clone", "--revision", "2.49"), ("git clone", "--shallow-submodules", "2.9"), ("git clone", "--sparse", "2.25"),
    ("git config get", "", "2.46"), ("git config list", "", "2.46"), ("git config set", "", "2.46"),
    ("git config unset", "", "2.46"), ("git config", "--type", "2.18"), ("git diff", "--merge-base", "2.30"),
    ("git fetch", "--filter", "2.17"), ("git fetch", "--prune-tags", "2.17"), ("git init", "--initial-branch", "2.28"),
    ("git init", "-b", "2.28"), ("git log", "--remerge-diff", "2.36"), ("git ls-remote", "--symref", "2.8"),
    ("git maintenance", "", "2.29"), ("git pull", "--autostash", "2.9"), ("git push", "--force-if-includes", "2.30"),
    ("git push", "--force-with-lease", "1.8.5"), ("git rebase", "--rebase-merges", "2.18"), ("git restore", "", "2.23"),
    ("git rev-parse", "--is-shallow-repository", "2.15"), ("git sparse-checkout", "", "2.25"),
    ("git stash push", "", "2.13"), ("git submodule set-url", "", "2.25"), ("git switch", "", "2.23"),
    ("git worktree remove", "", "2.17"), ("git worktree", "", "2.5"),
    ("head", "--zero-terminated", "8.25"), ("head", "-z", "8.25"),
    ("jq", "--args", "1.6"), ("jq", "--argjson", "1.5"), ("jq", "--jsonargs", "1.6"), ("jq", "--raw-output0", "1.7"),
    ("jq", "--rawfile", "1.6"),
    ("ln", "--relative", "8.16"), ("ln", "-sr", "8.16"), ("ln", "-sfr", "8.16"), ("ln", "-srf", "8.16"),
    ("ls", "--hyperlink", "8.28"), ("ls", "--zero", "9.0"),
    ("md5sum", "--ignore-missing", "8.25"), ("md5sum", "--zero", "8.30"),
    ("mv", "--exchange", "9.5"), ("mv", "--no-copy", "9.2"),
    ("pip install", "--break-system-packages", "23.0.1"), ("pip install", "--dry-run", "22.2"),
    ("pip install", "--prefer-binary", "18.0"), ("pip install", "--root-user-action", "22.1"),
    ("pip install", "--use-pep517", "19.0"),
    ("pip3 install", "--break-system-packages", "23.0.1"), ("pip3 install", "--dry-run", "22.2"),
    ("pip3 install", "--prefer-binary", "18.0"), ("pip3 install", "--root-user-action", "22.1"),
    ("rsync", "--atimes", "3.2.0"), ("rsync", "--checksum-choice", "3.1.3"), ("rsync", "--chown", "3.1.0"),
    ("rsync", "--compress-choice", "3.2.0"), ("rsync", "--copy-as", "3.2.0"), ("rsync", "--copy-devices", "3.2.4"),
    ("rsync", "--crtimes", "3.2.3"), ("rsync", "--delete-missing-args", "3.1.0"), ("rsync", "--fsync", "3.2.4"),
    ("rsync", "--groupmap", "3.1.0"), ("rsync", "--ignore-missing-args", "3.1.0"), ("rsync", "--info", "3.1.0"),
    ("rsync", "--max-alloc", "3.2.2"), ("rsync", "--mkpath", "3.2.3"), ("rsync", "--open-noatime", "3.2.0"),
    ("rsync", "--outbuf", "3.1.0"), ("rsync", "--preallocate", "3.1.0"), ("rsync", "--stop-after", "3.2.3"),
    ("rsync", "--stop-at", "3.2.3"), ("rsync", "--trust-sender", "3.2.5"), ("rsync", "--usermap", "3.1.0"),
    ("rsync", "--write-devices", "3.2.0"),
    ("sha1sum", "--ignore-missing", "8.25"),
    ("sha256sum", "--ignore-missing", "8.25"), ("sha256sum", "--strict", "8.13"), ("sha256sum", "--zero", "8.30"),
    ("sha512sum", "--ignore-missing", "8.25"),
    ("split", "--additional-suffix", "8.16"), ("split", "--hex-suffixes", "8.28"), ("split", "--separator", "8.24"),
    ("stat", "--cached", "8.32"),
    ("tail", "--debug", "9.10"), ("tail", "-z", "8.25"),
    ("tar", "--clamp-mtime", "1.29"), ("tar", "--keep-directory-symlink", "1.27"), ("tar", "--one-top-level", "1.28"),
    ("tar", "--set-mtime-command", "1.36"), ("tar", "--skip-old-files", "1.27"), ("tar", "--sort", "1.28"),
    ("tar", "--zstd", "1.31"),
    ("timeout", "--kill-after", "8.5"), ("timeout", "--preserve-status", "8.21"), ("timeout", "--verbose", "8.29"),
    ("wc", "--total", "9.2"),
    ("wget", "--compression", "1.19.2"), ("wget", "--method", "1.15"), ("wget", "--retry-on-http-error", "1.19.1"),
    ("wget", "--show-progress", "1.16"),
];

/// What only newer awks have: a mark in the program, how it is told, the tool, first version.
const AWK: [(&str, &str, &str, &str); 4] = [
    ("[:", "a class of characters", "mawk", "1.3.4"),
    ("strftime(", "strftime", "mawk", "1.3.4"),
    ("BEGINFILE", "BEGINFILE", "gawk", "4.0"),
    (
        "PROCINFO[\"sorted_in\"]",
        "PROCINFO[\"sorted_in\"]",
        "gawk",
        "4.0",
    ),
];

/// mawk has `{n}` in patterns since its release of this day, gawk without an option since 4.0.
const INTERVALS: [(&str, &str); 2] = [("mawk", "1.3.4.20200717"), ("gawk", "4.0")];

/// Built-in commands of Bash with an argument: a word as it is written, or the letters of a cluster.
#[rustfmt::skip]
const BASH_BUILTINS: [(&str, &str, &str); 32] = [
    ("coproc", "", "4.0"), ("mapfile", "", "4.0"), ("readarray", "", "4.0"),
    ("declare", "-A", "4.0"), ("local", "-A", "4.0"), ("typeset", "-A", "4.0"), ("readonly", "-A", "4.0"),
    ("declare", "-g", "4.2"), ("typeset", "-g", "4.2"), ("declare", "-gA", "4.2"), ("declare", "-Ag", "4.2"),
    ("declare", "-n", "4.3"), ("local", "-n", "4.3"), ("typeset", "-n", "4.3"), ("unset", "-n", "4.3"),
    ("local", "-", "4.4"),
    ("mapfile", "-d", "4.4"), ("readarray", "-d", "4.4"),
    ("read", "-N", "4.1"), ("[", "-v", "4.2"), ("test", "-v", "4.2"),
    ("wait", "-n", "4.3"), ("wait", "-f", "5.0"), ("wait", "-p", "5.1"),
    ("shopt", "globstar", "4.0"), ("shopt", "lastpipe", "4.2"), ("shopt", "inherit_errexit", "4.4"),
    ("shopt", "localvar_inherit", "5.0"), ("shopt", "assoc_expand_once", "5.0"),
    ("shopt", "patsub_replacement", "5.2"), ("shopt", "varredir_close", "5.2"), ("shopt", "globskipdots", "5.2"),
];

/// Constructs that the lexer tells apart.
#[rustfmt::skip]
const BASH_CONSTRUCTS: [(&str, &str); 12] = [
    ("${x^}", "4.0"), ("|&", "4.0"), ("&>>", "4.0"), (";&", "4.0"), ("{fd}>", "4.1"), ("[[ -v", "4.2"),
    ("${x@Q}", "4.4"), ("$EPOCHSECONDS", "5.0"), ("$EPOCHREALTIME", "5.0"), ("$SRANDOM", "5.1"), ("${x@U}", "5.1"),
    ("${x@k}", "5.2"),
];

/// Tool and what is used of it, with the first version that has it.
pub type Needs = BTreeMap<(&'static str, String), &'static str>;

/// What the commands of a script need of the tools that they call. A script that asks a tool for its version or its help, brings it
/// or puts another command in its place needs nothing certain of it.
pub fn needs(script: &Script) -> Needs {
    let mut found = Needs::new();
    for command in script.commands.iter().filter(|command| !command.is_tolerated) {
        let Some(program) = command.program().map(base_name) else {
            continue;
        };
        if script.functions.contains(program) || is_asked_for(script, program) {
            continue;
        }
        if program == "awk" {
            awk(command, &mut found);
        }
        for (called, option, since) in OPTIONS {
            if let Some(what) = uses(command, program, called, option) {
                found.insert((tool_of(program), what), since);
            }
        }
        if program == "git" && command.arguments().next().is_some_and(|word| word.text == "-C") {
            found.insert(("git", "git -C".to_owned()), "1.8.5");
        }
    }
    found
}

/// What a script that Bash runs needs of Bash.
pub fn of_bash(script: &Script, text: &str) -> Needs {
    let mut found = Needs::new();
    if text.contains("BASH_VERSINFO") || text.contains("BASH_VERSION") {
        return found;
    }
    for (construct, since) in BASH_CONSTRUCTS {
        if script.constructs.contains(construct) {
            found.insert(("bash", construct.to_owned()), since);
        }
    }
    for command in script.commands.iter().filter(|command| !command.is_tolerated) {
        let Some(program) = command.program() else {
            continue;
        };
        if script.functions.contains(program) {
            continue;
        }
        let has = |option: &str| option.is_empty() || command.arguments().any(|word| word.text == option);
        for (builtin, option, since) in BASH_BUILTINS {
            if builtin == program && has(option) {
                found.insert(
                    ("bash", format!("{builtin} {option}").trim_end().to_owned()),
                    since,
                );
            }
        }
        if program == "printf" && command.arguments().any(|word| word.text.contains("%(")) {
            found.insert(("bash", "printf %(…)T".to_owned()), "4.2");
        }
    }
    found
}

fn tool_of(program: &str) -> &'static str {
    let tools = ["curl", "git", "jq", "rsync", "tar", "wget"];
    let own = tools.into_iter().find(|tool| *tool == program);
    match own {
        Some(tool) => tool,
        None if COREUTILS.contains(&program) => "coreutils",
        None => "pip",
    }
}

/// What is used, as it is told: `git branch --show-current`.
fn uses(command: &Command, program: &str, called: &str, option: &str) -> Option<String> {
    let mut names = called.split(' ');
    if names.next() != Some(program) {
        return None;
    }
    let before_end = |word: &&Word| word.text != "--";
    let mut rest: Vec<&str> = command
        .arguments()
        .take_while(before_end)
        .map(|word| word.text.as_str())
        .collect();
    for name in names {
        let at = subcommand(program, &rest)?;
        if rest.get(at) != Some(&name) {
            return None;
        }
        rest.drain(..=at);
    }
    let is_it = |word: &&str| {
        word.strip_prefix(option)
            .is_some_and(|after| after.is_empty() || after.starts_with('='))
    };
    (option.is_empty() || rest.iter().any(is_it)).then(|| format!("{called} {option}").trim_end().to_owned())
}

/// Where the first word stands that is no option, nor the value of one of git.
fn subcommand(program: &str, words: &[&str]) -> Option<usize> {
    let takes_value =
        |word: &&str| program == "git" && ["-C", "-c", "--git-dir", "--work-tree"].contains(word);
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if !word.starts_with('-') {
            return Some(at);
        }
        at += if takes_value(word) { 2 } else { 1 };
    }
    None
}

fn awk(command: &Command, found: &mut Needs) {
    for text in command.arguments().map(|word| word.text.as_str()) {
        for (mark, what, tool, since) in AWK {
            if text.contains(mark) {
                found.insert((tool, format!("awk with {what}")), since);
            }
        }
        if repeats(text) {
            for (tool, since) in INTERVALS {
                found.insert((tool, "awk with a repeat count in a pattern".to_owned()), since);
            }
        }
    }
}

/// Whether a count like `{2}` or `{1,3}` follows what can be repeated.
fn repeats(text: &str) -> bool {
    text.match_indices('{').any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let count = text
            .get(at + 1..)
            .and_then(|rest| rest.split_once('}'))
            .map_or("", |(count, _)| count);
        let is_count = count.starts_with(|c: char| c.is_ascii_digit())
            && count.chars().all(|c| c.is_ascii_digit() || c == ',');
        is_count && before.is_some_and(|c| c.is_ascii_alphanumeric() || "]).".contains(c))
    })
}

/// Whether a script looks what the tool can, or installs it.
fn is_asked_for(script: &Script, program: &str) -> bool {
    let looks = |command: &Command| {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let names = words.iter().any(|word| base_name(word) == program);
        names
            && words
                .iter()
                .any(|word| ["--version", "--help", "-V"].contains(word))
    };
    let brings = || {
        let mut words = script.commands.iter().flat_map(|command| command.arguments());
        installs(script) && words.any(|word| word.text == program)
    };
    script.commands.iter().any(looks) || brings()
}
