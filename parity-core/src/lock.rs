//! `parity.lock`: production as last observed, reduced to what this project's requirements reach.
//!
//! A text file made for review and merging: one fact a line, hosts that agree folded into it, sorted, no hash over the
//! whole. It never holds a secret, a command or an option.

mod age;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

pub use age::{AGE_RULE, MAX_AGE, age};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::base::{Base, Known};
use crate::fact::{Fact, FactId, Origin, Stability, State, Value};
use crate::judge::{Host, Judgement};
use crate::snapshot::{Coverage, CoverageState, Snapshot};
use crate::version::Scheme;
use crate::view::Read;

/// The version of the lock document.
pub const FORMAT: u32 = 1;

/// The name of the file.
pub const FILE_NAME: &str = "parity.lock";

/// The largest file that is read, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// Facts and families that every lock holds: what a report about a host wants to say, and what a new requirement of the same
/// project is most likely to reach.
const ALWAYS: [&str; 13] = [
    "kernel.machine",
    "kernel.page-size",
    "kernel.release",
    "cpu.x86-level",
    "libc.family",
    "libc.version",
    "listen",
    "loader.interpreter",
    "os.id",
    "os.name",
    "os.version-id",
    "runtime.version",
    "service.version",
];

/// Production as last observed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The environment it was taken of.
    pub environment: String,
    /// How many signed locks of this project came before, and one; `None` where nobody signs them.
    pub sequence: Option<u64>,
    /// When it was written (RFC 3339, UTC), where it is made to be signed.
    pub locked_at: Option<String>,
    /// Its hosts, in the order they were named.
    pub hosts: Vec<Host>,
    /// What was wrong then; `None` in a lock of an older version, which does not say.
    pub known: Option<Base>,
}

