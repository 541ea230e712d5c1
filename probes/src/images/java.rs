//! The Java of an image by its tag, and since when Java finds the limits of its container.
//!
//! Sources: <https://bugs.openjdk.org/browse/JDK-8230305> (15; taken over into 11.0.16 and 8u372),
//! <https://developers.redhat.com/articles/2023/04/19/openjdk-8u372-feature-cgroup-v2-support>,
//! <https://bugs.openjdk.org/browse/JDK-8349988> (25: control groups without /proc/cgroups; <https://github.com/corretto/corretto-21/issues/143>).

use crate::compose::image_name;

/// Feature release and update: 8 and 362 of `8u362`, 11 and 15 of `11.0.15`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Java {
    /// The feature release.
    pub feature: u32,
    /// The update of it.
    pub update: u32,
}

/// Images of Java; their tags begin with its version.
const IMAGES: [&str; 16] = [
    "openjdk",
    "eclipse-temurin",
    "adoptopenjdk",
    "adoptopenjdk/openjdk8",
    "adoptopenjdk/openjdk11",
    "amazoncorretto",
    "azul/zulu-openjdk",
    "azul/zulu-openjdk-alpine",
    "azul/zulu-openjdk-debian",
    "bellsoft/liberica-openjdk-alpine",
    "bellsoft/liberica-openjdk-debian",
    "bellsoft/liberica-runtime-container",
    "bitnami/java",
    "bitnamilegacy/java",
    "ibm-semeru-runtimes",
    "sapmachine",
];

/// The images `openjdk` and `adoptopenjdk` are not built any more: what a tag without an update stands for, for good.
///
/// Source: <https://hub.docker.com/_/openjdk>, <https://hub.docker.com/_/adoptopenjdk>.
const LAST: [(&str, u32, u32); 8] = [
    ("openjdk", 7, 211),
    ("openjdk", 8, 342),
    ("openjdk", 9, 0),
    ("openjdk", 10, 0),
    ("openjdk", 11, 16),
    ("adoptopenjdk", 8, 292),
    ("adoptopenjdk", 11, 11),
    ("openjdk", 12, 0),
];

/// The Java of an image; none where name and tag do not tell its update.
///
/// ```
/// use parity_probes::images::{Java, java};
/// assert_eq!(java("eclipse-temurin:8u362-b09-jre"), Some(Java { feature: 8, update: 362 }));
/// assert_eq!(java("amazoncorretto:21.0.9-al2023"), Some(Java { feature: 21, update: 9 }));
/// assert_eq!(java("eclipse-temurin:17"), None);
/// ```
#[must_use]
pub fn java(image: &str) -> Option<Java> {
    let name = image_name(image);
    if !IMAGES.contains(&name.path) {
        return None;
    }
    let tag = name.tag?;
    let version = tag
        .split('-')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    of_version(version).or_else(|| {
        let feature = feature(version)?;
        let own = name.path.split('/').next()?;
        let last = LAST
            .into_iter()
            .find(|(image, of, _)| *image == own && *of == feature);
        // Between two releases with support there was none of a line that had lost it: 12 to 14 never had it.
        last.map(|(_, feature, update)| Java { feature, update })
            .or((feature > 8 && feature < 15 && feature != 11).then_some(Java { feature, update: 0 }))
    })
}

/// `8u362`, `8.0.362`, `1.8.0_362`, `1.8.362`, `11.0.15`, `21.0.9.11.1`.
#[must_use]
pub(super) fn of_version(version: &str) -> Option<Java> {
    let number = |text: &str| -> Option<u32> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text.get(..end)?.parse().ok()
    };
    // `1.8.0_362`, and `1.8.362` of Bitnami.
    if let Some(old) = version.strip_prefix("1.") {
        let (feature, update) = old.split_once('.')?;
        return Some(Java {
            feature: number(feature)?,
            update: number(update.strip_prefix("0_").unwrap_or(update))?,
        });
    }
    if let Some((feature, update)) = version.split_once('u') {
        return Some(Java {
            feature: feature.parse().ok()?,
            update: number(update)?,
        });
    }
    let mut parts = version.split(['.', '_', '+']);
    let feature = number(parts.next()?)?;
    let _interim = parts.next()?;
    let update = number(parts.next()?)?;
    Some(Java { feature, update })
}

fn feature(version: &str) -> Option<u32> {
    let version = version.strip_prefix("1.").unwrap_or(version);
    let first = version.split(['.', 'u']).next()?;
    first.parse().ok()
}

impl Java {
    /// The first version of its line that finds its limits in the unified hierarchy, where this one does not.
    #[must_use]
    pub fn lacks_unified(self) -> Option<&'static str> {
        match (self.feature, self.update) {
            (8, 372..) | (11, 16..) | (15.., _) => None,
            (..=8, _) => Some("8u372"),
            (9..=11, _) => Some("11.0.16"),
            _ => Some("15"),
        }
    }

    /// Whether it needs the memory controller to be listed in /proc/cgroups. Of the newest updates nobody has told yet.
    #[must_use]
    pub fn reads_proc_cgroups(self) -> bool {
        match self.feature {
            8 => self.update <= 472,
            11 => self.update <= 29,
            17 => self.update <= 17,
            21 => self.update <= 9,
            feature => feature < 25,
        }
    }

    /// For people.
    #[must_use]
    pub fn shown(self) -> String {
        match (self.feature, self.update) {
            (feature, 0) => feature.to_string(),
            (8, update) => format!("8u{update}"),
            (feature, update) => format!("{feature}.0.{update}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_tell_the_update() {
        for (image, expected) in [
            ("openjdk:8-jre-slim", Some((8, 342))),
            ("openjdk:8u212-jre-alpine", Some((8, 212))),
            ("openjdk:11.0.4-jre-slim", Some((11, 4))),
            ("openjdk:11-jdk", Some((11, 16))),
            ("openjdk:14-alpine", Some((14, 0))),
            ("bitnami/java:1.8.362-debian-11-r2", Some((8, 362))),
            ("bitnami/java:1.8.0_362", Some((8, 362))),
            ("adoptopenjdk/openjdk8:jdk8u292-b10", None),
            ("eclipse-temurin:11.0.15_10-jre-focal", Some((11, 15))),
            ("example/openjdk:8", None),
            ("openjdk@sha256:00", None),
        ] {
            let found = java(image).map(|java| (java.feature, java.update));
            assert_eq!(found, expected, "{image}");
        }
    }

    #[test]
    fn support_begins_with_an_update() {
        let java = |feature, update| Java { feature, update };
        assert_eq!(java(8, 362).lacks_unified(), Some("8u372"));
        assert_eq!(java(8, 372).lacks_unified(), None);
        assert_eq!(java(11, 15).lacks_unified(), Some("11.0.16"));
        assert_eq!(java(13, 0).lacks_unified(), Some("15"));
        assert_eq!(java(17, 1).lacks_unified(), None);
        assert!(java(21, 9).reads_proc_cgroups() && !java(25, 0).reads_proc_cgroups());
    }
}
