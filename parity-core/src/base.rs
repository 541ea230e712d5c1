//! A base: what was wrong at an earlier time, so that a check fails on what is new.
//!
//! A finding is known where the base has its fingerprint *and* every value it rests on. A value that has changed since makes it a
//! finding again. What the base has and this check has not is gone only where this check looked: a host that was not asked
//! mends nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fact::{FactId, Value};
use crate::finding::{Evidence, Finding, Since, Unknown};
use crate::judge::{Case, Judgement};
use crate::view::Side;

/// The largest report that is read as a base, in bytes.
pub const MAX_BYTES: u64 = 64 << 20;

/// A finding or an open question of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The rule.
    pub rule: String,
    /// The artifact, service or link concerned.
    pub subject: String,
    /// The host, and then every other target that it rests on.
    pub targets: Vec<String>,
    /// Names the same finding in every run.
    pub fingerprint: String,
    /// A digest of the values it rests on: 16 hexadecimal digits. An open question has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
}

/// What was wrong at one time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    known: BTreeMap<String, Known>,
}

/// Why a document is no base.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseError {
    /// Not a report of `check`.
    #[error("it is no report of `parity check --format json`: {0}")]
    NoReport(String),
    /// Written by a newer version.
    #[error("its format {0} is newer than this program reads: use a newer parity")]
    Newer(u64),
}

/// What became of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// What the base is, as the user named it.
    pub name: String,
    /// Findings that it has, with the same values.
    pub known: usize,
    /// Open questions that it has.
    pub known_unknowns: usize,
    /// Findings that it has, with other values.
    pub changed: usize,
    /// What it has and this check looked for and did not find.
    pub gone: Vec<Known>,
    /// How much of it this check did not look for, or could not decide.
    pub unseen: usize,
}

impl Base {
    /// What is wrong now, for a later check.
    pub fn of(judgement: &Judgement) -> Base {
        let findings = judgement.findings.iter().map(Known::of_finding);
        let unknowns = judgement.unknowns.iter().map(Known::of_unknown);
        findings.chain(unknowns).collect()
    }

    /// What is wrong according to a report: the document of `parity check --format json`, or what [`shrink`] left of it.
    ///
    /// # Errors
    /// Another document, or one of a newer format.
    pub fn of_report(text: &str) -> Result<Base, BaseError> {
        let no_report = |error: serde_json::Error| BaseError::NoReport(error.to_string());
        let head: Head = serde_json::from_str(text).map_err(no_report)?;
        if head.format > u64::from(crate::report::FORMAT) {
            return Err(BaseError::Newer(head.format));
        }
        let report: Report = serde_json::from_str(text).map_err(no_report)?;
        let findings = report.findings.iter().map(ReportedFinding::known);
        let unknowns = report.unknowns.iter().map(Known::of_unknown);
        Ok(findings.chain(unknowns).collect())
    }

    /// Everything it has, by fingerprint.
    pub fn known(&self) -> impl Iterator<Item = &Known> {
        self.known.values()
    }

    /// Says of everything in a judgement whether it is known, and puts what is known last.
    pub fn mark(&self, name: &str, judgement: &mut Judgement, case: &Case) -> Compared {
        let Judgement {
            findings, unknowns, ..
        } = judgement;
        for finding in findings.iter_mut() {
            let values = Some(values(&finding.evidence));
            finding.since = Some(match self.known.get(&finding.fingerprint) {
                None => Since::New,
                Some(known) if known.values == values => Since::Known,
                Some(_) => Since::Changed,
            });
        }
        for unknown in unknowns.iter_mut() {
            let known = self.known.contains_key(&unknown.fingerprint());
            unknown.since = Some(if known { Since::Known } else { Since::New });
        }
        findings.sort_by_key(|finding| finding.since == Some(Since::Known));
        unknowns.sort_by_key(|unknown| unknown.since == Some(Since::Known));
        let (gone, unseen) = self.missing(judgement, case);
        let count = |since| {
            judgement
                .findings
                .iter()
                .filter(|f| f.since == Some(since))
                .count()
        };
        let asked = judgement.unknowns.iter().map(|unknown| unknown.since);
        Compared {
            name: name.to_owned(),
            known: count(Since::Known),
            changed: count(Since::Changed),
            known_unknowns: asked.filter(|since| *since == Some(Since::Known)).count(),
            gone,
            unseen,
        }
    }

