//! `parity.toml`: what ships, where it runs, who talks to whom.

mod read;
mod write;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

pub use write::with_waiver;

use crate::finding::Severity;
use crate::judge::Link;
use crate::mistake::Mistake;
use crate::policy::Policy;
use crate::report::Threshold;
use crate::target::Target;

/// The name of the file.
pub const FILE_NAME: &str = "parity.toml";

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 1 << 20;

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Its place, in bytes of the text.
    pub span: Range<usize>,
}

/// An artifact and the role it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArtifactEntry {
    /// The role.
    pub role: String,
    /// Path below the directory of the file.
    pub path: PathBuf,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Targets by role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// Sorted by role.
    pub roles: BTreeMap<String, Vec<Placed<Target>>>,
}

impl Environment {
    /// Every target with its role.
    pub fn targets(&self) -> impl Iterator<Item = (&str, &Target)> {
        self.roles
            .iter()
            .flat_map(|(role, targets)| targets.iter().map(move |t| (role.as_str(), &t.value)))
    }
}

/// What `parity.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// What ships.
    pub artifacts: Vec<ArtifactEntry>,
    /// Where it runs.
    pub environments: BTreeMap<String, Environment>,
    /// Who talks to whom.
    pub links: Vec<Link>,
    /// The developer's machine, where it is not this one.
    pub dev: Option<Target>,
    /// What is laid over a target, by target as written: files of facts written by hand ([`Target::Facts`]), and servers on it
    /// ([`Target::Server`]).
    pub facts: BTreeMap<String, Vec<Target>>,
    /// From which severity on a finding fails the check.
    pub fail_on: Option<Threshold>,
    /// How old `parity.lock` may become before it is a finding.
    pub lock_max_age: Option<Duration>,
    /// What a team decided about findings.
    pub policy: Policy,
}

/// The words that a policy may name: what is none of them is a mistake.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// The ids of the rules there are; without any, every id may be one.
    pub rules: Vec<String>,
    /// The names of the facts there are; likewise.
    pub facts: Vec<String>,
}

impl Config {
    /// Reads the text of a `parity.toml`.
    ///
    /// ```
    /// use parity_core::config::Config;
    /// let config = Config::parse("[environments.production]\nweb = [\"ssh://web1\"]\n").unwrap();
    /// assert_eq!(config.environments["production"].targets().count(), 1);
    /// let mistakes = Config::parse("[enviroments.production]\n").unwrap_err();
    /// assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `environments`?"));
    /// ```
    ///
    /// # Errors
    /// Every mistake in it, at once, in the order of the text.
    pub fn parse(text: &str) -> Result<Config, Vec<Mistake>> {
        Config::parse_with(text, &Vocabulary::default())
    }

    /// Reads the text of a `parity.toml`, and looks whether its policy names what there is.
    ///
    /// ```
    /// use parity_core::config::{Config, Vocabulary};
    /// let known = Vocabulary { rules: vec!["libc-symbols".into()], facts: Vec::new() };
    /// let text = "[[policy.severity]]\nrule = \"libc-symbol\"\nlevel = \"info\"\n";
    /// let mistakes = Config::parse_with(text, &known).unwrap_err();
    /// assert_eq!(mistakes[0].help.as_deref(), Some("did you mean `libc-symbols`?"));
    /// ```
    ///
    /// # Errors
    /// As [`Config::parse`].
    pub fn parse_with(text: &str, known: &Vocabulary) -> Result<Config, Vec<Mistake>> {
        read::read(text, known)
    }

    /// The environment of this name; without a name the only one there is, or the one called `production`.
    pub fn environment(&self, name: Option<&str>) -> Option<(&str, &Environment)> {
        let entry = match name {
            Some(name) => self.environments.get_key_value(name),
            None if self.environments.len() == 1 => self.environments.iter().next(),
            None => self.environments.get_key_value("production"),
        };
        entry.map(|(name, environment)| (name.as_str(), environment))
    }
}

/// Whether a path stays below the directory it is written in: relative, without `..`.
pub fn stays_below(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn threshold(word: &str) -> Option<Threshold> {
    match word {
        "error" => Some(Threshold::At(Severity::Error)),
        "warning" => Some(Threshold::At(Severity::Warning)),
        "never" => Some(Threshold::Never),
        _ => None,
    }
}