/// Why a text is not a lock.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// It holds nothing.
    #[error("the file is empty: an empty lock is not an empty production; run `parity lock`")]
    Empty,
    /// Left over from a merge.
    #[error("line {0}: a merge conflict marker; resolve it, or run `parity lock` again")]
    Conflict(usize),
    /// Not TOML, or not of the right shape.
    #[error("line {line}: {message}; run `parity lock` again")]
    Malformed {
        /// Line, counted from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// Written by a newer version.
    #[error("format {0} is newer than this program reads ({FORMAT}): use a newer parity")]
    Newer(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    /// Looked at before anything else is.
    #[serde(rename = "format")]
    _format: u32,
    environment: String,
    #[serde(default)]
    sequence: Option<u64>,
    #[serde(default)]
    locked_at: Option<String>,
    targets: Vec<Spanned<TargetLine>>,
    facts: Vec<Spanned<FactLine>>,
    #[serde(default)]
    known: Option<Vec<Known>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetLine {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    taken_at: String,
    /// Probes that did not see all they ask for, as `probe: state`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gaps: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactLine {
    id: FactId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scheme: Option<Scheme>,
    /// Where it is not stable: what tells machines apart is no difference in a lock either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stability: Option<Stability>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    /// The targets it is true of; all of them where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on: Option<Vec<String>>,
}

impl Lock {
    /// What judging these hosts asked of them, and what every lock holds.
    pub fn of(environment: &str, hosts: &[Host], judgement: &Judgement) -> Lock {
        let nothing = BTreeSet::new();
        let locked = hosts.iter().enumerate().map(|(at, host)| {
            let reads = judgement.reads.get(at).unwrap_or(&nothing);
            Host {
                role: host.role.clone(),
                snapshot: reduce(&host.snapshot, reads),
            }
        });
        Lock {
            environment: environment.to_owned(),
            sequence: None,
            locked_at: None,
            hosts: locked.collect(),
            known: Some(Base::of(judgement)),
        }
    }

    /// The document.
    pub fn to_toml(&self) -> String {
        let mut lines: BTreeMap<FactLine, BTreeSet<String>> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for host in &self.hosts {
            let target = &host.snapshot.target;
            // A machine of several roles was observed for each: the first observation counts.
            let new = |fact: &&Fact| told.insert((target.clone(), fact.id.clone()));
            for fact in host.snapshot.facts.iter().filter(new) {
                lines
                    .entry(FactLine::of(fact))
                    .or_default()
                    .insert(target.clone());
            }
        }
        let all: BTreeSet<&str> = self
            .hosts
            .iter()
            .map(|host| host.snapshot.target.as_str())
            .collect();
        let mut out = String::from(
            "# Production as last observed, reduced to what this project asks of it. Written by `parity lock`; commit it.\n",
        );
        out.push_str(&format!(
            "format = {FORMAT}\nenvironment = {}\n",
            quoted(&self.environment)
        ));
        if let Some(sequence) = self.sequence {
            out.push_str(&format!("sequence = {sequence}\n"));
        }
        if let Some(locked_at) = &self.locked_at {
            out.push_str(&format!("locked_at = {}\n", quoted(locked_at)));
        }
        out.push_str("\ntargets = [\n");
        for host in &self.hosts {
            let role = host
                .role
                .as_ref()
                .map(|role| format!("role = {}, ", quoted(role)))
                .unwrap_or_default();
            let (name, taken_at) = (quoted(&host.snapshot.target), quoted(&host.snapshot.taken_at));
            let gaps = gaps(&host.snapshot);
            let gaps = if gaps.is_empty() {
                String::new()
            } else {
                format!(", gaps = {}", inline(&Value::List(gaps)))
            };
            out.push_str(&format!(
                "  {{ name = {name}, {role}taken_at = {taken_at}{gaps} }},\n"
            ));
        }
        out.push_str("]\n\nfacts = [\n");
        for (line, on) in lines {
            let on = if on.len() == all.len() {
                None
            } else {
                Some(on.into_iter().collect())
            };
            out.push_str(&format!("  {},\n", FactLine { on, ..line }.to_inline()));
        }
        out.push_str("]\n");
        if let Some(base) = &self.known {
            out.push_str("\n# What was wrong then: `parity check --new-since` this file fails on what is new.\nknown = [\n");
            let lines: BTreeSet<String> = base.known().map(known_line).collect();
            lines
                .iter()
                .for_each(|line| out.push_str(&format!("  {line},\n")));
            out.push_str("]\n");
        }
        out
    }

    /// Reads a lock.
    ///
    /// # Errors
    /// An empty, conflicted, malformed or newer file; never a lock with fewer hosts instead.
    pub fn parse(text: &str) -> Result<Lock, LockError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(LockError::Empty);
        }
        let is_marker = |line: &str| {
            ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
                .iter()
                .any(|marker| line.starts_with(marker))
        };
        if let Some(at) = text.lines().position(is_marker) {
            return Err(LockError::Conflict(at + 1));
        }
        let malformed = |span: Option<std::ops::Range<usize>>, message: &str| LockError::Malformed {
            line: crate::mistake::line_of(text, span.map_or(0, |span| span.start)),
            message: message.to_owned(),
        };
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let head: Head = toml::from_str(text).map_err(|error| malformed(error.span(), error.message()))?;
        if head.format > FORMAT {
            return Err(LockError::Newer(head.format));
        }
        let document: Document =
            toml::from_str(text).map_err(|error| malformed(error.span(), error.message()))?;
        document
            .lock()
            .map_err(|(span, message)| malformed(Some(span), &message))
    }
}

