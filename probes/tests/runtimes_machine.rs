//! The runtimes of this machine, compared with what the programs print; and what real programs print for their version.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "test code reads what probes may not"
)]

#[allow(dead_code)]
mod real_data;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::fact::{FactId, Origin};
use parity_core::snapshot::Snapshot;
use parity_core::transport::Tree;
use parity_probes::runtimes::{PROBE, printed_version};
use parity_probes::service_versions;

const COMMANDS: [(&str, &str, &str); 9] = [
    ("go", "go", "version"),
    ("java", "java", "-version"),
    ("node", "node", "--version"),
    ("openssl", "openssl", "version"),
    ("perl", "perl", "--version"),
    ("php", "php", "--version"),
    ("python", "python3", "--version"),
    ("ruby", "ruby", "--version"),
    ("rust", "rustc", "--version"),
];

#[test]
fn the_programs_of_this_machine_print_what_was_found() {
    let mut tree = Tree::local(Instant::now() + Duration::from_secs(120)).unwrap();
    let snapshot = collect("local", "2026-01-01T00:00:00Z", &mut tree, &[PROBE]).snapshot;
    for (runtime, program, flag) in COMMANDS {
        let path = ["/usr/local/bin/", "/usr/bin/"]
            .map(|directory| format!("{directory}{program}"))
            .into_iter()
            .find(|path| Path::new(path).exists());
        let Some(output) = path.and_then(|path| Command::new(path).arg(flag).output().ok()) else {
            eprintln!("skipped: no {program} on this machine");
            continue;
        };
        let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        let state = snapshot.state(&FactId::keyed("runtime.default", runtime));
        let version = state
            .value()
            .unwrap_or_else(|| panic!("{runtime}: {state}"))
            .to_string();
        assert!(
            printed.iter().any(|text| text.contains(&version)),
            "{runtime} {version}: {printed:?}"
        );
        eprintln!("{runtime} {version}");
    }
}

#[test]
fn this_machine_and_its_root_file_system_give_the_same() {
    let probes = [PROBE, service_versions::PROBE];
    let deadline = Instant::now() + Duration::from_secs(120);
    let mut local = Tree::local(deadline).unwrap();
    let mut root = Tree::at(Path::new("/"), deadline).unwrap();
    let [local, root] =
        [&mut local, &mut root].map(|tree| collect("x", "2026-01-01T00:00:00Z", tree, &probes).snapshot);
    // Programs begin and end between the two readings.
    let lasting = |snapshot: &Snapshot| {
        let facts = snapshot.facts.iter();
        let facts = facts.filter(|fact| fact.id.name() != "service.running-version");
        facts.cloned().collect::<Vec<_>>()
    };
    let (live, still) = (lasting(&local), lasting(&root));
    assert_eq!(live.len(), still.len());
    for (live, still) in live.iter().zip(&still) {
        if matches!(live.origin, Origin::Command(_)) {
            eprintln!("skipped: only the program tells {}", live.id);
            continue;
        }
        assert_eq!((&live.id, &live.state), (&still.id, &still.state));
    }
    assert_eq!(local.problems, root.problems);
}

#[test]
fn real_programs_print_their_versions() {
    let Some(folder) = real_data::data("version-output") else {
        return;
    };
    let mut compared = 0;
    for file in real_data::under(&folder) {
        for line in String::from_utf8(real_data::read(&file)).unwrap().lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let program = row["argv"][0].as_str().unwrap_or_default();
            if COMMANDS.iter().all(|(_, command, _)| *command != program) {
                continue;
            }
            let printed = printed_version(&text("stdout")).or_else(|| printed_version(&text("stderr")));
            let printed = printed.unwrap_or_else(|| panic!("{line}"));
            let package = text("package_version");
            // The meta package of PHP has a version of its own.
            let upstream = package.split_once(':').map_or(package.as_str(), |(_, rest)| rest);
            assert!(
                upstream.starts_with(&printed) || text("package").ends_with("php"),
                "{program}: {printed}, {package}"
            );
            compared += 1;
        }
    }
    eprintln!("{compared} outputs");
    assert!(compared > 8);
}
