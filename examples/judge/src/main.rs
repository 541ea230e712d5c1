//! Judges two snapshot files: where it worked, and where it must work. Nothing that observes is built in.

use std::error::Error;
use std::fs::File;
use std::process::ExitCode;

use parity_core::judge::{Case, Host, judge};
use parity_core::report::{Report, Threshold};
use parity_core::snapshot::Snapshot;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [dev, host] = paths.as_slice() else {
        return Err("usage: judge DEV.json HOST.json".into());
    };
    let case = Case {
        dev: Some(Snapshot::read(File::open(dev)?)?),
        hosts: vec![Host::new(Snapshot::read(File::open(host)?)?)],
        ..Case::default()
    };
    let judgement = judge(&case, &parity_probes::knowledge()?);
    let report = Report::new(&case, judgement, Threshold::default(), false);
    for finding in &report.findings {
        println!(
            "{}[{}] {}",
            finding.severity.word(),
            finding.rule,
            finding.message
        );
    }
    println!(
        "{} of {} differences are without consequence",
        report.changes.folded, report.changes.total
    );
    Ok(report.verdict.exit_code().into())
}
