//! This machine observed by its files alone.
#![cfg(feature = "collect")]
#![allow(clippy::unwrap_used, reason = "test code")]

use std::time::{Duration, Instant};

use parity_core::answer::Outcome;
use parity_core::need::{Native, Need};
use parity_core::transport::{Transport, Tree};

#[test]
fn what_a_program_would_tell_is_not_known() {
    let mut tree = Tree::local(Instant::now() + Duration::from_secs(5))
        .unwrap()
        .without_programs("nobody said so");
    let needs = [
        Need::command(["sh", "-c", "exit 1"]),
        Need::command(["no-such-program"]),
        Need::file("proc/self/stat"),
        Need::FirstOf(vec![Need::command(["sh"]), Need::Native(Native::System)]),
        Need::FirstOf(vec![Need::command(["sh"]), Need::file("no/such/file")]),
    ];
    let answers = tree.ask(&needs).unwrap();
    let failed = |outcome: &Outcome<_>| match outcome {
        Outcome::Failed(failure) => failure.reason.clone(),
        _ => format!("{outcome:?}"),
    };
    assert_eq!(failed(&answers[0]), "`sh` was not run: nobody said so");
    assert!(matches!(answers[1], Outcome::Absent), "{:?}", answers[1]);
    assert!(matches!(answers[2], Outcome::Got(_)), "{:?}", answers[2]);
    assert!(matches!(answers[3], Outcome::Got(_)), "{:?}", answers[3]);
    // A file that is not there does not make up for what was not asked.
    assert!(!matches!(answers[4], Outcome::Got(_)), "{:?}", answers[4]);
}
