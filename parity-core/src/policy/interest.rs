//! What somebody wants to hear of: every change of a fact, between the developer's machine and a host, and of a host since it
//! was observed before.

use std::collections::BTreeSet;

use super::own::{INTEREST, Own, Told, observed, shown};
use super::{Circumstances, Interest};
use crate::change::{Direction, difference};
use crate::fact::FactId;
use crate::finding::{Severity, fingerprint};
use crate::judge::Host;
use crate::snapshot::Snapshot;
use crate::view::Side;

impl Own {
    pub(super) fn changes(
        &mut self,
        interest: &Interest,
        circumstances: &Circumstances<'_>,
        dev: Option<&Snapshot>,
        host: &Host,
    ) {
        let same =
            |earlier: &&Host| earlier.role == host.role && earlier.snapshot.target == host.snapshot.target;
        let earlier = circumstances
            .before
            .iter()
            .find(same)
            .map(|earlier| &earlier.snapshot);
        let baselines = [(Side::Dev, dev), (Side::Host, earlier)];
        for (side, baseline) in baselines {
            let Some(baseline) = baseline else { continue };
            let of = |snapshot| interest.fact.facts(snapshot).map(|fact| &fact.id);
            // Where the developer's machine has nothing of the kind, there is nothing that changed.
            if side == Side::Dev && of(baseline).next().is_none() {
                continue;
            }
            let ids: BTreeSet<&FactId> = of(baseline).chain(of(&host.snapshot)).collect();
            for id in ids {
                self.change(interest, circumstances, side, baseline, host, id);
            }
        }
    }

    fn change(
        &mut self,
        interest: &Interest,
        circumstances: &Circumstances<'_>,
        side: Side,
        baseline: &Snapshot,
        host: &Host,
        id: &FactId,
    ) {
        self.requirements += 1;
        let Some(direction) = difference(baseline, &host.snapshot, id) else {
            return;
        };
        let (old, new) = (baseline.fact(id), host.snapshot.fact(id));
        let value = |fact: Option<&crate::fact::Fact>| shown(fact.and_then(|fact| fact.state.value()));
        let (was, is, target) = (value(old), value(new), &host.snapshot.target);
        let word = match direction {
            Direction::Added => "added",
            Direction::Removed => "removed",
            Direction::Newer => "newer",
            Direction::Older => "older",
            Direction::Changed => "changed",
        };
        let (message, needs) = match side {
            Side::Host => (
                format!("{id} was {was} on {target} when it was locked, and is {is} now"),
                format!("{was}, as locked"),
            ),
            _ => (
                format!("{id} is {was} on dev and {is} on {target}"),
                format!("{was}, as on dev"),
            ),
        };
        let told = Told {
            rule: INTEREST,
            level: Severity::Info,
            message,
            needs,
            provides: format!("{is}, {word}"),
            help: interest.entry.help(
                circumstances,
                "told because somebody is interested; nothing to do",
            ),
            beside: Some(observed(side, baseline, id, old)),
        };
        let mut finding = told.finding(id, new, host);
        // The same fact may have changed since it was locked and differ from the developer's machine: two findings.
        if side == Side::Host {
            finding.fingerprint = fingerprint(&[INTEREST, &finding.fingerprint, "as locked"]);
        }
        self.findings.push(finding);
    }
}
