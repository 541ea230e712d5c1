//! Exact version order, one rule per ecosystem, and the ranges that tools write.
//!
//! The module stands alone: it uses nothing else of this crate. Versions are compared by the
//! [`Scheme`] of the tool that made them, because the same two strings have different orders in
//! different ecosystems: `1.0-rc1` is older than `1.0` in SemVer and newer than it in Debian.
//! What cannot be ordered is an error that says why, never a guess.
//!
//! ```
//! use parity_core::version::{Range, RangeSyntax, Scheme};
//! use std::cmp::Ordering;
//!
//! assert_eq!(Scheme::Deb.compare("2.31-13+deb11u11", "2.36-9"), Ok(Ordering::Less));
//! assert_eq!(Scheme::Semver.compare("7.4.3", "7.4.32"), Ok(Ordering::Less));
//! assert!(Scheme::Generic.compare("abc", "1.2").is_err());
//!
//! let engines = Range::parse(RangeSyntax::Npm, ">=18 <21 || ^22.1")?;
//! assert_eq!(engines.contains("v20.9.0"), Ok(true));
//! assert_eq!(engines.contains("v22.0.4"), Ok(false));
//! # Ok::<(), parity_core::version::InvalidRange>(())
//! ```

mod apk;
mod deb;
mod error;
mod evr;
mod gem;
mod generic;
mod maven;
mod pacman;
mod pep440;
mod range;
mod rpm;
mod semver;
mod text;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use error::{Incomparable, InvalidRange, InvalidVersion, UnknownScheme};
pub use range::{Range, RangeSyntax};

/// The longest version or range that is read, in bytes. Longer text is invalid: no ecosystem
/// has such versions, and a bound keeps hostile input cheap.
pub const MAX_BYTES: usize = 1024;

/// Which ecosystem's order applies.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Debian packages, `[epoch:]upstream[-revision]`, as `dpkg --compare-versions` orders those
    /// that `dpkg --validate-version` accepts; deb-version(7).
    Deb,
    /// RPM packages, `[epoch:]version[-release]`; rpm-version(7). A missing release is older
    /// than any release, as in rpm's own comparison.
    Rpm,
    /// Alpine packages; "Package names and versions" of apk-package(5). Like `apk version -t`,
    /// text that is valid only at its beginning is ordered by that beginning;
    /// [`Scheme::is_valid`] tells it apart.
    Apk,
    /// Arch Linux packages, `[epoch:]pkgver[-pkgrel]`; vercmp(8). A missing release equals every
    /// release there, so the order is transitive only among versions that all have one or all
    /// have none.
    Pacman,
    /// Python distributions: [PEP 440](https://peps.python.org/pep-0440/), local versions
    /// included.
    Pep440,
    /// [Semantic Versioning 2.0.0](https://semver.org/#spec-item-11), precedence only: build
    /// metadata does not order. A leading `v`, missing components (read as zero) and leading
    /// zeros in the three components are accepted.
    Semver,
    /// Maven artifacts: the "Version Order Specification" of the
    /// [POM reference](https://maven.apache.org/pom.html#version-order-specification), as
    /// `ComparableVersion` of Maven 3.8.7 implements it. Maven's order has cycles among versions
    /// with a qualifier where it expects a number (`1` < `1.sp.1` < `1-SNAPSHOT` < `1`), and so
    /// has this one.
    Maven,
    /// Ruby gems: the documentation of
    /// [`Gem::Version`](https://docs.ruby-lang.org/en/master/Gem/Version.html).
    Gem,
    /// Unknown origin. Orders only what every scheme orders the same way for practical purposes:
    /// dotted numbers, and equal words followed by different numbers. Missing components read
    /// as zero. Everything else is [`Incomparable`].
    Generic,
}

impl Scheme {
    /// Every scheme, in declaration order.
    pub const ALL: [Self; 9] = [
        Self::Deb,
        Self::Rpm,
        Self::Apk,
        Self::Pacman,
        Self::Pep440,
        Self::Semver,
        Self::Maven,
        Self::Gem,
        Self::Generic,
    ];

