//! A probe of our own: it states what it wants to read, and makes facts of the answers. Reading is not its business.

use parity_core::answer::Answers;
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::{Manifest, Observation, Probe, Subject};
use parity_core::schema::{Kind, Schema};

static MANIFEST: Manifest = Manifest::new("motd", Subject::Host, "The message of the day.", SCHEMAS);
const SCHEMAS: &[Schema] = &[Schema::single("motd.lines", Kind::Number, "Lines of /etc/motd.")];
const PATH: &str = "etc/motd";

pub struct Motd;

impl Probe for Motd {
    fn manifest(&self) -> &Manifest {
        &MANIFEST
    }

    fn needs(&self) -> Vec<Need> {
        vec![Need::file(PATH)]
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        if let Some(bytes) = out.optional(answers.bytes(&Need::file(PATH)), PATH) {
            let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as i64;
            out.value("motd.lines", lines, Origin::file(PATH));
        }
    }
}
