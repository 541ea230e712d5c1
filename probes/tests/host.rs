//! The host probes against this machine.
#![cfg(feature = "collect")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::print_stderr
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use common::deadline;
use parity_core::answer::{Answer, Answers, Outcome};
use parity_core::collect::{Collected, collect};
use parity_core::fact::{FactId, State};
use parity_core::need::Need;
use parity_core::probe::Probe;
use parity_core::snapshot::Snapshot;
use parity_core::transport::{Transport, TransportError, Tree};

fn probes() -> Vec<&'static dyn Probe> {
    vec![
        parity_probes::config::PROBE,
        parity_probes::kernel::PROBE,
        parity_probes::limits::PROBE,
        parity_probes::locale::PROBE,
        parity_probes::mounts::PROBE,
        parity_probes::services::PROBE,
        parity_probes::sockets::PROBE,
        parity_probes::sysctl::PROBE,
        parity_probes::systemd::PROBE,
        parity_probes::users::PROBE,
    ]
}

fn local() -> Collected {
    collect(
        "local",
        "2026-01-01T00:00:00Z",
        &mut Tree::local(deadline()).unwrap(),
        &probes(),
    )
}

fn root() -> Collected {
    let mut tree = Tree::at(Path::new("/"), deadline()).unwrap();
    collect("root", "2026-01-01T00:00:00Z", &mut tree, &probes())
}

fn told(snapshot: &Snapshot) -> BTreeSet<String> {
    snapshot
        .facts
        .iter()
        .filter(|fact| fact.stability != parity_core::fact::Stability::Volatile)
        .map(|fact| format!("{} = {}", fact.id, fact.state))
        .collect()
}

/// Whether two looks agree. The machine may change between them, so they get eight chances.
fn agree(look: impl Fn() -> Snapshot, again: impl Fn() -> Snapshot) {
    let mut differing = Vec::new();
    for _ in 0..8 {
        let (first, second) = (look(), again());
        let (a, b) = (told(&first), told(&second));
        differing = a.symmetric_difference(&b).cloned().collect();
        if differing.is_empty() {
            return;
        }
    }
    panic!("{differing:#?}");
}

#[test]
fn two_looks_at_one_machine_are_one_snapshot() {
    agree(|| local().snapshot, || local().snapshot);
}

#[test]
fn files_alone_tell_the_same() {
    agree(|| local().snapshot, || root().snapshot);
}

#[test]
fn the_id_follows_from_the_answers() {
    let mut tree = Tree::local(deadline()).unwrap();
    let collected = collect("a", "2026-01-01T00:00:00Z", &mut tree, &probes());
    let mut replay = Replay(collected.answers);
    let again = collect("b", "2027-01-01T00:00:00Z", &mut replay, &probes());
    assert_eq!(again.snapshot.id, collected.snapshot.id);
    assert_eq!(told(&again.snapshot), told(&collected.snapshot));
}

/// Answers that were given before.
struct Replay(Answers);

impl Transport for Replay {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let known: BTreeMap<_, _> = self.0.iter().collect();
        let answer = |need| known.get(need).map(|outcome| (*outcome).clone());
        Ok(needs
            .iter()
            .map(|need| answer(need).unwrap_or(Outcome::NotApplicable))
            .collect())
    }
}

#[test]
fn every_fact_is_declared() {
    for collected in [local(), root()] {
        let problems = &collected.snapshot.problems;
        assert!(
            !problems.iter().any(|problem| problem.code == "undeclared-fact"),
            "{problems:#?}"
        );
        assert!(
            !problems.iter().any(|problem| problem.code == "probe-panicked"),
            "{problems:#?}"
        );
        assert!(
            !problems.iter().any(|problem| problem.code == "too-many-rounds"),
            "{problems:#?}"
        );
    }
}

#[test]
fn an_empty_root_gives_no_value_of_a_running_system() {
    let top = tempfile::tempdir().unwrap();
    let mut tree = Tree::at(top.path(), deadline()).unwrap();
    let snapshot = collect("empty", "2026-01-01T00:00:00Z", &mut tree, &probes()).snapshot;
    assert_eq!(snapshot.problems, []);
    let is_live = |id: &FactId| {
        ["kernel.", "memory.", "sysctl", "mount.", "listen", "service."]
            .iter()
            .any(|p| id.name().starts_with(p))
    };
    let live: Vec<_> = snapshot
        .facts
        .iter()
        .filter(|fact| is_live(&fact.id) && matches!(fact.state, State::Value(_)))
        .collect();
    assert!(live.is_empty(), "{live:#?}");
}

#[test]
fn every_fact_stands_in_the_readme_of_its_probe() {
    for probe in probes() {
        let manifest = probe.manifest();
        let readme = format!("{}/src/{}/README.md", env!("CARGO_MANIFEST_DIR"), manifest.id);
        let text = std::fs::read_to_string(&readme).unwrap();
        for schema in manifest.schemas.iter() {
            let (plain, keyed) = (format!("`{}`", schema.name), format!("`{}[", schema.name));
            assert!(
                text.contains(&plain) || text.contains(&keyed),
                "{readme} lacks {}",
                schema.name
            );
        }
    }
}

#[test]
fn damaged_answers_make_no_probe_panic() {
    let mut tree = Tree::local(deadline()).unwrap();
    let collected = collect("a", "2026-01-01T00:00:00Z", &mut tree, &probes());
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..40 {
        let mut damaged = Answers::default();
        for (need, outcome) in collected.answers.iter() {
            damaged.insert(
                need.clone(),
                outcome.clone().map(|answer| damage(answer, &mut seed)),
            );
        }
        let snapshot = collect("b", "2026-01-01T00:00:00Z", &mut Replay(damaged), &probes()).snapshot;
        let bugs: Vec<_> = snapshot
            .problems
            .iter()
            .filter(|problem| problem.code == "probe-panicked")
            .collect();
        assert!(bugs.is_empty(), "{bugs:#?}");
    }
}

/// The same answer with a byte changed here and there, or cut short.
fn damage(answer: Answer, seed: &mut u64) -> Answer {
    let mut spoil = |bytes: &mut Vec<u8>| {
        for _ in 0..8 {
            // xorshift64
            *seed ^= *seed << 13;
            *seed ^= *seed >> 7;
            *seed ^= *seed << 17;
            if bytes.is_empty() {
                return;
            }
            let at = (*seed >> 16) as usize % bytes.len();
            match *seed % 3 {
                0 => bytes[at] = (*seed >> 40) as u8,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, b"\n{}[]=/:#\"'\\\0"[(*seed >> 48) as usize % 13]),
            }
        }
    };
    match answer {
        Answer::Bytes(mut bytes) => {
            spoil(&mut bytes);
            Answer::Bytes(bytes)
        }
        Answer::Entries(mut found) => {
            for entry in &mut found.entries {
                if let Some(Outcome::Got(blob)) = &mut entry.content {
                    spoil(&mut blob.0);
                }
            }
            Answer::Entries(found)
        }
        Answer::Output(mut output) => {
            spoil(&mut output.stdout);
            Answer::Output(output)
        }
        Answer::One(which, answer) => Answer::One(which, Box::new(damage(*answer, seed))),
        other => other,
    }
}