    /// The name in files and messages, as in the serialised form: `deb`, `rpm`, `pep440`, …
    pub fn name(self) -> &'static str {
        self.order().name()
    }

    /// The scheme of that [`name`](Self::name), letter case included.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// The order of `a` and `b`: `Less` when `a` is older.
    ///
    /// # Errors
    ///
    /// A side does not parse under the scheme, or [`Scheme::Generic`] cannot tell.
    pub fn compare(self, a: &str, b: &str) -> Result<Ordering, Incomparable> {
        self.order().compare(a, b)
    }

    /// Whether the scheme's own rules allow this version.
    ///
    /// # Errors
    ///
    /// The rule that the version breaks.
    pub fn is_valid(self, version: &str) -> Result<(), InvalidVersion> {
        self.order().check(version)
    }

    /// The implementation behind this scheme.
    pub fn order(self) -> &'static dyn VersionOrder {
        match self {
            Self::Deb => &deb::Deb,
            Self::Rpm => &rpm::Rpm,
            Self::Apk => &apk::Apk,
            Self::Pacman => &pacman::Pacman,
            Self::Pep440 => &pep440::Pep440,
            Self::Semver => &semver::Semver,
            Self::Maven => &maven::Maven,
            Self::Gem => &gem::Gem,
            Self::Generic => &generic::Generic,
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scheme {
    type Err = UnknownScheme;

    fn from_str(name: &str) -> Result<Self, UnknownScheme> {
        Self::from_name(name).ok_or_else(|| UnknownScheme::new(name))
    }
}

/// An order of versions: what a [`Scheme`] does, and what another program may bring itself.
pub trait VersionOrder: Send + Sync {
    /// The name of the order, as in messages.
    fn name(&self) -> &'static str;

    /// Whether the version follows the rules of this order.
    ///
    /// # Errors
    ///
    /// The rule that the version breaks.
    fn check(&self, version: &str) -> Result<(), InvalidVersion>;

    /// The order of `a` and `b`: `Less` when `a` is older. Antisymmetric, and reflexive for
    /// versions that parse.
    ///
    /// # Errors
    ///
    /// A side does not parse, or the order cannot tell.
    fn compare(&self, a: &str, b: &str) -> Result<Ordering, Incomparable>;
}

/// One scheme's reading of a version. Errors are reasons without the version, in the words that
/// follow "because".
trait Grammar: Send + Sync {
    const NAME: &'static str;
    type Version<'a>;

    fn parse(text: &str) -> Result<Self::Version<'_>, String>;

    fn order(a: &Self::Version<'_>, b: &Self::Version<'_>) -> Result<Ordering, String>;

    /// For schemes that order more than they call valid.
    fn validate(text: &str) -> Result<(), String> {
        Self::parse(text).map(drop)
    }
}

impl<G: Grammar> VersionOrder for G {
    fn name(&self) -> &'static str {
        G::NAME
    }

    fn check(&self, version: &str) -> Result<(), InvalidVersion> {
        bounded(version)
            .and_then(G::validate)
            .map_err(|reason| InvalidVersion::new(G::NAME, version, reason))
    }

    fn compare(&self, a: &str, b: &str) -> Result<Ordering, Incomparable> {
        let left = read::<G>(a).map_err(Incomparable::Left)?;
        let right = read::<G>(b).map_err(Incomparable::Right)?;
        G::order(&left, &right).map_err(|reason| Incomparable::unordered(G::NAME, a, b, reason))
    }
}

fn read<G: Grammar>(text: &str) -> Result<G::Version<'_>, InvalidVersion> {
    bounded(text)
        .and_then(G::parse)
        .map_err(|reason| InvalidVersion::new(G::NAME, text, reason))
}

fn bounded(text: &str) -> Result<&str, String> {
    if text.len() > MAX_BYTES {
        Err(format!("it is longer than {MAX_BYTES} bytes"))
    } else if text.trim().is_empty() {
        Err("it is empty".into())
    } else {
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_serialised_form() {
        for scheme in Scheme::ALL {
            assert_eq!(serde_json::to_value(scheme).unwrap(), scheme.name());
            assert_eq!(scheme.name().parse(), Ok(scheme));
            assert_eq!(scheme.to_string(), scheme.name());
        }
        assert_eq!(Scheme::from_name("DEB"), None);
        assert!("debian".parse::<Scheme>().is_err());
    }

    #[test]
    fn the_side_at_fault_is_named() {
        let left = Scheme::Deb.compare("a_b", "1").unwrap_err();
        assert!(matches!(left, Incomparable::Left(_)), "{left}");
        let right = Scheme::Pep440.compare("1", "one").unwrap_err();
        assert!(matches!(right, Incomparable::Right(_)), "{right}");
        let both = Scheme::Generic.compare("abc", "1.2").unwrap_err();
        assert!(matches!(both, Incomparable::Unordered { .. }), "{both}");
    }

    #[test]
    fn long_and_empty_text_is_invalid_everywhere() {
        let long = "1.".repeat(MAX_BYTES);
        for scheme in Scheme::ALL {
            for bad in [long.as_str(), "", "  "] {
                assert!(scheme.is_valid(bad).is_err());
                assert!(scheme.compare(bad, bad).is_err());
            }
        }
        let message = Scheme::Deb.is_valid(&long).unwrap_err().to_string();
        assert!(message.len() < 300, "{message}");
    }
}
