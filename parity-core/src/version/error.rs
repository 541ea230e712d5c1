//! Why something is no version, no range, or cannot be ordered.

use std::fmt;

/// A version that its scheme does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a {scheme} version: {reason}", Shown(version))]
pub struct InvalidVersion {
    scheme: &'static str,
    version: String,
    reason: String,
}

impl InvalidVersion {
    pub(super) fn new(scheme: &'static str, version: &str, reason: impl Into<String>) -> Self {
        Self {
            scheme,
            version: kept(version),
            reason: reason.into(),
        }
    }

    /// The name of the scheme or range syntax that was asked.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The version as given; cut when it is longer than [`MAX_BYTES`](super::MAX_BYTES).
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rule it breaks.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Why two versions, or a version and a range, could not be compared.
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Incomparable {
    /// The first version does not parse.
    #[error("left side: {0}")]
    Left(#[source] InvalidVersion),
    /// The second version does not parse.
    #[error("right side: {0}")]
    Right(#[source] InvalidVersion),
    /// The version asked of a range does not parse.
    #[error(transparent)]
    Version(#[from] InvalidVersion),
    /// Both sides were read, and nothing says which is newer.
    #[error("{scheme} cannot order {} and {}: {reason}", Shown(left), Shown(right))]
    Unordered {
        /// The name of the scheme or range syntax.
        scheme: &'static str,
        /// The first version, or the version asked of a range.
        left: String,
        /// The second version, or the range.
        right: String,
        /// What stands in the way.
        reason: String,
    },
}

impl Incomparable {
    pub(super) fn unordered(scheme: &'static str, left: &str, right: &str, reason: String) -> Self {
        Self::Unordered {
            scheme,
            left: kept(left),
            right: kept(right),
            reason,
        }
    }
}

/// A range that its syntax does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a {syntax} range: {reason}", Shown(range))]
pub struct InvalidRange {
    syntax: &'static str,
    range: String,
    reason: String,
}

impl InvalidRange {
    pub(super) fn new(syntax: &'static str, range: &str, reason: impl Into<String>) -> Self {
        Self {
            syntax,
            range: kept(range),
            reason: reason.into(),
        }
    }

    /// The name of the range syntax that was asked.
    pub fn syntax(&self) -> &'static str {
        self.syntax
    }

    /// The range as given; cut when it is longer than [`MAX_BYTES`](super::MAX_BYTES).
    pub fn range(&self) -> &str {
        &self.range
    }

    /// The rule it breaks.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// A name that no [`Scheme`](super::Scheme) has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} is not a version scheme; there are deb, rpm, apk, pacman, pep440, semver, maven, gem and generic",
    Shown(name)
)]
pub struct UnknownScheme {
    name: String,
}

impl UnknownScheme {
    pub(super) fn new(name: &str) -> Self {
        Self { name: kept(name) }
    }
}

/// Hostile text is cut before it is stored.
fn kept(text: &str) -> String {
    text[..text.floor_char_boundary(super::MAX_BYTES)].to_owned()
}

/// Hostile text is escaped, and short, in a message.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WIDTH: usize = 80;
        let end = self.0.floor_char_boundary(WIDTH);
        write!(f, "{:?}", &self.0[..end])?;
        if end < self.0.len() {
            f.write_str("…")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_escape_and_shorten() {
        let error = InvalidVersion::new("deb", "1\u{1b}[31m\u{202e}", "it is red");
        assert_eq!(
            error.to_string(),
            r#""1\u{1b}[31m\u{202e}" is not a deb version: it is red"#
        );
        let long = InvalidRange::new("npm", &"é".repeat(3000), "it is long").to_string();
        assert!(long.contains('…') && long.len() < 200, "{long}");
    }
}
