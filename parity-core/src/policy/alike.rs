//! What must be the same on several machines, or different on each.

use std::collections::BTreeSet;

use super::own::{DIFFER, EQUAL, Own, Told, observed, problem, shown};
use super::{Alike, Circumstances, Likeness};
use crate::fact::{Fact, FactId, State, Value};
use crate::finding::Unknown;
use crate::judge::Host;
use crate::snapshot::Snapshot;
use crate::view::Side;

/// The facts that hold digests of secrets, `KEY:DIGEST`.
const DIGESTS: &str = "secret.digest";

/// As many machines are named in a line.
const NAMED: usize = 3;

pub(super) fn rule(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Equal => EQUAL,
        Likeness::Different => DIFFER,
    }
}

/// One of the machines that are compared.
#[derive(Clone, Copy)]
struct Member<'a> {
    /// Nothing for the developer's machine.
    host: Option<&'a Host>,
    snapshot: &'a Snapshot,
}

/// What a member has of a fact: a value, or certainly none.
#[derive(Clone, Copy)]
struct Seen<'a> {
    member: Member<'a>,
    fact: Option<&'a Fact>,
}

impl<'a> Member<'a> {
    fn name(&self) -> &'a str {
        self.host.map_or("dev", |host| &host.snapshot.target)
    }

    /// Nothing where it is not known.
    fn sees(self, id: &FactId) -> Option<Seen<'a>> {
        let known = self.snapshot.state(id).is_certain();
        known.then(|| Seen {
            member: self,
            fact: self.snapshot.fact(id),
        })
    }
}

impl<'a> Seen<'a> {
    fn value(&self) -> Option<&'a Value> {
        self.fact.and_then(|fact| fact.state.value())
    }

    /// What stands for the key of a digest.
    fn key(&self) -> Option<&'a str> {
        match self.value() {
            Some(Value::Text(text)) => text.split_once(':').map(|(key, _)| key),
            _ => None,
        }
    }

    /// Versions that are spelled in two ways are the same.
    fn equals(&self, other: &Seen<'_>) -> bool {
        let scheme = self.fact.and_then(|fact| fact.scheme);
        match (self.value(), other.value(), scheme) {
            (Some(Value::Text(a)), Some(Value::Text(b)), Some(scheme)) if a != b => {
                scheme.compare(a, b).is_ok_and(std::cmp::Ordering::is_eq)
            }
            (a, b, _) => a == b,
        }
    }
}

impl Own {
    pub(super) fn alike(
        &mut self,
        alike: &Alike,
        circumstances: &Circumstances<'_>,
        dev: Option<&Snapshot>,
        hosts: &[&Host],
    ) {
        let dev = dev.map(|snapshot| Member { host: None, snapshot });
        let hosts = hosts.iter().map(|host| Member {
            host: Some(host),
            snapshot: &host.snapshot,
        });
        let members: Vec<Member<'_>> = dev.into_iter().chain(hosts).collect();
        let hosts: Vec<&Host> = members.iter().filter_map(|member| member.host).collect();
        if let ([_], Some(environment)) = (members.as_slice(), circumstances.environment) {
            let message = format!(
                "`{}` is compared with nothing: {environment} has one host of this role; dev = true compares it with the developer's machine",
                alike.fact
            );
            let place = alike.entry.place(circumstances);
            self.problems.push(problem("policy-unused", message, &place));
        }
        if let (Some(dev), [first, ..]) = (dev, hosts.as_slice()) {
            self.doubts_of_dev(alike, dev.snapshot, first);
        }
        let ids: BTreeSet<&FactId> = members
            .iter()
            .flat_map(|member| alike.fact.facts(member.snapshot))
            .filter(|fact| matches!(fact.state, State::Value(_)))
            .map(|fact| &fact.id)
            .collect();
        for id in ids {
            let seen: Vec<Seen<'_>> = members.iter().filter_map(|member| member.sees(id)).collect();
            let seen = self.of_one_key(alike, id, seen);
            if seen.len() < 2 {
                continue;
            }
            self.requirements += 1;
            match alike.likeness {
                Likeness::Equal => self.equal(alike, circumstances, id, &seen),
                Likeness::Different => self.different(alike, circumstances, id, &seen),
            }
        }
    }

