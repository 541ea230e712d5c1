//! Reads an ELF file of a target through answers, range by range.

use std::ops::Range;

use parity_core::answer::{Answers, Outcome};
use parity_core::need::Need;

use super::{ElfFile, Parts, Step, next_ranges};

/// How far the reading of one file has come.
pub(crate) enum Fetch {
    /// All is known.
    Done(Box<ElfFile>),
    /// These ranges are needed first.
    Ask(Vec<Need>),
    /// Why it cannot be read.
    Failed(String),
}

/// Reads the file at `path`, of which the first bytes are known, as far as the answers go.
pub(crate) fn fetch<'a>(path: &str, size: u64, head: &'a [u8], answers: &'a Answers) -> Fetch {
    let mut parts = Parts::head(head, size);
    loop {
        let ranges = match next_ranges(&parts) {
            Ok(Step::Done(file)) => return Fetch::Done(file),
            Ok(Step::Read(ranges)) => coalesced(ranges),
            Err(error) => return Fetch::Failed(error.to_string()),
        };
        let mut asks = Vec::new();
        for range in &ranges {
            let need = Need::range(path, range.start, range.end - range.start);
            match answers.bytes(&need) {
                Outcome::Got(bytes) if bytes.len() as u64 == range.end - range.start => {
                    parts.insert_borrowed(range.start, bytes);
                }
                Outcome::Got(_) => return Fetch::Failed("the file became shorter while it was read".into()),
                _ if !answers.has(&need) => asks.push(need),
                Outcome::Failed(failure) => return Fetch::Failed(failure.reason),
                Outcome::NotPermitted => return Fetch::Failed("permission denied".into()),
                Outcome::Absent | Outcome::NotApplicable => {
                    return Fetch::Failed("the file went away while it was read".into());
                }
            }
        }
        if !asks.is_empty() {
            return Fetch::Ask(asks);
        }
    }
}

/// Up to this many bytes that nobody wants are cheaper than one more reading.
const GAP: u64 = 4096;

/// The ranges with those put together that lie close to each other.
fn coalesced(ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut coalesced: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match coalesced.last_mut() {
            Some(last) if range.start.saturating_sub(last.end) <= GAP => last.end = last.end.max(range.end),
            _ => coalesced.push(range),
        }
    }
    coalesced
}
