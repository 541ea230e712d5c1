//! Lock files that a script hands to the tool that made them: which version of it reads the format.
//!
//! Sources: <https://github.com/pnpm/pnpm/releases/tag/v9.0.0> (9.0), <https://github.com/pnpm/pnpm/releases/tag/v8.0.0> (6.0);
//! <https://docs.npmjs.com/cli/configuring-npm/package-lock-json#lockfileversion> (3: npm 7); <https://yarnpkg.com/migration/guide>
//! (`__metadata`: Yarn 2).

use super::shell::Script;
use super::since::Needs;
use super::uses::base_name;

/// Formats of the lock files of a release, as their beginnings tell them.
#[derive(Debug, Default)]
pub(super) struct Locks {
    formats: Vec<(&'static str, &'static str, &'static str)>,
}

/// Tool, mark at the beginning of its lock file, how that is told, first version that reads it.
const FORMATS: [(&str, &str, &str, &str, &str); 5] = [
    (
        "npm",
        "package-lock.json",
        "\"lockfileVersion\": 3",
        "a package-lock.json of lockfileVersion 3",
        "7",
    ),
    (
        "npm",
        "npm-shrinkwrap.json",
        "\"lockfileVersion\": 3",
        "a npm-shrinkwrap.json of lockfileVersion 3",
        "7",
    ),
    (
        "pnpm",
        "pnpm-lock.yaml",
        "lockfileVersion: '6.",
        "a pnpm-lock.yaml of lockfileVersion 6",
        "8",
    ),
    (
        "pnpm",
        "pnpm-lock.yaml",
        "lockfileVersion: '9.",
        "a pnpm-lock.yaml of lockfileVersion 9",
        "9",
    ),
    (
        "yarn",
        "yarn.lock",
        "__metadata:",
        "a yarn.lock of Yarn 2 or newer",
        "2",
    ),
];

impl Locks {
    /// Takes the beginning of a file at the top of a release into account.
    pub(super) fn look(&mut self, path: &str, head: &str) {
        let found = FORMATS
            .iter()
            .filter(|(_, name, mark, ..)| *name == path && head.contains(mark));
        self.formats
            .extend(found.map(|(tool, _, _, what, since)| (*tool, *what, *since)));
        // Yarn 1 hands over to the release of Yarn that the project brings.
        if path == ".yarnrc.yml" && head.contains("yarnPath:") {
            self.formats.push(("yarn", "", ""));
        }
    }

    /// What the commands of a script that install from a lock file need. A script that brings the tool needs nothing.
    pub(super) fn needs(&self, script: &Script) -> Needs {
        let mut found = Needs::new();
        let brings = |tool: &str| {
            script.commands.iter().any(|command| {
                let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
                let names = words.iter().any(|word| word.split('@').next() == Some(tool));
                let installs = words
                    .iter()
                    .any(|word| matches!(*word, "-g" | "--global" | "prepare" | "enable" | "upgrade"));
                (names && installs) || words.contains(&"corepack")
            })
        };
        for command in script.commands.iter().filter(|command| !command.is_tolerated) {
            let Some(program) = command.program().map(base_name) else {
                continue;
            };
            let first = command.arguments().next().map(|word| word.text.as_str());
            let installs = match program {
                "npm" => first == Some("ci"),
                "pnpm" => matches!(first, Some("i" | "install")),
                "yarn" => matches!(first, None | Some("install")),
                _ => false,
            };
            let formats = || self.formats.iter().filter(|(tool, ..)| *tool == program);
            if !installs || brings(program) || formats().any(|(_, what, _)| what.is_empty()) {
                continue;
            }
            for (tool, what, since) in formats() {
                found.insert((tool, (*what).to_owned()), since);
            }
        }
        found
    }
}
