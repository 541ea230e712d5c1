//! Hosts that workflows mention: hints, for nobody says what they are for.

use std::collections::BTreeSet;

use parity_probes::manifests::parse_containerfile;

use super::files::Files;

/// As many hints are given.
const MAX_HINTS: usize = 8;

/// Programs that are given a host.
const PROGRAMS: [&str; 5] = ["ssh", "scp", "rsync", "sftp", "ssh-keyscan"];

pub(super) fn hints(files: &Files) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    let workflows = [".github/workflows", ".gitlab", ".circleci"]
        .iter()
        .flat_map(|place| files.list(place));
    let single = [
        ".gitlab-ci.yml",
        "Makefile",
        "deploy.sh",
        "bin/deploy",
        "script/deploy",
    ]
    .map(str::to_owned);
    let mut seen = BTreeSet::new();
    for file in workflows.chain(single) {
        for (line, text) in (1..).zip(files.text(&file).unwrap_or_default().lines()) {
            for host in hosts_in(text).filter(|host| seen.insert(host.clone())) {
                hints.push(format!("ssh://{host}: mentioned in {file}, line {line}"));
            }
        }
    }
    hints.extend(base_image(files));
    hints.truncate(MAX_HINTS);
    hints
}

/// Words of a line of shell that name a host with its user: `deploy@web1.example:/srv` after `rsync`.
fn hosts_in(line: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = line.split([' ', '\t', '"', '\'', '=', '`', '(']).collect();
    let has_program = words.iter().any(|word| PROGRAMS.contains(word));
    let hosts: Vec<String> = words
        .iter()
        .filter(|_| has_program)
        .filter_map(|word| {
            let (user, rest) = word.split_once('@')?;
            let host = rest.split([':', '/', ')', ';']).next()?;
            let plain = |text: &str| {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            };
            (plain(user) && plain(host)).then(|| format!("{user}@{host}"))
        })
        .collect();
    hosts.into_iter()
}

/// What a container of this project starts from.
fn base_image(files: &Files) -> Option<String> {
    let text = files.text("Dockerfile")?;
    let stages = parse_containerfile(text.as_bytes()).ok()?;
    let from = match &stages.last()?.base {
        Ok(image) => format!(" (from {image})"),
        Err(_) => String::new(),
    };
    Some(format!(
        "docker://NAME, or image:PATH of `docker save`, where production runs what the Dockerfile makes{from}"
    ))
}
