//! Judging: puts every rule to every host, in parallel, and orders what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use serde::Serialize;

pub use crate::case::{Artifact, Case, Host};
use crate::derive::{Derivation, Sides};
use crate::fact::{FactId, Value};
use crate::finding::{Evidence, Finding, Unknown};
pub use crate::link::{JudgedLink, Link, LinkState};
use crate::order::{merge, one_for_each_cause, order};
use crate::policy::Ignored;
use crate::rule::{self, Asked, Bench, ForEach, InvalidRule, Rule, Ruling, Trail};
use crate::server;
use crate::snapshot::{Problem, Snapshot};
use crate::view::{Read, Side, View};

/// What is known about releases in general.
#[derive(Default)]
pub struct Knowledge {
    /// The rules.
    pub rules: Vec<Rule>,
    /// What they need worked out.
    pub derivations: Vec<Box<dyn Derivation>>,
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ids: Vec<&str> = self.rules.iter().map(|rule| rule.id.as_str()).collect();
        f.debug_struct("Knowledge")
            .field("rules", &ids)
            .field("derivations", &self.derivations.len())
            .finish()
    }
}

impl Knowledge {
    /// Adds a rule from TOML.
    ///
    /// ```
    /// # use parity_core::judge::Knowledge;
    /// let mut knowledge = Knowledge::default();
    /// let error = knowledge.add_rule("motd", "title = 'A rule without the rest'").unwrap_err();
    /// assert!(error.mistakes.contains(&"`severity` is error, warning or info".to_owned()));
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it, and an id that another rule has.
    pub fn add_rule(&mut self, id: &str, toml: &str) -> Result<(), InvalidRule> {
        let rule = Rule::parse(id, toml)?;
        if self.rules.iter().any(|other| other.id == id) {
            return Err(InvalidRule {
                id: id.to_owned(),
                mistakes: vec!["there is a rule of this id already".to_owned()],
            });
        }
        self.rules.push(rule);
        Ok(())
    }
}

/// Requirements that were not put to a host, because an image brings what is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftToImage {
    /// The host.
    pub target: String,
    /// What says so, as `Dockerfile, run by docker`.
    pub reason: String,
    /// How many.
    pub requirements: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What breaks, worst first.
    pub findings: Vec<Finding>,
    /// What could not be decided.
    pub unknowns: Vec<Unknown>,
    /// The links of the case, where a rule judges links.
    pub links: Vec<JudgedLink>,
    /// How many requirements were put to how many hosts, in all.
    pub requirements: usize,
    /// What was left to images of the release, by host.
    pub left_to_images: Vec<LeftToImage>,
    /// What was asked of each host, in the order of [`Case::hosts`]: all that a lock must hold.
    pub reads: Vec<BTreeSet<Read>>,
    /// What the policy ignores.
    pub ignored: Vec<Ignored>,
    /// By target the facts whose differences the policy ignores.
    pub unheeded: BTreeMap<String, BTreeSet<FactId>>,
    /// What is wrong with the policy.
    pub problems: Vec<Problem>,
}

/// Puts every rule to every host of the case.
pub fn judge(case: &Case, knowledge: &Knowledge) -> Judgement {
    let of_host = |host: &Host| judge_host(case, host.role.as_deref(), &host.snapshot, knowledge, None);
    // Where no threads can be had, one after another.
    let pool = (case.hosts.len() > 1).then(|| ThreadPoolBuilder::new().build());
    let per_host: Vec<OfHost<'_>> = match pool {
        Some(Ok(pool)) => pool.install(|| case.hosts.par_iter().map(of_host).collect()),
        _ => case.hosts.iter().map(of_host).collect(),
    };
    let mut judgement = Judgement::default();
    if knowledge.rules.iter().any(|rule| rule.for_each == ForEach::Link) {
        let of = |at| {
            per_host
                .iter()
                .filter_map(move |host| host.links.get(&at).copied())
        };
        let links = case.links.iter().enumerate();
        judgement.links = links.map(|(at, link)| JudgedLink::of(link, of(at))).collect();
    }
    let mut left_to_images = BTreeSet::new();
    let mut reads_of_peers = Vec::new();
    for (host, of_host) in case.hosts.iter().zip(per_host) {
        let OfHost { ruling, reads, .. } = of_host;
        reads_of_peers.extend(of_host.reads_of_peers);
        let housed = ruling
            .housed
            .into_iter()
            .map(|(reason, requirements)| LeftToImage {
                target: host.snapshot.target.clone(),
                reason,
                requirements,
            });
        judgement.left_to_images.extend(housed);
        let place = Some(host.snapshot.target.clone());
        left_to_images.extend(
            ruling
                .left_to_images
                .into_iter()
                .map(|rule| (rule, place.clone())),
        );
        judgement.findings.extend(ruling.findings);
        judgement.unknowns.extend(ruling.unknowns);
        judgement.requirements += ruling.requirements;
        judgement.reads.push(reads);
    }
    for (at, reads) in reads_of_peers {
        judgement
            .reads
            .get_mut(at)
            .into_iter()
            .for_each(|known| known.extend(reads.iter().cloned()));
    }
    if !judgement.findings.is_empty() {
        let fine = Fine::of(case, knowledge, &judgement, left_to_images);
        judgement
            .findings
            .retain(|finding| !is_of_host(finding, knowledge) || !fine.is_broken_on_dev(finding));
        for finding in &mut judgement.findings {
            finding.fine_on = fine.tell(finding, case);
        }
    }
    judgement.unknowns.extend(links_to_nowhere(case, knowledge));
    order(&mut judgement);
    judgement
}

