use parity_core::answer::Answers;
use parity_core::fact::{Origin, Value};
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};

use super::{SCHEMAS, parse};

static MANIFEST: Manifest = Manifest::new(
    "cpu",
    Subject::Host,
    "Processors: vendor, model, features and x86-64 level.",
    SCHEMAS,
);

const PATH: &str = "proc/cpuinfo";

/// Tells what the processors can do.
pub const PROBE: &dyn Probe = &Cpu;

struct Cpu;

impl Probe for Cpu {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::file(PATH)]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        let Some(bytes) = out.require_live(answers.bytes(&Need::file(PATH)), "processors") else {
            return;
        };
        match parse(&String::from_utf8_lossy(bytes)) {
            Err(error) => out.malformed(PATH, error),
            Ok(cpu) => {
                let origin = || Origin::file(PATH);
                out.value("cpu.count", cpu.processors as i64, origin());
                if let Some(vendor) = cpu.vendor {
                    out.value("cpu.vendor", vendor, origin());
                }
                if let Some(model) = cpu.model {
                    out.value("cpu.model", model, origin());
                }
                if let Some(level) = cpu.x86_level {
                    out.value("cpu.x86-level", i64::from(level.number()), origin());
                }
                out.value("cpu.flags", Value::set(cpu.flags), origin());
            }
        }
    }
}
