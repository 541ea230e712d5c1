//! Probes: plug-ins that state needs and turn the answers into facts, without any input or output of their own.

use std::borrow::Cow;

use crate::answer::{Answers, Failure, Outcome};
use crate::fact::{Fact, FactId, Origin, Stability, State, Value};
use crate::need::Need;
use crate::schema::{Kind, Schema};
use crate::snapshot::{CoverageState, Problem};
use crate::version::Scheme;

/// How often a probe may ask: a first time, and twice more after it has seen answers.
pub const MAX_ROUNDS: usize = 3;

/// What a probe looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A machine: this one, a remote one, a root file system.
    Host,
    /// A server that is asked over the wire: what it tells of itself, and nothing of its machine.
    Server,
    /// What is shipped: a file or a directory.
    Release,
    /// The sources a release is made from: manifests, container files.
    Project,
}

/// What a probe says of itself.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its id: lower-case words joined by `-`.
    pub id: Cow<'static, str>,
    /// What it looks at.
    pub subject: Subject,
    /// One sentence.
    pub about: Cow<'static, str>,
    /// Every fact it can give.
    pub schemas: Cow<'static, [Schema]>,
}

impl Manifest {
    /// A manifest that is known when the program is built. One that is made at run time, such as for a probe that a
    /// configuration file describes, fills the fields with owned texts.
    ///
    /// ```
    /// use parity_core::probe::{Manifest, Subject};
    /// use parity_core::schema::{Kind, Schema};
    ///
    /// static SCHEMAS: &[Schema] = &[Schema::single("motd.lines", Kind::Number, "Lines of /etc/motd.")];
    /// static MANIFEST: Manifest = Manifest::new("motd", Subject::Host, "The message of the day.", SCHEMAS);
    /// assert!(MANIFEST.schema("motd.lines").is_some());
    /// ```
    pub const fn new(
        id: &'static str,
        subject: Subject,
        about: &'static str,
        schemas: &'static [Schema],
    ) -> Manifest {
        Manifest {
            id: Cow::Borrowed(id),
            subject,
            about: Cow::Borrowed(about),
            schemas: Cow::Borrowed(schemas),
        }
    }

    /// The schema of a fact name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }
}

/// A plug-in that observes one subject.
///
/// `observe` is called after every round that answered one of its needs, with all answers so far, and must be a pure
/// function of the answers to needs of its own: the facts of the last call count, and the needs it
/// [asks](Observation::ask) for that are not yet answered make the next round.
pub trait Probe: Send + Sync {
    /// What it is and what it gives.
    fn manifest(&self) -> &Manifest;

    /// What it wants to know first.
    fn needs(&self) -> Vec<Need>;

    /// What the answers so far tell.
    fn observe(&self, answers: &Answers, out: &mut Observation<'_>);
}

impl<P: Probe + ?Sized> Probe for &P {
    fn manifest(&self) -> &Manifest {
        (**self).manifest()
    }

    fn needs(&self) -> Vec<Need> {
        (**self).needs()
    }

    fn observe(&self, answers: &Answers, out: &mut Observation<'_>) {
        (**self).observe(answers, out);
    }
}

/// Collects what a probe makes of the answers.
#[derive(Debug)]
pub struct Observation<'a> {
    manifest: &'a Manifest,
    /// The facts found.
    pub(crate) facts: Vec<Fact>,
    /// What went wrong.
    pub(crate) problems: Vec<Problem>,
    /// What to ask next.
    pub(crate) asks: Vec<Need>,
    /// What the probe ended as, the worst it said.
    pub(crate) coverage: (CoverageState, Option<String>),
}

