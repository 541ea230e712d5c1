//! A probe that panics or never ends costs its own facts, or the one host; everything else is told.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::empty_loop)]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::observe::{Observed, Options, observe_all};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::schema::{Kind, Schema};
use parity_core::snapshot::CoverageState;
use parity_core::target::Target;

static WELL_SCHEMAS: &[Schema] = &[Schema::single("well.is", Kind::Bool, "Always true.")];
static FAULTY_SCHEMAS: &[Schema] = &[Schema::single("faulty.is", Kind::Bool, "Always true.")];
static WELL: Manifest = Manifest::new("well", Subject::Host, "A probe without faults.", WELL_SCHEMAS);
static FAULTY: Manifest = Manifest::new("faulty", Subject::Host, "A probe with faults.", FAULTY_SCHEMAS);

struct Well;

impl Probe for Well {
    fn manifest(&self) -> &Manifest {
        &WELL
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::file("fault")]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        if out
            .require(answers.bytes(&Need::file("fault")), "/fault")
            .is_some()
        {
            out.value("well.is", true, Origin::file("fault"));
        }
    }
}

/// Does what the file `fault` of a host says.
struct Faulty;

impl Probe for Faulty {
    fn manifest(&self) -> &Manifest {
        &FAULTY
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::file("fault")]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        match answers.bytes(&Need::file("fault")).got() {
            Some(fault) if **fault == *b"panic" => panic!("out of order"),
            Some(fault) if **fault == *b"loop" => loop {
                thread::sleep(Duration::from_secs(1));
            },
            Some(_) => out.value("faulty.is", true, Origin::file("fault")),
            None => {}
        }
    }
}

fn host(top: &Path, fault: &str) -> Target {
    let root = top.join(fault);
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("fault"), fault).unwrap();
    Target::RootFs(root)
}

fn facts(observed: &Observed) -> Vec<String> {
    let facts = observed.snapshot.facts.iter();
    facts.map(|fact| fact.id.to_string()).collect()
}

#[test]
fn the_rest_is_told() {
    let top = tempfile::tempdir().unwrap();
    let targets = ["loop", "none", "panic"].map(|fault| host(top.path(), fault));
    let probes: Arc<Vec<Box<dyn Probe>>> = Arc::new(vec![Box::new(Faulty), Box::new(Well)]);
    let options = Options {
        timeout: Duration::from_secs(1),
        ..Options::at("2026-01-01T00:00:00Z")
    };
    let start = Instant::now();
    let observed = observe_all(&targets, &probes, &options, &mut |_| {});
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
    let [looping, sound, panicking] = &observed[..] else {
        panic!("{observed:?}");
    };
    assert_eq!(facts(sound), ["faulty.is", "well.is"]);

    assert_eq!(facts(panicking), ["well.is"]);
    assert_eq!(panicking.snapshot.coverage[0].state, CoverageState::Failed);
    let told: Vec<&str> = panicking
        .snapshot
        .problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert_eq!(told, ["probe-panicked"]);
    assert!(panicking.snapshot.problems[0].message.contains("out of order"));

    assert_eq!(facts(looping), [""; 0]);
    assert_eq!(looping.failure.as_ref().unwrap().code, "timed-out");
}
