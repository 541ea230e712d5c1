//! Puts a rule to one host and, where it asks for one, one artifact.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{Lack, Truth};
use super::template::{Operand, Template};
use super::trail::{Came, Trail, named};
use super::{ForEach, Pattern, Rule};
use crate::derive::Housed;
use crate::fact::{Fact, FactId, State, Value};
use crate::finding::{Evidence, Finding, Unknown, fingerprint};
use crate::view::{Side, View};

/// The sides that a rule is put to, and the variables bound so far.
#[derive(Debug, Clone)]
pub(crate) struct Bench<'a> {
    pub(crate) release: Option<&'a View<'a>>,
    pub(crate) dev: Option<&'a View<'a>>,
    pub(crate) host: &'a View<'a>,
    /// A host at the other end of the link, and its role.
    pub(crate) peer: Option<(&'a View<'a>, &'a str)>,
    pub(crate) role: Option<&'a str>,
    /// The fact that asks.
    pub(crate) asks: Option<FactId>,
    pub(crate) variables: BTreeMap<String, Value>,
}

impl<'a> Bench<'a> {
    fn side(&self, side: Side) -> Option<&'a View<'a>> {
        match side {
            Side::Release => self.release,
            Side::Dev => self.dev,
            Side::Host => Some(self.host),
            Side::Peer => self.peer.map(|(view, _)| view),
        }
    }

    pub(super) fn state(&self, side: Side, id: &FactId) -> State {
        match self.side(side) {
            Some(view) => view.state(id),
            None => State::Unknown(format!("this check has no {} side", side.word())),
        }
    }

    /// A variable, its members joined; `.last` takes the last member.
    pub(super) fn variable(&self, name: &str) -> String {
        match name.strip_suffix(".last") {
            Some(list) => self
                .variables
                .get(list)
                .and_then(|value| value.members().last().map(ToString::to_string)),
            None => self.variables.get(name).map(ToString::to_string),
        }
        .unwrap_or_default()
    }

    pub(super) fn binds(&self, name: &str) -> bool {
        self.variables
            .contains_key(name.strip_suffix(".last").unwrap_or(name))
    }

    /// Binds the holes of a pattern. Nothing is bound where the text does not fit.
    fn bind(&mut self, pattern: &Pattern, text: &str) -> bool {
        let bound = pattern.bind(text);
        let fits = bound.is_some();
        let bound = bound.into_iter().flatten();
        self.variables
            .extend(bound.map(|(name, value)| (name, Value::Text(value))));
        fits
    }

    /// The image that what asks here runs in, where a rule leaves to an image what it brings. The variables `file`,
    /// `manifest` and `directory` are places in the release.
    fn housed(&self, rule: &Rule) -> Option<&'a Housed> {
        if !rule.is_brought_by_image {
            return None;
        }
        let places = ["file", "manifest", "directory"];
        let place = places.iter().find_map(|name| self.variables.get(*name));
        let place = place.map(ToString::to_string);
        self.release?.housed(place.as_deref())
    }

    fn is_housed(&self, rule: &Rule) -> bool {
        self.housed(rule).is_some_and(|housed| housed.lack.is_none())
    }

    /// What a template stands for: the value itself where it is nothing but one variable.
    pub(super) fn value(&self, template: &Template) -> Value {
        let text = template.fill(self);
        let names = template.variables();
        let whole = names.first().and_then(|name| self.variables.get(*name));
        whole
            .filter(|value| names.len() == 1 && value.to_string() == text)
            .cloned()
            .unwrap_or(Value::Text(text))
    }
}

/// What came of putting rules to a host.
#[derive(Debug, Default)]
pub(crate) struct Ruling<'q> {
    pub(crate) findings: Vec<Finding>,
    pub(crate) unknowns: Vec<Unknown>,
    /// How many requirements were looked at.
    pub(crate) requirements: usize,
    /// Rules that were not put to this host, because an image brings what is asked for.
    pub(crate) left_to_images: BTreeSet<String>,
    /// How many requirements were left to which image, by what says so.
    pub(crate) housed: BTreeMap<String, usize>,
    /// Where somebody asks why nothing was reported.
    pub(crate) trail: Option<Trail<'q>>,
}