/// What rules look at on each host that touches what was asked about.
pub(crate) fn trails<'q>(case: &Case, knowledge: &Knowledge, about: Asked<'q>) -> Vec<Trail<'q>> {
    let hosts = case.hosts.iter();
    let judged =
        hosts.map(|host| judge_host(case, host.role.as_deref(), &host.snapshot, knowledge, Some(about)));
    judged.filter_map(|of_host| of_host.ruling.trail).collect()
}

/// Whether the host alone asks, without a release or a developer's machine.
fn is_of_host(finding: &Finding, knowledge: &Knowledge) -> bool {
    let of_host = |rule: &Rule| matches!(rule.for_each, ForEach::Fact { side: Side::Host, .. });
    knowledge
        .rules
        .iter()
        .any(|rule| rule.id == finding.rule && of_host(rule))
}

/// What came of one host.
struct OfHost<'q> {
    ruling: Ruling<'q>,
    reads: BTreeSet<Read>,
    /// What was asked of hosts at the other ends of its links, by their place in the case.
    reads_of_peers: Vec<(usize, BTreeSet<Read>)>,
    /// Of the links that lead to it, by their place in the case.
    links: BTreeMap<usize, LinkState>,
}

fn judge_host<'q>(
    case: &Case,
    role: Option<&str>,
    host: &Snapshot,
    knowledge: &Knowledge,
    about: Option<Asked<'q>>,
) -> OfHost<'q> {
    let mut ruling = Ruling {
        trail: about.map(Trail::about),
        ..Ruling::default()
    };
    let dev = case.dev.as_ref().map(View::new);
    let mut view = View::new(host);
    let mut peers: Vec<(usize, &str, View<'_>)> = match knowledge.rules.iter().any(Rule::looks_at_peers) {
        true => peers(case, role).collect(),
        false => Vec::new(),
    };
    if !peers.is_empty() {
        let others = peers.iter_mut().map(|(_, _, view)| view);
        others
            .chain([&mut view])
            .for_each(|end| end.derive_of_host(&knowledge.derivations));
    }
    let mut variables = BTreeMap::from([("target".to_owned(), Value::from(view.target()))]);
    let now = case.now.as_deref().unwrap_or(&host.taken_at);
    variables.insert("now".to_owned(), Value::from(now));
    variables.insert("role".to_owned(), Value::from(role.unwrap_or_default()));
    variables.insert(
        "dev".to_owned(),
        Value::from(dev.as_ref().map(View::target).unwrap_or_default()),
    );

    let whole = Bench {
        release: None,
        dev: dev.as_ref(),
        host: &view,
        peer: None,
        role,
        asks: None,
        variables,
    };
    let about_release = |rule: &Rule| rule.for_each.is_of_release();
    for rule in knowledge
        .rules
        .iter()
        .filter(|rule| !about_release(rule) && !rule.for_each.is_link())
    {
        rule::evaluate(rule, &whole, &mut ruling);
    }
    for artifact in &case.artifacts {
        let is_here = artifact.concerns(role);
        if !case.reaches(artifact, role) {
            continue;
        }
        let mut release = View::new(&artifact.snapshot);
        let derived: Vec<_> = knowledge
            .derivations
            .iter()
            .map(|derivation| {
                let sides = Sides {
                    release: Some(&release),
                    dev: dev.as_ref(),
                    host: &view,
                };
                (derivation.schemas(), derivation.derive(sides))
            })
            .collect();
        for (schemas, derived) in derived {
            release.derive(schemas.iter().map(|schema| schema.name.to_string()), derived);
        }
        let mut bench = Bench {
            release: Some(&release),
            ..whole.clone()
        };
        bench
            .variables
            .insert("release".to_owned(), Value::from(release.target()));
        bench
            .variables
            .insert("shipped".to_owned(), Value::Bool(artifact.shipped));
        let asks = |rule: &&Rule| about_release(rule) && (is_here || rule.is_over_links);
        for rule in knowledge.rules.iter().filter(asks) {
            rule::evaluate(rule, &bench, &mut ruling);
        }
    }
    let mut links: BTreeMap<usize, LinkState> = BTreeMap::new();
    for (at, link) in case.links.iter().enumerate() {
        for (is_far_end, end, other) in [(true, &link.to, &link.from), (false, &link.from, &link.to)] {
            if role != Some(end.as_str()) {
                continue;
            }
            let asks = |rule: &&Rule| rule.for_each.is_link() && rule.for_each.is_of_caller() != is_far_end;
            let state = match case.is_on_one_machine(other, view.target()) {
                true => LinkState::Local,
                false => {
                    let ends = peers.iter().filter(|(_, role, _)| role == other);
                    let ends: Vec<&View<'_>> = ends.map(|(_, _, view)| view).collect();
                    judge_link(
                        link,
                        knowledge.rules.iter().filter(asks),
                        &whole,
                        (other, &ends),
                        &mut ruling,
                    )
                }
            };
            // What connects may be in its own way; that nothing is does not make the far end fine.
            if is_far_end || state < LinkState::Fine {
                let worst = links.entry(at).or_insert(state);
                *worst = state.min(*worst);
            }
        }
    }
    for id in knowledge
        .derivations
        .iter()
        .flat_map(|known| known.staples(&view))
    {
        view.ask(&id);
    }
    // What only a machine has nobody needs of a target that is a server alone.
    let is_run_there = |artifact: &Artifact| role.is_none() || artifact.role.as_deref() == role;
    let is_alone = server::is_written_down_alone(host) && !case.artifacts.iter().any(is_run_there);
    let is_of_machine = |unknown: &Unknown| {
        let is_told = server::is_of_its_machine(&view.state(&unknown.fact));
        is_told || (is_alone && server::is_of_a_machine(&unknown.fact))
    };
    ruling
        .unknowns
        .retain(|unknown| unknown.side != Side::Host || !is_of_machine(unknown));
    ruling.findings = one_for_each_cause(merge(ruling.findings), &knowledge.rules);
    OfHost {
        ruling,
        reads: view.reads(),
        reads_of_peers: peers.iter().map(|(at, _, view)| (*at, view.reads())).collect(),
        links,
    }
}

