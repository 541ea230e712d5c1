//! Reports: what `check` and `diff` tell, as documents.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::Compared;
use crate::change::{Change, NotCompared, compare};
use crate::fact::FactId;
use crate::finding::{Finding, Severity, Unknown};
use crate::judge::{Case, JudgedLink, Judgement, LeftToImage};
use crate::matrix::{self, Component};
use crate::policy::Ignored;
use crate::snapshot::{CoverageState, Problem, Snapshot};

/// The version of the report documents.
pub const FORMAT: u32 = 1;

/// The answer of `check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was needed was observed, and nothing at or above the threshold breaks.
    Clear,
    /// Something breaks.
    Blocked,
    /// Nothing certain is wrong, and something needed is not known.
    Inconclusive,
}

impl Verdict {
    /// The exit code of `parity check`: 0, 1 or 3.
    pub fn exit_code(self) -> u8 {
        match self {
            Verdict::Clear => 0,
            Verdict::Blocked => 1,
            Verdict::Inconclusive => 3,
        }
    }
}

/// The answer of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// All compared, no change.
    Same,
    /// At least one change.
    Different,
    /// No change, and something could not be compared.
    Inconclusive,
}

/// How completely one target was observed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetCoverage {
    /// The target as the user named it.
    pub target: String,
    /// Its role, where it has one.
    pub role: Option<String>,
    /// When it was observed (RFC 3339).
    pub taken_at: String,
    /// Whether every probe that applies saw all it asks for.
    pub complete: bool,
    /// Whether nothing at all was seen: a host that was silent, or a release without anything that a probe knows.
    pub blind: bool,
    /// Probes that did not, with their state and reason.
    pub gaps: Vec<Gap>,
    /// What went wrong.
    pub problems: Vec<Problem>,
}

/// One probe that did not see all it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The probe.
    pub probe: String,
    /// What it ended as.
    pub state: CoverageState,
    /// Why.
    pub reason: Option<String>,
}

impl TargetCoverage {
    /// How completely this snapshot was taken.
    pub fn of(snapshot: &Snapshot, role: Option<&str>) -> TargetCoverage {
        let quiet = |state: CoverageState| state.is_complete() || state == CoverageState::NotApplicable;
        let gaps = snapshot
            .coverage
            .iter()
            .filter(|entry| !quiet(entry.state))
            .map(|entry| Gap {
                probe: entry.probe.clone(),
                state: entry.state,
                reason: entry.reason.clone(),
            });
        TargetCoverage {
            target: snapshot.target.clone(),
            role: role.map(str::to_owned),
            taken_at: snapshot.taken_at.clone(),
            complete: snapshot.is_complete(),
            blind: snapshot.is_blind(),
            gaps: gaps.collect(),
            problems: snapshot.problems.clone(),
        }
    }
}

/// How many differences there are, and how many no requirement reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSummary {
    /// Facts in which a host differs from the developer's machine, over all hosts.
    pub total: usize,
    /// Those that no finding rests on.
    pub folded: usize,
    /// All of them, where they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<TargetChange>,
}

/// A change, and the target that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetChange {
    /// The target.
    pub target: String,
    /// The change, seen from the baseline.
    #[serde(flatten)]
    pub change: Change,
}

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub infos: usize,
    /// Findings that somebody accepted.
    pub waived: usize,
    /// Findings that the base has too.
    #[serde(skip_serializing_if = "is_zero")]
    pub known: usize,
    /// What could not be decided, without what the base has too and what somebody accepted.
    pub unknowns: usize,
    /// What could not be decided, and somebody accepted.
    pub waived_unknowns: usize,
    /// Findings and open questions that the policy ignores.
    pub ignored: usize,
    /// Hosts that were observed completely.
    pub observed: usize,
    /// Hosts that were asked.
    pub hosts: usize,
    /// Requirements that were put to hosts.
    pub requirements: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What `check` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Version of the document: [`FORMAT`].
    pub format: u32,
    /// The answer.
    pub verdict: Verdict,
    /// What breaks, worst first.
    pub findings: Vec<Finding>,
    /// What could not be decided.
    pub unknowns: Vec<Unknown>,
    /// How much differs without consequence.
    pub changes: ChangeSummary,
    /// One entry a target: hosts, then the developer's machine, then artifacts.
    pub coverage: Vec<TargetCoverage>,
    /// Counts.
    pub summary: Summary,
    /// The declared links, and what became of them.
    pub links: Vec<JudgedLink>,
    /// What was not held against hosts, because the release brings it in an image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_to_images: Vec<LeftToImage>,
    /// What each machine has of what matters, the worst first.
    pub components: Vec<Component>,
    /// What became of the base, where the check was given one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Compared>,
    /// What the policy ignores.
    pub ignored: Vec<Ignored>,
    /// What is wrong with the policy: a waiver that expired, an entry that does nothing.
    pub problems: Vec<Problem>,
}

/// From which severity on a finding fails the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// Findings of this severity or worse fail.
    At(Severity),
    /// No finding fails.
    Never,
}

impl Default for Threshold {
    /// Errors fail.
    fn default() -> Threshold {
        Threshold::At(Severity::Error)
    }
}

impl Threshold {
    /// Whether this finding fails the check.
    pub fn fails(self, finding: &Finding) -> bool {
        match self {
            Threshold::At(least) => finding.is_open() && finding.severity <= least,
            Threshold::Never => false,
        }
    }
}

