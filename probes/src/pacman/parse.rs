//! `var/lib/pacman/local/NAME-VERSION/desc`: one file a package, sections of a `%FIELD%` line and value lines up to an
//! empty line.
//!
//! Shape: the manual page alpm-db-desc(5).

use crate::parse_error::{Fault, ParseError};
use crate::text::{lines, lossy};

/// One package of a pacman database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacmanPackage {
    /// The section `NAME`.
    pub name: String,
    /// The section `VERSION`, `[epoch:]version-release`.
    pub version: String,
    /// The section `BASE`: the package whose build this is a part of.
    pub base: Option<String>,
    /// The section `ARCH`.
    pub architecture: Option<String>,
    /// The section `REASON`; without one it was asked for.
    pub reason: Reason,
}

/// Why a package is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reason {
    /// Somebody asked for it.
    #[default]
    Explicit,
    /// Another package depends on it.
    Dependency,
}

/// Reads one `desc` file.
///
/// # Errors
/// When the file is empty or ends inside a line or a section, when `NAME` or `VERSION` is missing, when a section is
/// given twice, when a line belongs to no section.
pub fn parse_desc(bytes: &[u8]) -> Result<PacmanPackage, ParseError> {
    let (mut name, mut version, mut base, mut architecture, mut reason) = (None, None, None, None, None);
    let mut lines = lines(bytes);
    let mut last = 1;
    while let Some(header) = lines.next() {
        last = header.number;
        if header.bytes.is_empty() {
            continue;
        }
        let at = |fault| ParseError::line(header.number, fault);
        let Some(section) = header
            .bytes
            .strip_prefix(b"%")
            .and_then(|rest| rest.strip_suffix(b"%"))
        else {
            let cut = !header.ended && header.bytes.starts_with(b"%");
            let what = if cut {
                Fault::Truncated("a line")
            } else {
                Fault::Malformed("a line is in no section")
            };
            return Err(at(what));
        };
        let values: Vec<_> = lines.by_ref().take_while(|line| !line.bytes.is_empty()).collect();
        if let Some(open) = values.iter().find(|line| !line.ended) {
            return Err(ParseError::line(open.number, Fault::Truncated("a line")));
        }
        last += values.len();
        let (slot, what) = match section {
            b"NAME" => (&mut name, "NAME"),
            b"VERSION" => (&mut version, "VERSION"),
            b"BASE" => (&mut base, "BASE"),
            b"ARCH" => (&mut architecture, "ARCH"),
            b"REASON" => (&mut reason, "REASON"),
            _ if values.is_empty() && !header.ended => return Err(at(Fault::Truncated("a section"))),
            _ => continue,
        };
        let [value] = values.as_slice() else {
            return Err(at(if values.is_empty() {
                Fault::Missing(what)
            } else {
                Fault::Duplicate(what)
            }));
        };
        if slot.replace(value.bytes).is_some() {
            return Err(at(Fault::Duplicate(what)));
        }
    }
    let missing = |what| ParseError::line(last, Fault::Missing(what));
    Ok(PacmanPackage {
        name: lossy(name.ok_or(missing("NAME"))?),
        version: lossy(version.ok_or(missing("VERSION"))?),
        base: base.map(lossy),
        architecture: architecture.map(lossy),
        reason: match reason {
            None | Some(b"0") => Reason::Explicit,
            Some(b"1") => Reason::Dependency,
            Some(_) => {
                return Err(ParseError::line(
                    last,
                    Fault::Malformed("REASON is neither 0 nor 1"),
                ));
            }
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DESC: &[u8] =
        b"%NAME%\nlibx\n\n%VERSION%\n1:2.0-1\n\n%BASE%\nx\n\n%DESC%\nna\xefve 100%\n\n%ARCH%\nx86_64\n\n\
%REASON%\n1\n\n%LICENSE%\nMIT\nBSD\n\n%GROUPS%\n\n";

    #[test]
    fn reads_a_package() {
        let package = parse_desc(DESC).unwrap();
        assert_eq!(
            (package.name.as_str(), package.version.as_str()),
            ("libx", "1:2.0-1")
        );
        assert_eq!(
            (package.base.as_deref(), package.architecture.as_deref()),
            (Some("x"), Some("x86_64"))
        );
        assert_eq!(package.reason, Reason::Dependency);
        assert_eq!(
            parse_desc(b"%NAME%\na\n\n%VERSION%\n1-1\n").unwrap().reason,
            Reason::Explicit
        );
    }

    #[test]
    fn says_what_is_wrong() {
        let fault = |bytes: &[u8]| parse_desc(bytes).unwrap_err().fault;
        assert_eq!(fault(b""), Fault::Missing("NAME"));
        assert_eq!(fault(b"%NAME%\na\n\n"), Fault::Missing("VERSION"));
        assert_eq!(fault(b"%NAME%\n\n"), Fault::Missing("NAME"));
        assert_eq!(fault(b"%NAME%\na\nb\n"), Fault::Duplicate("NAME"));
        assert_eq!(fault(b"%NAME%\na\n\n%VERSION%\n1-"), Fault::Truncated("a line"));
        assert_eq!(fault(b"%NAME%\na\n\n%VERS"), Fault::Truncated("a line"));
        assert!(matches!(fault(b"<html>\n"), Fault::Malformed(_)));
        assert!(matches!(
            fault(b"%NAME%\na\n\n%VERSION%\n1\n\n%REASON%\n7\n"),
            Fault::Malformed(_)
        ));
    }

    #[test]
    fn a_cut_never_changes_name_and_version() {
        let whole = parse_desc(DESC).unwrap();
        for end in 0..DESC.len() {
            if let Ok(package) = parse_desc(&DESC[..end]) {
                assert_eq!(
                    (&package.name, &package.version),
                    (&whole.name, &whole.version),
                    "cut at {end}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_mutation_panics(at in 0..DESC.len(), byte: u8, end in 0..=DESC.len()) {
            let mut bytes = DESC.to_vec();
            bytes[at] = byte;
            let _ = parse_desc(&bytes[..end]);
        }
    }
}
