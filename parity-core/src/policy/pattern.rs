//! Patterns of a policy: `*` stands for any run of characters, everything else for itself.

use std::collections::BTreeSet;
use std::fmt;

use crate::fact::{Fact, FactId};
use crate::snapshot::Snapshot;
use crate::view::Read;

/// The longest pattern that is read, in bytes: what is matched with it comes from hosts.
const MAX_BYTES: usize = 256;

/// A text with `*` in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob(String);

impl Glob {
    /// A pattern; `None` where it is empty or longer than 256 bytes.
    ///
    /// ```
    /// use parity_core::policy::Glob;
    /// let rules = Glob::new("link-*").unwrap();
    /// assert!(rules.fits("link-loopback-only") && !rules.fits("libc-symbols"));
    /// ```
    pub fn new(text: &str) -> Option<Glob> {
        (1..=MAX_BYTES)
            .contains(&text.len())
            .then(|| Glob(text.to_owned()))
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return self.0 == text;
        };
        let Some(mut text) = text.strip_prefix(first) else {
            return false;
        };
        let mut parts: Vec<&str> = rest.split('*').collect();
        let last = parts.pop().unwrap_or_default();
        // The earliest place for each part leaves the most for those after it.
        for part in parts {
            match text.split_once(part) {
                Some((_, after)) => text = after,
                None => return false,
            }
        }
        text.ends_with(last)
    }

    /// Whether it fits more than its own text.
    pub fn is_open(&self) -> bool {
        self.0.contains('*')
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A pattern of facts: `name`, which is all facts of this name, or `name[key]`. Both may hold `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactPattern {
    text: String,
    name: Glob,
    key: Option<Glob>,
}

/// A fact that a policy asks for and that is not known, and why.
pub(super) type Doubt = (FactId, String);

impl FactPattern {
    /// Reads a pattern.
    ///
    /// ```
    /// use parity_core::policy::FactPattern;
    /// let openssl = FactPattern::parse("package.*[openssl:*]").unwrap();
    /// assert!(openssl.fits(&"package.deb[openssl:amd64]".parse().unwrap()));
    /// assert!(FactPattern::parse("Package").is_err());
    /// ```
    ///
    /// # Errors
    /// What is no pattern of facts, in words that follow the pattern.
    pub fn parse(text: &str) -> Result<FactPattern, &'static str> {
        const SHAPE: &str = "is no pattern of facts: write `name` or `name[key]`, the name in lower-case letters; `*` stands for any text";
        let (name, key) = match text.split_once('[') {
            None => (text, None),
            Some((name, rest)) => (name, Some(rest.strip_suffix(']').ok_or(SHAPE)?)),
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-*".contains(c);
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
            return Err(SHAPE);
        }
        if text.len() > MAX_BYTES {
            return Err("is longer than 256 bytes");
        }
        let glob = |text: &str| Glob::new(text).ok_or(SHAPE);
        Ok(FactPattern {
            text: text.to_owned(),
            name: glob(name)?,
            key: key.map(glob).transpose()?,
        })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a fact of this name can fit.
    pub fn fits_name(&self, name: &str) -> bool {
        self.name.fits(name)
    }

    /// Whether facts of more than one name can fit.
    pub(super) fn is_of_several_names(&self) -> bool {
        self.name.is_open()
    }

    /// Whether a fact fits.
    pub fn fits(&self, id: &FactId) -> bool {
        let fits_key = match (&self.key, id.key()) {
            (None, _) => true,
            (Some(pattern), Some(key)) => pattern.fits(key),
            (Some(_), None) => false,
        };
        fits_key && self.name.fits(id.name())
    }

    /// The facts of a snapshot that fit; what stands for others is not among them.
    pub(super) fn facts<'s>(&'s self, snapshot: &'s Snapshot) -> impl Iterator<Item = &'s Fact> {
        let names = self.names(snapshot);
        let facts = names.into_iter().flat_map(|name| snapshot.family(name));
        facts.filter(move |fact| self.fits(&fact.id) && !self.is_sign(&fact.id))
    }

    /// What is not known of the facts that fit.
    pub(super) fn doubts(&self, snapshot: &Snapshot) -> Vec<Doubt> {
        let names = self.names(snapshot);
        if names.is_empty() {
            let (start, _) = self.name.0.split_once('*').unwrap_or((&self.name.0, ""));
            let name = start.trim_end_matches(['.', '-']).to_owned();
            let reason = snapshot.silence(&name).doubt().unwrap_or_default().to_owned();
            return vec![(FactId::rest(name), reason)];
        }
        let mut doubts: Vec<Doubt> = Vec::new();
        for name in names {
            let instances = snapshot.family(name).filter(|fact| self.fits(&fact.id));
            let instances = instances.filter(|fact| !self.is_sign(&fact.id));
            let unsure = instances.filter_map(|fact| Some((fact.id.clone(), fact.state.doubt()?.to_owned())));
            doubts.extend(unsure);
            let sign = self.sign(name);
            let rest = snapshot.state(&sign);
            if let (false, Some(reason)) = (is_single(snapshot, name), rest.doubt()) {
                doubts.push((sign, reason.to_owned()));
            }
        }
        doubts.sort();
        doubts.dedup_by(|b, a| a.0 == b.0);
        doubts
    }

    /// What a lock must hold so that all of this can be told without the host.
    pub(super) fn reads(&self, snapshot: &Snapshot) -> BTreeSet<Read> {
        let facts = self.facts(snapshot).map(|fact| Read::Fact(fact.id.clone()));
        let mut reads: BTreeSet<Read> = facts.collect();
        for name in self.names(snapshot) {
            if is_single(snapshot, name) {
                continue;
            }
            let sign = self.sign(name);
            reads.insert(match sign.is_rest() {
                true => Read::Family(name.to_owned()),
                false => Read::Fact(sign),
            });
        }
        reads
    }

    /// The names that can fit: of a pattern the ones that this snapshot speaks of.
    fn names<'s>(&'s self, snapshot: &'s Snapshot) -> BTreeSet<&'s str> {
        if !self.name.is_open() {
            return BTreeSet::from([self.name.as_str()]);
        }
        let looked_for = snapshot.coverage.iter().flat_map(|entry| &entry.facts);
        let looked_for = looked_for.map(String::as_str).filter(|name| *name != "*");
        let seen = snapshot.facts.iter().map(|fact| fact.id.name());
        looked_for
            .chain(seen)
            .filter(|name| self.name.fits(name))
            .collect()
    }

    /// What stands for every fact of a name that fits and has none of its own: `package.deb[openssl*]`. A lock holds it, so
    /// that what it does not name is known not to be there.
    fn sign(&self, name: &str) -> FactId {
        let key = self.key.as_ref().map_or("*", Glob::as_str);
        FactId::keyed(name.to_owned(), key)
    }

    fn is_sign(&self, id: &FactId) -> bool {
        id.is_rest() || (self.key.as_ref().is_some_and(Glob::is_open) && *id == self.sign(id.name()))
    }
}

