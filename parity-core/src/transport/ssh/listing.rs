//! What `ls -ldn` and `head` print for many files, taken apart at paths that nobody else can spell.
//!
//! Every path that the script hands to these programs begins with the session's spelling of the root directory
//! ([`Key::root`](super::frame::Key)); names, link targets and contents may therefore hold anything.

use std::collections::BTreeMap;

use super::frame::position;
use crate::answer::{Entry, EntryKind, LINK_MODE};

/// A listed entry: where its name was raw, the bytes of its path; what `ls` said of it.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    /// Path below the root as the program spelled it, as bytes.
    pub(super) path: Vec<u8>,
    /// Kind, permission bits, size.
    pub(super) kind: EntryKind,
    pub(super) mode: u32,
    pub(super) size: u64,
    /// Where a link points; `None` also where `ls` could not read it.
    pub(super) link: Option<Vec<u8>>,
}

/// Reads lines of `ls -ldn`, each preceded by the path alone where that has other than plain characters.
///
/// # Errors
/// A line is none of `ls`; the message shows it.
pub(super) fn read(text: &[u8], root: &str) -> Result<Vec<Listed>, String> {
    let marks = marks(text, root.as_bytes());
    let starts: Vec<usize> = marks
        .iter()
        .map(|at| {
            text[..*at]
                .iter()
                .rposition(|byte| *byte == b'\n')
                .map_or(0, |at| at + 1)
        })
        .collect();
    let mut listed = Vec::new();
    let mut raw: Option<&[u8]> = None;
    for (which, (at, start)) in marks.iter().zip(&starts).enumerate() {
        let end = starts.get(which + 1).copied().unwrap_or(text.len());
        let columns = &text[*start..*at];
        let name = text.get(at + root.len()..end).unwrap_or_default();
        let name = name.strip_suffix(b"\n").unwrap_or(name);
        if columns.is_empty() {
            raw = Some(name);
            continue;
        }
        let line = || String::from_utf8_lossy(columns).escape_debug().to_string();
        listed.push(row(columns, name, raw.take()).ok_or_else(|| format!("not a line of ls: {}", line()))?);
    }
    Ok(listed)
}

/// Every place where the secret spelling of the root stands.
fn marks(text: &[u8], root: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| position(rest, root)) {
        found.push(from + at);
        from += at + root.len();
    }
    found
}

/// Reads paths, one a line.
pub(super) fn paths(text: &[u8], root: &str) -> Vec<Vec<u8>> {
    let marks = marks(text, root.as_bytes());
    let ends = marks.iter().skip(1).copied().chain([text.len()]);
    marks
        .iter()
        .zip(ends)
        .filter_map(|(at, end)| text.get(at + root.len()..end))
        .map(|path| plain(path.strip_suffix(b"\n").unwrap_or(path)))
        .collect()
}

fn row(columns: &[u8], name: &[u8], raw: Option<&[u8]>) -> Option<Listed> {
    let columns = std::str::from_utf8(columns).ok()?;
    let fields: Vec<&str> = columns.split_ascii_whitespace().collect();
    let letters = fields.first()?.as_bytes();
    let kind = match letters.first()? {
        b'-' => EntryKind::File,
        b'd' => EntryKind::Directory,
        b'l' => EntryKind::Link,
        _ => EntryKind::Other,
    };
    let mode = match permissions(letters.get(1..10)?)? {
        _ if kind == EntryKind::Link => LINK_MODE,
        mode => mode,
    };
    let length = || fields.get(4)?.parse::<u64>().ok();
    let (path, link) = if kind == EntryKind::Link {
        let (path, link) = arrow(name, raw, length()?);
        (path.to_vec(), link.map(<[u8]>::to_vec))
    } else {
        (raw.unwrap_or(name).to_vec(), None)
    };
    let size = if kind == EntryKind::File { length()? } else { 0 };
    Some(Listed {
        path,
        kind,
        mode,
        size,
        link,
    })
}

