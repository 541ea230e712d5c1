//! Scripts of a package.json that run a program which is installed to develop alone, in an image whose packages are installed without those.
//!
//! Sources: <https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-operation-order> (`npm ci` runs preinstall, install, postinstall and prepare),
//! <https://docs.npmjs.com/cli/commands/npm-install#omit> (without what is for development where `NODE_ENV` is production),
//! <https://typicode.github.io/husky/how-to.html#ci-server-and-docker>, <https://github.com/typicode/husky/issues/1331>,
//! <https://github.com/cuhacking/2025/issues/314> (pnpm).

use std::collections::BTreeMap;

use serde_json::Value;

use super::said::Said;
use super::{building, stages};
use crate::node_modules::package_lock;
use crate::reading::base_name;

/// A script that runs a program of a package for development; nobody asks for it.
pub(super) const SCRIPT: &str = "development-program.script";
/// Names of the packages that a lock file has for production; nobody asks for it.
pub(super) const LOCKED: &str = "development-program.locked";
/// The command that leaves packages for development out; nobody asks for it.
pub(super) const OMITTED: &str = "development-program.omitted";
/// The same of the stage that an image ends with, which runs the script `start`; nobody asks for it.
pub(super) const STARTED: &str = "development-program.started";
/// Scripts are not run at all; nobody asks for it.
pub(super) const WITHOUT: &str = "development-program.without";
/// What comes of them.
pub(super) const TOLD: &str = "container-file.development-program";

/// Scripts that an installation runs.
const AT_INSTALL: [&str; 4] = ["install", "postinstall", "preinstall", "prepare"];

/// Programs whose package is called otherwise.
const OF: [(&str, &str); 4] = [
    ("nest", "@nestjs/cli"),
    ("ng", "@angular/cli"),
    ("run-s", "npm-run-all"),
    ("tsc", "typescript"),
];

/// Packages that none for production depends on: of others only a lock file tells whether they come all the same.
const ALONE: [&str; 7] = [
    "@nestjs/cli",
    "husky",
    "is-ci",
    "lefthook",
    "nodemon",
    "patch-package",
    "simple-git-hooks",
];

pub(super) fn concerns(path: &str) -> bool {
    ["package.json", "package-lock.json", ".npmrc"].contains(&base_name(path)) || building::concerns(path)
}

pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    match base_name(path) {
        "package.json" => manifest(text, said),
        "package-lock.json" => {
            if let Ok(lock) = package_lock(text.as_bytes()) {
                let names: Vec<String> = lock.production.into_keys().collect();
                said.add(LOCKED, "", names.join("\n"), 1);
            }
        }
        ".npmrc" if text.contains("ignore-scripts=true") => said.add(WITHOUT, "", "", 1),
        ".npmrc" => {}
        _ => container_file(text, said),
    }
}

fn manifest(text: &str, said: &mut Said) {
    let Ok(manifest) = serde_json::from_str::<Value>(text) else {
        return;
    };
    let has = |part: &str, package: &str| manifest.get(part).and_then(|part| part.get(package)).is_some();
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    for (name, script) in scripts.into_iter().flatten() {
        let Some(script) = script.as_str().filter(|script| !script.contains("||")) else {
            continue;
        };
        if !AT_INSTALL.contains(&name.as_str()) && name != "start" {
            continue;
        }
        for command in script.split("&&") {
            let program = command.split_whitespace().next().unwrap_or_default();
            let of = OF.iter().find(|(of, _)| *of == program);
            let package = of.map_or(program, |(_, package)| package);
            let parts = ["dependencies", "optionalDependencies"];
            if has("devDependencies", package) && !parts.iter().any(|part| has(part, package)) {
                said.add(SCRIPT, format!("{name}:{package}"), script, 1);
            }
        }
    }
}

