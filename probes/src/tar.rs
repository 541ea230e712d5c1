//! TAR archives (POSIX.1-2024, `pax` interchange format; the GNU extension for long names), read as a stream.

use std::io::Read;

/// A header and the blocks of a file have multiples of this length, in bytes.
const BLOCK: usize = 512;

/// Longer names, and lists of attributes, are not names of files that are shipped, in bytes.
const MAX_NAME: u64 = 64 << 10;

/// Calls `visit` for each regular file, with its path, its size and a reader of its content, until `visit` has an error.
///
/// # Errors
/// What `visit` says, or what is wrong with the archive.
pub(crate) fn each_file(
    mut archive: impl Read,
    mut visit: impl FnMut(&str, u64, &mut dyn Read) -> Result<(), String>,
) -> Result<(), String> {
    let mut long_name: Option<String> = None;
    loop {
        let mut header = [0_u8; BLOCK];
        if !fill(&mut archive, &mut header)? || header.iter().all(|byte| *byte == 0) {
            return Ok(());
        }
        let size = size(&header).ok_or("a file of the archive has no size")?;
        let kind = header.get(156).copied().unwrap_or_default();
        let mut content = (&mut archive).take(size);
        match kind {
            b'L' | b'x' if size <= MAX_NAME => {
                let mut text = Vec::new();
                content.read_to_end(&mut text).map_err(|_| damaged())?;
                let name = if kind == b'L' {
                    Some(until_zero(&text))
                } else {
                    pax_path(&text)
                };
                long_name = name.or(long_name);
            }
            0 | b'0' | b'7' => {
                let name = long_name.take().unwrap_or_else(|| name(&header));
                visit(name.trim_start_matches("./"), size, &mut content)?;
            }
            // Directories, links, and attributes of the whole archive.
            b'g' | b'K' => {}
            _ => long_name = None,
        }
        let left = content.limit();
        let padding = (BLOCK as u64).wrapping_sub(size) % BLOCK as u64;
        skip(&mut archive, left.saturating_add(padding))?;
    }
}

fn damaged() -> String {
    "the archive is damaged or cut off".to_owned()
}

/// Whether there was a whole block; none at all is an end as well.
fn fill(archive: &mut impl Read, block: &mut [u8; BLOCK]) -> Result<bool, String> {
    let mut bytes = Vec::with_capacity(BLOCK);
    let mut limited = archive.take(BLOCK as u64);
    limited.read_to_end(&mut bytes).map_err(|_| damaged())?;
    match <[u8; BLOCK]>::try_from(bytes.as_slice()) {
        Ok(whole) => *block = whole,
        Err(_) if bytes.is_empty() => return Ok(false),
        Err(_) => return Err(damaged()),
    }
    Ok(true)
}

fn skip(archive: &mut impl Read, length: u64) -> Result<(), String> {
    let skipped = std::io::copy(&mut archive.take(length), &mut std::io::sink());
    match skipped {
        Ok(skipped) if skipped == length => Ok(()),
        _ => Err(damaged()),
    }
}

fn until_zero(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

fn name(header: &[u8; BLOCK]) -> String {
    let name = until_zero(&header[..100]);
    let is_ustar = header[257..].starts_with(b"ustar\0");
    match until_zero(&header[345..500]) {
        prefix if is_ustar && !prefix.is_empty() => format!("{prefix}/{name}"),
        _ => name,
    }
}

/// Octal digits, or a binary number where the first bit is set.
fn size(header: &[u8; BLOCK]) -> Option<u64> {
    let field = &header[124..136];
    if field[0] & 0x80 != 0 {
        return Some(u64::from_be_bytes(field[4..].try_into().ok()?));
    }
    let digits = std::str::from_utf8(field).ok()?;
    u64::from_str_radix(digits.trim_matches([' ', '\0']), 8).ok()
}

/// The value of the record `LENGTH path=VALUE`.
fn pax_path(records: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(records);
    let mut records = text
        .lines()
        .filter_map(|line| line.split_once(' ')?.1.strip_prefix("path="));
    records.next_back().map(str::to_owned)
}
