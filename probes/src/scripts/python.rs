//! What shell scripts have Python do to the system: packages that pip installs into it, environments made of it.
//!
//! Sources: <https://peps.python.org/pep-0668/>, <https://docs.python.org/3/library/venv.html>.

use super::shell::{Command, Script};
use super::uses::base_name;

/// Options with which pip installs elsewhere, or although the system is kept by another.
const ELSEWHERE: [&str; 7] = [
    "--break-system-packages",
    "--dry-run",
    "--prefix",
    "--python",
    "--root",
    "--target",
    "-t",
];

/// Words of a script that works in an environment of its own, or settles the matter.
const OWN: [&str; 7] = [
    "EXTERNALLY-MANAGED",
    "PIP_BREAK_SYSTEM_PACKAGES",
    "VIRTUAL_ENV",
    "break-system-packages",
    "conda",
    "pyenv",
    "virtualenv",
];

/// The first call of pip that installs into the Python of the system whatever happens.
pub fn installs_into_system(script: &Script, text: &str) -> Option<String> {
    let enters = |command: &Command| {
        let is_sourced = matches!(command.program(), Some("." | "source"));
        is_sourced || command.sets("PATH")
    };
    if OWN.iter().any(|word| text.contains(word)) || script.commands.iter().any(enters) {
        return None;
    }
    let certain = script.commands.iter().filter(|command| command.is_certain);
    certain.filter_map(of_pip).next()
}

/// The call, as it is told, where pip is one of the system and installs there.
fn of_pip(command: &Command) -> Option<String> {
    let mut words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let is_prefix = |word: &&str| *word == "sudo" || *word == "-H" || *word == "-E" || word.contains('=');
    let begin = words.iter().take_while(|word| is_prefix(word)).count();
    words.drain(..begin);
    let called = match words.as_slice() {
        [pip, "install", ..] if is_pip(pip) => format!("{pip} install"),
        [python, "-m", "pip", "install", ..] if is_python(python) => format!("{python} -m pip install"),
        _ => return None,
    };
    let is_elsewhere = |word: &&str| {
        ELSEWHERE
            .iter()
            .any(|option| word.split('=').next() == Some(option))
    };
    (!words.iter().any(is_elsewhere)).then_some(called)
}

fn is_pip(word: &str) -> bool {
    is_of_system(word) && matches!(base_name(word), "pip" | "pip3")
}

fn is_python(word: &str) -> bool {
    is_of_system(word) && matches!(base_name(word), "python" | "python3")
}

/// A bare name, or a path of the system.
fn is_of_system(word: &str) -> bool {
    !word.contains('/') || word.starts_with("/usr/bin/")
}

/// The first call that makes an environment of the system's Python with pip in it, unless the script installs what that takes.
pub fn makes_environment(script: &Script, text: &str) -> Option<String> {
    if text.contains("-venv") || text.contains("ensurepip") {
        return None;
    }
    let certain = script.commands.iter().filter(|command| command.is_certain);
    let mut calls = certain.filter_map(|command| {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let is_call = matches!(words.as_slice(), [python, "-m", "venv", ..] if is_python(python));
        let has_pip = !words.contains(&"--without-pip");
        (is_call && has_pip).then(|| words.get(..3).unwrap_or_default().join(" "))
    });
    calls.next()
}
