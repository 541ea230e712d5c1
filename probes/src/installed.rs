//! The installed packages of a target, whatever its ecosystem, for probes that look for some of them.
//!
//! The needs are those of the probes of the package managers: a target is asked once.

use parity_core::answer::{Answers, Outcome};
use parity_core::fact::Origin;
use parity_core::need::Need;
use parity_core::probe::Observation;
use parity_core::snapshot::CoverageState;

use crate::dpkg::{DpkgPackage, State, parse_status};
use crate::known_services::Ecosystem;
use crate::{apk, dpkg, pacman, rpm};

/// An installed package.
#[derive(Debug, Clone)]
pub(crate) struct Installed {
    pub(crate) ecosystem: Ecosystem,
    pub(crate) name: String,
    /// As its package manager writes it.
    pub(crate) version: String,
    pub(crate) origin: Origin,
}

pub(crate) fn needs() -> Vec<Need> {
    let mut needs = vec![
        dpkg::probe::packages_need(),
        dpkg::probe::distroless_need(),
        apk::probe::need(),
        pacman::probe::need(),
    ];
    needs.extend(rpm::probe::needs());
    needs
}

/// All packages. A database that cannot be read makes the probe partial; the problem is told by the probe of its manager.
pub(crate) fn installed(answers: &Answers, out: &mut Observation<'_>) -> Vec<Installed> {
    let mut all = Vec::new();
    for read in [deb, distroless, rpm, apk, pacman] {
        match read(answers) {
            Outcome::Got(Ok(packages)) => all.extend(packages),
            Outcome::Got(Err(reason)) => out.covered(CoverageState::Partial, format!("packages: {reason}")),
            Outcome::Absent | Outcome::NotApplicable => {}
            Outcome::NotPermitted => out.covered(CoverageState::Partial, "packages: permission denied"),
            Outcome::Failed(failure) if ["unreachable", "timed-out"].contains(&failure.code.as_str()) => {
                out.fail(failure, "packages");
            }
            Outcome::Failed(failure) => {
                out.covered(CoverageState::Partial, format!("packages: {}", failure.reason));
            }
        }
    }
    all
}

/// Whether every database that is there could be read: only then a package that is not among them is not installed.
pub(crate) fn is_complete(answers: &Answers) -> bool {
    let is_read = |read: Read| {
        matches!(
            read,
            Outcome::Got(Ok(_)) | Outcome::Absent | Outcome::NotApplicable
        )
    };
    [deb, distroless, rpm, apk, pacman]
        .into_iter()
        .all(|read| is_read(read(answers)))
}

type Read = Outcome<Result<Vec<Installed>, String>>;

fn line(path: &str, line: usize) -> Origin {
    Origin::line(path, u32::try_from(line).unwrap_or(u32::MAX))
}

/// What was removed, its configuration left or not, is not there.
fn of_dpkg(package: DpkgPackage, path: &str) -> Option<Installed> {
    let is_gone = |state| matches!(state, State::ConfigFiles | State::NotInstalled);
    if package.status.is_some_and(|status| is_gone(status.state)) {
        return None;
    }
    Some(Installed {
        ecosystem: Ecosystem::Deb,
        name: package.name,
        version: package.version,
        origin: line(path, package.line),
    })
}

fn deb(answers: &Answers) -> Read {
    dpkg::probe::packages(answers).map(|listed| {
        let (packages, source) = listed?;
        let packages = packages.into_iter();
        Ok(packages.filter_map(|package| of_dpkg(package, source)).collect())
    })
}

fn distroless(answers: &Answers) -> Read {
    answers.entries(&dpkg::probe::distroless_need()).map(|entries| {
        let mut all = Vec::new();
        let lists = entries
            .entries
            .iter()
            .filter(|entry| !entry.path.ends_with(".md5sums"));
        for entry in lists {
            if let Some(Outcome::Got(blob)) = &entry.content {
                let packages = parse_status(&blob.0).map_err(|error| format!("{}: {error}", entry.path))?;
                let packages = packages.into_iter();
                all.extend(packages.filter_map(|package| of_dpkg(package, &entry.path)));
            }
        }
        Ok(all)
    })
}

fn rpm(answers: &Answers) -> Read {
    rpm::probe::packages(answers).map(|listed| {
        let (packages, source) = listed?;
        let packages = packages.into_iter().map(|package| Installed {
            ecosystem: Ecosystem::Rpm,
            version: rpm::probe::evr(&package),
            name: package.name,
            origin: Origin::file(source.clone()),
        });
        Ok(packages.collect())
    })
}

fn apk(answers: &Answers) -> Read {
    let path = apk::probe::PATH;
    answers.bytes(&apk::probe::need()).map(|bytes| {
        let packages = apk::parse_installed(bytes).map_err(|error| format!("{path}: {error}"))?;
        let packages = packages.into_iter().map(|package| Installed {
            ecosystem: Ecosystem::Apk,
            name: package.name,
            version: package.version,
            origin: line(path, package.line),
        });
        Ok(packages.collect())
    })
}

fn pacman(answers: &Answers) -> Read {
    answers.entries(&pacman::probe::need()).map(|entries| {
        let mut all = Vec::new();
        for entry in &entries.entries {
            if let Some(Outcome::Got(blob)) = &entry.content {
                let package =
                    pacman::parse_desc(&blob.0).map_err(|error| format!("{}: {error}", entry.path))?;
                all.push(Installed {
                    ecosystem: Ecosystem::Pacman,
                    name: package.name,
                    version: package.version,
                    origin: Origin::file(entry.path.clone()),
                });
            }
        }
        Ok(all)
    })
}

/// The version of what was packaged: without epoch, revision and what packagers add. None where it does not begin with a
/// number.
pub(crate) fn upstream(version: &str) -> Option<String> {
    let version = version.split_once(':').map_or(version, |(_, rest)| rest);
    leading_version(version)
}

/// Numbers joined by dots at the beginning of a text, with a single letter at their end as OpenSSL has it.
pub(crate) fn leading_version(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (numbers, rest) = text.split_at(end);
    // Debian parts its own words from the version with a dot: 1.14.0.dfsg.
    let numbers = numbers.strip_suffix('.').unwrap_or(numbers);
    if numbers.split('.').any(str::is_empty) {
        return None;
    }
    let mut after = rest.chars();
    let letter = after.next().filter(char::is_ascii_lowercase);
    let letter = letter.filter(|_| !after.next().is_some_and(|c| c.is_ascii_alphanumeric()));
    Some(numbers.chars().chain(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upstream_versions() {
        for (version, expected) in [
            ("3.11.2-1+b1", Some("3.11.2")),
            ("1:10.11.6-0+deb12u1", Some("10.11.6")),
            ("18.20.4+dfsg-1~deb12u1", Some("18.20.4")),
            ("20.20.2-1nodesource1+repack1", Some("20.20.2")),
            ("8.2.20-1+0~20240606.44+debian12~1.gbp", Some("8.2.20")),
            ("1.1.1w-0+deb11u1", Some("1.1.1w")),
            ("5:7.0.15-1~deb12u7", Some("7.0.15")),
            ("17.0.11_p9-r0", Some("17.0.11")),
            ("17beta1-1", Some("17")),
            ("git20240101", None),
            ("1..2", None),
            ("", None),
        ] {
            assert_eq!(upstream(version).as_deref(), expected, "{version}");
        }
    }
}
