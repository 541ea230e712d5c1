//! The same host read on the spot, as a root file system, through a shell and from a recording gives the same facts.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use parity_core::bundle::Bundle;
use parity_core::change;
use parity_core::fact::Stability;
use parity_core::observe::{Observed, Options, observe};
use parity_core::probe::{Probe, Subject};
use parity_core::snapshot::Snapshot;
use parity_core::target::Target;
use parity_core::transport::SshOptions;

/// What changes by itself between two readings is read again, so often at most.
const ATTEMPTS: usize = 3;

fn options() -> Options {
    Options {
        timeout: Duration::from_secs(120),
        jobs: 1,
        per_host: 1,
        ssh: SshOptions {
            stdout_cap: 256 << 20,
            ..SshOptions::default()
        },
        ..Options::at("2026-01-01T00:00:00Z")
    }
}

fn read(target: &Target, probes: &[Box<dyn Probe>]) -> Observed {
    let observed = observe(target, Subject::Host, probes, &options());
    assert!(observed.failure.is_none(), "{target}: {:?}", observed.failure);
    observed
}

/// Every fact that both know and know differently.
fn differences(one: &Snapshot, other: &Snapshot) -> Vec<String> {
    let mut found: Vec<String> = change::compare(one, other)
        .changes
        .iter()
        .map(|change| {
            format!(
                "{}: {} {:?}, {} {:?}",
                change.fact, one.target, change.baseline, other.target, change.current
            )
        })
        .collect();
    for fact in one
        .facts
        .iter()
        .filter(|fact| fact.stability == Stability::Identity)
    {
        if let Some(same) = other.fact(&fact.id)
            && fact.state.is_certain()
            && same.state.is_certain()
            && fact.state != same.state
        {
            found.push(format!("{}: {} and {}", fact.id, fact.state, same.state));
        }
    }
    found
}

/// A client for which every container is this machine.
fn shell_client(top: &Path) -> Target {
    let client = top.join("client");
    fs::write(&client, "#!/bin/sh\nexec /bin/sh\n").unwrap();
    fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).unwrap();
    Target::Container {
        client: client.to_str().unwrap().to_owned(),
        name: "here".into(),
    }
}

#[test]
fn this_machine_is_at_parity_with_itself() {
    let top = tempfile::tempdir().unwrap();
    let shell = shell_client(top.path());
    let probes = parity_probes::probes();
    for probe in probes
        .chunks(1)
        .filter(|probe| probe[0].manifest().subject == Subject::Host)
    {
        let id = &probe[0].manifest().id;
        let mut last = Vec::new();
        for _ in 0..ATTEMPTS {
            last = round(top.path(), &shell, probe);
            if last.is_empty() {
                break;
            }
        }
        assert!(last.is_empty(), "{id}:\n{}", last.join("\n"));
    }
}

fn round(top: &Path, shell: &Target, probes: &[Box<dyn Probe>]) -> Vec<String> {
    let local = read(&Target::Local, probes).snapshot;
    let files = read(&Target::RootFs("/".into()), probes).snapshot;
    let Observed {
        snapshot: remote,
        answers,
        ..
    } = read(shell, probes);
    let bundle = Bundle::record(&remote.target, &remote.taken_at, &answers);
    let path = top.join("bundle.json");
    fs::write(&path, bundle.to_json()).unwrap();
    let replayed = read(&Target::Bundle(path), probes).snapshot;
    assert_eq!(replayed.id, remote.id);
    let pairs = [
        (&local, &files),
        (&local, &remote),
        (&files, &remote),
        (&remote, &replayed),
    ];
    pairs
        .iter()
        .flat_map(|(one, other)| differences(one, other))
        .collect()
}