impl Document {
    /// What is wrong is told with its place.
    fn lock(self) -> Result<Lock, (Range<usize>, String)> {
        let mut facts: BTreeMap<&str, BTreeMap<FactId, Fact>> = BTreeMap::new();
        let mut places = BTreeSet::new();
        for target in &self.targets {
            let TargetLine { name, role, .. } = target.get_ref();
            // One machine may serve in several roles.
            if !places.insert((name, role)) {
                return Err((target.span(), format!("the target `{name}` is listed twice")));
            }
            facts.insert(name, BTreeMap::new());
        }
        if facts.is_empty() {
            return Err((0..0, "it names no target".into()));
        }
        for line in &self.facts {
            let wrong = |message: String| (line.span(), message);
            let fact = line.get_ref().fact().map_err(wrong)?;
            let on: Vec<&str> = match &line.get_ref().on {
                None => facts.keys().copied().collect(),
                Some(on) => on.iter().map(String::as_str).collect(),
            };
            for target in on {
                let Some(known) = facts.get_mut(target) else {
                    return Err(wrong(format!(
                        "`{}` is said of `{target}`, which is no target",
                        fact.id
                    )));
                };
                if known.insert(fact.id.clone(), fact.clone()).is_some() {
                    return Err(wrong(format!("`{}` is said twice of `{target}`", fact.id)));
                }
            }
        }
        let hosts = self.targets.iter().map(|target| {
            let target = target.get_ref();
            let facts = facts
                .get(target.name.as_str())
                .into_iter()
                .flat_map(BTreeMap::values);
            let mut snapshot = Snapshot::new(&target.name, &target.taken_at, facts.cloned().collect());
            // A lock cannot show what nothing asked for when it was taken.
            snapshot.coverage.push(Coverage {
                probe: "parity.lock".to_owned(),
                state: CoverageState::NotApplicable,
                reason: Some("parity.lock does not hold it: run `parity lock`".to_owned()),
                millis: 0,
                facts: vec!["*".to_owned()],
            });
            snapshot
                .coverage
                .extend(target.gaps.iter().map(|gap| gap_of(gap)));
            Host {
                role: target.role.clone(),
                snapshot,
            }
        });
        Ok(Lock {
            hosts: hosts.collect(),
            environment: self.environment,
            known: self.known.map(Base::from_iter),
            sequence: self.sequence,
            locked_at: self.locked_at,
        })
    }
}

/// Only what was asked, with the certain absence of what was not there.
fn reduce(snapshot: &Snapshot, reads: &BTreeSet<Read>) -> Snapshot {
    let mut kept: BTreeMap<FactId, Fact> = BTreeMap::new();
    let mut keep_family = |name: &str| {
        let mut is_family = true;
        for fact in snapshot
            .family(name)
            .filter(|fact| fact.stability == Stability::Stable)
        {
            is_family = fact.id.key().is_some();
            kept.insert(fact.id.clone(), without_line(fact));
        }
        if is_family {
            let rest = FactId::rest(name.to_owned());
            kept.entry(rest.clone())
                .or_insert_with(|| stands_for(rest, snapshot.silence(name)));
        }
    };
    ALWAYS.iter().for_each(|name| keep_family(name));
    for read in reads {
        if let Read::Family(name) = read {
            keep_family(name);
        }
    }
    for read in reads {
        if let Read::Fact(id) = read {
            let fact = snapshot.fact(id).map(without_line);
            if fact.is_none() && !snapshot.looked_for(id.name()) {
                continue;
            }
            kept.entry(id.clone())
                .or_insert_with(|| fact.unwrap_or_else(|| stands_for(id.clone(), snapshot.state(id))));
        }
    }
    let mut reduced = Snapshot::new(&snapshot.target, &snapshot.taken_at, kept.into_values().collect());
    reduced.coverage = gaps(snapshot).iter().map(|gap| gap_of(gap)).collect();
    reduced
}

/// Probes that did not see all they ask for, as `probe: reason`.
fn gaps(snapshot: &Snapshot) -> Vec<String> {
    let gaps = snapshot
        .coverage
        .iter()
        .filter(|entry| !entry.state.is_complete() && entry.state != CoverageState::NotApplicable);
    gaps.map(|entry| {
        format!(
            "{}: {}",
            entry.probe,
            entry.reason.as_deref().unwrap_or(entry.state.word())
        )
    })
    .collect()
}

