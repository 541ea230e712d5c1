//! An interruption ends everything that runs within a second.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::borrow::Cow;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use parity_core::answer::Answers;
use parity_core::need::Need;
use parity_core::observe::{Options, observe_all};
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::target::Target;

struct Asks(Manifest, Vec<Need>);

impl Probe for Asks {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn needs(&self) -> Vec<Need> {
        self.1.clone()
    }

    fn observe(&self, _: &Answers, _: &mut Observation<'_>) {}
}

fn probes(needs: Vec<Need>) -> Arc<Vec<Box<dyn Probe>>> {
    let manifest = Manifest {
        id: std::borrow::Cow::Borrowed("asks"),
        subject: Subject::Host,
        about: std::borrow::Cow::Borrowed("asks"),
        schemas: Cow::Borrowed(&[]),
    };
    Arc::new(vec![Box::new(Asks(manifest, needs))])
}

fn options(jobs: usize) -> Options {
    Options {
        timeout: Duration::from_secs(30),
        jobs,
        ..Options::at("2026-01-01T00:00:00Z")
    }
}

/// Processes that run this program with this argument.
fn running(argument: &str) -> usize {
    let lines = fs::read_dir("/proc").unwrap().flatten();
    let lines = lines.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    let wanted = ["sleep", argument, ""].join("\0");
    lines.filter(|line| line.ends_with(wanted.as_bytes())).count()
}

fn wait_for(what: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !what() {
        assert!(Instant::now() < until);
        thread::sleep(Duration::from_millis(5));
    }
}

/// Observes, interrupts once so many children run, and looks that none is left.
fn interrupt(targets: &[Target], needs: Vec<Need>, argument: &str, children: usize) {
    if !Path::new("/proc/self/cmdline").exists() {
        eprintln!("skipped: no /proc");
        return;
    }
    let options = options(4);
    let stop = options.stop.clone();
    let probes = probes(needs);
    let (observed, took) = thread::scope(|scope| {
        let observing = scope.spawn(|| observe_all(targets, &probes, &options, &mut |_| {}));
        wait_for(|| running(argument) == children);
        let start = Instant::now();
        stop.store(true, Ordering::Relaxed);
        (observing.join().unwrap(), start.elapsed())
    });
    assert!(took < Duration::from_secs(2), "{took:?}");
    // What was killed takes a moment to go; what was not would wait much longer than this does.
    wait_for(|| running(argument) == 0);
    assert_eq!(observed.len(), targets.len());
}

#[test]
fn carriers_that_never_answer_are_gone() {
    let top = tempfile::tempdir().unwrap();
    let client = top.path().join("client");
    // One that waits itself, and one that has a child.
    fs::write(&client, "#!/bin/sh\nsleep 61.5 &\nexec sleep 61.5\n").unwrap();
    fs::set_permissions(&client, fs::Permissions::from_mode(0o755)).unwrap();
    let target = |name: &str| Target::Container {
        client: client.to_str().unwrap().to_owned(),
        name: name.to_owned(),
    };
    // More than work at once.
    let targets: Vec<Target> = ["a", "b", "c", "d", "e", "f"].map(target).to_vec();
    interrupt(&targets, vec![Need::file("etc/hostname")], "61.5", 8);
}

#[test]
fn programs_of_this_machine_are_gone() {
    let needs = vec![Need::command(["sleep", "62.5"]), Need::command(["sleep", "62.5"])];
    interrupt(&[Target::Local], needs, "62.5", 1);
}

#[test]
fn what_was_done_before_is_kept() {
    let options = options(1);
    let stop = options.stop.clone();
    let targets = [Target::Local, Target::Local, Target::Local];
    let probes = probes(vec![Need::file("etc/hostname")]);
    let observed = observe_all(&targets, &probes, &options, &mut |progress| {
        if let parity_core::observe::Progress::Done(..) = progress {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let failed: Vec<bool> = observed
        .iter()
        .map(|observed| observed.failure.is_some())
        .collect();
    assert_eq!(failed, [false, true, true]);
    let code = observed[2].failure.as_ref().map(|error| error.code);
    assert_eq!(code, Some("interrupted"));
}
