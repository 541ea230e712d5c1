//! Collecting: puts the needs of all probes to one target, round by round, and makes a snapshot of the answers.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use crate::answer::{Answer, Answers, Entries, Outcome};
use crate::need::Need;
use crate::probe::{MAX_ROUNDS, Observation, Probe};
use crate::redact::{self, DigestKey, Taken};
use crate::snapshot::{Coverage, CoverageState, Problem, Snapshot};
use crate::transport::{Transport, TransportError};

/// What came of asking one target.
#[derive(Debug)]
pub struct Collected {
    /// The facts, and what is not known.
    pub snapshot: Snapshot,
    /// Every answer, redacted, for [`Bundle::record`](crate::bundle::Bundle::record).
    pub answers: Answers,
    /// Why the target as a whole did not answer, where it did not.
    pub failure: Option<TransportError>,
}

/// Observes a target with these probes.
///
/// It always gives a snapshot: a target that does not answer gives one without facts whose coverage says so.
/// `taken_at` is the time to write into it (RFC 3339).
pub fn collect(
    target: &str,
    taken_at: &str,
    transport: &mut dyn Transport,
    probes: &[&dyn Probe],
) -> Collected {
    collect_under(None, target, taken_at, transport, probes)
}

/// Like [`collect`]. Under a key, digests of what redaction takes out are kept, for probes that ask for nothing
/// but them ([`Answers::digests`]).
pub fn collect_under(
    key: Option<&DigestKey>,
    target: &str,
    taken_at: &str,
    transport: &mut dyn Transport,
    probes: &[&dyn Probe],
) -> Collected {
    let mut answers = Answers::default();
    if key.is_some() {
        answers.keep_digests();
    }
    let mut failure: Option<TransportError> = None;
    let mut asked: BTreeSet<Need> = probes.iter().flat_map(|probe| probe.needs()).collect();
    let mut views: Vec<View> = Vec::new();
    for round in 0..MAX_ROUNDS {
        let needs: Vec<Need> = asked.into_iter().filter(|need| !answers.has(need)).collect();
        if round > 0 && needs.is_empty() {
            break;
        }
        put(&needs, transport, key, &mut answers, &mut failure);
        if round == 0 {
            views = probes.iter().map(|probe| view(*probe, &answers)).collect();
        }
        for (seen, probe) in views.iter_mut().zip(probes).filter(|_| round > 0) {
            // What a probe makes of the answers changes only with answers to what it asked for.
            if seen.asks.iter().any(|need| needs.binary_search(need).is_ok()) {
                *seen = view(*probe, &answers);
            }
        }
        asked = views.iter().flat_map(|view| view.asks.iter().cloned()).collect();
        if failure.is_some() {
            break;
        }
    }
    if key.is_some() {
        for (seen, probe) in views.iter_mut().zip(probes) {
            if seen.asks.is_empty() && probe.needs().is_empty() {
                *seen = view(*probe, &answers);
            }
        }
    }
    for view in &mut views {
        if failure.is_none() && view.asks.iter().any(|need| !answers.has(need)) {
            let message = format!(
                "the probe `{}` asked for more than {MAX_ROUNDS} rounds",
                view.coverage.probe
            );
            view.problems.push(Problem::new("too-many-rounds", message));
            view.coverage.state = CoverageState::Partial;
        }
    }
    let mut snapshot = assemble(target, taken_at, views, failure.as_ref());
    let is_told = |note: &Problem| {
        failure
            .as_ref()
            .is_some_and(|failure| failure.message == note.message)
    };
    let notes = transport.notes().into_iter().filter(|note| !is_told(note));
    snapshot.problems.extend(notes);
    snapshot.problems.sort();
    Collected {
        snapshot,
        answers,
        failure,
    }
}

/// Puts one round to the target; what it does not answer is recorded as such.
fn put(
    needs: &[Need],
    transport: &mut dyn Transport,
    key: Option<&DigestKey>,
    answers: &mut Answers,
    failure: &mut Option<TransportError>,
) {
    match transport.ask(needs) {
        Ok(outcomes) => {
            let mut outcomes = outcomes.into_iter();
            for need in needs {
                let outcome = outcomes
                    .next()
                    .unwrap_or_else(|| Outcome::failed("incomplete", "no answer came"));
                let mut digests = Vec::new();
                let outcome = outcome.map(|answer| scrub(need, answer, key, &mut digests));
                answers.insert(need.clone(), outcome);
                for (file, name, digest) in digests {
                    answers.add_digest(&file, &name, digest);
                }
            }
        }
        Err(error) => {
            for need in needs {
                answers.insert(need.clone(), Outcome::Failed(error.failure()));
            }
            *failure = Some(error);
        }
    }
}

/// File, name of the setting, digest.
type Digest = (String, String, String);

/// How the text of a file loses its secrets.
#[derive(Clone, Copy)]
enum Way {
    Names,
    Environment,
    Settings,
}

impl Way {
    /// Nothing where a file is none of configuration.
    fn of(path: &str) -> Option<Way> {
        let is_configuration = path.starts_with("etc/") || path.ends_with(".service");
        match redact::holds_environment(path) {
            true => Some(Way::Environment),
            false => is_configuration.then_some(Way::Settings),
        }
    }

