//! Snapshots: what was observed of one target at one time, and what was not.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fact::{Fact, FactId, Stability, State};

/// The version of the snapshot document that this library writes, and the newest one it reads.
pub const FORMAT: u32 = 1;

/// The largest snapshot document that is read, in bytes.
pub const MAX_BYTES: u64 = 256 << 20;

/// What one probe ended as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CoverageState {
    /// Everything it asks for was answered: what it has no fact for is not there.
    Observed,
    /// What it looks at is not there (no RPM database on a Debian host): none of its facts exist.
    Absent,
    /// Some of it was answered: what it has no fact for is unknown.
    Partial,
    /// This kind of target cannot show it (running processes in a root file system).
    NotApplicable,
    /// Refused to this user.
    NotPermitted,
    /// The target did not answer.
    Unreachable,
    /// The time was over first.
    TimedOut,
    /// The probe itself failed: a bug, reported as such.
    Failed,
}

impl CoverageState {
    /// Whether a fact that is missing is certainly not there.
    pub fn is_complete(self) -> bool {
        matches!(self, CoverageState::Observed | CoverageState::Absent)
    }

    /// The word used in documents and reports.
    pub fn word(self) -> &'static str {
        match self {
            CoverageState::Observed => "observed",
            CoverageState::Absent => "absent",
            CoverageState::Partial => "partial",
            CoverageState::NotApplicable => "not-applicable",
            CoverageState::NotPermitted => "not-permitted",
            CoverageState::Unreachable => "unreachable",
            CoverageState::TimedOut => "timed-out",
            CoverageState::Failed => "failed",
        }
    }
}

/// What became of one probe on one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Its id.
    pub probe: String,
    /// What it ended as.
    pub state: CoverageState,
    /// Why, where it is not plainly observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How long it took, its share of waiting left out.
    #[serde(default)]
    pub millis: u64,
    /// The names of the facts it answers for: a name nobody answers for is unknown, not absent.
    #[serde(default)]
    pub facts: Vec<String>,
}

impl Coverage {
    /// Everything was seen: of these names, what has no fact is not there.
    pub fn observed<T: Into<String>>(
        probe: impl Into<String>,
        facts: impl IntoIterator<Item = T>,
    ) -> Coverage {
        Coverage {
            probe: probe.into(),
            state: CoverageState::Observed,
            reason: None,
            millis: 0,
            facts: facts.into_iter().map(Into::into).collect(),
        }
    }
}

/// What went wrong while observing. A problem never counts as "no drift".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word, such as `too-large` or `host-key-changed`.
    pub code: String,
    /// What, where, why, and what to do.
    pub message: String,
    /// The probe, file or command concerned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
}

impl Problem {
    /// A problem without a place.
    pub fn new(code: &str, message: impl Into<String>) -> Problem {
        Problem {
            code: code.to_owned(),
            message: message.into(),
            origin: None,
        }
    }

    /// The same problem at a place.
    #[must_use]
    pub fn at(mut self, origin: impl Into<String>) -> Problem {
        self.origin = Some(origin.into());
        self
    }
}

/// What was observed of one target at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Version of the document: [`FORMAT`].
    pub format: u32,
    /// SHA-256 over the canonical stable and identity facts, in hexadecimal, after `sha256:`.
    pub id: String,
    /// The target as the user named it.
    pub target: String,
    /// When, in UTC (RFC 3339).
    pub taken_at: String,
    /// Name and version of the program that took it.
    pub tool: String,
    /// Sorted by id, each id once.
    pub facts: Vec<Fact>,
    /// One entry a probe, sorted.
    pub coverage: Vec<Coverage>,
    /// Sorted.
    pub problems: Vec<Problem>,
}

