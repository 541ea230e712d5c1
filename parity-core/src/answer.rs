//! Answers: what a transport brings back for each need.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fact::Origin;
use crate::need::{Native, Need, quote};

/// What became of a question: an answer, a certain no, or a reason for not knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome<T> {
    /// The answer.
    Got(T),
    /// Looked, and it is not there.
    Absent,
    /// Refused to this user.
    NotPermitted,
    /// This kind of target cannot answer such a question.
    NotApplicable,
    /// Not answered; a stable word and a sentence say why.
    Failed(Failure),
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A stable word, such as `too-large` or `incomplete`.
    pub code: String,
    /// What happened.
    pub reason: String,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(code: &str, reason: impl Into<String>) -> Failure {
        Failure {
            code: code.to_owned(),
            reason: reason.into(),
        }
    }
}

impl<T> Outcome<T> {
    /// A question without an answer.
    pub fn failed(code: &str, reason: impl Into<String>) -> Outcome<T> {
        Outcome::Failed(Failure::new(code, reason))
    }

    /// The answer, where there is one.
    pub fn got(&self) -> Option<&T> {
        match self {
            Outcome::Got(answer) => Some(answer),
            _ => None,
        }
    }

    /// The same outcome with another answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        self.and_then(|answer| Outcome::Got(change(answer)))
    }

    /// What follows from the answer, where there is one.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Outcome<U>) -> Outcome<U> {
        match self {
            Outcome::Got(answer) => next(answer),
            Outcome::Absent => Outcome::Absent,
            Outcome::NotPermitted => Outcome::NotPermitted,
            Outcome::NotApplicable => Outcome::NotApplicable,
            Outcome::Failed(failure) => Outcome::Failed(failure),
        }
    }

    /// The same outcome, the answer borrowed.
    pub fn as_ref(&self) -> Outcome<&T> {
        match self {
            Outcome::Got(answer) => Outcome::Got(answer),
            Outcome::Absent => Outcome::Absent,
            Outcome::NotPermitted => Outcome::NotPermitted,
            Outcome::NotApplicable => Outcome::NotApplicable,
            Outcome::Failed(failure) => Outcome::Failed(failure.clone()),
        }
    }
}

/// What came back for one need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Answer {
    /// For [`Need::File`] and [`Need::Range`].
    Bytes(#[serde(with = "crate::bundle::bytes")] Vec<u8>),
    /// For [`Need::Glob`], sorted by path.
    Entries(Entries),
    /// For [`Need::Command`].
    Output(Output),
    /// For [`Native::System`].
    System(SystemReading),
    /// For [`Native::Clock`]: seconds that the clock of the target is ahead of the one here.
    Clock(i64),
    /// For [`Need::Query`].
    Rows(Rows),
    /// For [`Need::FirstOf`]: which one answered, and what.
    One(usize, Box<Answer>),
}

/// What a server answered: rows of texts, `None` where it has no value (NULL).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rows(pub Vec<Vec<Option<String>>>);

impl Rows {
    /// The first value of the first row.
    pub fn first(&self) -> Option<&str> {
        self.0.first()?.first()?.as_deref()
    }
}

/// Directory entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// Sorted by path.
    pub entries: Vec<Entry>,
    /// Entries that exist and could not be looked at (unreadable directory, name that cannot be carried): with reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

/// An entry that could not be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its path, as far as it can be told.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Permission bits of every symbolic link: they mean nothing (symlink(7)).
pub const LINK_MODE: u32 = 0o777;

/// One directory entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Path from the root, without a leading slash.
    pub path: String,
    /// Kind of the entry itself, a link not followed.
    pub kind: EntryKind,
    /// Permission bits, the lowest twelve; [`LINK_MODE`] for a link.
    pub mode: u32,
    /// Size in bytes of a regular file, 0 for anything else. Pseudo-files say 0 too.
    pub size: u64,
    /// Where a symbolic link points, as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Its bytes, where they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Outcome<Blob>>,
}

/// Bytes of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Blob(#[serde(with = "crate::bundle::bytes")] pub Vec<u8>);

/// The kind of a directory entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a pipe or a socket.
    Other,
}

/// What a command printed and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Exit status; for a signal 128 and its number.
    pub status: i32,
    /// Standard output.
    #[serde(with = "crate::bundle::bytes")]
    pub stdout: Vec<u8>,
    /// Standard error, at most 64 KiB.
    #[serde(with = "crate::bundle::bytes")]
    pub stderr: Vec<u8>,
}

