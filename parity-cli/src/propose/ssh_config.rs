//! Aliases of the user's own ssh configuration. Source: ssh_config(5).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::files::text_of;
use super::{Host, PRODUCTION, Said, names};

/// As deep as ssh follows `Include`.
const DEPTH: usize = 16;

/// As many aliases are looked at.
const MAX_ALIASES: usize = 200;

/// As many that tell nothing are mentioned.
const MENTIONED: usize = 6;

/// Where code lies and nothing runs.
const FORGES: [&str; 6] = ["github", "gitlab", "bitbucket", "codeberg", "gitea", "sourcehut"];

/// Whether the user's ssh configuration has a host of this name.
pub(super) fn has(home: &Path, name: &str) -> bool {
    aliases(home).iter().any(|alias| alias == name)
}

/// Hosts whose name tells what they are for, and a hint for each of the others.
pub(super) fn hosts(home: &Path) -> (Vec<Said<Host>>, Vec<String>) {
    let (mut hosts, mut hints) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for alias in aliases(home)
        .into_iter()
        .filter(|alias| seen.insert(alias.clone()))
    {
        let lower = alias.to_ascii_lowercase();
        if FORGES.iter().any(|forge| lower.contains(forge)) {
            continue;
        }
        match names::role(&alias).filter(|_| !names::is_elsewhere(&alias)) {
            Some(role) => hosts.push(Said {
                value: Host {
                    environment: names::environment(&alias).unwrap_or(PRODUCTION).to_owned(),
                    role: role.to_owned(),
                    target: format!("ssh:{alias}"),
                },
                why: "Your ssh configuration, by the name of the host: keep those of this project".to_owned(),
            }),
            None if hints.len() < MENTIONED => {
                hints.push(format!("ssh:{alias}: from your ssh configuration"));
            }
            None => {}
        }
    }
    (hosts, hints)
}

fn aliases(home: &Path) -> Vec<String> {
    let mut aliases = Vec::new();
    let mut read = BTreeSet::new();
    let directory = home.join(".ssh");
    aliases_of(
        &directory.join("config"),
        &directory,
        DEPTH,
        &mut read,
        &mut aliases,
    );
    aliases
}

fn aliases_of(
    file: &Path,
    directory: &Path,
    depth: usize,
    read: &mut BTreeSet<PathBuf>,
    aliases: &mut Vec<String>,
) {
    if depth == 0 || !read.insert(file.to_path_buf()) {
        return;
    }
    for line in text_of(file).unwrap_or_default().lines() {
        // `Host web1`, `Host = web1`, `Host "web 1"`.
        let words = line.trim().replacen('=', " ", 1).replace('"', "");
        let mut words = words.split_whitespace();
        match words.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "host" => {
                let is_name = |name: &&str| !name.contains(['*', '?', '!']) && !name.starts_with('#');
                aliases.extend(
                    words
                        .take_while(|word| !word.starts_with('#'))
                        .filter(is_name)
                        .map(str::to_owned),
                );
                aliases.truncate(MAX_ALIASES);
            }
            "include" => {
                for pattern in words {
                    for file in included(pattern, directory) {
                        aliases_of(&file, directory, depth - 1, read, aliases);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The files of an `Include`: relative ones lie beside the configuration; a pattern may stand in the last part.
fn included(pattern: &str, directory: &Path) -> Vec<PathBuf> {
    let path = match pattern.strip_prefix("~/") {
        Some(rest) => directory.parent().unwrap_or(directory).join(rest),
        None => directory.join(pattern),
    };
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let Some((before, after)) = name.split_once('*') else {
        return vec![path];
    };
    let entries = path.parent().and_then(|parent| fs::read_dir(parent).ok());
    let mut files: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        })
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}