/// Why a document is not a snapshot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It could not be read at all.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is larger than [`MAX_BYTES`].
    #[error("the snapshot is larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    /// It holds nothing.
    #[error(
        "the file is empty: an empty file is not an empty snapshot; take it again with `parity snapshot -o FILE`"
    )]
    Empty,
    /// Left over from a merge.
    #[error("line {0}: a merge conflict marker; resolve the merge, or take the snapshot again")]
    Conflict(usize),
    /// Not JSON, or not of the right shape.
    #[error("line {line}, column {column}: {message}")]
    Malformed {
        /// Line, counted from 1.
        line: usize,
        /// Column, counted from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// Written by a newer version.
    #[error("format {0} is newer than this program reads ({FORMAT}): use a newer parity")]
    Newer(u64),
    /// The facts are not those the id was made of.
    #[error(
        "the id does not match the facts: the file was edited by hand or damaged (it says {said}, its facts give {computed})"
    )]
    WrongId {
        /// The id in the document.
        said: String,
        /// The id of its facts.
        computed: String,
    },
    /// The same fact twice.
    #[error("the fact `{0}` stands twice")]
    Duplicate(FactId),
}

impl Snapshot {
    /// A snapshot of these facts: sorted, with its id. Of two facts of one id the first is kept.
    ///
    /// Nothing answers for it yet: what it does not hold is unknown until its `coverage` says who looked.
    ///
    /// ```
    /// use parity_core::fact::{Fact, FactId, Origin, State};
    /// use parity_core::snapshot::{Coverage, Snapshot};
    ///
    /// let page_size = Fact::new(FactId::single("kernel.page-size"), 65536, Origin::Native("our inventory".into()));
    /// let mut host = Snapshot::new("app1", "2026-01-01T00:00:00Z", vec![page_size]);
    /// assert!(matches!(host.state(&"os.id".parse()?), State::Unknown(_)));
    /// host.coverage.push(Coverage::observed("inventory", ["kernel.page-size", "os.id"]));
    /// assert_eq!(host.state(&"os.id".parse()?), State::Absent);
    /// # Ok::<(), parity_core::fact::InvalidFactId>(())
    /// ```
    pub fn new(target: &str, taken_at: &str, mut facts: Vec<Fact>) -> Snapshot {
        facts.sort_by(|a, b| a.id.cmp(&b.id));
        facts.dedup_by(|b, a| a.id == b.id);
        Snapshot {
            format: FORMAT,
            id: identify(&facts),
            target: target.to_owned(),
            taken_at: taken_at.to_owned(),
            tool: concat!("parity ", env!("CARGO_PKG_VERSION")).to_owned(),
            facts,
            coverage: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// Reads a snapshot document and checks that it is whole.
    ///
    /// # Errors
    /// An empty, oversized, malformed, newer or hand-edited document; never an empty snapshot instead.
    pub fn read(input: impl Read) -> Result<Snapshot, ReadError> {
        let mut text = String::new();
        input.take(MAX_BYTES + 1).read_to_string(&mut text)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(ReadError::TooLarge);
        }
        Snapshot::parse(&text)
    }

    /// Reads a snapshot document from text. See [`Snapshot::read`].
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn parse(text: &str) -> Result<Snapshot, ReadError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(ReadError::Empty);
        }
        let marker = |line: &str| ["<<<<<<< ", ">>>>>>> "].iter().any(|m| line.starts_with(m));
        if let Some(at) = text.lines().position(marker) {
            return Err(ReadError::Conflict(at + 1));
        }
        let malformed = |error: serde_json::Error| ReadError::Malformed {
            line: error.line(),
            column: error.column(),
            message: error
                .to_string()
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned(),
        };
        #[derive(Deserialize)]
        struct Head {
            format: u64,
        }
        let head: Head = serde_json::from_str(text).map_err(malformed)?;
        if head.format > u64::from(FORMAT) {
            return Err(ReadError::Newer(head.format));
        }
        let snapshot: Snapshot = serde_json::from_str(text).map_err(malformed)?;
        snapshot.check()
    }

    fn check(mut self) -> Result<Snapshot, ReadError> {
        self.facts.sort_by(|a, b| a.id.cmp(&b.id));
        if let Some(pair) = self.facts.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(ReadError::Duplicate(pair[0].id.clone()));
        }
        let computed = identify(&self.facts);
        if computed != self.id {
            return Err(ReadError::WrongId {
                said: self.id,
                computed,
            });
        }
        Ok(self)
    }

    /// The document: keys in a fixed order, one fact a line.
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.facts.len() * 120 + 4096);
        out.push_str("{\n");
        for (key, value) in [
            ("format", json(&self.format)),
            ("id", json(&self.id)),
            ("target", json(&self.target)),
            ("taken_at", json(&self.taken_at)),
            ("tool", json(&self.tool)),
        ] {
            out.push_str(&format!("  \"{key}\": {value},\n"));
        }
        push_array(&mut out, "facts", self.facts.iter().map(json), ",");
        push_array(&mut out, "coverage", self.coverage.iter().map(json), ",");
        push_array(&mut out, "problems", self.problems.iter().map(json), "");
        out.push_str("}\n");
        out
    }

    /// The fact of this id itself, where it stands in the snapshot.
    pub fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.facts
            .binary_search_by(|fact| fact.id.cmp(id))
            .ok()
            .and_then(|at| self.facts.get(at))
    }

    /// All facts of a name, sorted by key.
    pub fn family<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Fact> {
        let start = self.facts.partition_point(|fact| fact.id.name() < name);
        self.facts[start..]
            .iter()
            .take_while(move |fact| fact.id.name() == name)
    }

    /// What is known of a fact: its own state, that of the rest of its family, or what the coverage says of a fact
    /// that is not there. A name that nobody answers for is unknown.
    pub fn state(&self, id: &FactId) -> State {
        if let Some(fact) = self
            .fact(id)
            .or_else(|| self.fact(&FactId::rest(id.name().to_owned())))
        {
            return fact.state.clone();
        }
        self.silence(id.name())
    }

    /// What it means that there is no fact of this name (or of one more key): certainly absent, or not known.
    pub fn silence(&self, name: &str) -> State {
        let answering = self
            .coverage
            .iter()
            .filter(|entry| entry.facts.iter().any(|fact| fact == name || fact == "*"));
        let mut verdict = State::Unknown(format!("no probe looked for `{name}`"));
        for entry in answering {
            if entry.state.is_complete() {
                return State::Absent;
            }
            verdict = match entry.state {
                CoverageState::NotPermitted => State::NotPermitted,
                state => State::Unknown(match &entry.reason {
                    Some(reason) => format!("{}: {reason}", state.word()),
                    None => format!("the probe `{}` ended as {}", entry.probe, state.word()),
                }),
            };
        }
        verdict
    }

    /// Whether any probe looked for facts of this name, whatever came of it.
    pub fn looked_for(&self, name: &str) -> bool {
        let mut names = self.coverage.iter().flat_map(|entry| &entry.facts);
        names.any(|fact| fact == name || fact == "*")
    }

    /// Whether nothing at all was seen: no fact is certain.
    pub fn is_blind(&self) -> bool {
        !self.facts.iter().any(|fact| fact.state.is_certain())
    }

    /// Whether every probe that applies to this target saw all it asks for.
    pub fn is_complete(&self) -> bool {
        self.coverage
            .iter()
            .all(|entry| entry.state.is_complete() || entry.state == CoverageState::NotApplicable)
    }

    /// How many probes ended in each state.
    pub fn tally(&self) -> BTreeMap<CoverageState, usize> {
        let mut tally = BTreeMap::new();
        for entry in &self.coverage {
            *tally.entry(entry.state).or_insert(0) += 1;
        }
        tally
    }
}

