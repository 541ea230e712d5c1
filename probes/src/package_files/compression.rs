//! Package managers that do not read packages which are compressed with zstd.
//!
//! Sources: dpkg of Debian has it since 1.21.18 (<https://bugs.debian.org/892664>), that of Ubuntu since 1.19.0.5ubuntu2 and, for reading, in
//! updates of 16.04 (<https://bugs.launchpad.net/bugs/1764220>); rpm 4.11 of RHEL 7 and Amazon Linux 2 does not
//! (<https://github.com/SAP/SapMachine/issues/670>, <https://github.com/jfrog/jfrog-cli/issues/1421>). Others took it over at their own time:
//! nothing is told of them.

use std::cmp::Ordering;

use parity_core::version::Scheme;

/// The first of Debian with it.
const DEBIAN: &str = "1.21.18~";

/// The first of Ubuntu whose updates have it.
const UBUNTU: &str = "1.18.4ubuntu1~";

/// Marks in the release of rpm of the distributions whose rpm is known to be too old.
const OLD_RPM: [&str; 3] = [".amzn2", ".el6", ".el7"];

/// Whether a version of `dpkg` or `rpm` is known not to read it.
pub(super) fn lacks_zstd(manager: &str, version: &str) -> bool {
    let is_before = |first: &str| {
        Scheme::Deb
            .compare(version, first)
            .is_ok_and(|order| order == Ordering::Less)
    };
    match manager {
        "dpkg" if version.contains("ubuntu") => is_before(UBUNTU),
        "dpkg" => is_before(DEBIAN),
        _ => OLD_RPM.into_iter().any(|mark| {
            let after = version.split_once(mark).map(|(_, after)| after);
            // Amazon Linux 2023 begins like Amazon Linux 2.
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_digit()))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_read_it() {
        for (manager, version, lacks) in [
            ("dpkg", "1.20.13", true),
            ("dpkg", "1.21.18", false),
            ("dpkg", "1.21.22", false),
            ("dpkg", "1.17.5ubuntu5.8", true),
            ("dpkg", "1.18.4ubuntu1.7", false),
            ("dpkg", "1.21.1ubuntu2.3", false),
            ("rpm", "4.11.3-48.el7_9", true),
            ("rpm", "4.11.3-48.amzn2.0.2", true),
            ("rpm", "4.14.3-28.el8_9", false),
            ("rpm", "4.16.1.3-29.amzn2023.0.6", false),
            ("rpm", "4.11.2-16.26.1", false),
        ] {
            assert_eq!(lacks_zstd(manager, version), lacks, "{manager} {version}");
        }
    }
}
