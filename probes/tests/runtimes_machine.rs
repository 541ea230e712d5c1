//! The runtimes of this machine, compared with what the programs print; and what real programs print for their version.
#![cfg(feature = "collect")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "test code")]

#[allow(dead_code)]
mod real_data;

use std::process::Command;
use std::time::{Duration, Instant};

use parity_core::collect::collect;
use parity_core::fact::FactId;
use parity_core::transport::Tree;
use parity_probes::runtimes::{PROBE, printed_version};

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
            .find(|path| std::path::Path::new(path).exists());
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
