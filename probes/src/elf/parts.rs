//! The ranges of a file that have been read so far.

use super::ElfError;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Some ranges of one file, and the size of the whole. Ranges may overlap; a later one joins its neighbours.
#[derive(Debug, Clone, Default)]
pub struct Parts<'a> {
    file_size: u64,
    pieces: BTreeMap<u64, Cow<'a, [u8]>>,
}

impl<'a> Parts<'a> {
    /// A file of this many bytes of which nothing has been read.
    pub fn new(file_size: u64) -> Self {
        Self {
            file_size,
            pieces: BTreeMap::new(),
        }
    }

    /// A file that has been read completely.
    pub fn whole(bytes: &'a [u8]) -> Self {
        Self {
            file_size: bytes.len() as u64,
            pieces: BTreeMap::from([(0, Cow::Borrowed(bytes))]),
        }
    }

    /// The first bytes of a file of this size.
    pub fn head(bytes: &'a [u8], file_size: u64) -> Self {
        Self {
            file_size,
            pieces: BTreeMap::from([(0, Cow::Borrowed(bytes))]),
        }
    }

    /// Adds the bytes found at `start`. Fewer bytes than were asked for are fine: the rest stays unread.
    pub fn insert(&mut self, start: u64, bytes: Vec<u8>) {
        let mut start = start;
        let mut joined = bytes;
        while let Some((neighbour, piece)) = self.touching(start, joined.len() as u64) {
            (start, joined) = join((neighbour, piece.into_owned()), (start, joined));
        }
        self.pieces.insert(start, Cow::Owned(joined));
    }

    /// The same for bytes that live on, which are copied only where they join others.
    pub fn insert_borrowed(&mut self, start: u64, bytes: &'a [u8]) {
        let end = start.saturating_add(bytes.len() as u64);
        let before = self.pieces.range(..=end).next_back();
        let touches = before.is_some_and(|(at, piece)| at.saturating_add(piece.len() as u64) >= start);
        if touches {
            self.insert(start, bytes.to_vec());
        } else {
            self.pieces.insert(start, Cow::Borrowed(bytes));
        }
    }

    /// Size of the whole file in bytes.
    pub fn file_size(&self) -> u64 {
        self.file_size
    }

    /// The bytes of a range of the file.
    ///
    /// # Errors
    /// [`ElfError::CutOff`] when the file ends before the range does, [`ElfError::NotRead`] when it has not been read.
    pub fn get(&self, what: &'static str, range: &Range<u64>) -> Result<&[u8], ElfError> {
        if range.end > self.file_size || range.start > range.end {
            return Err(ElfError::CutOff {
                what,
                at: range.start,
            });
        }
        self.read(range).ok_or_else(|| ElfError::NotRead {
            what,
            range: range.clone(),
        })
    }

    /// Whether the range has been read.
    pub fn has(&self, range: &Range<u64>) -> bool {
        self.read(range).is_some()
    }

    fn read(&self, range: &Range<u64>) -> Option<&[u8]> {
        if range.is_empty() {
            return Some(&[]);
        }
        let (start, piece) = self.pieces.range(..=range.start).next_back()?;
        let from = usize::try_from(range.start - start).ok()?;
        let to = usize::try_from(range.end.checked_sub(*start)?).ok()?;
        piece.get(from..to)
    }

    fn touching(&mut self, start: u64, len: u64) -> Option<(u64, Cow<'a, [u8]>)> {
        let end = start.saturating_add(len);
        let (&at, piece) = self.pieces.range(..=end).next_back()?;
        (at.saturating_add(piece.len() as u64) >= start).then(|| self.pieces.remove(&at).map(|p| (at, p)))?
    }
}

/// Joins two pieces that overlap or touch; where they overlap, the one that starts first is kept.
fn join(one: (u64, Vec<u8>), other: (u64, Vec<u8>)) -> (u64, Vec<u8>) {
    let ((start, mut first), (next, second)) = if one.0 <= other.0 {
        (one, other)
    } else {
        (other, one)
    };
    let overlap = (start.saturating_add(first.len() as u64)).saturating_sub(next);
    let rest = usize::try_from(overlap)
        .ok()
        .and_then(|skip| second.get(skip..))
        .unwrap_or_default();
    first.extend_from_slice(rest);
    (start, first)
}

/// Sorted ranges without overlap that cover the given ones, empty ones left out.
pub(super) fn merged(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_by_key(|range| range.start);
    let mut merged: Vec<Range<u64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn overlapping_ranges_are_read_once() {
        assert_eq!(merged(vec![8..9, 0..4, 2..6, 5..5, 6..7]), vec![0..7, 8..9]);
    }

    proptest! {
        #[test]
        fn pieces_in_any_order_give_the_file_back(
            file in prop::collection::vec(any::<u8>(), 0..64),
            cuts in prop::collection::vec((0usize..64, 0usize..64), 0..12),
        ) {
            let mut parts = Parts::new(file.len() as u64);
            let mut read = vec![false; file.len()];
            for (a, b) in cuts {
                let (from, to) = (a.min(b).min(file.len()), a.max(b).min(file.len()));
                parts.insert(from as u64, file[from..to].to_vec());
                read[from..to].fill(true);
            }
            for from in 0..file.len() {
                for to in from..=file.len() {
                    let expected = read[from..to].iter().all(|r| *r).then(|| &file[from..to]);
                    prop_assert_eq!(parts.get("piece", &(from as u64..to as u64)).ok(), expected);
                }
            }
        }
    }
}
