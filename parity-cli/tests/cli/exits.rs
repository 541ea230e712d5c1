//! The exit code of `check`, for every combination of reasons: 2 first, then 130, 1, 4, 3, 0.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::world::{Run, World, host};

/// Something breaks, a report cannot be written, something needed is not known.
#[derive(Debug, Clone, Copy)]
struct Reasons {
    breaks: bool,
    unwritable: bool,
    unknown: bool,
}

impl Reasons {
    fn all() -> impl Iterator<Item = Reasons> {
        (0..8).map(|bits| Reasons {
            breaks: bits & 1 != 0,
            unwritable: bits & 2 != 0,
            unknown: bits & 4 != 0,
        })
    }

    fn world(self) -> World {
        let world = World::shop();
        if !self.breaks {
            world.text("be2.toml", &host("be2", "2.41"));
        }
        if self.unknown {
            world.edit("be3.toml", "\"library.nodes[x86_64/libc.so.6]\" = ", "# ");
            world.edit("be3.toml", ", \"library.nodes\"", "");
        }
        world
    }

    fn arguments(self) -> Vec<&'static str> {
        let mut arguments = vec!["check", "--env", "production"];
        if self.unwritable {
            arguments.extend(["--format", "text", "--format", "json=missing/report.json"]);
        }
        arguments
    }

    fn code(self) -> i32 {
        match (self.breaks, self.unwritable, self.unknown) {
            (true, ..) => 1,
            (false, true, _) => 4,
            (false, false, true) => 3,
            (false, false, false) => 0,
        }
    }
}

#[test]
fn certain_drift_beats_what_could_not_be_written_and_that_what_is_not_known() {
    for reasons in Reasons::all() {
        let run = reasons.world().parity(&reasons.arguments());
        assert_eq!(run.code, reasons.code(), "{reasons:?}\n{}{}", run.out, run.err);
        assert_eq!(
            run.err.contains("missing/report.json"),
            reasons.unwritable,
            "{reasons:?}"
        );
        assert!(!run.out.is_empty());
    }
}

#[test]
fn a_mistake_beats_everything_and_nothing_is_done() {
    for reasons in Reasons::all() {
        let world = reasons.world();
        world.text("parity.toml", &format!("{}[polcy]\n", world.read("parity.toml")));
        let run = world.parity(&reasons.arguments());
        assert_eq!((run.ended(2).code, run.out.as_str()), (2, ""), "{reasons:?}");
    }
}

#[test]
fn an_interrupt_beats_all_but_a_mistake() {
    // Accepts and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let slow = format!(
        "slow = [\"http://{}/a.json\"]\n[dev]",
        listener.local_addr().unwrap()
    );
    for reasons in Reasons::all() {
        let world = reasons.world();
        world.edit("parity.toml", "[dev]", &slow);
        world.parity(&["allow"]).ended(0);
        let child = world
            .command(&reasons.arguments())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let _connection = listener.accept().unwrap();
        let kill = Command::new("/bin/kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.ended(130).out, "", "{reasons:?}");
    }
}

/// A finding that is waived, ignored or below the threshold is no reason.
#[test]
fn what_the_policy_takes_away_is_no_reason() {
    for (policy, breaks) in [
        ("", true),
        ("[policy]\nfail-on = \"never\"\n", false),
        (
            "[[policy.severity]]\nrule = \"libc-symbols\"\nlevel = \"warning\"\n",
            false,
        ),
        (
            "[[policy.ignore]]\nrule = \"libc-symbols\"\nreason = \"known\"\nrole = \"backend\"\ntarget = \"facts:be2*\"\n",
            false,
        ),
        (
            "[[policy.ignore]]\nrule = \"libc-symbols\"\nreason = \"known\"\ntarget = \"facts:be1*\"\n",
            true,
        ),
    ] {
        for reasons in Reasons::all().filter(|reasons| reasons.breaks) {
            let world = reasons.world();
            world.text("parity.toml", &format!("{}{policy}", world.read("parity.toml")));
            let run = world.parity(&reasons.arguments());
            let expected = Reasons { breaks, ..reasons }.code();
            assert_eq!(run.code, expected, "{policy} {reasons:?}\n{}{}", run.out, run.err);
        }
    }
}
