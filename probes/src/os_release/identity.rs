//! One identity out of the files that name the operating system.

use super::parse::{OsRelease, parse};
use super::release_line::{ReleaseLine, id_of_name};
use crate::parse_error::ParseError;
use crate::text::{lines, lossy};

/// The contents of the files that may name the operating system; none where a file is not there.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReleaseFiles<'a> {
    /// `etc/os-release`, or where that is not there `usr/lib/os-release`.
    pub os_release: Option<&'a [u8]>,
    /// `etc/redhat-release`.
    pub redhat_release: Option<&'a [u8]>,
    /// `etc/SuSE-release`.
    pub suse_release: Option<&'a [u8]>,
    /// `etc/alpine-release`.
    pub alpine_release: Option<&'a [u8]>,
    /// The distribution's own file of the same shape: `etc/system-release`, `etc/gentoo-release`, `etc/slackware-version`.
    pub own_release: Option<&'a [u8]>,
    /// `etc/lsb-release`.
    pub lsb_release: Option<&'a [u8]>,
    /// `etc/debian_version`.
    pub debian_version: Option<&'a [u8]>,
}

/// Which operating system it is. The fields are those of os-release(5); a field that no file gives is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OsIdentity {
    /// Lower-case name for programs, such as `debian`, `rhel`, `ol`.
    pub id: String,
    /// Ids of the systems it derives from, closest first.
    pub id_like: Vec<String>,
    /// Name for people, without the version.
    pub name: String,
    /// Version for programs, such as `12` or `7.9`.
    pub version_id: Option<String>,
    /// The most precise version that any of the files gives, such as `12.4` where `version_id` is `12`.
    pub full_version: Option<String>,
    /// Code name of the release.
    pub codename: Option<String>,
    /// Name for people, with the version.
    pub pretty_name: String,
}

/// Tells the operating system from the files that are there. os-release decides; what it leaves out (a version on
/// Debian testing and Gentoo, a code name on old systems) is taken from the distribution's own file. Without an
/// os-release: redhat, SuSE, alpine, own, lsb, debian, the first that names one. None where no file does.
///
/// # Errors
/// When os-release or lsb-release ends inside quotes or a name.
pub fn identify(files: &ReleaseFiles<'_>) -> Result<Option<OsIdentity>, ParseError> {
    if let Some(bytes) = files.os_release {
        let os_release = parse(bytes)?;
        if !os_release.assignments.is_empty() {
            return Ok(Some(of_os_release(&os_release, files)));
        }
    }
    let line = files.redhat_release.and_then(ReleaseLine::read);
    let line = line.or_else(|| files.suse_release.and_then(ReleaseLine::read_suse));
    if let Some(line) = line {
        return Ok(Some(of_line(&line)));
    }
    if let Some(version) = files.alpine_release.and_then(first_line) {
        return Ok(Some(of_version("alpine", "Alpine Linux", &version, None)));
    }
    if let Some(line) = files.own_release.and_then(ReleaseLine::read) {
        return Ok(Some(of_line(&line)));
    }
    if let Some(identity) = files
        .lsb_release
        .map(parse)
        .transpose()?
        .as_ref()
        .and_then(of_lsb_release)
    {
        return Ok(Some(identity));
    }
    Ok(files.debian_version.and_then(first_line).map(|version| {
        let codename = version.strip_suffix("/sid").map(str::to_owned);
        of_version("debian", "Debian GNU/Linux", &version, codename)
    }))
}

