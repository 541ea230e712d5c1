//! The rows of one answer, as they come in, within their caps.

use super::{MAX_ANSWER, MAX_ROWS};
use crate::answer::{Answer, Failure, Outcome, Rows};

/// What came so far for one question.
#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: Vec<Vec<Option<String>>>,
    bytes: usize,
    too_large: bool,
    refused: Option<Outcome<Answer>>,
}

impl Tally {
    /// A row; one too many makes the whole answer a failure, never a shorter one.
    pub(super) fn row(&mut self, row: Vec<Option<String>>) {
        self.bytes += row
            .iter()
            .map(|value| value.as_ref().map_or(8, |text| text.len() + 8))
            .sum::<usize>();
        self.too_large |= self.rows.len() >= MAX_ROWS || self.bytes > MAX_ANSWER;
        if self.too_large {
            self.rows.clear();
        } else {
            self.rows.push(row);
        }
    }

    /// What the server said in place of rows; the first counts.
    pub(super) fn refuse(&mut self, outcome: Outcome<Answer>) {
        self.refused.get_or_insert(outcome);
    }

    /// The answer.
    pub(super) fn close(self) -> Outcome<Answer> {
        if let Some(refused) = self.refused {
            return refused;
        }
        if self.too_large {
            let reason = format!(
                "the answer has more than {MAX_ROWS} rows or {} MiB",
                MAX_ANSWER >> 20
            );
            return Outcome::Failed(Failure::new("too-large", reason));
        }
        Outcome::Got(Answer::Rows(Rows(self.rows)))
    }
}