/// Whether there is one fact of a name, which says all there is to say.
fn is_single(snapshot: &Snapshot, name: &str) -> bool {
    snapshot.fact(&FactId::single(name.to_owned())).is_some()
}

impl fmt::Display for FactPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fact::Origin;
    use crate::snapshot::{Coverage, CoverageState};

    #[test]
    fn a_star_stands_for_any_run() {
        for (pattern, text, fits) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*.so", "libc.so", true),
            ("*.so", "libc.so.6", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("a**b", "ab", true),
            ("os.id", "os.id", true),
            ("os.id", "os.idd", false),
        ] {
            assert_eq!(Glob::new(pattern).unwrap().fits(text), fits, "{pattern} {text}");
        }
        assert_eq!(Glob::new(""), None);
        assert_eq!(Glob::new(&"*".repeat(MAX_BYTES + 1)), None);
    }

    proptest! {
        #[test]
        fn matching_is_that_of_the_simplest_matcher(pattern in "[ab*]{1,7}", text in "[ab]{0,8}") {
            fn run(pattern: &[u8], text: &[u8]) -> bool {
                match (pattern.split_first(), text.split_first()) {
                    (None, None) => true,
                    (Some((b'*', rest)), _) => (0..=text.len()).any(|at| run(rest, &text[at..])),
                    (Some((a, rest)), Some((b, more))) => a == b && run(rest, more),
                    _ => false,
                }
            }
            prop_assert_eq!(Glob::new(&pattern).unwrap().fits(&text), run(pattern.as_bytes(), text.as_bytes()));
        }
    }

    #[test]
    fn only_patterns_of_facts_are_read() {
        for wrong in ["", "*", "[x]", "a[", "a[]", "a[x]y", "A", "a b", &"a".repeat(300)] {
            assert!(FactPattern::parse(wrong).is_err(), "{wrong}");
        }
        let whole = FactPattern::parse("kernel.*").unwrap();
        assert!(whole.fits(&"kernel.setting[net.core.somaxconn]".parse().unwrap()));
        assert!(whole.fits(&"kernel.release".parse().unwrap()));
        assert!(!whole.fits(&"libc.version".parse().unwrap()));
        let odd = FactPattern::parse("config.nginx[etc/a[0]*]").unwrap();
        assert!(odd.fits(&"config.nginx[etc/a[0]:x]".parse().unwrap()));
    }

    fn host(state: CoverageState) -> Snapshot {
        let package = |name: &str| {
            let id = FactId::keyed("package.deb", name.to_owned());
            Fact::new(id, "1", Origin::file("var/lib/dpkg/status"))
        };
        let mut host = Snapshot::new(
            "web1",
            "2026-01-01T00:00:00Z",
            vec![package("libc6"), package("openssl")],
        );
        host.coverage.push(Coverage {
            state,
            ..Coverage::observed("dpkg", ["package.deb"])
        });
        host
    }

    #[test]
    fn what_is_not_known_is_told_once_a_name() {
        let openssl = FactPattern::parse("package.*[openssl*]").unwrap();
        assert_eq!(openssl.facts(&host(CoverageState::Observed)).count(), 1);
        assert_eq!(openssl.doubts(&host(CoverageState::Observed)), []);
        let partial = openssl.doubts(&host(CoverageState::Partial));
        assert_eq!(partial.len(), 1);
        assert_eq!(partial[0].0.to_string(), "package.deb[openssl*]");
        let nowhere = FactPattern::parse("service.*").unwrap();
        let doubts = nowhere.doubts(&host(CoverageState::Observed));
        assert_eq!(doubts[0].0.to_string(), "service[*]");
        assert!(doubts[0].1.contains("no probe looked"), "{}", doubts[0].1);
    }

    #[test]
    fn a_part_of_a_family_is_read_as_a_part() {
        let host = host(CoverageState::Observed);
        let reads = |text: &str| FactPattern::parse(text).unwrap().reads(&host);
        let fact = |id: &str| Read::Fact(id.parse().unwrap());
        assert_eq!(
            reads("package.deb[openssl*]"),
            [fact("package.deb[openssl]"), fact("package.deb[openssl*]")].into()
        );
        assert!(reads("package.deb").contains(&Read::Family("package.deb".into())));
    }
}