/// The nine letters of permissions, as in `ls(1p)`.
fn permissions(letters: &[u8]) -> Option<u32> {
    let mut mode = 0;
    for (which, letter) in letters.iter().enumerate() {
        let bit = 0o400 >> which;
        let special = [0o4000, 0o2000, 0o1000].get(which / 3)?;
        mode |= match (which % 3, letter) {
            (_, b'-') => 0,
            (0, b'r') | (1, b'w') | (2, b'x') => bit,
            (2, b's' | b't') => bit | special,
            (2, b'S' | b'T') => *special,
            _ => return None,
        };
    }
    Some(mode)
}

/// Name and target of a link. A name may hold an arrow too; then the length of the target decides.
fn arrow<'a>(text: &'a [u8], raw: Option<&'a [u8]>, length: u64) -> (&'a [u8], Option<&'a [u8]>) {
    const ARROW: &[u8] = b" -> ";
    if let Some(raw) = raw
        && let Some(target) = text.strip_prefix(raw).and_then(|rest| rest.strip_prefix(ARROW))
    {
        return (raw, Some(target));
    }
    let by_length = usize::try_from(length)
        .ok()
        .and_then(|length| text.len().checked_sub(length))
        .and_then(|at| text.split_at_checked(at))
        .and_then(|(name, target)| Some((name.strip_suffix(ARROW)?, target)));
    let split = by_length.or_else(|| {
        let at = position(text, ARROW)?;
        Some((&text[..at], &text[at + ARROW.len()..]))
    });
    match split {
        Some((name, target)) => (raw.unwrap_or(name), Some(target)),
        None => (raw.unwrap_or(text), None),
    }
}

/// The path without the `.` and empty components that the script put into it.
pub(super) fn plain(path: &[u8]) -> Vec<u8> {
    let parts: Vec<&[u8]> = path
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".")
        .collect();
    parts.join(&b'/')
}

/// Reads what `head -c` prints for many files, the null device first and last: content by path.
///
/// A content counts only where the heading of the next one follows.
pub(super) fn contents(text: &[u8], root: &str) -> BTreeMap<Vec<u8>, Vec<u8>> {
    const BEGIN: &[u8] = b"==> ";
    const END: &[u8] = b" <==\n";
    let heading = [BEGIN, root.as_bytes()].concat();
    let headings: Vec<(usize, &[u8], usize)> = marks(text, &heading)
        .into_iter()
        .filter_map(|at| {
            let name = at + heading.len();
            let length = position(text.get(name..)?, END)?;
            Some((at, text.get(name..name + length)?, name + length + END.len()))
        })
        .collect();
    let mut found = BTreeMap::new();
    for pair in headings.windows(2) {
        let [(_, name, begin), (next, ..)] = pair else {
            continue;
        };
        if *name == b"dev/null" {
            continue;
        }
        // The newline before a heading is not of the file.
        if let Some(content) = text.get(*begin..next.saturating_sub(1)) {
            found.insert(plain(name), content.to_vec());
        }
    }
    found
}

/// What programs complained of, by path; and what cannot be told of which path.
pub(super) fn complaints(text: &[u8], root: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let text = String::from_utf8_lossy(text);
    let (mut by_path, mut other) = (BTreeMap::new(), Vec::new());
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let named = line.split_once(root).and_then(|(_, rest)| {
            let (name, reason) = rest.rsplit_once(": ")?;
            let name = [" for reading", ": cannot read link"]
                .iter()
                .find_map(|said| name.strip_suffix(said))
                .unwrap_or(name);
            let name = name.trim_end_matches(['\'', '"']);
            let quoted = name.contains(['\\', '$', '\u{fffd}']);
            (!quoted).then(|| (plain(name.as_bytes()), reason))
        });
        match named.and_then(|(name, reason)| Some((String::from_utf8(name).ok()?, reason))) {
            Some((name, reason)) => {
                by_path.entry(name).or_insert_with(|| reason.to_owned());
            }
            None => other.push(line.replace(root, "/")),
        }
    }
    (by_path, other)
}

/// A file as `entry` has it, the link read as text.
pub(super) fn entry(listed: &Listed, path: String) -> Entry {
    Entry {
        path,
        kind: listed.kind,
        mode: listed.mode,
        size: listed.size,
        link: listed
            .link
            .as_deref()
            .map(|link| String::from_utf8_lossy(link).into_owned()),
        content: None,
    }
}