fn container_file(text: &str, said: &mut Said) {
    let escapes = ["ignore-scripts", "npm pkg delete", "set-script"];
    if escapes.iter().any(|word| text.contains(word)) {
        return;
    }
    let stages = stages::all(text);
    let last = stages.len().saturating_sub(1);
    for (at, (_, commands)) in stages.iter().enumerate() {
        let Some(command) = omitting(commands) else {
            continue;
        };
        said.add(OMITTED, "", command, 1);
        let starts = stages::start(text).unwrap_or_default();
        let plain: String = starts.chars().filter(|c| !"[]\",".contains(*c)).collect();
        let runs_start = ["npm start", "npm run start", "yarn start", "pnpm start"].contains(&plain.trim());
        if at == last && runs_start {
            said.add(STARTED, "", command, 1);
        }
    }
}

/// The first command that installs the packages of a project, where it leaves out those for development.
fn omitting(commands: &str) -> Option<&str> {
    let mut is_production = false;
    for line in commands.lines() {
        let setting = line.replace(['"', '\''], "");
        if setting.contains("NODE_ENV=production") || setting.trim() == "NODE_ENV production" {
            is_production = true;
        }
        for command in line.split(['&', ';', '|']).map(str::trim) {
            let words: Vec<&str> = command.split_whitespace().collect();
            let starts = |with: &[&str]| words.starts_with(with);
            let length = match words.first() {
                Some(&"npm" | &"pnpm") if starts(&["npm", "ci"]) => 2,
                Some(&"npm" | &"pnpm" | &"yarn") if matches!(words.get(1), Some(&("install" | "i"))) => 2,
                Some(&"yarn") if words.get(1).is_none_or(|word| word.starts_with('-')) => 1,
                _ => continue,
            };
            let options = words.get(length..).unwrap_or_default();
            let says = |names: &[&str]| options.iter().any(|option| names.contains(option));
            let is_of_project =
                options.iter().all(|option| option.starts_with('-')) && !says(&["-g", "--global"]);
            let is_newer_yarn = words.first() == Some(&"yarn") && says(&["--immutable"]);
            if !is_of_project || is_newer_yarn {
                continue;
            }
            let includes = says(&[
                "--include=dev",
                "--production=false",
                "--prod=false",
                "--only=development",
            ]);
            let omits = says(&[
                "--omit=dev",
                "--only=prod",
                "--only=production",
                "--prod",
                "--production",
                "-P",
            ]);
            return ((omits || is_production) && !includes).then_some(command);
        }
    }
    None
}