fn of_os_release(os_release: &OsRelease, files: &ReleaseFiles<'_>) -> OsIdentity {
    let get = |key| {
        os_release
            .get(key)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
    };
    let id = get("ID").unwrap_or_else(|| "linux".to_owned());
    let id_like: Vec<_> = get("ID_LIKE")
        .unwrap_or_default()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let name = get("NAME").unwrap_or_else(|| "Linux".to_owned());
    let line = own_line(&name, files);
    let debian_version = files.debian_version.and_then(first_line);
    let line_version = line.as_ref().and_then(|line| line.version.clone());
    let line_codename = line.and_then(|line| line.codename);
    let of_debian = || debian_version.clone().filter(|_| id == "debian");
    let version_id = get("VERSION_ID")
        .or_else(of_debian)
        .or_else(|| line_version.clone());
    let in_text = |key| get(key).as_deref().and_then(version_in_text);
    let codename = match os_release.get("VERSION_CODENAME") {
        Some(_) => get("VERSION_CODENAME"),
        None => {
            let in_version = || get("VERSION").as_deref().and_then(codename_in_version);
            get("UBUNTU_CODENAME").or_else(in_version).or(line_codename)
        }
    };
    let others = [
        line_version,
        debian_version,
        in_text("VERSION"),
        in_text("PRETTY_NAME"),
    ];
    OsIdentity {
        full_version: most_precise(version_id.clone(), others),
        pretty_name: get("PRETTY_NAME").unwrap_or_else(|| "Linux".to_owned()),
        id,
        id_like,
        name,
        version_id,
        codename,
    }
}

/// The line of the file that is the distribution's own: rebuilds of Red Hat carry a redhat-release of Red Hat's.
fn own_line(name: &str, files: &ReleaseFiles<'_>) -> Option<ReleaseLine> {
    let lines = [
        files.own_release.and_then(ReleaseLine::read),
        files.redhat_release.and_then(ReleaseLine::read),
        files.suse_release.and_then(ReleaseLine::read_suse),
    ];
    let name = name.to_lowercase();
    lines
        .into_iter()
        .flatten()
        .find(|line| line.name.to_lowercase().starts_with(&name))
}

fn of_line(line: &ReleaseLine) -> OsIdentity {
    OsIdentity {
        id: line.id(),
        id_like: Vec::new(),
        name: line.name.clone(),
        version_id: line.version.clone(),
        full_version: line.version.clone(),
        codename: line.codename.clone(),
        pretty_name: line.pretty_name(),
    }
}

fn of_lsb_release(lsb: &OsRelease) -> Option<OsIdentity> {
    let get = |key| lsb.get(key).filter(|value| !value.is_empty()).map(str::to_owned);
    let name = get("DISTRIB_ID")?;
    let version = get("DISTRIB_RELEASE");
    Some(OsIdentity {
        id: id_of_name(&name),
        pretty_name: get("DISTRIB_DESCRIPTION").unwrap_or_else(|| name.clone()),
        name,
        full_version: version.clone(),
        version_id: version,
        codename: get("DISTRIB_CODENAME"),
        ..OsIdentity::default()
    })
}

fn of_version(id: &str, name: &str, version: &str, codename: Option<String>) -> OsIdentity {
    OsIdentity {
        id: id.to_owned(),
        name: name.to_owned(),
        version_id: Some(version.to_owned()),
        full_version: Some(version.to_owned()),
        codename,
        pretty_name: format!("{name} {version}"),
        ..OsIdentity::default()
    }
}

fn first_line(file: &[u8]) -> Option<String> {
    let line = lossy(lines(file).next()?.bytes.trim_ascii());
    (!line.is_empty()).then_some(line)
}

/// The first word of a text that begins with a digit.
fn version_in_text(text: &str) -> Option<String> {
    let separates = |c: char| c.is_whitespace() || c == ',';
    text.split(separates)
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
}

/// `7 (Core)` or `14.04.3 LTS, Trusty Tahr`: a name in brackets or after a comma, as systems before VERSION_CODENAME
/// wrote it.
fn codename_in_version(version: &str) -> Option<String> {
    let in_brackets = version
        .split_once('(')
        .and_then(|(_, after)| after.split_once(')'))
        .map(|(name, _)| name);
    let name = in_brackets
        .or_else(|| version.split_once(',').map(|(_, name)| name))?
        .trim();
    (!name.is_empty() && !name.contains(|c: char| c.is_ascii_digit())).then(|| name.to_owned())
}

/// The version, or the longest of the others that begins with it: `7.1.1503` for `7`, but not `12.4` for `6`, which
/// the debian_version of a derivative may say.
fn most_precise<const N: usize>(version: Option<String>, others: [Option<String>; N]) -> Option<String> {
    let version = version?;
    let refines = |other: &String| {
        other
            .strip_prefix(&version)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    others
        .into_iter()
        .flatten()
        .filter(refines)
        .max_by_key(String::len)
        .or(Some(version))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
