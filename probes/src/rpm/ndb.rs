//! The "ndb" database of rpm, `Packages.db`, that SUSE uses.
//!
//! Shape, little-endian, as rpm 4.14 and later write it: pages of 4096 bytes hold slots of 16 bytes (the first two are
//! the header of the file), each names the place of one blob in blocks of 16 bytes; a blob stands between a head of 16
//! bytes and, after padding, a tail of 12 bytes with an Adler-32 checksum (RFC 1950) of all before it.

use super::bytes::{Bytes, Order::Little};
use crate::parse_error::ParseError;

/// First bytes of every such database.
pub(super) const MAGIC: &[u8; 4] = b"RpmP";

const PAGE: usize = 4096;
const UNIT: usize = 16;
const SLOT: &[u8] = b"Slot";
const HEAD: &[u8] = b"BlbS";
const TAIL: &[u8] = b"BlbE";
const TAIL_LENGTH: usize = 12;

/// The header blobs of a database, in the order of their indexes.
///
/// # Errors
/// When the file is shorter than its slots say, when a slot or a blob is damaged or its checksum is wrong, when two
/// slots name one place.
pub(super) fn blobs(file: &[u8]) -> Result<Vec<&[u8]>, ParseError> {
    let file = Bytes::whole(file, "an ndb database");
    if file.slice(0, MAGIC.len())?.as_slice() != MAGIC {
        return Err(file.malformed(0, "not an ndb database"));
    }
    if file.u32(4, Little)? != 0 {
        return Err(file.malformed(4, "this version of the ndb format is not known"));
    }
    let slots = file.slice(0, file.size(12, Little)?.saturating_mul(PAGE))?;
    let mut used = Vec::new();
    for at in (2 * UNIT..slots.len()).step_by(UNIT) {
        let slot = slots.slice(at, UNIT)?;
        if slot.slice(0, 4)?.as_slice() != SLOT {
            return Err(slot.malformed(0, "a slot is damaged"));
        }
        let (index, begin, length) = (
            slot.u32(4, Little)?,
            slot.size(8, Little)?,
            slot.size(12, Little)?,
        );
        match (index, begin, length) {
            (0, 0, 0) => {}
            (0, ..) | (_, 0, _) | (.., 0) => return Err(slot.malformed(4, "a slot is neither free nor used")),
            _ => used.push((begin.saturating_mul(UNIT), length.saturating_mul(UNIT), index)),
        }
    }
    used.sort_unstable();
    let mut end = slots.len();
    let mut blobs = Vec::new();
    for (begin, length, index) in used {
        if begin < end {
            return Err(file.malformed(begin, "two blobs share a place"));
        }
        blobs.push((index, blob(file.slice(begin, length)?, index)?));
        end = begin.saturating_add(length);
    }
    blobs.sort_unstable_by_key(|&(index, _)| index);
    if blobs
        .windows(2)
        .any(|pair| matches!(pair, [one, next] if one.0 == next.0))
    {
        return Err(file.malformed(0, "two blobs have one index"));
    }
    Ok(blobs.into_iter().map(|(_, blob)| blob).collect())
}

/// The blob in its place, from head to tail.
fn blob(place: Bytes<'_>, index: u32) -> Result<&[u8], ParseError> {
    let length = place.size(12, Little)?;
    let whole = UNIT
        .checked_add(length)
        .and_then(|sum| sum.checked_add(TAIL_LENGTH));
    let whole = whole.and_then(|sum| sum.checked_next_multiple_of(UNIT));
    if place.slice(0, 4)?.as_slice() != HEAD || place.u32(4, Little)? != index || whole != Some(place.len()) {
        return Err(place.malformed(0, "the head of a blob is not the one its slot names"));
    }
    let before_tail = place.len() - TAIL_LENGTH;
    let tail = place.from(before_tail)?;
    if tail.size(4, Little)? != length || tail.slice(8, 4)?.as_slice() != TAIL {
        return Err(tail.malformed(0, "the tail of a blob does not match its head"));
    }
    if tail.u32(0, Little)? != adler32(place.slice(0, before_tail)?.as_slice()) {
        return Err(tail.malformed(0, "the checksum of a blob is wrong"));
    }
    Ok(place.slice(UNIT, length)?.as_slice())
}

/// Adler-32 (RFC 1950, 8.2); 5552 is the most bytes whose sums fit 32 bits.
pub(super) fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65521;
    let (mut low, mut high) = (1, 0);
    for chunk in bytes.chunks(5552) {
        for &byte in chunk {
            low += u32::from(byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ndb, three};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn checksum_of_the_known_example() {
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn reads_blobs_in_the_order_of_their_indexes() {
        let expected = three();
        assert_eq!(
            blobs(&ndb(&expected)).unwrap(),
            expected.iter().map(Vec::as_slice).collect::<Vec<_>>()
        );
        assert!(blobs(&ndb(&[])).unwrap().is_empty());
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = ndb(&three());
        for end in (0..whole.len()).filter(|end| end % 61 == 0 || *end > 4090) {
            assert!(blobs(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn a_mutation_is_an_error_or_leaves_every_blob(at in 0usize..5000, byte: u8) {
            let mut bytes = ndb(&three());
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(blobs) = blobs(&bytes) {
                prop_assert_eq!(blobs.len(), 3);
            }
        }
    }
}