/// Links to a role of which this check has no host: nothing is known of their far end.
fn links_to_nowhere(case: &Case, knowledge: &Knowledge) -> Vec<Unknown> {
    let roles: BTreeSet<&str> = case
        .hosts
        .iter()
        .filter_map(|host| host.role.as_deref())
        .collect();
    let Some(rule) = knowledge.rules.iter().find(|rule| rule.for_each == ForEach::Link) else {
        return Vec::new();
    };
    let lost = case.links.iter().filter(|link| !roles.contains(link.to.as_str()));
    let unknown = |link: &Link| Unknown {
        rule: rule.id.clone(),
        role: Some(link.to.clone()),
        target: link.to.clone(),
        subject: link.name(),
        side: Side::Host,
        fact: FactId::keyed("listen", format!("tcp/{}", link.port)),
        reason: format!("this check has no host of the role `{}`", link.to),
        waiver: None,
        since: None,
    };
    lost.map(unknown).collect()
}

/// The hosts at the other ends of the links of a role, by their place in the case.
fn peers<'c>(case: &'c Case, role: Option<&'c str>) -> impl Iterator<Item = (usize, &'c str, View<'c>)> {
    let is_linked = move |other: &str| {
        case.links.iter().any(|link| {
            let joins = |a: &str, b: &str| role == Some(a) && other == b;
            joins(&link.from, &link.to) || joins(&link.to, &link.from)
        })
    };
    case.hosts.iter().enumerate().filter_map(move |(at, host)| {
        let other = host.role.as_deref().filter(|other| is_linked(other))?;
        Some((at, other, View::new(&host.snapshot)))
    })
}