    /// Digests under two keys say nothing of each other: those under the first are compared, the others are doubts.
    fn of_one_key<'a>(&mut self, alike: &Alike, id: &FactId, seen: Vec<Seen<'a>>) -> Vec<Seen<'a>> {
        let Some(first) = seen.iter().find_map(Seen::key).filter(|_| id.name() == DIGESTS) else {
            return seen;
        };
        let (same, others): (Vec<Seen<'_>>, Vec<Seen<'_>>) = seen
            .into_iter()
            .partition(|one| one.key().is_none_or(|key| key == first));
        let others = others.iter().filter_map(|one| one.member.host);
        self.unknowns.extend(others.map(|host| Unknown {
            rule: rule(alike.likeness).to_owned(),
            role: host.role.clone(),
            target: host.snapshot.target.clone(),
            subject: alike.fact.to_string(),
            side: Side::Host,
            fact: id.clone(),
            reason: "its digest was made under another key".to_owned(),
            waiver: None,
            since: None,
        }));
        same
    }

    /// Who deviates from what the developer's machine has, or else from what most have.
    fn equal(&mut self, alike: &Alike, circumstances: &Circumstances<'_>, id: &FactId, seen: &[Seen<'_>]) {
        let followers = |one: &Seen<'_>| seen.iter().filter(|other| other.equals(one)).count();
        let most = seen.iter().map(followers).max().unwrap_or_default();
        let is_model = |one: &&Seen<'_>| match alike.dev {
            true => one.member.host.is_none(),
            false => followers(one) == most,
        };
        let Some(model) = seen.iter().find(is_model) else {
            return;
        };
        let (same, others): (Vec<&Seen<'_>>, Vec<&Seen<'_>>) = seen.iter().partition(|one| one.equals(model));
        let of = named(&same);
        for one in others {
            let Some(host) = one.member.host else { continue };
            let (have, want) = (shown(one.value()), shown(model.value()));
            let aim = match id.name() {
                DIGESTS => format!("give {} the value that {of} has", one.member.name()),
                _ => format!("bring {} to {want}", one.member.name()),
            };
            let told = Told {
                rule: EQUAL,
                level: alike.level,
                message: format!(
                    "{id} is {have} on {} and {want} on {of}: it must be equal",
                    one.member.name()
                ),
                needs: format!("{want}, as on {of}"),
                provides: have,
                help: alike.entry.help(circumstances, &aim),
                beside: Some(observed(side(model), model.member.snapshot, id, model.fact)),
            };
            self.findings.push(told.finding(id, one.fact, host));
        }
    }

    /// Who has what another before it has too.
    fn different(
        &mut self,
        alike: &Alike,
        circumstances: &Circumstances<'_>,
        id: &FactId,
        seen: &[Seen<'_>],
    ) {
        for (at, one) in seen.iter().enumerate() {
            let (Some(host), Some(value)) = (one.member.host, one.value()) else {
                continue;
            };
            let earlier = seen.iter().take(at).filter(|other| other.equals(one));
            let earlier: Vec<&Seen<'_>> = earlier
                .filter(|other| other.member.name() != one.member.name())
                .collect();
            let Some(first) = earlier.first() else { continue };
            let of = named(&earlier);
            let told = Told {
                rule: DIFFER,
                level: alike.level,
                message: format!(
                    "{id} is {value} on {} and on {of}: it must differ",
                    one.member.name()
                ),
                needs: format!("another value than {of}"),
                provides: value.to_string(),
                help: alike.entry.help(
                    circumstances,
                    &format!("give {} a value of its own", one.member.name()),
                ),
                beside: Some(observed(side(first), first.member.snapshot, id, first.fact)),
            };
            self.findings.push(told.finding(id, one.fact, host));
        }
    }

    /// What the developer's machine does not tell is a question about the first host that is compared with it.
    fn doubts_of_dev(&mut self, alike: &Alike, dev: &Snapshot, host: &Host) {
        let doubts = alike.fact.doubts(dev).into_iter();
        self.unknowns.extend(doubts.map(|(fact, reason)| Unknown {
            rule: rule(alike.likeness).to_owned(),
            role: host.role.clone(),
            target: host.snapshot.target.clone(),
            subject: alike.fact.to_string(),
            side: Side::Dev,
            fact,
            reason,
            waiver: None,
            since: None,
        }));
    }
}

fn side(seen: &Seen<'_>) -> Side {
    match seen.member.host {
        None => Side::Dev,
        Some(_) => Side::Host,
    }
}

/// `web1, web2 and 3 more`.
fn named(seen: &[&Seen<'_>]) -> String {
    let names: Vec<&str> = seen.iter().take(NAMED).map(|one| one.member.name()).collect();
    match (seen.len().saturating_sub(NAMED), names.split_last()) {
        (0, Some((last, rest @ [_, ..]))) => format!("{} and {last}", rest.join(", ")),
        (0, _) => names.concat(),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    }
}