/// The id of facts: SHA-256 over one line a fact (id, state word, value as JSON), sorted, volatile ones left out.
///
/// Origins do not count: the same machine read in another way gives the same id.
fn identify(facts: &[Fact]) -> String {
    let mut hash = Sha256::new();
    for fact in facts.iter().filter(|fact| fact.stability != Stability::Volatile) {
        hash.update(serde_json::to_vec(&fact.id).unwrap_or_default());
        match &fact.state {
            State::Value(value) => hash.update(serde_json::to_vec(value).unwrap_or_default()),
            State::Absent => hash.update("absent"),
            State::NotPermitted => hash.update("not-permitted"),
            State::Unknown(_) => hash.update("unknown"),
        }
        hash.update("\n");
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn push_array(out: &mut String, key: &str, items: impl Iterator<Item = String>, after: &str) {
    out.push_str(&format!("  \"{key}\": ["));
    let mut first = true;
    for item in items {
        out.push_str(if first { "\n    " } else { ",\n    " });
        out.push_str(&item);
        first = false;
    }
    out.push_str(if first { "]" } else { "\n  ]" });
    out.push_str(after);
    out.push('\n');
}

fn json<T: Serialize>(value: &T) -> String {
    // Texts, numbers and lists only: nothing here can fail to serialise.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact::{Origin, Value};

    fn fact(id: &str, value: &str, stability: Stability) -> Fact {
        Fact {
            id: id.parse().unwrap(),
            state: State::Value(Value::from(value)),
            scheme: None,
            stability,
            origin: Origin::file("x"),
        }
    }

    fn sample() -> Snapshot {
        let facts = vec![
            fact("os.id", "debian", Stability::Stable),
            fact("memory.free", "1", Stability::Volatile),
        ];
        let mut snapshot = Snapshot::new("local", "2026-01-01T00:00:00Z", facts);
        snapshot.coverage.push(Coverage {
            probe: "os".into(),
            state: CoverageState::Observed,
            reason: None,
            millis: 1,
            facts: vec!["os.id".into(), "os.version-id".into()],
        });
        snapshot
    }

    #[test]
    fn a_document_reads_as_it_was_written() {
        let snapshot = sample();
        assert_eq!(Snapshot::parse(&snapshot.to_json()).unwrap(), snapshot);
    }

    #[test]
    fn the_id_ignores_order_volatile_facts_and_origins() {
        let mut facts = sample().facts;
        facts.reverse();
        for fact in &mut facts {
            fact.origin = Origin::Command("cat".into());
            if fact.stability == Stability::Volatile {
                fact.state = State::Value(Value::from("2"));
            }
        }
        assert_eq!(Snapshot::new("other", "later", facts).id, sample().id);
    }

    #[test]
    fn silence_is_absence_only_where_somebody_looked() {
        let mut snapshot = sample();
        let (version, other) = (FactId::single("os.version-id"), FactId::single("libc.version"));
        assert_eq!(snapshot.state(&version), State::Absent);
        assert!(matches!(snapshot.state(&other), State::Unknown(_)));
        snapshot.coverage[0].state = CoverageState::Partial;
        assert!(matches!(snapshot.state(&version), State::Unknown(_)));
        snapshot.coverage[0].state = CoverageState::NotPermitted;
        assert_eq!(snapshot.state(&version), State::NotPermitted);
    }

    #[test]
    fn damaged_documents_are_refused() {
        let whole = sample().to_json();
        assert!(matches!(Snapshot::parse(""), Err(ReadError::Empty)));
        assert!(matches!(
            Snapshot::parse(&whole[..whole.len() / 2]),
            Err(ReadError::Malformed { .. })
        ));
        assert!(matches!(
            Snapshot::parse(&whole.replace("debian", "ubuntu")),
            Err(ReadError::WrongId { .. })
        ));
        assert!(matches!(
            Snapshot::parse(&whole.replace("\"format\": 1", "\"format\": 2")),
            Err(ReadError::Newer(2))
        ));
        assert!(matches!(
            Snapshot::parse(&format!("<<<<<<< ours\n{whole}")),
            Err(ReadError::Conflict(1))
        ));
        let deep = "[".repeat(1_000_000);
        assert!(matches!(Snapshot::parse(&deep), Err(ReadError::Malformed { .. })));
    }
}
