//! Packages of rpm: a lead, a signature, a header, and the files ("RPM V4 Package format" of the rpm manual).

use super::probe::Described;
use super::{Comparison, Relation};
use crate::rpm::requirements;

const LEAD: usize = 96;

/// The intro of a header in a package file: a magic number, a version, four bytes that are reserved.
const MAGIC: [u8; 4] = [0x8e, 0xad, 0xe8, 1];
const INTRO: usize = 8;

/// What a package asks of rpm whose files are compressed with zstd (rpm build/pack.c).
const ZSTD: &str = "rpmlib(PayloadIsZstd)";

const LESS: u32 = 2;
const GREATER: u32 = 4;
const EQUAL: u32 = 8;

/// What the header of a package says.
///
/// # Errors
/// No package, one that is cut off, or one whose header is malformed.
pub(super) fn described(package: &[u8]) -> Result<Described, String> {
    if !package.starts_with(&[0xed, 0xab, 0xee, 0xdb]) {
        return Err("not a package of rpm: it has no lead".to_owned());
    }
    let signature = LEAD;
    // The header behind the signature begins at a multiple of 8.
    let after = end(package, signature)?.next_multiple_of(8);
    let blob = package
        .get(after.saturating_add(INTRO)..end(package, after)?)
        .ok_or("the package is cut off")?;
    let (architecture, requires) = requirements(blob).map_err(|error| error.to_string())?;
    let is_zstd = requires.iter().any(|(name, _, _)| name == ZSTD);
    let asks = requires
        .into_iter()
        .filter(|(name, _, _)| is_told(name))
        .map(|(name, flags, version)| {
            let version = comparison(flags)
                .filter(|_| !version.is_empty())
                .map(|comparison| (comparison, version));
            let name = name.strip_suffix("(64bit)").unwrap_or(&name);
            let name = name.strip_suffix("()").unwrap_or(name).to_owned();
            vec![Relation { name, version }]
        });
    Ok(Described {
        format: "rpm",
        architecture,
        asks: asks.collect(),
        is_zstd,
    })
}

/// Where the header that begins here ends.
fn end(package: &[u8], at: usize) -> Result<usize, String> {
    let cut = || "the package is cut off".to_owned();
    let intro = package
        .get(at..)
        .and_then(|rest| rest.get(..16))
        .ok_or_else(cut)?;
    if !intro.starts_with(&MAGIC) {
        return Err("a header of the package has another magic number".to_owned());
    }
    let number = |at: usize| -> Option<usize> {
        let bytes: [u8; 4] = intro.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let (entries, data) = number(8).zip(number(12)).ok_or_else(cut)?;
    let length = entries.checked_mul(16).and_then(|index| index.checked_add(data));
    let end = length.and_then(|length| length.checked_add(at)?.checked_add(16));
    end.filter(|end| *end <= package.len()).ok_or_else(cut)
}

/// Files, features of rpm itself and conditions are what other checks or rpm alone can tell, and the loader of a host tells of
/// libraries of 64 bits. Those stand there as `libc.so.6(GLIBC_2.34)(64bit)` and `libm.so.6()(64bit)`.
fn is_told(name: &str) -> bool {
    let is_library = name.contains(".so") && name.ends_with("(64bit)");
    !name.starts_with(['/', '(']) && !name.starts_with("rpmlib(") && (is_library || !name.contains('('))
}

fn comparison(flags: u32) -> Option<Comparison> {
    match flags & (LESS | GREATER | EQUAL) {
        LESS => Some(Comparison::Earlier),
        GREATER => Some(Comparison::Later),
        EQUAL => Some(Comparison::Exactly),
        both if both == LESS | EQUAL => Some(Comparison::AtMost),
        both if both == GREATER | EQUAL => Some(Comparison::AtLeast),
        _ => None,
    }
}
