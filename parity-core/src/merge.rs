//! Findings that say the same become one.

use std::collections::BTreeMap;

use crate::finding::Finding;

/// As many needs are named in one finding; of further ones the number.
const NAMED: usize = 4;

/// Findings of one fingerprint become one: the first subject with the others beside it, and all their needs.
pub(crate) fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<(Finding, Vec<String>)> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let Some((first, needs)) = seen.get(&finding.fingerprint).and_then(|at| merged.get_mut(*at)) else {
            seen.insert(finding.fingerprint.clone(), merged.len());
            let needs = vec![finding.needs.clone()];
            merged.push((finding, needs));
            continue;
        };
        if first.subject != finding.subject && !first.also.contains(&finding.subject) {
            first.also.push(finding.subject);
        }
        if !needs.contains(&finding.needs) {
            needs.push(finding.needs);
        }
        for evidence in finding.evidence {
            if !first.evidence.contains(&evidence) {
                first.evidence.push(evidence);
            }
        }
    }
    let joined = |(mut finding, needs): (Finding, Vec<String>)| {
        let named = needs
            .iter()
            .take(NAMED)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ");
        finding.needs = match needs.len().saturating_sub(NAMED) {
            0 => named,
            more => format!("{named} and {more} more"),
        };
        finding
    };
    merged.into_iter().map(joined).collect()
}
