//! RPM: rpm-version(7), with the segment order of the `rpm-version` crate.

use std::cmp::Ordering;

use super::Grammar;
use super::evr::Evr;

pub(super) struct Rpm;

pub(super) struct Version<'a> {
    epoch: u32,
    version: &'a str,
    release: Option<&'a str>,
}

impl Grammar for Rpm {
    const NAME: &'static str = "rpm";
    type Version<'a> = Version<'a>;

    fn parse(text: &str) -> Result<Version<'_>, String> {
        let Evr {
            epoch,
            version,
            release,
        } = Evr::parse(text)?;
        let epoch = match epoch {
            "" => 0,
            digits => digits.parse().map_err(|_| "its epoch is over 32 bits")?,
        };
        Ok(Version {
            epoch,
            version,
            release,
        })
    }

    /// A missing release is older than any, even one that begins with a tilde.
    fn order(a: &Version<'_>, b: &Version<'_>) -> Result<Ordering, String> {
        Ok(a.epoch
            .cmp(&b.epoch)
            .then_with(|| segments(a.version, b.version))
            .then_with(|| match (a.release, b.release) {
                (Some(a), Some(b)) => segments(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            }))
    }
}

fn segments(a: &str, b: &str) -> Ordering {
    rpm_version::Evr::new("", a, "").cmp(&rpm_version::Evr::new("", b, ""))
}
