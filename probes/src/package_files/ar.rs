//! Debian packages: an archive of ar(5) with two trees in it (deb(5)).

use std::io::Read;

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use parity_core::tar;

/// The member with the files of a package, without its ending.
pub(crate) const DATA: &str = "data.tar";

/// The member that describes a package, without its ending.
const CONTROL: &str = "control.tar";

/// A longer description is refused, in bytes.
const MAX_CONTROL: u64 = 1 << 20;

/// All that describes a package, its scripts among it, in bytes. A few bytes may unpack to more than anybody waits for.
const MAX_SCRIPTS: u64 = 64 << 20;

/// More memory is not given to a decompressor: presets of xz(1) take 65 MiB at most, in KiB.
const MAX_MEMORY: u32 = 80 << 10;

const HEADER: usize = 60;

/// The member whose name is this one and an ending: that ending and its bytes.
///
/// # Errors
/// No archive of ar, one that is cut off, or one without the member.
pub(crate) fn member<'a>(package: &'a [u8], stem: &str) -> Result<(&'a str, &'a [u8]), String> {
    let mut rest = package
        .strip_prefix(b"!<arch>\n")
        .ok_or("not a Debian package: it does not begin with !<arch>")?;
    while !rest.is_empty() {
        let cut = || "the package is cut off".to_owned();
        let header = rest.get(..HEADER).ok_or_else(cut)?;
        let field = |from: usize, to: usize| {
            let bytes = header.get(from..to).unwrap_or_default();
            std::str::from_utf8(bytes).map_or("", str::trim_end)
        };
        let name = field(0, 16).trim_end_matches('/');
        let size: usize = field(48, 58)
            .parse()
            .map_err(|_| format!("{name}: its length is no number"))?;
        let end = HEADER.checked_add(size).ok_or_else(cut)?;
        let content = rest.get(HEADER..end).ok_or_else(cut)?;
        if let Some(ending) = name.strip_prefix(stem) {
            return Ok((ending, content));
        }
        // Members begin at even places.
        rest = rest.get(end.saturating_add(size % 2)..).unwrap_or_default();
    }
    Err(format!("the package has no {stem}"))
}

/// Whether a part of a package is compressed with zstd.
pub(super) fn is_zstd(package: &[u8]) -> bool {
    [CONTROL, DATA]
        .iter()
        .any(|stem| member(package, stem).is_ok_and(|(ending, _)| ending == ".zst"))
}

/// A member as it was before it was compressed.
///
/// # Errors
/// A compression that dpkg does not have.
pub(crate) fn unpacked<'a>(ending: &str, bytes: &'a [u8]) -> Result<Box<dyn Read + 'a>, String> {
    Ok(match ending {
        "" => Box::new(bytes),
        ".gz" => Box::new(MultiGzDecoder::new(bytes)),
        ".xz" => Box::new(XzReader::new_mem_limit(bytes, true, MAX_MEMORY)),
        ".zst" => {
            Box::new(zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| error.to_string())?)
        }
        other => return Err(format!("compressed in a way that is not read: {other}")),
    })
}

/// The file `control` of a package.
///
/// # Errors
/// A package that is damaged, or has none.
pub(super) fn control(package: &[u8]) -> Result<String, String> {
    let (ending, bytes) = member(package, CONTROL)?;
    let mut tree = tar::Reader::new(unpacked(ending, bytes)?);
    let mut budget = MAX_SCRIPTS;
    while let Some(entry) = tree.next_entry().map_err(|error| error.to_string())? {
        budget = budget
            .checked_sub(entry.size)
            .ok_or("what describes the package is too large")?;
        let name = String::from_utf8_lossy(&entry.path);
        if name.trim_start_matches("./") == "control" {
            if entry.size > MAX_CONTROL {
                return Err("control: too large".to_owned());
            }
            let mut text = Vec::new();
            tree.content()
                .read_to_end(&mut text)
                .map_err(|error| format!("control: {error}"))?;
            return Ok(String::from_utf8_lossy(&text).into_owned());
        }
    }
    Err("the package has no file control".to_owned())
}

/// The value of a field of `control`, its lines joined; the first of that name counts.
pub(super) fn field(control: &str, name: &str) -> Option<String> {
    let mut lines = control.lines();
    let first = lines.by_ref().find_map(|line| {
        let (field, value) = line.split_once(':')?;
        field.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })?;
    let folded = lines
        .take_while(|line| line.starts_with([' ', '\t']))
        .map(str::trim);
    Some(
        std::iter::once(first.as_str())
            .chain(folded)
            .collect::<Vec<_>>()
            .join(" "),
    )
}

/// Whether a package says which C library it needs: then whoever built it had its libraries looked up (dpkg-shlibdeps(1)).
pub(crate) fn asks_for_libc(package: &[u8]) -> bool {
    control(package).is_ok_and(|control| {
        let fields = ["Depends", "Pre-Depends"];
        let mut values = fields.iter().filter_map(|name| field(&control, name));
        values.any(|value| {
            super::relations(&value)
                .iter()
                .flatten()
                .any(|relation| ["libc6", "musl"].contains(&relation.name.as_str()))
        })
    })
}
