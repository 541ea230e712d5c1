//! The record format: the columns of one row (2.1).

use super::tree::varint;
use crate::parse_error::ParseError;
use crate::rpm::bytes::Bytes;

/// One column of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Null, or a kind of number that no caller asks for.
    Other,
    Integer(i64),
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

/// The column at `index`, counted from 0, of a record.
pub(super) fn column(record: &[u8], index: usize) -> Result<Value<'_>, ParseError> {
    let record = Bytes::whole(record, "a row of an SQLite table");
    let (header, mut at) = length(record, 0)?;
    let mut body = header;
    let mut before = 0;
    while at < header {
        let (kind, next) = varint(record, at)?;
        let size = size_of(kind).ok_or(record.malformed(at, "a column has a type that does not exist"))?;
        if before == index {
            return value(kind, record.slice(body, size)?.as_slice());
        }
        body = body.saturating_add(size);
        before += 1;
        at = next;
    }
    Err(record.malformed(0, "a row has too few columns"))
}

fn length(record: Bytes<'_>, at: usize) -> Result<(usize, usize), ParseError> {
    let (number, next) = varint(record, at)?;
    let size = usize::try_from(number).map_err(|_| record.malformed(at, "a length is out of range"))?;
    Ok((size, next))
}

fn size_of(kind: u64) -> Option<usize> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        _ => usize::try_from((kind - 12) / 2).ok(),
    }
}

fn value(kind: u64, bytes: &[u8]) -> Result<Value<'_>, ParseError> {
    Ok(match kind {
        1..=6 => {
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let sign = if negative { -1 } else { 0 };
            Value::Integer(
                bytes
                    .iter()
                    .fold(sign, |number: i64, &byte| number << 8 | i64::from(byte)),
            )
        }
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        0 | 7 => Value::Other,
        _ if kind.is_multiple_of(2) => Value::Blob(bytes),
        _ => Value::Text(bytes),
    })
}