    /// What it has and the judgement has not: gone where all that it rests on was looked at, else unseen.
    fn missing(&self, judgement: &Judgement, case: &Case) -> (Vec<Known>, usize) {
        let hosts = case.hosts.iter().map(|host| &host.snapshot);
        let artifacts = case.artifacts.iter().map(|artifact| &artifact.snapshot);
        let seen: BTreeSet<&str> = hosts
            .chain(artifacts)
            .chain(&case.dev)
            .filter(|snapshot| !snapshot.is_blind())
            .map(|snapshot| snapshot.target.as_str())
            .collect();
        let open: BTreeSet<(&str, &str)> = judgement
            .unknowns
            .iter()
            .map(|unknown| (unknown.rule.as_str(), unknown.target.as_str()))
            .collect();
        let found = judgement.findings.iter().map(|f| f.fingerprint.clone());
        let asked = judgement.unknowns.iter().map(Unknown::fingerprint);
        let now: BTreeSet<String> = found.chain(asked).collect();
        let is_decided = |known: &Known| {
            let target = known.targets.first().map(String::as_str).unwrap_or_default();
            !open.contains(&(known.rule.as_str(), target))
        };
        let is_seen = |known: &Known| known.targets.iter().all(|target| seen.contains(target.as_str()));
        let (gone, unseen): (Vec<Known>, Vec<Known>) = self
            .known
            .values()
            .filter(|known| !now.contains(&known.fingerprint))
            .cloned()
            .partition(|known| is_seen(known) && is_decided(known));
        (gone, unseen.len())
    }
}

impl FromIterator<Known> for Base {
    fn from_iter<I: IntoIterator<Item = Known>>(known: I) -> Base {
        let entries = known.into_iter().map(|known| (known.fingerprint.clone(), known));
        Base {
            known: entries.collect(),
        }
    }
}

impl Known {
    fn of_finding(finding: &Finding) -> Known {
        ReportedFinding {
            rule: finding.rule.clone(),
            subject: finding.subject.clone(),
            target: finding.target.clone(),
            fingerprint: finding.fingerprint.clone(),
            evidence: finding.evidence.clone(),
        }
        .known()
    }

    fn of_unknown(unknown: &Unknown) -> Known {
        Known {
            rule: unknown.rule.clone(),
            subject: unknown.subject.clone(),
            targets: vec![unknown.target.clone()],
            fingerprint: unknown.fingerprint(),
            values: None,
        }
    }
}

/// A report without what is gone, and without everything but findings and open questions: a base that is smaller. `None` where
/// nothing of it is gone.
///
/// # Errors
/// A text that is no report.
pub fn shrink(text: &str, gone: &[Known]) -> Result<Option<String>, BaseError> {
    let no_report = |error: serde_json::Error| BaseError::NoReport(error.to_string());
    let gone: BTreeSet<&str> = gone.iter().map(|known| known.fingerprint.as_str()).collect();
    let mut report: Verbatim = serde_json::from_str(text).map_err(no_report)?;
    let before = report.findings.len() + report.unknowns.len();
    let is_gone = |fingerprint: &str| gone.contains(fingerprint);
    report.findings.retain(|finding| {
        let fingerprint = finding.get("fingerprint").and_then(serde_json::Value::as_str);
        !fingerprint.is_some_and(is_gone)
    });
    report.unknowns.retain(|unknown| {
        let unknown = Unknown::deserialize(unknown);
        !unknown.is_ok_and(|unknown| is_gone(&unknown.fingerprint()))
    });
    if report.findings.len() + report.unknowns.len() == before {
        return Ok(None);
    }
    serde_json::to_string_pretty(&report).map(Some).map_err(no_report)
}

#[derive(Deserialize)]
struct Head {
    format: u64,
}

/// What of a report makes a base.
#[derive(Deserialize)]
struct Report {
    findings: Vec<ReportedFinding>,
    unknowns: Vec<Unknown>,
}

#[derive(Deserialize)]
struct ReportedFinding {
    rule: String,
    subject: String,
    target: String,
    fingerprint: String,
    evidence: Vec<Evidence>,
}

/// The same, with every field that a newer version may have added.
#[derive(Serialize, Deserialize)]
struct Verbatim {
    format: u64,
    findings: Vec<serde_json::Value>,
    unknowns: Vec<serde_json::Value>,
}

impl ReportedFinding {
    fn known(&self) -> Known {
        let mut targets = vec![self.target.clone()];
        for evidence in &self.evidence {
            if !targets.contains(&evidence.target) {
                targets.push(evidence.target.clone());
            }
        }
        Known {
            rule: self.rule.clone(),
            subject: self.subject.clone(),
            targets,
            fingerprint: self.fingerprint.clone(),
            values: Some(values(&self.evidence)),
        }
    }
}

/// The same for the same values of the same facts, in whatever order and from whatever origin they came.
fn values(evidence: &[Evidence]) -> String {
    let sorted: BTreeSet<(Side, &FactId, &Option<Value>)> = evidence
        .iter()
        .map(|evidence| (evidence.side, &evidence.fact, &evidence.value))
        .collect();
    let mut hash = Sha256::new();
    for (side, fact, value) in sorted {
        let value = value.as_ref().map(|value| serde_json::json!(value).to_string());
        for part in [
            side.word(),
            &fact.to_string(),
            value.as_deref().unwrap_or("absent"),
        ] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
