//! Options of tools of BSD and macOS that the tools of the same name on Linux do not have.
//!
//! Sources: sed(1), date(1), stat(1), find(1), xargs(1), ln(1), tail(1), base64(1), mktemp(1) and sysctl(8) of FreeBSD and macOS beside
//! those of GNU and busybox. The tests put each to the tools of GNU.

use std::collections::BTreeMap;

use super::shell::{Command, Script};
use super::uses::base_name;

/// Options of one letter that neither GNU nor busybox knows.
const LETTERS: [(&str, char); 8] = [
    ("base64", 'D'),
    ("date", 'j'),
    ("date", 'v'),
    ("find", 'E'),
    ("ln", 'h'),
    ("tail", 'r'),
    ("xargs", 'J'),
    ("xargs", 'R'),
];

/// Marks of a script that asks on which system it runs.
const ASKING: [&str; 6] = ["uname", "OSTYPE", "arwin", "macos", "gsed", "gdate"];

/// For each tool what a script uses of it that Linux lacks.
pub fn bsd_options(script: &Script, text: &str) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    if ASKING.iter().any(|mark| text.contains(mark)) {
        return found;
    }
    let certain = script.commands.iter().filter(|command| !command.is_tolerated);
    for command in certain {
        if let Some((tool, used)) = used(command).filter(|(tool, _)| !script.functions.contains(*tool)) {
            found.entry(tool).or_insert(used);
        }
    }
    found
}

fn used(command: &Command) -> Option<(&'static str, String)> {
    let tool = base_name(command.program()?);
    let words: Vec<_> = command.arguments().collect();
    let pairs = || {
        words
            .windows(2)
            .filter_map(|pair| Some((pair.first()?, pair.get(1)?)))
    };
    let letter = LETTERS
        .iter()
        .filter(|(name, _)| *name == tool)
        .find(|(_, letter)| {
            let is_it = |word: &str| {
                word.strip_prefix('-')
                    .is_some_and(|rest| rest.starts_with(*letter))
            };
            words.iter().any(|word| is_it(&word.text))
        });
    if let Some((tool, letter)) = letter {
        return Some((tool, format!("{tool} -{letter}")));
    }
    let is_used = |tool_of: &str, fits: &dyn Fn(&str, &super::Word) -> bool| {
        tool == tool_of && pairs().any(|(option, value)| fits(&option.text, value))
    };
    if is_used("sed", &|option, value| {
        option == "-i" && value.text.is_empty() && value.is_literal
    }) {
        return Some(("sed", "sed -i ''".to_owned()));
    }
    if is_used("stat", &|option, value| {
        option == "-f" && value.text.starts_with('%')
    }) {
        return Some(("stat", "stat -f with a format".to_owned()));
    }
    let is_prefix = |value: &super::Word| value.is_literal && !value.text.contains("XXX");
    if is_used("mktemp", &|option, value| {
        option.ends_with('t') && option.starts_with('-') && is_prefix(value)
    }) {
        return Some(("mktemp", "mktemp -t without XXX".to_owned()));
    }
    let reads_hardware = tool == "sysctl" && words.iter().any(|word| word.text.starts_with("hw."));
    reads_hardware.then(|| ("sysctl", "sysctl hw.…".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn of(text: &str) -> Vec<String> {
        bsd_options(&parse(text).unwrap(), text).into_values().collect()
    }

    #[test]
    fn what_only_the_tools_of_bsd_have() {
        assert_eq!(of("sed -i '' \"s/a/$1/\" x\n"), ["sed -i ''"]);
        assert_eq!(of("d=$(date -v-30d +%F)\n"), ["date -v"]);
        assert_eq!(of("size=$(stat -f '%z' a)\n"), ["stat -f with a format"]);
        assert_eq!(
            of("t=$(mktemp -d -t app)\nn=$(sysctl -n hw.ncpu)\n"),
            ["mktemp -t without XXX", "sysctl hw.…"]
        );
        for silent in [
            "sed -i 's/a/b/' x\n",
            "sed -i'' 's/a/b/' x\n",
            "sed -i.bak -e '' x\n",
            "date -d '-1 day' +%F\n",
            "date -v-1d 2>/dev/null || date -d '-1 day'\n",
            "if [ \"$(uname)\" = Darwin ]; then date -v-1d; fi\n",
            "mktemp -d -t app.XXXXXX\n",
            "stat -f /var\n",
        ] {
            assert!(of(silent).is_empty(), "{silent}");
        }
    }

    #[test]
    #[allow(clippy::disallowed_methods, clippy::disallowed_types)]
    fn the_tools_of_gnu_refuse_them() {
        let run = |program: &str, arguments: &[&str]| {
            let output = std::process::Command::new(program).args(arguments).output();
            output.map(|output| output.status.success())
        };
        for (program, arguments) in [
            ("sed", &["-i", "", "s/a/b/", "/nonexistent/x"][..]),
            ("base64", &["-D", "/dev/null"]),
            ("date", &["-v-1d"]),
            ("date", &["-j"]),
            ("find", &["-E", "/nonexistent"]),
            ("ln", &["-h", "a", "/nonexistent/b"]),
            ("tail", &["-r", "/dev/null"]),
            ("xargs", &["-J", "%", "true"]),
            ("xargs", &["-R", "1", "true"]),
            ("mktemp", &["-u", "-t", "app"]),
            ("stat", &["-f", "%z", "/"]),
            ("sysctl", &["-n", "hw.ncpu"]),
        ] {
            match run(program, arguments) {
                Ok(worked) => assert!(!worked, "{program} {arguments:?}"),
                Err(_) => eprintln!("skipped: {program} is not installed"),
            }
        }
    }
}