/// For [`Native::System`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SystemReading {
    /// Name of the operating system, as it calls itself.
    pub os_name: Option<String>,
    /// Its version.
    pub os_version: Option<String>,
    /// Release of the kernel.
    pub kernel: Option<String>,
    /// Machine name, as `uname -m` has it.
    pub machine: Option<String>,
    /// Host name.
    pub host_name: Option<String>,
    /// Memory in bytes.
    pub memory: u64,
    /// Number of logical processors.
    pub processors: u32,
    /// Size of a memory page in bytes.
    pub page_size: u64,
}

/// All answers to the needs of one target so far.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    known: BTreeMap<Need, Outcome<Answer>>,
    digests: Option<BTreeMap<String, String>>,
}

impl Answers {
    /// Adds the outcome of a need.
    pub fn insert(&mut self, need: Need, outcome: Outcome<Answer>) {
        self.known.insert(need, outcome);
    }

    /// Digests of what redaction took out of the files, by `FILE:NAME`; nothing where no key for them was given.
    pub fn digests(&self) -> Option<&BTreeMap<String, String>> {
        self.digests.as_ref()
    }

    pub(crate) fn keep_digests(&mut self) {
        self.digests = Some(BTreeMap::new());
    }

    pub(crate) fn add_digest(&mut self, file: &str, name: &str, digest: String) {
        if let Some(digests) = &mut self.digests {
            digests.insert(format!("{file}:{name}"), digest);
        }
    }

    /// Whether this need was put to the target.
    pub fn has(&self, need: &Need) -> bool {
        self.known.contains_key(need)
    }

    /// All needs and their outcomes, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&Need, &Outcome<Answer>)> {
        self.known.iter()
    }

    /// What came back for a need. A need that was never put is a bug of the probe and comes back as failed.
    pub fn get(&self, need: &Need) -> Outcome<&Answer> {
        match self.known.get(need) {
            Some(outcome) => outcome.as_ref(),
            None => Outcome::failed("not-asked", "the probe did not ask for this"),
        }
    }

    /// The bytes of a file or a range.
    pub fn bytes(&self, need: &Need) -> Outcome<&[u8]> {
        self.typed(need, |answer| match answer {
            Answer::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
    }

    /// Directory entries.
    pub fn entries(&self, need: &Need) -> Outcome<&Entries> {
        self.typed(need, |answer| match answer {
            Answer::Entries(entries) => Some(entries),
            _ => None,
        })
    }

    /// Output of a command.
    pub fn output(&self, need: &Need) -> Outcome<&Output> {
        self.typed(need, |answer| match answer {
            Answer::Output(output) => Some(output),
            _ => None,
        })
    }

    /// The operating system's own reading.
    pub fn system(&self) -> Outcome<&SystemReading> {
        self.typed(&Need::Native(Native::System), |answer| match answer {
            Answer::System(reading) => Some(reading),
            _ => None,
        })
    }

    /// Seconds that the clock of the target is ahead of the one here.
    pub fn clock(&self) -> Outcome<i64> {
        self.typed(&Need::Native(Native::Clock), |answer| match answer {
            Answer::Clock(ahead) => Some(*ahead),
            _ => None,
        })
    }

    /// What a server answered.
    pub fn rows(&self, need: &Need) -> Outcome<&Rows> {
        self.typed(need, |answer| match answer {
            Answer::Rows(rows) => Some(rows),
            _ => None,
        })
    }

    /// Which alternative of a [`Need::FirstOf`] answered, and what.
    pub fn first_of(&self, need: &Need) -> Outcome<(usize, &Answer)> {
        self.typed(need, |answer| match answer {
            Answer::One(which, answer) => Some((*which, answer.as_ref())),
            _ => None,
        })
    }

    fn typed<'a, T: 'a>(&'a self, need: &Need, pick: impl FnOnce(&'a Answer) -> Option<T>) -> Outcome<T> {
        let other = "the answer is of another kind than the question";
        self.get(need).and_then(|answer| {
            pick(answer).map_or_else(|| Outcome::failed("wrong-answer", other), Outcome::Got)
        })
    }
}

impl Need {
    /// Where the answer to this need comes from.
    pub fn origin(&self) -> Origin {
        match self {
            Need::File { path, .. } | Need::Range { path, .. } => Origin::file(path.clone()),
            Need::Glob { pattern, .. } => Origin::file(pattern.clone()),
            Need::Command { argv, .. } => Origin::Command(quote(argv)),
            Need::Native(Native::System) => Origin::Native("operating system".into()),
            Need::Native(Native::Clock) => Origin::Native("both clocks".into()),
            Need::Query { text, .. } => Origin::Wire(text.clone()),
            Need::Offline(need) | Need::Variables(need) => need.origin(),
            Need::FirstOf(needs) => needs
                .first()
                .map_or_else(|| Origin::Derived("nothing".into()), Need::origin),
        }
    }
}