/// Puts rules about one end of a link to the host at this end: there it is repaired.
fn judge_link<'r>(
    link: &Link,
    rules: impl Iterator<Item = &'r Rule>,
    whole: &Bench<'_>,
    (role, ends): (&str, &[&View<'_>]),
    ruling: &mut Ruling<'_>,
) -> LinkState {
    let (findings, unknowns) = (ruling.findings.len(), ruling.unknowns.len());
    let mut bench = whole.clone();
    bench.variables.extend([
        ("from".to_owned(), Value::from(link.from.as_str())),
        ("to".to_owned(), Value::from(link.to.as_str())),
        ("port".to_owned(), Value::from(link.port.to_string())),
    ]);
    for rule in rules {
        if !rule.looks_at_peers() {
            rule::evaluate(rule, &bench, ruling);
            continue;
        }
        for end in ends {
            let mut both = bench.clone();
            both.peer = Some((end, role));
            let peer = Value::from(end.target());
            both.variables.insert("peer".to_owned(), peer);
            rule::evaluate(rule, &both, ruling);
        }
    }
    match (ruling.findings.len() > findings, ruling.unknowns.len() > unknowns) {
        (true, _) => LinkState::Broken,
        (false, true) => LinkState::Unknown,
        (false, false) => LinkState::Fine,
    }
}

/// Where which rule has something to say: everywhere else the same need is met.
struct Fine {
    /// Rule, subject and target; the developer's machine is judged as if it were a host, and has no target.
    broken: BTreeSet<(String, String, Option<String>)>,
    /// Rule and target of what could not be decided for all subjects, or was left to an image.
    unclear: BTreeSet<(String, Option<String>)>,
}

impl Fine {
    fn of(
        case: &Case,
        knowledge: &Knowledge,
        judgement: &Judgement,
        left_to_images: BTreeSet<(String, Option<String>)>,
    ) -> Fine {
        let mut fine = Fine {
            broken: BTreeSet::new(),
            unclear: left_to_images,
        };
        let on_host = |target: &String| Some(target.clone());
        fine.add(&judgement.findings, &judgement.unknowns, on_host);
        if let Some(dev) = &case.dev {
            let OfHost { ruling, .. } = judge_host(case, None, dev, knowledge, None);
            fine.add(&ruling.findings, &ruling.unknowns, |_| None);
            let left = ruling.left_to_images.into_iter().map(|rule| (rule, None));
            fine.unclear.extend(left);
        }
        fine
    }

    fn add(&mut self, findings: &[Finding], unknowns: &[Unknown], place: impl Fn(&String) -> Option<String>) {
        for finding in findings {
            for subject in std::iter::once(&finding.subject).chain(&finding.also) {
                self.broken
                    .insert((finding.rule.clone(), subject.clone(), place(&finding.target)));
            }
        }
        for unknown in unknowns {
            let place = place(&unknown.target);
            if unknown.fact.is_rest() {
                self.unclear.insert((unknown.rule.clone(), place));
            } else {
                self.broken
                    .insert((unknown.rule.clone(), unknown.subject.clone(), place));
            }
        }
    }

    /// The developer's machine and the other hosts of the role on which the need of a finding is met, with what they have.
    fn tell(&self, finding: &Finding, case: &Case) -> Vec<String> {
        let on_host = |evidence: &&Evidence| evidence.side == Side::Host;
        let Some(evidence) = finding.evidence.iter().find(on_host) else {
            return Vec::new();
        };
        let dev = case.dev.iter().map(|snapshot| (None, "dev", snapshot));
        let peers = case.hosts.iter().filter(|host| host.role == finding.role);
        let peers = peers.map(|host| {
            let target = host.snapshot.target.as_str();
            (Some(target.to_owned()), target, &host.snapshot)
        });
        dev.chain(peers)
            .filter(|(place, ..)| self.is_fine(finding, place))
            .filter_map(|(_, name, side)| Some(shown(name, side.fact(&evidence.fact)?.state.value()?)))
            .collect()
    }

    /// Whether the developer's machine has the same fault: it worked there all the same.
    fn is_broken_on_dev(&self, finding: &Finding) -> bool {
        let mut subjects = std::iter::once(&finding.subject).chain(&finding.also);
        subjects.all(|subject| {
            self.broken
                .contains(&(finding.rule.clone(), subject.clone(), None))
        })
    }

    fn is_fine(&self, finding: &Finding, place: &Option<String>) -> bool {
        let (rule, subject) = (finding.rule.clone(), finding.subject.clone());
        !self.broken.contains(&(rule.clone(), subject, place.clone()))
            && !self.unclear.contains(&(rule, place.clone()))
    }
}

/// A target with what it has, where that is short enough to stand in a line.
fn shown(name: &str, value: &Value) -> String {
    let value = value.to_string();
    if (1..=24).contains(&value.chars().count()) {
        format!("{name} {value}")
    } else {
        name.to_owned()
    }
}
