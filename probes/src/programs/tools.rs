//! Versions of the tools that scripts call: the package that holds the program tells, else the program itself.

use std::collections::BTreeSet;

use parity_core::answer::{Answers, Entry, Outcome};
use parity_core::fact::{FactId, Origin, State};
use parity_core::need::{Need, Take};
use parity_core::probe::Observation;
use parity_core::version::Scheme;

use super::path::Listing;
use crate::installed::{Installed, upstream};
use crate::known_services::Ecosystem;
use crate::reading::base_name;
use crate::runtimes::printed_version;
use crate::text::lossy;

/// A tool, the program that scripts call, what that is where links end (nothing: the same name), and the packages that hold it,
/// whatever the ecosystem.
struct Tool {
    name: &'static str,
    program: &'static str,
    real: &'static str,
    packages: &'static str,
}

const fn tool(name: &'static str, program: &'static str, real: &'static str, packages: &'static str) -> Tool {
    Tool {
        name,
        program,
        real,
        packages,
    }
}

/// Sorted by name.
const TOOLS: [Tool; 15] = [
    tool("bash", "bash", "bash", "bash"),
    tool("coreutils", "stat", "stat", "coreutils coreutils-single"),
    tool("curl", "curl", "curl", "curl curl-minimal"),
    tool("gawk", "awk", "gawk", "gawk"),
    tool("git", "git", "git", "git-core git"),
    tool("jq", "jq", "jq", "jq"),
    tool("logrotate", "logrotate", "logrotate", "logrotate"),
    tool("mawk", "awk", "mawk", "mawk"),
    tool("npm", "npm", "npm-cli.js", "npm"),
    tool("pip", "pip3", "pip3", "python3-pip py3-pip python-pip"),
    tool("pnpm", "pnpm", "pnpm.cjs", "pnpm"),
    tool("rsync", "rsync", "rsync", "rsync"),
    tool("tar", "tar", "tar", "tar"),
    tool("wget", "wget", "wget", "wget wget1"),
    tool("yarn", "yarn", "yarn.js", "yarn yarnpkg"),
];

/// Where npm puts what is installed for everybody: the manifest of a package tells its version.
const PACKAGES_OF_NODE: [&str; 2] = [
    "usr/lib/node_modules/*/package.json",
    "usr/local/lib/node_modules/*/package.json",
];

fn manifest(pattern: &str) -> Need {
    Need::glob(pattern, Take::Content(64 << 10))
}

pub(super) fn needs() -> impl Iterator<Item = Need> {
    PACKAGES_OF_NODE.into_iter().map(manifest)
}

/// The version in the manifest of the package of Node.js that a program lies in.
fn of_node(path: &str, answers: &Answers) -> Option<(String, Origin)> {
    let lies_in = |entry: &&Entry| {
        let directory = entry.path.strip_suffix("package.json");
        directory.is_some_and(|directory| path.starts_with(directory))
    };
    let entry = PACKAGES_OF_NODE.into_iter().find_map(|pattern| {
        let Outcome::Got(found) = answers.entries(&manifest(pattern)) else {
            return None;
        };
        found.entries.iter().find(lies_in)
    })?;
    let content = entry.content.as_ref()?.got()?;
    let manifest: serde_json::Value = serde_json::from_slice(&content.0).ok()?;
    let version = upstream(manifest.get("version")?.as_str()?)?;
    Some((version, Origin::file(entry.path.as_str())))
}

/// Tells the version of every tool that is on the path.
pub(super) fn tell(
    listed: &Listing<'_>,
    packages: &[Installed],
    answers: &Answers,
    out: &mut Observation<'_>,
) {
    let programs = listed.programs();
    for tool in &TOOLS {
        let first = programs.get(tool.program).and_then(|paths| paths.first());
        let Some(real) = first.and_then(|path| listed.end(path)) else {
            continue;
        };
        if base_name(&real) == tool.real && listed.flavour(&real).is_none() {
            version(tool, &real, packages, answers, out);
        }
    }
}

fn version(tool: &Tool, path: &str, packages: &[Installed], answers: &Answers, out: &mut Observation<'_>) {
    let id = FactId::keyed("tool.version", tool.name);
    if !path.starts_with("usr/local/")
        && let Some((version, origin)) = packaged(tool, packages)
    {
        return out.version(id, version.as_str(), Scheme::Generic, origin);
    }
    if let Some((version, origin)) = of_node(path, answers) {
        return out.version(id, version.as_str(), Scheme::Generic, origin);
    }
    let need = Need::Command {
        argv: vec![format!("/{path}"), "--version".to_owned()],
        cap: 64 << 10,
    };
    if !answers.has(&need) {
        out.ask(need);
        return;
    }
    let printed = match answers.output(&need) {
        Outcome::Got(output) => printed_version(&lossy(&output.stdout)),
        _ => None,
    };
    match printed {
        Some(version) => out.version(id, version.as_str(), Scheme::Generic, need.origin()),
        None => {
            let reason = format!("/{path}: no package tells its version, nor does the program");
            out.state(id, State::Unknown(reason), Origin::file(path));
        }
    }
}

/// The version of the only package that holds it.
fn packaged(tool: &Tool, packages: &[Installed]) -> Option<(String, Origin)> {
    let holds = |package: &&Installed| {
        let has_name = tool.packages.split(' ').any(|name| name == package.name);
        // What Ubuntu 25.10 and newer call coreutils has the tools of another project, and their numbers.
        let is_other = package.ecosystem == Ecosystem::Deb && package.version.contains("uutils");
        has_name && !is_other
    };
    let found: Vec<(String, Origin)> = packages
        .iter()
        .filter(holds)
        .filter_map(|package| Some((upstream(&package.version)?, package.origin.clone())))
        .collect();
    let distinct: BTreeSet<&String> = found.iter().map(|(version, _)| version).collect();
    if distinct.len() == 1 {
        found.into_iter().next()
    } else {
        None
    }
}