impl Ruling<'_> {
    fn keep(&mut self, rule: &Rule, bench: &Bench<'_>, came: Came, because: impl FnOnce() -> String) {
        if let Some(trail) = &mut self.trail {
            trail.keep(rule, bench, came, because());
        }
    }
}

/// Puts one rule to one bench.
pub(crate) fn evaluate(rule: &Rule, bench: &Bench<'_>, ruling: &mut Ruling<'_>) {
    let (side, name, key, member) = match &rule.for_each {
        ForEach::Fact {
            side,
            name,
            key,
            member,
        } => (*side, name, key, member),
        ForEach::LinkOfCaller { name } | ForEach::LinkOfListener { name } => (Side::Host, name, &None, &None),
        ForEach::Link => return decide(rule, bench, ruling),
    };
    let Some(view) = bench.side(side) else { return };
    // What a host needs for itself is told by the host: it asks for nothing unless it says that we may not look. Nor does a
    // developer's machine where nobody looked.
    let may_need = match side {
        Side::Release => true,
        Side::Dev => view.looked_for(name),
        Side::Host | Side::Peer => view
            .instances(name)
            .any(|fact| fact.id.is_rest() && fact.state == State::NotPermitted),
    };
    if may_need {
        tell_silence(rule, bench, side, view, name, ruling);
    }
    for fact in view.instances(name).filter(|fact| !fact.id.is_rest()) {
        let key_text = fact.id.key().unwrap_or_default();
        let mut bound = bench.clone();
        bound.asks = Some(fact.id.clone());
        let fits = key.as_ref().is_none_or(|pattern| bound.bind(pattern, key_text));
        let mut conditions = rule.conditions.iter();
        // A release may say of a whole file that it could not be read.
        if (side == Side::Host && !fits) || conditions.any(|condition| condition.passes_over(&bound)) {
            continue;
        }
        view.ask(&fact.id);
        let value = match &fact.state {
            State::Value(value) if fits => value,
            State::Value(_) | State::Absent => continue,
            State::NotPermitted | State::Unknown(_) => {
                if is_relevant(rule, &bound) {
                    ruling.unknowns.push(unknown_fact(rule, &bound, side, fact));
                }
                continue;
            }
        };
        match member {
            None => {
                bound.variables.insert("value".to_owned(), value.clone());
                decide(rule, &bound, ruling);
            }
            Some(pattern) => {
                for member in value.members() {
                    let mut each = bound.clone();
                    if each.bind(pattern, &member) {
                        each.variables
                            .insert("value".to_owned(), Value::Text(member.into_owned()));
                        decide(rule, &each, ruling);
                    }
                }
            }
        }
    }
}

/// Where nobody looked for what asks, the rule is undecided.
fn tell_silence(
    rule: &Rule,
    bench: &Bench<'_>,
    side: Side,
    view: &View<'_>,
    name: &str,
    ruling: &mut Ruling<'_>,
) {
    let silence = view.silence(name);
    if let Some(reason) = silence.doubt()
        && is_relevant(rule, bench)
    {
        let lack = Lack {
            side,
            fact: FactId::rest(name.to_owned()),
            reason: reason.to_owned(),
        };
        ruling.unknowns.push(unknown(rule, bench, view.target(), lack));
    }
}

/// Whether a rule could fire at all here: nothing that can be answered so far is certainly false.
fn is_relevant(rule: &Rule, bench: &Bench<'_>) -> bool {
    !bench.is_housed(rule) && !rule.conditions.iter().any(|condition| condition.fails(bench))
}

fn decide(rule: &Rule, bench: &Bench<'_>, ruling: &mut Ruling<'_>) {
    ruling.requirements += 1;
    if bench.is_housed(rule) {
        ruling.left_to_images.insert(rule.id.clone());
        let reason = bench.housed(rule).map(|housed| housed.reason.clone());
        let reason = reason.unwrap_or_default();
        *ruling.housed.entry(reason.clone()).or_default() += 1;
        return ruling.keep(rule, bench, Came::LeftToImage, || reason);
    }
    let mut lacking = None;
    for condition in &rule.conditions {
        match condition.holds(bench) {
            Truth::True => {}
            Truth::False => return ruling.keep(rule, bench, Came::Met, || condition.told(bench)),
            Truth::Unknown(lack) => lacking = lacking.or(Some(lack)),
        }
    }
    let unclear = bench.housed(rule).and_then(|housed| housed.lack.as_ref());
    let unclear = unclear.map(|(fact, reason)| Lack {
        side: Side::Host,
        fact: fact.clone(),
        reason: reason.clone(),
    });
    match lacking.or(unclear) {
        None => {
            let finding = finding(rule, bench);
            ruling.keep(rule, bench, Came::Fired, || finding.message.clone());
            ruling.findings.push(finding);
        }
        Some(lack) => {
            let reason = || format!("{} is not known: {}", named(lack.side, &lack.fact), lack.reason);
            ruling.keep(rule, bench, Came::Undecided, reason);
            let subject = rule.wording.subject.fill(bench);
            ruling.unknowns.push(unknown(rule, bench, &subject, lack));
        }
    }
}

