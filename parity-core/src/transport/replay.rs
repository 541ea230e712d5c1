//! Recordings: answers from a bundle, nothing else.

use std::collections::BTreeMap;

use super::{Transport, TransportError};
use crate::answer::{Answer, Outcome};
use crate::bundle::Bundle;
use crate::need::Need;

/// Answers from a recording.
#[derive(Debug)]
pub struct Replay {
    answers: BTreeMap<Need, Outcome<Answer>>,
}

impl Replay {
    /// Answers what this bundle holds.
    pub fn new(bundle: Bundle) -> Replay {
        Replay {
            answers: bundle.answers.into_iter().collect(),
        }
    }
}

impl Transport for Replay {
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError> {
        let missing = || {
            Outcome::failed(
                "not-recorded",
                "the recording does not hold it: it was made by another version",
            )
        };
        Ok(needs
            .iter()
            .map(|need| self.answers.get(need).cloned().unwrap_or_else(missing))
            .collect())
    }
}