impl<'a> Observation<'a> {
    /// An empty observation of this probe.
    pub fn new(manifest: &'a Manifest) -> Observation<'a> {
        Observation {
            manifest,
            facts: Vec::new(),
            problems: Vec::new(),
            asks: Vec::new(),
            coverage: (CoverageState::Observed, None),
        }
    }

    /// A value of a fact of which there is one.
    pub fn value(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>, origin: Origin) {
        self.push(FactId::single(name), State::Value(value.into()), None, origin);
    }

    /// A value of one instance of a family.
    pub fn keyed(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        key: impl Into<String>,
        value: impl Into<Value>,
        origin: Origin,
    ) {
        self.push(FactId::keyed(name, key), State::Value(value.into()), None, origin);
    }

    /// A version, with the order it follows.
    pub fn version(&mut self, id: FactId, version: impl Into<Value>, scheme: Scheme, origin: Origin) {
        self.push(id, State::Value(version.into()), Some(scheme), origin);
    }

    /// A fact in any state.
    pub fn state(&mut self, id: FactId, state: State, origin: Origin) {
        self.push(id, state, None, origin);
    }

    fn push(&mut self, id: FactId, state: State, scheme: Option<Scheme>, origin: Origin) {
        let Some(schema) = self.manifest.schema(id.name()) else {
            let message = format!(
                "the probe `{}` gave `{id}`, which its manifest does not declare",
                self.manifest.id
            );
            self.problems.push(Problem::new("undeclared-fact", message));
            return;
        };
        let state = match state {
            State::Value(Value::List(members)) if schema.kind == Kind::Set => {
                State::Value(Value::set(members))
            }
            state => state,
        };
        let stability: Stability = schema.stability;
        self.facts.push(Fact {
            id,
            state,
            scheme,
            stability,
            origin,
        });
    }

    /// Something went wrong, and what it concerns is unknown.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Ask for this in the next round.
    pub fn ask(&mut self, need: Need) {
        self.asks.push(need);
    }

    /// The probe's subject ended in this state. The worst of several counts.
    pub fn covered(&mut self, state: CoverageState, reason: impl Into<String>) {
        let rank = |state: CoverageState| match state {
            CoverageState::Observed => 0,
            CoverageState::Absent => 1,
            CoverageState::NotApplicable => 2,
            CoverageState::Partial => 3,
            CoverageState::NotPermitted => 4,
            CoverageState::TimedOut => 5,
            CoverageState::Unreachable => 6,
            CoverageState::Failed => 7,
        };
        if rank(state) > rank(self.coverage.0) {
            self.coverage = (state, Some(reason.into()));
        }
    }

    /// The answer, or `None` after the coverage has been set to what the outcome means for the whole probe.
    ///
    /// Use it for the one need without which there is nothing to say.
    pub fn require<T>(&mut self, outcome: Outcome<T>, what: &str) -> Option<T> {
        match outcome {
            Outcome::Got(answer) => return Some(answer),
            Outcome::Absent => self.covered(CoverageState::Absent, format!("no {what}")),
            Outcome::NotPermitted => {
                self.covered(CoverageState::NotPermitted, format!("{what}: permission denied"));
            }
            Outcome::NotApplicable => {
                self.covered(
                    CoverageState::NotApplicable,
                    format!("this kind of target cannot show {what}"),
                );
            }
            Outcome::Failed(failure) => self.fail(failure, what),
        }
        None
    }

    /// As [`Observation::require`], for what only a running system has: below `proc`, absent means that the target is a
    /// root file system.
    pub fn require_live<T>(&mut self, outcome: Outcome<T>, what: &str) -> Option<T> {
        match outcome {
            Outcome::Absent => self.require(Outcome::NotApplicable, what),
            outcome => self.require(outcome, what),
        }
    }

    /// The answer where there is one; a failure or a refusal makes the probe partial and is told as a problem.
    ///
    /// Use it for a need that may well be absent.
    pub fn optional<T>(&mut self, outcome: Outcome<T>, what: &str) -> Option<T> {
        match outcome {
            Outcome::Got(answer) => return Some(answer),
            Outcome::Absent | Outcome::NotApplicable => {}
            Outcome::NotPermitted => {
                self.covered(CoverageState::Partial, format!("{what}: permission denied"));
            }
            Outcome::Failed(failure) => self.fail(failure, what),
        }
        None
    }

    /// A question without answer: the probe is partial, and the problem is told.
    pub fn fail(&mut self, failure: Failure, what: &str) {
        let Failure { code, reason } = failure;
        // Paths have no leading slash: the top of a target is an empty one.
        let what = if what.is_empty() { "/" } else { what };
        let state = match code.as_str() {
            "timed-out" => CoverageState::TimedOut,
            "unreachable" => CoverageState::Unreachable,
            "login-refused" => CoverageState::NotPermitted,
            _ => CoverageState::Partial,
        };
        self.covered(state, format!("{what}: {reason}"));
        // The whole target failing is told once, for the target.
        if state == CoverageState::Partial && !matches!(code.as_str(), "incomplete" | "interrupted") {
            self.problem(Problem::new(&code, format!("{what}: {reason}")).at(self.manifest.id.as_ref()));
        }
    }

    /// What these answers say could not be parsed: the probe is partial, and the problem is told.
    pub fn malformed(&mut self, what: &str, why: impl std::fmt::Display) {
        self.fail(Failure::new("malformed", why.to_string()), what);
    }
}
