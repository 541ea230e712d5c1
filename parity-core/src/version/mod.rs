//! Version order per ecosystem.

use serde::{Deserialize, Serialize};

/// Which ecosystem's order applies.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Debian.
    Deb,
    /// RPM.
    Rpm,
    /// Alpine.
    Apk,
    /// pacman.
    Pacman,
    /// Python.
    Pep440,
    /// Semantic versioning.
    Semver,
    /// Maven.
    Maven,
    /// RubyGems.
    Gem,
    /// Anything else.
    Generic,
}
