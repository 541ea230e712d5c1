//! `var/lib/dpkg/status`, the files of `var/lib/dpkg/status.d`, and the same by `dpkg-query`.

use super::package::{DpkgPackage, Flag, Source, State, Status, Want};
use crate::parse_error::{Fault, ParseError};
use crate::text::{Stanza, lines, lossy, stanzas};

/// The format to ask `dpkg-query -W -f` for; [`parse_query`] reads its output. The escapes are dpkg-query's own.
///
/// `${Source}` rather than `${source:Package}`: also dpkg before 1.16.2 knows it.
pub const QUERY_FORMAT: &str = r"${Package}\t${Version}\t${Architecture}\t${Status}\t${Source}\n";

/// Reads a dpkg status file or a file of `status.d`, in the order of the file.
///
/// Entries in the state `not-installed` are left out, as `dpkg-query -W` leaves them out: dpkg keeps only a selection
/// in them. An empty file is an empty list.
///
/// ```
/// let file = b"Package: tar\nStatus: hold ok installed\nVersion: 1.34\nArchitecture: amd64\n\n";
/// let packages = parity_probes::dpkg::parse_status(file)?;
/// let answer = b"tar\t1.34\tamd64\thold ok installed\t\n";
/// assert_eq!(packages, parity_probes::dpkg::parse_query(answer)?);
/// assert!(parity_probes::dpkg::parse_status(&file[..40]).is_err(), "cut inside an entry");
/// # Ok::<(), parity_probes::parse_error::ParseError>(())
/// ```
///
/// # Errors
/// When the file ends inside an entry, when an entry lacks `Package` or `Version` or gives one twice, when only some
/// entries have a `Status`, when a `Status` has a word dpkg does not know, when a line is no field.
pub fn parse_status(bytes: &[u8]) -> Result<Vec<DpkgPackage>, ParseError> {
    let mut packages = Vec::new();
    let mut kind = None;
    for stanza in stanzas(bytes) {
        let entry = Entry::read(&stanza?)?;
        let has_status = entry.status.is_some();
        if *kind.get_or_insert(has_status) != has_status {
            return Err(ParseError::line(
                entry.line,
                Fault::Missing("Status, which other entries have,"),
            ));
        }
        packages.extend(entry.package()?);
    }
    Ok(packages)
}

/// Reads the output of `dpkg-query -W -f` with [`QUERY_FORMAT`]. Gives packages equal to those of [`parse_status`],
/// in dpkg-query's order.
///
/// # Errors
/// When the output ends inside a line, when a line has not five columns, or a column is not what it should be.
pub fn parse_query(bytes: &[u8]) -> Result<Vec<DpkgPackage>, ParseError> {
    let mut packages = Vec::new();
    for line in lines(bytes) {
        if !line.ended {
            return Err(ParseError::line(line.number, Fault::Truncated("a line")));
        }
        let columns: Vec<&[u8]> = line.bytes.split(|&byte| byte == b'\t').collect();
        let &[name, version, architecture, status, source] = columns.as_slice() else {
            return Err(ParseError::line(
                line.number,
                Fault::Malformed("a line has not five columns"),
            ));
        };
        let entry = Entry {
            line: line.number,
            name: given(name),
            version: given(version),
            architecture: given(architecture),
            status: Some(status),
            source: given(source),
        };
        packages.extend(entry.package()?);
    }
    Ok(packages)
}

/// The fields of one package that are kept, as bytes.
struct Entry<'a> {
    line: usize,
    name: Option<&'a [u8]>,
    version: Option<&'a [u8]>,
    architecture: Option<&'a [u8]>,
    status: Option<&'a [u8]>,
    source: Option<&'a [u8]>,
}

impl<'a> Entry<'a> {
    fn read(stanza: &Stanza<'a>) -> Result<Self, ParseError> {
        let mut entry = Self {
            line: stanza.line,
            name: None,
            version: None,
            architecture: None,
            status: None,
            source: None,
        };
        for field in stanza.fields() {
            let field = field?;
            let Some((slot, name)) = entry.slot(field.name) else {
                continue;
            };
            if slot.is_some() {
                return Err(ParseError::line(field.line, Fault::Duplicate(name)));
            }
            *slot = given(field.value);
        }
        Ok(entry)
    }

    /// The place of a field that is kept, with its name; dpkg reads names in any case.
    fn slot(&mut self, name: &[u8]) -> Option<(&mut Option<&'a [u8]>, &'static str)> {
        match name.len() {
            6 if name.eq_ignore_ascii_case(b"Status") => Some((&mut self.status, "Status")),
            6 if name.eq_ignore_ascii_case(b"Source") => Some((&mut self.source, "Source")),
            7 if name.eq_ignore_ascii_case(b"Package") => Some((&mut self.name, "Package")),
            7 if name.eq_ignore_ascii_case(b"Version") => Some((&mut self.version, "Version")),
            12 if name.eq_ignore_ascii_case(b"Architecture") => {
                Some((&mut self.architecture, "Architecture"))
            }
            _ => None,
        }
    }

    /// The package, or none where the entry says that it is not installed.
    fn package(self) -> Result<Option<DpkgPackage>, ParseError> {
        let wrong = |fault| ParseError::line(self.line, fault);
        let name = self.name.ok_or(wrong(Fault::Missing("Package")))?;
        let status = match self.status {
            Some(words) => {
                Some(status(words).ok_or(wrong(Fault::Malformed("Status has a word dpkg does not know")))?)
            }
            None => None,
        };
        if status.is_some_and(|status| status.state == State::NotInstalled) {
            return Ok(None);
        }
        let version = self.version.ok_or(wrong(Fault::Missing("Version")))?;
        Ok(Some(DpkgPackage {
            name: lossy(name),
            version: lossy(without_zero_epoch(version)),
            architecture: self.architecture.map(lossy),
            status,
            source: self.source.map(source),
            line: self.line,
        }))
    }
}

/// dpkg takes an empty value for none.
fn given(value: &[u8]) -> Option<&[u8]> {
    (!value.is_empty()).then_some(value)
}

fn status(words: &[u8]) -> Option<Status> {
    let mut words = words
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let status = Status {
        want: Want::of_word(words.next()?)?,
        flag: Flag::of_word(words.next()?)?,
        state: State::of_word(words.next()?)?,
    };
    words.next().is_none().then_some(status)
}

fn source(value: &[u8]) -> Source {
    let open = value.iter().position(|&byte| byte == b'(').unwrap_or(value.len());
    let (name, version) = value.split_at(open);
    let version = version
        .strip_prefix(b"(")
        .map(|v| v.strip_suffix(b")").unwrap_or(v));
    Source {
        name: lossy(name.trim_ascii()),
        version: version.map(|v| lossy(v.trim_ascii())),
    }
}

/// dpkg does not print an epoch of 0, also where the file has one.
fn without_zero_epoch(version: &[u8]) -> &[u8] {
    let colon = version.iter().position(|&byte| byte == b':').unwrap_or(0);
    match version.split_at(colon) {
        (epoch, rest) if colon > 0 && epoch.iter().all(|&digit| digit == b'0') => {
            rest.get(1..).unwrap_or_default()
        }
        _ => version,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
