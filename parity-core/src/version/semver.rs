//! [Semantic Versioning 2.0.0](https://semver.org/): precedence, by the `semver` crate, after a
//! lenient reading.

use std::cmp::Ordering;

use ::semver::{BuildMetadata, Prerelease, Version};

use super::Grammar;
use super::text::{number, without_v};

pub(super) struct Semver;

impl Grammar for Semver {
    const NAME: &'static str = "semver";
    type Version<'a> = Version;

    fn parse(text: &str) -> Result<Version, String> {
        lenient(text)
    }

    fn order(a: &Version, b: &Version) -> Result<Ordering, String> {
        Ok(a.cmp_precedence(b))
    }
}

/// As tools print it: a leading `v`, one to three components (missing ones are zero), leading
/// zeros. What follows a plus sign is build metadata, does not order, and is dropped unread.
pub(super) fn lenient(text: &str) -> Result<Version, String> {
    let text = without_v(text.trim());
    let ordered = text.split_once('+').map_or(text, |(ordered, _)| ordered);
    let (core, pre) = match ordered.split_once('-') {
        Some((_, "")) => return Err("its pre-release is empty".into()),
        Some((core, pre)) => (core, pre),
        None => (ordered, ""),
    };
    let mut components = [0; 3];
    for (place, component) in core.split('.').enumerate() {
        let slot = components
            .get_mut(place)
            .ok_or("it has more than three components")?;
        *slot = number(component)?;
    }
    let [major, minor, patch] = components;
    let pre = Prerelease::new(pre).map_err(|error| format!("in its pre-release: {error}"))?;
    Ok(Version {
        major,
        minor,
        patch,
        pre,
        build: BuildMetadata::EMPTY,
    })
}
