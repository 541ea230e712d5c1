//! Options of Node.js by the releases that take them.
//!
//! Source: the history of each option in <https://nodejs.org/api/cli.html>, and the changelogs of the releases
//! (<https://github.com/nodejs/node/tree/main/doc/changelogs>). Ranges are of npm: an option may come to several lines of releases.

use serde_json::Value;

use super::said::Said;
use crate::reading::{base_name, numbered};

/// Options, and the releases that take them.
#[rustfmt::skip]
const OPTIONS: &[(&str, &str)] = &[
    ("--disable-warning", ">=20.11.0 <21 || >=21.3.0"), ("--enable-source-maps", ">=12.12.0"), ("--env-file", ">=20.6.0"),
    ("--env-file-if-exists", ">=22.9.0"), ("--experimental-default-type", ">=18.19.0 <19 || >=20.10.0"),
    ("--experimental-detect-module", ">=18.19.0 <19 || >=20.10.0 <21 || >=21.1.0"), ("--experimental-fetch", ">=16.15.0 <17 || >=17.5.0"),
    ("--experimental-permission", ">=20.0.0"), ("--experimental-require-module", ">=20.17.0 <21 || >=22.0.0"),
    ("--experimental-sqlite", ">=22.5.0"), ("--experimental-strip-types", ">=22.6.0"), ("--experimental-transform-types", ">=22.7.0"),
    ("--experimental-websocket", ">=20.10.0"), ("--heapsnapshot-near-heap-limit", ">=14.18.0 <15 || >=15.1.0"),
    ("--import", ">=18.18.0 <19 || >=19.0.0"), ("--no-experimental-fetch", ">=16.15.0 <17 || >=17.5.0"),
    ("--openssl-legacy-provider", ">=17.0.0"), ("--openssl-shared-config", ">=14.21.0 <15 || >=16.17.0 <17 || >=18.5.0"), ("--permission", ">=22.13.0 <23 || >=23.5.0"),
    ("--run", ">=22.0.0"), ("--secure-heap", ">=15.6.0"), ("--test", ">=16.17.0 <17 || >=18.0.0"),
    ("--test-name-pattern", ">=18.11.0"), ("--test-reporter", ">=18.15.0 <19 || >=19.6.0"), ("--unhandled-rejections", ">=10.17.0 <11 || >=12.0.0"),
    ("--use-system-ca", ">=22.15.0 <23 || >=23.8.0"), ("--watch", ">=16.19.0 <17 || >=18.11.0"), ("--watch-path", ">=16.19.0 <17 || >=18.11.0"),
];

/// Files that something starts Node.js with.
pub(super) fn concerns(path: &str) -> bool {
    let name = base_name(path);
    [
        "package.json",
        "Procfile",
        ".env",
        "ecosystem.config.js",
        "ecosystem.config.cjs",
    ]
    .contains(&name)
        || [".sh", ".service", ".env"]
            .iter()
            .any(|ending| name.ends_with(ending))
        || (name.ends_with(".conf") && (path.contains(".service.d/") || path.contains("supervisor")))
}

/// Scripts of a package that are run where it is installed or started; those of development are not.
const RUN: [&str; 8] = [
    "install",
    "postinstall",
    "poststart",
    "preinstall",
    "prepare",
    "prestart",
    "serve",
    "start",
];

/// Options that follow `node` or stand in NODE_OPTIONS.
pub(super) fn read(path: &str, text: &str, said: &mut Said) {
    if base_name(path) == "package.json" {
        let package: Value = serde_json::from_str(text).unwrap_or_default();
        let scripts = package.get("scripts").and_then(Value::as_object);
        for (name, script) in scripts.into_iter().flatten() {
            let name = name.split(':').next().unwrap_or(name);
            if let Some(script) = script.as_str().filter(|_| RUN.contains(&name)) {
                command(script, 1, said);
            }
        }
        return;
    }
    let lines = numbered(text).map(|(number, line)| (number, line.trim_start()));
    for (number, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
        command(line, number, said);
    }
}

/// One command, assignment or setting.
fn command(line: &str, number: u32, said: &mut Said) {
    let is_list = line.contains("NODE_OPTIONS") || line.contains("node_args");
    let mut is_of_node = false;
    for word in line.split(|c: char| c.is_whitespace() || "\"',;`()[]{}".contains(c)) {
        let word = word.strip_prefix("NODE_OPTIONS=").unwrap_or(word);
        let name = word.split('=').next().unwrap_or(word);
        if base_name(word) == "node" || is_list {
            is_of_node = true;
        } else if !word.is_empty() && !word.starts_with('-') && !name.contains('_') {
            // What follows the program is for it.
            is_of_node = false;
        }
        if let Some((name, range)) = OPTIONS.iter().find(|(option, _)| *option == name && is_of_node) {
            said.add("node-option.versions", *name, *range, number);
        }
    }
}