/// The programs that images run without having them, by container file and program: what runs them.
pub(super) fn together(found: &[(&str, Said)]) -> BTreeMap<(String, String), String> {
    let of = |family: &'static str| {
        found.iter().flat_map(move |(path, said)| {
            let keys = said.0.iter().filter(move |((of, _), _)| *of == family);
            keys.map(move |((_, key), (value, _))| (*path, key.as_str(), value.as_str()))
        })
    };
    let directory = |path: &str| {
        path.rsplit_once('/')
            .map_or(String::new(), |(before, _)| before.to_owned())
    };
    let mut told = BTreeMap::new();
    for (family, is_start) in [(OMITTED, false), (STARTED, true)] {
        for (file, _, command) in of(family) {
            let beside = |path: &str| directory(path) == directory(file);
            if of(WITHOUT).any(|(path, ..)| beside(path)) {
                continue;
            }
            let locked = of(LOCKED).find(|(path, ..)| beside(path));
            for (_, key, script) in of(SCRIPT).filter(|(path, ..)| beside(path)) {
                let Some((name, package)) = key.split_once(':') else {
                    continue;
                };
                let is_there = match locked {
                    Some((.., names)) => names.split('\n').any(|locked| locked == package),
                    None => !ALONE.contains(&package),
                };
                if !is_there && (name == "start") == is_start {
                    let why = format!("the script {name} ({script}) after {command}");
                    told.entry((file.to_owned(), package.to_owned())).or_insert(why);
                }
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&'static str, &str)]) -> Vec<String> {
        let read = |(path, text): &(&'static str, &str)| {
            let mut said = Said::default();
            super::read(path, text, &mut said);
            (*path, said)
        };
        let found: Vec<_> = files.iter().map(read).collect();
        let told = together(&found).into_iter();
        told.map(|((file, package), why)| format!("{file} {package}: {why}"))
            .collect()
    }

    #[test]
    fn programs_that_are_left_out() {
        let manifest = r#"{"scripts":{"prepare":"husky install","start":"nodemon a.js"},"dependencies":{"express":"4"},"devDependencies":{"husky":"8","nodemon":"3"}}"#;
        let image = "FROM node:20\nENV NODE_ENV=production\nCOPY package.json ./\nRUN npm ci --omit=dev && npm cache clean --force\nCMD [\"npm\", \"start\"]\n";
        let told = of(&[("package.json", manifest), ("Dockerfile", image)]);
        let why = |script: &str| format!("the script {script} after npm ci --omit=dev");
        assert_eq!(
            told,
            [
                format!("Dockerfile husky: {}", why("prepare (husky install)")),
                format!("Dockerfile nodemon: {}", why("start (nodemon a.js)")),
            ]
        );
        let plain = image.replace(" --omit=dev", "");
        assert_eq!(
            of(&[("package.json", manifest), ("Dockerfile", plain.as_str())]).len(),
            2
        );
        let pnpm = "FROM node:20\nRUN pnpm install --prod --frozen-lockfile\nCMD node a.js\n";
        assert_eq!(
            of(&[("a/package.json", manifest), ("a/Dockerfile", pnpm)]).len(),
            1
        );
    }

    #[test]
    fn programs_that_are_there() {
        let manifest = r#"{"scripts":{"prepare":"husky install"},"devDependencies":{"husky":"8"}}"#;
        let image = "FROM node:20\nRUN npm ci --omit=dev\nCMD [\"node\", \"a.js\"]\n";
        assert_eq!(of(&[("package.json", manifest), ("Dockerfile", image)]).len(), 1);
        for text in [
            image.replace("--omit=dev", ""),
            image.replace("--omit=dev", "--omit=dev --ignore-scripts"),
            image.replace("RUN", "RUN npm pkg delete scripts.prepare && "),
            image.replace("RUN", "RUN npm ci\nRUN"),
            image.replace("ci --omit=dev", "install --omit=dev express"),
            image.replace("ci --omit=dev", "install --include=dev"),
        ] {
            assert!(
                of(&[("package.json", manifest), ("Dockerfile", text.as_str())]).is_empty(),
                "{text}"
            );
        }
        for text in [
            manifest.replace("husky install", "husky install || true"),
            manifest.replace("husky install", "npx husky install"),
            manifest.replace("prepare", "hooks"),
            manifest.replace("devDependencies", "dependencies"),
        ] {
            assert!(
                of(&[("package.json", text.as_str()), ("Dockerfile", image)]).is_empty(),
                "{text}"
            );
        }
        assert!(of(&[("package.json", manifest), ("b/Dockerfile", image)]).is_empty());
        let npmrc = (".npmrc", "ignore-scripts=true\n");
        assert!(of(&[("package.json", manifest), ("Dockerfile", image), npmrc]).is_empty());
        let compiles = r#"{"scripts":{"postinstall":"tsc -p ."},"devDependencies":{"typescript":"5"}}"#;
        assert!(of(&[("package.json", compiles), ("Dockerfile", image)]).is_empty());
        let lock = |dev: &str| {
            format!(r#"{{"packages":{{"":{{}},"node_modules/typescript":{{"version":"5.0.0"{dev}}}}}}}"#)
        };
        let with = |lock: &str| {
            of(&[
                ("package.json", compiles),
                ("Dockerfile", image),
                ("package-lock.json", lock),
            ])
        };
        assert_eq!(with(&lock(",\"dev\":true")).len(), 1);
        assert!(with(&lock("")).is_empty());
    }
}
