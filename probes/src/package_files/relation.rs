//! Relations between packages: `Depends` of deb-control(5), and the flags of `Requires` of rpm.

use std::cmp::Ordering;

use parity_core::version::Scheme;

/// How a version has to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<<` and `<`
    Earlier,
    /// `<=`
    AtMost,
    /// `=`
    Exactly,
    /// `>=`
    AtLeast,
    /// `>>` and `>`
    Later,
}

impl Comparison {
    const WORDS: [(&'static str, Comparison); 7] = [
        ("<<", Comparison::Earlier),
        (">>", Comparison::Later),
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("=", Comparison::Exactly),
        ("<", Comparison::Earlier),
        (">", Comparison::Later),
    ];

    /// Whether an order of the version that is there against the one asked for is right.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Earlier => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Exactly => order.is_eq(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Later => order.is_gt(),
        }
    }

    /// How rpm and Debian write it.
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Earlier => "<<",
            Comparison::AtMost => "<=",
            Comparison::Exactly => "=",
            Comparison::AtLeast => ">=",
            Comparison::Later => ">>",
        }
    }
}

/// A package by name, and which versions of it will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Name of the package.
    pub name: String,
    /// How its version has to compare with which; none where every one will do.
    pub version: Option<(Comparison, String)>,
}

impl Relation {
    /// Reads `name`, `name:any`, `name (>= 1.2)`; restrictions of architecture and profile behind them are left away, packages have
    /// none. Nothing where it is no relation.
    pub fn parse(text: &str) -> Option<Relation> {
        let text = text.trim();
        let end = text
            .find(|c: char| c.is_whitespace() || "(<[:".contains(c))
            .unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let inner = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
        let version = inner.and_then(|(inner, _)| {
            let inner = inner.trim();
            let found = Comparison::WORDS
                .iter()
                .find(|(word, _)| inner.starts_with(word))?;
            Some((found.1, inner.strip_prefix(found.0)?.trim().to_owned()))
        });
        Some(Relation {
            name: name.to_owned(),
            version,
        })
    }

    /// Whether a version of the package will do; nothing where the two cannot be compared.
    pub fn accepts(&self, version: &str, scheme: Scheme) -> Option<bool> {
        let Some((comparison, asked)) = &self.version else {
            return Some(true);
        };
        // Where the release is not asked for, rpm does not compare it.
        let version = match version.rsplit_once('-') {
            Some((without, _)) if scheme == Scheme::Rpm && !asked.contains('-') => without,
            _ => version,
        };
        let order = scheme.compare(version, asked).ok()?;
        Some(comparison.holds(order))
    }
}

impl std::fmt::Display for Relation {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.version {
            Some((comparison, version)) => write!(out, "{} ({} {version})", self.name, comparison.word()),
            None => out.write_str(&self.name),
        }
    }
}

/// The dependencies of a field: of each its alternatives.
///
/// ```
/// let found = parity_probes::package_files::relations("libc6 (>= 2.34), libssl1.1 | libssl3 (>= 3.0.0), init:any");
/// assert_eq!(found.len(), 3);
/// assert_eq!(found[1][1].to_string(), "libssl3 (>= 3.0.0)");
/// ```
pub fn relations(field: &str) -> Vec<Vec<Relation>> {
    let groups = field.split(',').map(|group| {
        let found = group.split('|').filter_map(Relation::parse);
        found.collect::<Vec<_>>()
    });
    groups.filter(|group| !group.is_empty()).collect()
}
