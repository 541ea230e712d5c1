//! What the entries of a policy find by themselves, and how it is told.

use std::collections::BTreeSet;

use super::{Allow, Circumstances, Entry, FactPattern, Policy};
use crate::fact::{Fact, FactId, Origin, Value};
use crate::finding::{Evidence, Finding, Severity, Unknown, fingerprint};
use crate::judge::{Case, Host};
use crate::lock::AGE_RULE;
use crate::snapshot::{Problem, Snapshot};
use crate::version::Scheme;
use crate::view::{Read, Side};

/// The ids of the rules that a policy makes.
pub const RULES: [&str; 5] = [AGE_RULE, INTEREST, DIFFER, EQUAL, VERSION];

pub(super) const VERSION: &str = "policy-version";
pub(super) const EQUAL: &str = "policy-must-equal";
pub(super) const DIFFER: &str = "policy-must-differ";
pub(super) const INTEREST: &str = "policy-interest";

/// What came of the entries that find by themselves.
#[derive(Debug, Default)]
pub(super) struct Own {
    pub(super) findings: Vec<Finding>,
    pub(super) unknowns: Vec<Unknown>,
    pub(super) problems: Vec<Problem>,
    /// How many facts were looked at.
    pub(super) requirements: usize,
    /// By host, in the order of the case: what a lock must hold.
    pub(super) reads: Vec<BTreeSet<Read>>,
}

/// What differs from one finding of a policy to the next.
pub(super) struct Told {
    pub(super) rule: &'static str,
    pub(super) level: Severity,
    pub(super) message: String,
    pub(super) needs: String,
    pub(super) provides: String,
    pub(super) help: String,
    /// What the fact is compared with on another machine.
    pub(super) beside: Option<Evidence>,
}

impl Own {
    pub(super) fn of(policy: &Policy, case: &Case, circumstances: &Circumstances<'_>) -> Own {
        let mut own = Own {
            reads: vec![BTreeSet::new(); case.hosts.len()],
            ..Own::default()
        };
        for allow in &policy.allow {
            own.ask(
                &allow.entry,
                &allow.fact,
                VERSION,
                case,
                circumstances,
                |own, host| {
                    own.versions(allow, circumstances, host);
                },
            );
        }
        for alike in &policy.alike {
            let mut hosts = Vec::new();
            let rule = super::alike::rule(alike.likeness);
            own.ask(&alike.entry, &alike.fact, rule, case, circumstances, |_, host| {
                hosts.push(host);
            });
            own.alike(
                alike,
                circumstances,
                case.dev.as_ref().filter(|_| alike.dev),
                &hosts,
            );
        }
        for interest in &policy.interest {
            own.ask(
                &interest.entry,
                &interest.fact,
                INTEREST,
                case,
                circumstances,
                |own, host| {
                    own.changes(interest, circumstances, case.dev.as_ref(), host);
                },
            );
        }
        own
    }

    /// Puts an entry to every host it is about, and tells what of its facts is not known there, or that there are none.
    fn ask<'c>(
        &mut self,
        entry: &Entry,
        fact: &FactPattern,
        rule: &str,
        case: &'c Case,
        circumstances: &Circumstances<'_>,
        mut put: impl FnMut(&mut Own, &'c Host),
    ) {
        let hosts = case.hosts.iter().enumerate();
        let hosts = hosts.filter(|(_, host)| entry.scope.has(circumstances.environment, host));
        let (mut seen, mut asked) = (false, false);
        for (at, host) in hosts {
            asked = true;
            if let Some(reads) = self.reads.get_mut(at) {
                reads.extend(fact.reads(&host.snapshot));
            }
            let doubts = fact.doubts(&host.snapshot);
            seen |= !doubts.is_empty() || fact.facts(&host.snapshot).next().is_some();
            let unknowns = doubts.into_iter().map(|(id, reason)| Unknown {
                rule: rule.to_owned(),
                role: host.role.clone(),
                target: host.snapshot.target.clone(),
                subject: fact.to_string(),
                side: Side::Host,
                fact: id,
                reason,
                waiver: None,
                since: None,
            });
            self.unknowns.extend(unknowns);
            put(self, host);
        }
        if asked && !seen {
            let message = format!("`{fact}` fits no fact of these hosts: this entry does nothing");
            self.problems
                .push(problem("policy-unused", message, &entry.place(circumstances)));
        }
    }

