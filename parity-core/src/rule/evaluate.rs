//! Puts a rule to one host and, where it asks for one, one artifact.

use std::collections::BTreeMap;

use super::condition::Truth;
use super::template::Template;
use super::{ForEach, Rule};
use crate::fact::{FactId, State, Value};
use crate::finding::{Evidence, Finding, Unknown, fingerprint};
use crate::view::{Side, View};

/// The sides that a rule is put to, and the variables bound so far.
#[derive(Debug, Clone)]
pub(crate) struct Bench<'a> {
    pub(crate) release: Option<&'a View<'a>>,
    pub(crate) dev: Option<&'a View<'a>>,
    pub(crate) host: &'a View<'a>,
    pub(crate) role: Option<&'a str>,
    pub(crate) variables: BTreeMap<String, Value>,
}

impl<'a> Bench<'a> {
    fn side(&self, side: Side) -> Option<&'a View<'a>> {
        match side {
            Side::Release => self.release,
            Side::Dev => self.dev,
            Side::Host => Some(self.host),
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
pub(crate) struct Ruling {
    pub(crate) findings: Vec<Finding>,
    pub(crate) unknowns: Vec<Unknown>,
    /// How many requirements were looked at.
    pub(crate) requirements: usize,
}

/// Puts one rule to one bench.
pub(crate) fn evaluate(rule: &Rule, bench: &Bench<'_>, ruling: &mut Ruling) {
    let (side, name, key, member) = match &rule.for_each {
        ForEach::Fact {
            side,
            name,
            key,
            member,
        } => (*side, name, key, member),
        ForEach::Link => return decide(rule, bench, ruling),
    };
    let Some(view) = bench.side(side) else { return };
    let silence = view.silence(name);
    if !silence.is_certain() && relevant(rule, bench) {
        ruling.unknowns.push(unknown(
            rule,
            bench,
            name,
            side,
            FactId::rest(name.clone()),
            silence.to_string(),
        ));
    }
    for fact in view.family(name) {
        if fact.id.is_rest() {
            continue;
        }
        let value = match &fact.state {
            State::Value(value) => value,
            State::Absent => continue,
            state => {
                let subject = fact.id.key().unwrap_or(name).to_owned();
                ruling.unknowns.push(unknown(
                    rule,
                    bench,
                    &subject,
                    side,
                    fact.id.clone(),
                    state.to_string(),
                ));
                continue;
            }
        };
        let mut bound = bench.clone();
        if let Some(pattern) = key {
            let Some(variables) = pattern.bind(fact.id.key().unwrap_or_default()) else {
                continue;
            };
            bound.variables.extend(
                variables
                    .into_iter()
                    .map(|(name, value)| (name, Value::Text(value))),
            );
        }
        match member {
            None => {
                bound.variables.insert("value".to_owned(), value.clone());
                decide(rule, &bound, ruling);
            }
            Some(pattern) => {
                for member in value.members() {
                    let Some(variables) = pattern.bind(&member) else {
                        continue;
                    };
                    let mut each = bound.clone();
                    each.variables.extend(
                        variables
                            .into_iter()
                            .map(|(name, value)| (name, Value::Text(value))),
                    );
                    each.variables
                        .insert("value".to_owned(), Value::Text(member.into_owned()));
                    decide(rule, &each, ruling);
                }
            }
        }
    }
}

/// Whether a rule could fire at all here: no condition without variables is certainly false.
fn relevant(rule: &Rule, bench: &Bench<'_>) -> bool {
    !rule
        .conditions
        .iter()
        .filter(|condition| condition.is_closed())
        .any(|c| c.holds(bench) == Truth::False)
}

fn decide(rule: &Rule, bench: &Bench<'_>, ruling: &mut Ruling) {
    ruling.requirements += 1;
    let mut lacking = None;
    for condition in &rule.conditions {
        match condition.holds(bench) {
            Truth::True => {}
            Truth::False => return,
            Truth::Unknown { side, fact, reason } => lacking = lacking.or(Some((side, fact, reason))),
        }
    }
    match lacking {
        None => ruling.findings.push(finding(rule, bench)),
        Some((side, fact, reason)) => {
            let subject = rule.wording.subject.fill(bench);
            ruling
                .unknowns
                .push(unknown(rule, bench, &subject, side, fact, reason));
        }
    }
}

fn unknown(
    rule: &Rule,
    bench: &Bench<'_>,
    subject: &str,
    side: Side,
    fact: FactId,
    reason: String,
) -> Unknown {
    Unknown {
        rule: rule.id.clone(),
        role: bench.role.map(str::to_owned),
        target: bench.host.target().to_owned(),
        subject: subject.to_owned(),
        side,
        fact,
        reason,
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
        .filter_map(|(side, id)| evidence(bench, *side, &id.fill(bench)));
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
        fingerprint: fingerprint(&[&rule.id, bench.role.unwrap_or_default(), target, &merge]),
        subject,
    }
}

fn evidence(bench: &Bench<'_>, side: Side, id: &str) -> Option<Evidence> {
    let (view, id) = (bench.side(side)?, id.parse::<FactId>().ok()?);
    let fact = view.fact(&id);
    Some(Evidence {
        side,
        target: view.target().to_owned(),
        value: fact.and_then(|fact| fact.state.value().cloned()),
        origin: fact.map(|fact| fact.origin.clone()),
        fact: id,
    })
}
