//! `lib/apk/db/installed`: one stanza a package, fields of one letter.
//!
//! Shape: apk-package(5) and the page "Apk spec" of the Alpine Linux wiki, section "Installed Database".

use crate::parse_error::{Fault, ParseError};
use crate::text::{Stanza, lossy, stanzas};

/// One package of an apk database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApkPackage {
    /// The field `P`.
    pub name: String,
    /// The field `V`, `version-rREVISION`.
    pub version: String,
    /// The field `A`.
    pub architecture: Option<String>,
    /// The field `o`: the package whose build this is a part of.
    pub origin: Option<String>,
    /// The line its stanza begins on, counted from 1.
    pub line: usize,
}

/// Reads `lib/apk/db/installed`, in the order of the file. An empty file is an empty list.
///
/// # Errors
/// When the file ends inside a line, when a stanza lacks `P` or `V` or gives a field twice, when a line is no field.
pub fn parse_installed(bytes: &[u8]) -> Result<Vec<ApkPackage>, ParseError> {
    stanzas(bytes).map(|stanza| package(&stanza?)).collect()
}

fn package(stanza: &Stanza<'_>) -> Result<ApkPackage, ParseError> {
    let (mut name, mut version, mut architecture, mut origin) = (None, None, None, None);
    for field in stanza.fields() {
        let field = field?;
        let (slot, what) = match field.name {
            b"P" => (&mut name, "P, the name,"),
            b"V" => (&mut version, "V, the version,"),
            b"A" => (&mut architecture, "A, the architecture,"),
            b"o" => (&mut origin, "o, the origin,"),
            _ => continue,
        };
        if slot.is_some() {
            return Err(ParseError::line(field.line, Fault::Duplicate(what)));
        }
        *slot = Some(field.value).filter(|value| !value.is_empty());
    }
    let missing = |what| ParseError::line(stanza.line, Fault::Missing(what));
    Ok(ApkPackage {
        name: lossy(name.ok_or(missing("P, the name,"))?),
        version: lossy(version.ok_or(missing("V, the version,"))?),
        architecture: architecture.map(lossy),
        origin: origin.map(lossy),
        line: stanza.line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INSTALLED: &[u8] = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:musl\nV:1.2.5-r0\nA:x86_64\no:musl\n\
m:Timo Ter\xc3\xa4s <t@example.org>\nF:lib\nR:ld.so\nZ:Q1BBBBBBBBBBBBBBBBBBBBBBBBBBB=\n\nP:.build-deps\nV:20240101.000000\nF:\n\n";

    #[test]
    fn reads_packages() {
        let packages = parse_installed(INSTALLED).unwrap();
        let package = |name: &str, version: &str, given: Option<&str>, line| ApkPackage {
            name: name.to_owned(),
            version: version.to_owned(),
            architecture: given.map(|_| "x86_64".to_owned()),
            origin: given.map(str::to_owned),
            line,
        };
        let musl = package("musl", "1.2.5-r0", Some("musl"), 1);
        assert_eq!(
            packages,
            [musl, package(".build-deps", "20240101.000000", None, 11)]
        );
        assert_eq!(parse_installed(b"").unwrap(), []);
    }

    #[test]
    fn says_what_is_wrong() {
        let fault = |bytes: &[u8]| parse_installed(bytes).unwrap_err().fault;
        assert_eq!(fault(b"P:a\nV:1-r0"), Fault::Truncated("a stanza"));
        assert_eq!(fault(b"P:a\n"), Fault::Missing("V, the version,"));
        assert_eq!(fault(b"P:a\nV:1\nP:b\n"), Fault::Duplicate("P, the name,"));
        assert!(matches!(fault(b"P:a\nV:1\n\x1f\x8b\x08\n"), Fault::Malformed(_)));
    }

    #[test]
    fn a_cut_is_an_error_or_falls_between_lines() {
        let whole = parse_installed(INSTALLED).unwrap();
        for end in 0..INSTALLED.len() {
            if let Ok(packages) = parse_installed(&INSTALLED[..end]) {
                let lines = INSTALLED[..end].iter().filter(|&&byte| byte == b'\n').count();
                let begun = whole.iter().filter(|package| package.line <= lines).count();
                assert_eq!(packages.len(), begun, "cut at {end}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_mutation_panics(at in 0..INSTALLED.len(), byte: u8, end in 0..=INSTALLED.len()) {
            let mut bytes = INSTALLED.to_vec();
            bytes[at] = byte;
            let _ = parse_installed(&bytes[..end]);
        }
    }
}