fn gap_of(gap: &str) -> Coverage {
    let (probe, reason) = gap.split_once(": ").unwrap_or((gap, ""));
    Coverage {
        probe: probe.to_owned(),
        state: CoverageState::Partial,
        reason: Some(reason.to_owned()),
        millis: 0,
        facts: Vec::new(),
    }
}

/// Lines of files change with every update and would make every line of the lock change with them.
fn without_line(fact: &Fact) -> Fact {
    let origin = match &fact.origin {
        Origin::File { path, .. } => Origin::file(path.clone()),
        origin => origin.clone(),
    };
    Fact {
        origin,
        ..fact.clone()
    }
}

fn stands_for(id: FactId, state: State) -> Fact {
    let origin = Origin::Derived("nothing of this name was observed".into());
    Fact {
        id,
        state,
        scheme: None,
        stability: Stability::Stable,
        origin,
    }
}

impl FactLine {
    fn of(fact: &Fact) -> FactLine {
        let (value, state, reason) = match &fact.state {
            State::Value(value) => (Some(value.clone()), None, None),
            State::Absent => (None, Some("absent"), None),
            State::NotPermitted => (None, Some("not-permitted"), None),
            State::Unknown(reason) => (None, Some("unknown"), Some(reason.clone())),
        };
        let from = match &fact.origin {
            Origin::Derived(_) => None,
            origin => Some(origin.to_string()),
        };
        FactLine {
            id: fact.id.clone(),
            value,
            state: state.map(str::to_owned),
            reason,
            scheme: fact.scheme,
            stability: Some(fact.stability).filter(|stability| *stability != Stability::Stable),
            from,
            on: None,
        }
    }

    fn fact(&self) -> Result<Fact, String> {
        let state = match (&self.value, self.state.as_deref()) {
            (Some(value), None) => State::Value(value.clone()),
            (None, Some("absent")) => State::Absent,
            (None, Some("not-permitted")) => State::NotPermitted,
            (None, Some("unknown")) => State::Unknown(self.reason.clone().unwrap_or_default()),
            _ => return Err(format!("`{}` needs either a value or a state", self.id)),
        };
        let origin = Origin::Derived(match &self.from {
            Some(from) => format!("{from}, as locked"),
            None => "parity.lock".to_owned(),
        });
        Ok(Fact {
            id: self.id.clone(),
            state,
            scheme: self.scheme,
            stability: self.stability.unwrap_or_default(),
            origin,
        })
    }

    fn to_inline(&self) -> String {
        let mut parts = vec![format!("id = {}", quoted(&self.id.to_string()))];
        if let Some(value) = &self.value {
            parts.push(format!("value = {}", inline(value)));
        }
        for (key, text) in [("state", &self.state), ("reason", &self.reason)] {
            parts.extend(text.as_ref().map(|text| format!("{key} = {}", quoted(text))));
        }
        parts.extend(
            self.scheme
                .map(|scheme| format!("scheme = {}", quoted(scheme.name()))),
        );
        parts.extend(
            self.stability
                .map(|stability| format!("stability = {}", quoted(stability.word()))),
        );
        parts.extend(self.from.as_ref().map(|from| format!("from = {}", quoted(from))));
        parts.extend(
            self.on
                .as_ref()
                .map(|on| format!("on = {}", inline(&Value::List(on.clone())))),
        );
        format!("{{ {} }}", parts.join(", "))
    }
}

fn known_line(known: &Known) -> String {
    let targets = inline(&Value::List(known.targets.clone()));
    let values = known.values.as_ref();
    let values = values.map(|values| format!(", values = {}", quoted(values)));
    format!(
        "{{ rule = {}, subject = {}, targets = {targets}, fingerprint = {}{} }}",
        quoted(&known.rule),
        quoted(&known.subject),
        quoted(&known.fingerprint),
        values.unwrap_or_default()
    )
}

fn inline(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(members) => {
            format!(
                "[{}]",
                members
                    .iter()
                    .map(|member| quoted(member))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        }
    }
}

/// A basic TOML string on one line.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
