//! What is said of real incidents and of their harmless twins, as a page.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with the tests of pairs")]
mod pair;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use parity_core::finding::Severity;
use parity_core::judge::judge;
use parity_probes::knowledge;
use serde::Deserialize;

/// What is said of one case.
struct Said {
    incident: String,
    is_twin: bool,
    title: String,
    source: String,
    rule: String,
    verdict: &'static str,
    /// Place of the true cause among the findings, from 1.
    rank: Option<usize>,
    /// Findings beside it.
    beside: usize,
    lacking: Vec<String>,
}

fn all() -> Vec<Said> {
    let knowledge = knowledge().unwrap();
    let mut all = Vec::new();
    for pair in pair::all(&knowledge) {
        let description = &pair.description;
        let Some(incident) = description.incident.as_ref().or(description.twin.as_ref()) else {
            continue;
        };
        let judgement = judge(&pair.case, &knowledge);
        let rank = judgement
            .findings
            .iter()
            .position(|finding| finding.rule == pair.rule);
        let is_of_the_cause = |rule: &String| *rule == pair.rule;
        let others = judgement
            .findings
            .iter()
            .filter(|finding| !is_of_the_cause(&finding.rule));
        let verdict = match judgement.findings.iter().map(|finding| finding.severity).min() {
            Some(Severity::Error) => "blocked",
            Some(_) => "warned",
            None if judgement.unknowns.is_empty() => "fine",
            None => "not known",
        };
        let mut lacking: Vec<String> = judgement
            .unknowns
            .iter()
            .map(|unknown| format!("{}:{}", unknown.side.word(), unknown.fact))
            .collect();
        lacking.dedup();
        all.push(Said {
            incident: incident.clone(),
            is_twin: description.twin.is_some(),
            title: description.title.clone(),
            source: description.source.clone(),
            rule: pair.rule.clone(),
            verdict,
            rank: rank.map(|place| place + 1),
            beside: others.count(),
            lacking,
        });
    }
    all.sort_by(|one, other| (one.is_twin, &one.incident).cmp(&(other.is_twin, &other.incident)));
    all
}

fn page(all: &[Said]) -> String {
    let count = |is_twin| {
        let ids = all
            .iter()
            .filter(|said| said.is_twin == is_twin)
            .map(|said| &said.incident);
        ids.collect::<std::collections::BTreeSet<_>>().len()
    };
    let mut page = format!(
        "# Accuracy\n\n<!-- Made from `fixtures/pairs`: `PARITY_BLESS=1 cargo test -p parity-probes` writes it anew. -->\n\n\
         What all rules together say of {} incidents that were reported in public, and of {} harmless twins, which look alike and \
         broke nothing. The rank is the place of the true cause among the findings; beside it are findings of other rules.\n\n\
         ## Incidents\n\n| incident | what happened | verdict | rule | rank | beside | facts that are lacking |\n\
         |---|---|---|---|---|---|---|\n",
        count(false),
        count(true),
    );
    for said in all.iter().filter(|said| !said.is_twin) {
        let Said {
            incident,
            title,
            source,
            verdict,
            rule,
            beside,
            ..
        } = said;
        let rank = said.rank.map_or_else(String::new, |rank| rank.to_string());
        let lacking: Vec<String> = said.lacking.iter().map(|fact| format!("`{fact}`")).collect();
        let lacking = lacking.join(", ");
        let link = if source.starts_with("https://") {
            format!("[{incident}]({source})")
        } else {
            incident.clone()
        };
        let _ = writeln!(
            page,
            "| {link} | {title} | {verdict} | [`{rule}`](rules.md#{rule}) | {rank} | {beside} | {lacking} |"
        );
    }
    page.push_str("\n## Harmless twins\n\n| twin of | what it is | verdict | rule that stays silent |\n|---|---|---|---|\n");
    for Said {
        incident,
        title,
        verdict,
        rule,
        ..
    } in all.iter().filter(|said| said.is_twin)
    {
        let _ = writeln!(
            page,
            "| {incident} | {title} | {verdict} | [`{rule}`](rules.md#{rule}) |"
        );
    }
    page
}

#[test]
fn the_page_of_accuracy_is_current() {
    let page = page(&all());
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/accuracy.md"));
    if std::env::var_os("PARITY_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/accuracy.md is not what the pairs say: `PARITY_BLESS=1 cargo test -p parity-probes` writes it"
    );
}

#[derive(Deserialize)]
struct Collection {
    incident: Vec<Incident>,
}

#[derive(Deserialize)]
struct Incident {
    id: String,
    verdict: String,
    decidable: String,
    negative: Option<toml::Table>,
}

/// The collection says of each incident whether it can be decided, and how; no twin may be blocked.
#[test]
fn every_incident_is_decided_as_the_collection_says() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/incidents/incidents.toml"
    ));
    let Ok(text) = std::fs::read_to_string(path) else {
        eprintln!("skipped: the collection of incidents is not here");
        return;
    };
    let collection: Collection = toml::from_str(&text).unwrap();
    let said = all();
    let mut by_id: BTreeMap<(&str, bool), Vec<&Said>> = BTreeMap::new();
    for said in &said {
        by_id
            .entry((&said.incident, said.is_twin))
            .or_default()
            .push(said);
    }
    let mut wrong = Vec::new();
    let mut lacking = Vec::new();
    for incident in &collection.incident {
        let wanted = match (incident.decidable.as_str(), incident.verdict.as_str()) {
            ("yes", "block") => "blocked",
            ("yes", _) => "warned",
            _ => "not known",
        };
        let cases = by_id.remove(&(incident.id.as_str(), false)).unwrap_or_default();
        let is_answered = |said: &&Said| said.verdict == wanted;
        if !cases.iter().any(is_answered) {
            lacking.push(incident.id.clone());
        }
        for said in cases {
            let is_decided_with_more = wanted == "not known" && matches!(said.verdict, "blocked" | "warned");
            if (said.verdict != wanted && !is_decided_with_more)
                || said.beside > 1
                || said.rank.is_some_and(|rank| rank > 1)
            {
                wrong.push(format!(
                    "{}: {} instead of {wanted}, {} beside",
                    said.incident, said.verdict, said.beside
                ));
            }
        }
        let twins = by_id.remove(&(incident.id.as_str(), true)).unwrap_or_default();
        let may_be = match incident.negative.as_ref().and_then(|twin| twin.get("verdict")) {
            Some(verdict) if verdict.as_str() == Some("warn") => &["fine", "warned"][..],
            _ => &["fine"],
        };
        if incident.negative.is_some() && twins.is_empty() {
            lacking.push(format!("twin of {}", incident.id));
        }
        wrong.extend(
            twins
                .iter()
                .filter(|said| !may_be.contains(&said.verdict))
                .map(|said| format!("the twin of {} is {}", said.incident, said.verdict)),
        );
    }
    wrong.extend(
        by_id
            .keys()
            .map(|(id, _)| format!("{id} is not in the collection")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    eprintln!("not restated: {}", lacking.join(", "));
}