    /// Every version that is there is allowed.
    fn versions(&mut self, allow: &Allow, circumstances: &Circumstances<'_>, host: &Host) {
        for fact in allow.fact.facts(&host.snapshot) {
            let Some(value) = fact.state.value() else { continue };
            // A pattern of names fits more than versions: packages, and what state they are in.
            if fact.scheme.is_none() && allow.fact.is_of_several_names() {
                continue;
            }
            self.requirements += 1;
            let scheme = fact.scheme.unwrap_or(Scheme::Generic);
            let refused = value.members().into_iter().find_map(|version| {
                match allow.versions.contain(scheme, &version) {
                    Ok(true) => None,
                    Ok(false) => Some(Ok(version)),
                    Err(error) => Some(Err(error.to_string())),
                }
            });
            match refused {
                None => {}
                Some(Ok(version)) => {
                    let (id, target) = (&fact.id, &host.snapshot.target);
                    let told = Told {
                        rule: VERSION,
                        level: allow.level,
                        message: format!("{id} is {version} on {target}, and {} is allowed", allow.versions),
                        needs: allow.versions.to_string(),
                        provides: version.into_owned(),
                        help: allow.entry.help(
                            circumstances,
                            "bring it to a version that is allowed, or allow this one",
                        ),
                        beside: None,
                    };
                    self.findings.push(told.finding(&fact.id, Some(fact), host));
                }
                Some(Err(reason)) => self.unknowns.push(Unknown {
                    rule: VERSION.to_owned(),
                    role: host.role.clone(),
                    target: host.snapshot.target.clone(),
                    subject: fact.id.to_string(),
                    side: Side::Host,
                    fact: fact.id.clone(),
                    reason,
                    waiver: None,
                    since: None,
                }),
            }
        }
    }
}

impl Told {
    pub(super) fn finding(self, id: &FactId, fact: Option<&Fact>, host: &Host) -> Finding {
        let (target, subject) = (&host.snapshot.target, id.to_string());
        let seen = observed(Side::Host, &host.snapshot, id, fact);
        Finding {
            rule: self.rule.to_owned(),
            severity: self.level,
            role: host.role.clone(),
            target: target.clone(),
            fingerprint: fingerprint(&[
                self.rule,
                host.role.as_deref().unwrap_or_default(),
                target,
                &subject,
            ]),
            subject,
            also: Vec::new(),
            message: self.message,
            needs: self.needs,
            provides: self.provides,
            you_see: None,
            help: self.help,
            fine_on: Vec::new(),
            evidence: std::iter::once(seen).chain(self.beside).collect(),
            waiver: None,
            since: None,
            causes: Vec::new(),
            is_at_start: false,
        }
    }
}

/// What a machine has of a fact, as evidence.
pub(super) fn observed(side: Side, snapshot: &Snapshot, id: &FactId, fact: Option<&Fact>) -> Evidence {
    Evidence {
        side,
        target: snapshot.target.clone(),
        fact: id.clone(),
        value: fact.and_then(|fact| fact.state.value().cloned()),
        origin: Some(fact.map_or_else(nowhere, |fact| fact.origin.clone())),
    }
}

/// What stands for a fact that is certainly not there has an origin too: the reader is not shown that of another machine.
fn nowhere() -> Origin {
    Origin::Derived("nothing of this name was observed".to_owned())
}

/// `3.0.13`, or `nothing` where there is none.
pub(super) fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}

impl Entry {
    /// What is told to do: the reason of the entry, or else this; and where the entry stands.
    pub(super) fn help(&self, circumstances: &Circumstances<'_>, otherwise: &str) -> String {
        let help = self.reason.as_deref().unwrap_or(otherwise);
        format!("{help} ({})", self.place(circumstances))
    }

    /// `parity.toml:12`.
    pub(super) fn place(&self, circumstances: &Circumstances<'_>) -> String {
        circumstances.place(self.line)
    }
}

impl Circumstances<'_> {
    pub(super) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.file)
    }
}

/// What is wrong with a line of the policy.
pub(super) fn problem(code: &str, message: String, place: &str) -> Problem {
    Problem::new(code, message).at(place)
}
