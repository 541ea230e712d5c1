//! Policy: what a team decided. What it wants to hear beside the rules, what it does not want to hear, how bad what is found
//! is to it, and what it accepted for a while.
//!
//! [`Policy::apply`] stands between judging and the report. It is pure: the day is an input.

mod alike;
mod apply;
mod hush;
mod interest;
mod own;
mod pattern;
mod rules;
mod versions;
mod waivers;

pub use jiff::civil::Date;

pub use hush::Ignored;
pub use own::RULES;
pub use pattern::{FactPattern, Glob};
pub use rules::rules;
pub use versions::Versions;

use crate::finding::{Severity, Waiver};
use crate::judge::Host;

/// Which hosts an entry is about: all, where it names nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Hosts of this role.
    pub role: Option<String>,
    /// Hosts of this environment; it is not about a check of hosts that were named one by one.
    pub environment: Option<String>,
    /// Hosts whose name fits.
    pub target: Option<Glob>,
}

impl Scope {
    /// Whether it is about a host of this environment.
    pub fn holds(&self, environment: Option<&str>, role: Option<&str>, target: &str) -> bool {
        let is = |wanted: &Option<String>, have| wanted.is_none() || wanted.as_deref() == have;
        is(&self.environment, environment)
            && is(&self.role, role)
            && self.target.as_ref().is_none_or(|glob| glob.fits(target))
    }

    fn has(&self, environment: Option<&str>, host: &Host) -> bool {
        self.holds(environment, host.role.as_deref(), &host.snapshot.target)
    }
}

/// What every entry has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The line of `parity.toml` it begins in, counted from 1.
    pub line: usize,
    /// Which hosts it is about.
    pub scope: Scope,
    /// Why it is there.
    pub reason: Option<String>,
}

/// `[[policy.severity]]`: how bad findings of a rule are. The last entry that fits decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Where it stands and which hosts it is about.
    pub entry: Entry,
    /// The rules.
    pub rule: Glob,
    /// How bad.
    pub level: Severity,
}

/// `[[policy.ignore]]`: what nobody wants to hear. A finding is meant where its rule fits, and the fact that asks or the fact
/// of the host that it was compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// Where it stands and which hosts it is about.
    pub entry: Entry,
    /// The facts; without them all that the rule finds.
    pub fact: Option<FactPattern>,
    /// The rules; without them whatever rests on the fact, differences without consequence too.
    pub rule: Option<Glob>,
}

/// `[[policy.allow]]`: versions that a fact may have where it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// Where it stands and which hosts it is about.
    pub entry: Entry,
    /// The facts.
    pub fact: FactPattern,
    /// What they may be.
    pub versions: Versions,
    /// How bad another version is.
    pub level: Severity,
}

/// Whether machines have to have the same or each something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// `[[policy.must-equal]]`.
    Equal,
    /// `[[policy.must-differ]]`.
    Different,
}

/// `[[policy.must-equal]]` and `[[policy.must-differ]]`: facts that are the same on all hosts, or different on each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Where it stands and which hosts it is about.
    pub entry: Entry,
    /// The same or different.
    pub likeness: Likeness,
    /// The facts.
    pub fact: FactPattern,
    /// Whether the developer's machine is one of those compared. Hosts have to equal it then.
    pub dev: bool,
    /// How bad it is where it is not so.
    pub level: Severity,
}

/// `[[policy.interest]]`: facts of which every change is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interest {
    /// Where it stands and which hosts it is about.
    pub entry: Entry,
    /// The facts.
    pub fact: FactPattern,
}

/// `[[waivers]]`: a finding, or a question without an answer, that somebody accepts for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The line of `parity.toml` it begins in, counted from 1.
    pub line: usize,
    /// Which finding: [`Finding::fingerprint`](crate::finding::Finding::fingerprint).
    pub fingerprint: String,
    /// What the reader of the file believes it is; where one of these is said and not true, nothing is accepted.
    pub rule: Option<String>,
    /// Likewise.
    pub target: Option<String>,
    /// Likewise.
    pub subject: Option<String>,
    /// The last day it holds, in UTC.
    pub expires: Date,
    /// As reports show it.
    pub waiver: Waiver,
}

/// All that `parity.toml` says of policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// How bad findings are.
    pub severity: Vec<Level>,
    /// What nobody wants to hear.
    pub ignore: Vec<Ignore>,
    /// Versions that facts may have.
    pub allow: Vec<Allow>,
    /// What must be the same, or different.
    pub alike: Vec<Alike>,
    /// What every change is told of.
    pub interest: Vec<Interest>,
    /// What is accepted for a while.
    pub waivers: Vec<Acceptance>,
}

/// What a policy is applied in.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The environment of the hosts, where they are those of one.
    pub environment: Option<&'a str>,
    /// The day, in UTC.
    pub today: Date,
    /// The file it stands in, as reports name it.
    pub file: &'a str,
    /// The hosts as they were before: what changed since is told to who is interested.
    pub before: &'a [Host],
}

#[cfg(test)]
mod tests;