/// What is told of a fact that asks, and whose value is not known. Its subject is what the rule would name, where that does
/// not depend on the value.
fn unknown_fact(rule: &Rule, bench: &Bench<'_>, side: Side, fact: &Fact) -> Unknown {
    let subject = &rule.wording.subject;
    let key = fact.id.key().unwrap_or(fact.id.name());
    let is_named = subject.variables().into_iter().all(|name| bench.binds(name));
    let subject = if is_named {
        subject.fill(bench)
    } else {
        key.to_owned()
    };
    let lack = Lack {
        side,
        fact: fact.id.clone(),
        reason: fact.state.doubt().unwrap_or_default().to_owned(),
    };
    unknown(rule, bench, &subject, lack)
}

/// What could not be decided. Where a derived fact is lacking, the observed one that it was to be made of is named.
fn unknown(rule: &Rule, bench: &Bench<'_>, subject: &str, lack: Lack) -> Unknown {
    let behind = bench.side(lack.side).and_then(|view| view.lack(&lack.fact));
    // What was worked out of the other end lacks a fact of the other end.
    let (side, fact) = match behind.cloned() {
        Some((_, fact)) if lack.side == Side::Peer => (Side::Peer, fact),
        Some(behind) => behind,
        None => (lack.side, lack.fact),
    };
    let here = (bench.host, bench.role);
    let (of, role) = match (side, bench.peer) {
        (Side::Peer, Some((peer, role))) => (peer, Some(role)),
        _ => here,
    };
    Unknown {
        rule: rule.id.clone(),
        role: role.map(str::to_owned),
        target: of.target().to_owned(),
        subject: subject.to_owned(),
        side: side.told(),
        fact,
        reason: lack.reason,
        waiver: None,
        since: None,
    }
}

fn finding(rule: &Rule, bench: &Bench<'_>) -> Finding {
    let wording = &rule.wording;
    let target = bench.host.target();
    let subject = wording.subject.fill(bench);
    let merge = wording
        .merge
        .as_ref()
        .map(|template| template.fill(bench))
        .unwrap_or_else(|| subject.clone());
    let evidence = wording
        .evidence
        .iter()
        .filter_map(|(side, id)| match id.operand(bench) {
            Operand::Text(id) => evidence(bench, *side, &id),
            Operand::Fact(..) => None,
        });
    Finding {
        rule: rule.id.clone(),
        severity: rule.severity,
        role: bench.role.map(str::to_owned),
        target: target.to_owned(),
        also: Vec::new(),
        message: wording.message.fill(bench),
        needs: wording.needs.fill(bench),
        provides: wording.provides.fill(bench),
        you_see: wording.you_see.as_ref().map(|template| template.fill(bench)),
        help: wording.help.fill(bench),
        fine_on: Vec::new(),
        evidence: evidence.collect(),
        waiver: None,
        since: None,
        fingerprint: fingerprint(&[&rule.id, bench.role.unwrap_or_default(), target, &merge]),
        causes: wording
            .cause
            .iter()
            .map(|template| template.fill(bench))
            .collect(),
        is_at_start: rule.is_at_start,
        subject,
    }
}

fn evidence(bench: &Bench<'_>, side: Side, id: &str) -> Option<Evidence> {
    let (view, id) = (bench.side(side)?, id.parse::<FactId>().ok()?);
    let fact = view.fact(&id);
    Some(Evidence {
        side: side.told(),
        target: view.target().to_owned(),
        value: fact.and_then(|fact| fact.state.value().cloned()),
        origin: fact.map(|fact| fact.origin.clone()),
        fact: id,
    })
}