impl Report {
    /// The report of a judged case. `all` keeps the list of differences.
    pub fn new(case: &Case, judgement: Judgement, threshold: Threshold, all: bool) -> Report {
        let Judgement {
            findings,
            unknowns,
            requirements,
            links,
            left_to_images,
            ignored,
            unheeded,
            problems,
            ..
        } = judgement;
        let mut coverage: Vec<TargetCoverage> = case
            .hosts
            .iter()
            .map(|host| TargetCoverage::of(&host.snapshot, host.role.as_deref()))
            .collect();
        let observed = coverage.iter().filter(|entry| entry.complete).count();
        coverage.extend(case.dev.iter().map(|dev| TargetCoverage::of(dev, None)));
        coverage.extend(
            case.artifacts
                .iter()
                .map(|a| TargetCoverage::of(&a.snapshot, a.role.as_deref())),
        );
        let blind = case.hosts.iter().any(|host| host.snapshot.is_blind())
            || case.artifacts.iter().any(|artifact| artifact.snapshot.is_blind());
        let verdict = if findings.iter().any(|finding| threshold.fails(finding)) {
            Verdict::Blocked
        } else if blind || unknowns.iter().any(Unknown::is_open) || requirements == 0 {
            Verdict::Inconclusive
        } else {
            Verdict::Clear
        };
        let count = |severity| {
            findings
                .iter()
                .filter(|f| f.severity == severity && f.is_open())
                .count()
        };
        let summary = Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
            waived: findings.iter().filter(|finding| finding.waiver.is_some()).count(),
            known: findings
                .iter()
                .filter(|finding| finding.waiver.is_none() && !finding.is_open())
                .count(),
            unknowns: unknowns.iter().filter(|unknown| unknown.is_open()).count(),
            waived_unknowns: unknowns.iter().filter(|unknown| unknown.waiver.is_some()).count(),
            ignored: ignored.len(),
            observed,
            hosts: case.hosts.len(),
            requirements,
        };
        let changes = changes_from_dev(case, &findings, &unheeded, all);
        let components = matrix::components(case, &findings, &unknowns);
        Report {
            format: FORMAT,
            verdict,
            findings,
            unknowns,
            changes,
            coverage,
            summary,
            links,
            left_to_images,
            components,
            base: None,
            ignored,
            problems,
        }
    }

    /// What could not be decided, and is neither accepted nor known from a base.
    pub fn open_unknowns(&self) -> Vec<Unknown> {
        let open = self.unknowns.iter().filter(|unknown| unknown.is_open());
        open.cloned().collect()
    }
}

/// Differences of facts that the policy does not ignore.
fn changes_from_dev(
    case: &Case,
    findings: &[Finding],
    unheeded: &BTreeMap<String, BTreeSet<FactId>>,
    all: bool,
) -> ChangeSummary {
    let mut summary = ChangeSummary::default();
    let Some(dev) = &case.dev else { return summary };
    for host in &case.hosts {
        let target = &host.snapshot.target;
        let reached = |change: &Change| {
            let mut evidence = findings
                .iter()
                .filter(|f| f.target == *target)
                .flat_map(|f| &f.evidence);
            evidence.any(|evidence| evidence.fact == change.fact)
        };
        let mut changes = compare(dev, &host.snapshot).changes;
        if let Some(unheeded) = unheeded.get(target) {
            changes.retain(|change| !unheeded.contains(&change.fact));
        }
        summary.total += changes.len();
        summary.folded += changes.iter().filter(|change| !reached(change)).count();
        if all {
            let list = changes.into_iter().map(|change| TargetChange {
                target: target.clone(),
                change,
            });
            summary.list.extend(list);
        }
    }
    summary
}

/// What `diff` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffReport {
    /// Version of the document: [`FORMAT`].
    pub format: u32,
    /// The answer.
    pub verdict: Likeness,
    /// The target that the others are compared with.
    pub baseline: String,
    /// Every change, by target and fact.
    pub changes: Vec<TargetChange>,
    /// Every fact that could not be compared.
    pub not_compared: Vec<TargetGap>,
    /// One entry a target, the baseline first.
    pub coverage: Vec<TargetCoverage>,
}

/// A fact that could not be compared, and the target it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetGap {
    /// The target.
    pub target: String,
    /// The fact, and what each side knows.
    #[serde(flatten)]
    pub gap: NotCompared,
}

impl DiffReport {
    /// Every target compared with the first.
    pub fn new(baseline: &Snapshot, others: &[Snapshot]) -> DiffReport {
        let (mut changes, mut not_compared) = (Vec::new(), Vec::new());
        for other in others {
            let comparison = compare(baseline, other);
            let target = &other.target;
            changes.extend(comparison.changes.into_iter().map(|change| TargetChange {
                target: target.clone(),
                change,
            }));
            let gaps = comparison.not_compared.into_iter();
            not_compared.extend(gaps.map(|gap| TargetGap {
                target: target.clone(),
                gap,
            }));
        }
        let all = std::iter::once(baseline).chain(others);
        // What neither side can tell, for one reason, where all probes saw what they ask for, is nothing that was missed.
        let whole = all
            .clone()
            .all(|snapshot| snapshot.is_complete() && !snapshot.is_blind());
        let missed = not_compared.iter().any(|entry| !whole || !entry.gap.is_mutual());
        let blind = all.clone().any(Snapshot::is_blind);
        let verdict = if !changes.is_empty() {
            Likeness::Different
        } else if blind || missed {
            Likeness::Inconclusive
        } else {
            Likeness::Same
        };
        let coverage = all.map(|snapshot| TargetCoverage::of(snapshot, None)).collect();
        DiffReport {
            format: FORMAT,
            verdict,
            baseline: baseline.target.clone(),
            changes,
            not_compared,
            coverage,
        }
    }
}