    /// The text without its secrets. What was cut may end within one: it gives no digests.
    fn take(self, bytes: Vec<u8>, path: &str, key: Option<&DigestKey>, digests: &mut Vec<Digest>) -> Vec<u8> {
        let mut taken = Taken::under(key);
        let left = match self {
            Way::Names => redact::variable_names(&bytes, &mut taken),
            Way::Environment => redact::scrub_environment(&bytes, &mut taken),
            Way::Settings => redact::scrub_into(bytes, &mut taken),
        };
        let told = taken.digests();
        digests.extend(told.map(|(name, digest)| (path.to_owned(), name.to_owned(), digest)));
        left
    }
}

/// Text from configuration loses its secrets before anything else sees it.
fn scrub(need: &Need, answer: Answer, key: Option<&DigestKey>, digests: &mut Vec<Digest>) -> Answer {
    match (need, answer) {
        (Need::Variables(need), answer) => only_names(need, answer, key, digests),
        (Need::File { path, .. }, Answer::Bytes(bytes)) => Answer::Bytes(match Way::of(path) {
            Some(way) => way.take(bytes, path, key, digests),
            None => bytes,
        }),
        (_, Answer::Entries(entries)) => Answer::Entries(scrub_entries(entries, Way::of, key, digests)),
        (Need::Offline(need), answer) => scrub(need, answer, key, digests),
        (Need::FirstOf(needs), Answer::One(which, answer)) => match needs.get(which) {
            Some(need) => Answer::One(which, Box::new(scrub(need, *answer, key, digests))),
            None => Answer::One(which, answer),
        },
        (_, answer) => answer,
    }
}

fn only_names(need: &Need, answer: Answer, key: Option<&DigestKey>, digests: &mut Vec<Digest>) -> Answer {
    match answer {
        Answer::Bytes(bytes) => {
            let (key, path) = match need {
                Need::File { path, .. } => (key, path.as_str()),
                _ => (None, ""),
            };
            Answer::Bytes(Way::Names.take(bytes, path, key, digests))
        }
        Answer::Entries(entries) => {
            Answer::Entries(scrub_entries(entries, |_| Some(Way::Names), key, digests))
        }
        Answer::Output(mut output) => {
            output.stdout = Way::Names.take(output.stdout, "", None, digests);
            Answer::Output(output)
        }
        Answer::One(which, answer) => {
            let need = match need {
                Need::FirstOf(needs) => needs.get(which).unwrap_or(need),
                need => need,
            };
            Answer::One(which, Box::new(only_names(need, *answer, key, digests)))
        }
        answer @ (Answer::Clock(_) | Answer::System(_) | Answer::Rows(_)) => answer,
    }
}

fn scrub_entries(
    mut entries: Entries,
    way: impl Fn(&str) -> Option<Way>,
    key: Option<&DigestKey>,
    digests: &mut Vec<Digest>,
) -> Entries {
    for entry in &mut entries.entries {
        if let Some(Outcome::Got(blob)) = &mut entry.content
            && let Some(way) = way(&entry.path)
        {
            let is_whole = u64::try_from(blob.0.len()).is_ok_and(|read| read >= entry.size);
            let bytes = std::mem::take(&mut blob.0);
            blob.0 = way.take(bytes, &entry.path, key.filter(|_| is_whole), digests);
        }
    }
    entries
}

struct View {
    facts: Vec<crate::fact::Fact>,
    problems: Vec<Problem>,
    asks: Vec<Need>,
    coverage: Coverage,
}

/// What one probe makes of the answers. A probe that panics is a bug of ours: its facts are unknown, the rest goes on.
fn view(probe: &dyn Probe, answers: &Answers) -> View {
    let manifest = probe.manifest();
    let start = Instant::now();
    let observed = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut observation = Observation::new(manifest);
        probe.observe(answers, &mut observation);
        observation
    }));
    let mut coverage = Coverage {
        probe: manifest.id.to_string(),
        state: CoverageState::Failed,
        reason: Some("the probe failed (a bug in parity)".to_owned()),
        millis: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        facts: manifest
            .schemas
            .iter()
            .map(|schema| schema.name.to_string())
            .collect(),
    };
    match observed {
        Ok(Observation {
            facts,
            problems,
            asks,
            coverage: (state, reason),
            ..
        }) => {
            (coverage.state, coverage.reason) = (state, reason);
            View {
                facts,
                problems,
                asks,
                coverage,
            }
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text
                .or_else(|| panic.downcast_ref::<&str>().copied())
                .unwrap_or("no message");
            let message = format!("the probe `{}` panicked: {text}; please report it", manifest.id);
            let problems = vec![Problem::new("probe-panicked", message).at(manifest.id.as_ref())];
            View {
                facts: Vec::new(),
                problems,
                asks: Vec::new(),
                coverage,
            }
        }
    }
}

fn assemble(target: &str, taken_at: &str, views: Vec<View>, failure: Option<&TransportError>) -> Snapshot {
    let mut facts = Vec::new();
    let mut coverage = Vec::new();
    let mut problems = Vec::new();
    for view in views {
        facts.extend(view.facts);
        coverage.push(view.coverage);
        problems.extend(view.problems);
    }
    if let Some(error) = failure {
        problems.push(error.problem().at(target));
    }
    coverage.sort_by(|a, b| a.probe.cmp(&b.probe));
    problems.sort();
    problems.dedup();
    let mut snapshot = Snapshot::new(target, taken_at, facts);
    snapshot.coverage = coverage;
    snapshot.problems = problems;
    snapshot
}
