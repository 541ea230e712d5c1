//! Collects this machine and another target, compares and judges them, with a probe and a rule of its own.

mod motd;

use std::error::Error;
use std::process::ExitCode;

use parity_core::change::compare;
use parity_core::finding::Finding;
use parity_core::judge::{Case, Host, judge};
use parity_core::observe::{Options, observe};
use parity_core::probe::Subject;
use parity_core::report::{Report, Threshold};
use parity_core::target::Target;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let argument = std::env::args().nth(1).ok_or("usage: embed TARGET")?;
    let target = Target::parse(&argument)?;
    let mut probes = parity_probes::probes();
    probes.push(Box::new(motd::Motd));
    let mut knowledge = parity_probes::knowledge()?;
    knowledge.add_rule("motd-missing", include_str!("../motd-missing.toml"))?;

    let options = Options::at(jiff::Timestamp::now().to_string());
    let here = observe(&Target::Local, Subject::Host, &probes, &options).snapshot;
    let there = observe(&target, Subject::Host, &probes, &options).snapshot;
    for problem in &there.problems {
        eprintln!("problem: {}", problem.message);
    }

    let changes = compare(&here, &there).changes.len();
    println!("{changes} differences between here and {target}");
    let case = Case {
        dev: Some(here),
        hosts: vec![Host::new(there)],
        ..Case::default()
    };
    let report = Report::new(&case, judge(&case, &knowledge), Threshold::default(), false);
    for Finding {
        severity,
        rule,
        message,
        ..
    } in &report.findings
    {
        println!("{}[{rule}] {message}", severity.word());
    }
    for unknown in &report.unknowns {
        println!("unknown[{}] {}: {}", unknown.rule, unknown.fact, unknown.reason);
    }
    Ok(report.verdict.exit_code().into())
}
