//! Why something was not reported, for people.

use std::collections::BTreeMap;

use parity_core::rule::Came;
use parity_core::silence::{About, Silence, Why};

use super::page::{Look, Page};

/// As many requirements of one rule are shown.
const SHOWN: usize = 6;

/// Longer values are cut, in characters.
const LONGEST: usize = 120;

pub(crate) fn render(silence: &Silence) -> String {
    let mut page = Page::default();
    page.put(Look::Strong, &silence.question)
        .say(": ")
        .say(headline(silence))
        .end();
    for about in &silence.facts {
        page.end();
        page.put(Look::Strong, &about.fact.to_string()).end();
        for (state, targets) in by_state(about) {
            page.field(&targets.join(", "), &shortened(state));
        }
        if let Some(note) = note(about) {
            page.field("", note);
        }
    }
    if silence.more > 0 {
        page.line(&format!("and {} facts more", silence.more));
    }
    steps(silence, &mut page);
    readers(silence, &mut page);
    page.finish()
}

/// Long lists are the same for most people after a line.
fn shortened(state: &str) -> String {
    match state.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", state.get(..end).unwrap_or_default()),
        None => state.to_owned(),
    }
}

fn headline(silence: &Silence) -> &'static str {
    match silence.why {
        Why::Reported => "it was reported",
        Why::Undecided => "rules need it, and could not decide: the report says what is lacking",
        Why::LeftToImage => "the release runs in an image of its own, and the image brings it",
        Why::Met => "rules looked at it, and what is needed is there",
        Why::Ignored => {
            "it tells machines apart or changes by itself, so it is never compared; and nothing needs it"
        }
        Why::NotObserved => "no host tells it",
        Why::NotNeeded if silence.facts.iter().any(|about| about.differs) => {
            "the hosts differ in it, and nothing in this release needs it: it was folded (--all lists it)"
        }
        Why::NotNeeded => "the hosts do not differ from dev in it, and nothing in this release needs it",
        _ => "no fact is called so",
    }
}

fn note(about: &About) -> Option<&'static str> {
    match (about.is_ignored, about.differs) {
        (true, _) => Some("never compared: it tells machines apart, or changes by itself"),
        (false, true) => Some("the hosts differ from dev"),
        (false, false) => None,
    }
}

/// Targets by what they know of a fact.
fn by_state(about: &About) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for seen in &about.seen {
        let name = if seen.side.word() == "dev" {
            "dev"
        } else {
            &seen.target
        };
        found.entry(&seen.state).or_default().push(name);
    }
    found
}

fn steps(silence: &Silence, page: &mut Page) {
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    if !silence.steps.is_empty() {
        page.end();
        page.put(Look::Strong, "What rules looked at").end();
    }
    for step in &silence.steps {
        let count = of_rule.entry(&step.rule).or_default();
        *count += 1;
        if *count > SHOWN {
            continue;
        }
        let came = match step.came {
            Came::Fired => "reported",
            Came::Undecided => "undecided",
            Came::LeftToImage => "left to its image",
            _ => "no objection",
        };
        page.put(
            Look::Plain,
            &format!("  {came}  {} → {}", step.subject, step.target),
        )
        .say("  ");
        page.put(Look::Dim, &format!("[{}]", step.rule)).end();
        page.field("", &step.because);
    }
    for (rule, count) in of_rule.into_iter().filter(|(_, count)| *count > SHOWN) {
        page.line(&format!("  and {} more of {rule}", count - SHOWN));
    }
}

fn readers(silence: &Silence, page: &mut Page) {
    let looked: Vec<&str> = silence
        .readers
        .iter()
        .filter(|it| it.looked)
        .map(|it| it.rule.as_str())
        .collect();
    if !looked.is_empty() {
        page.end();
        page.line(&format!(
            "Looked at, with other facts, and without an objection: {}",
            looked.join(", ")
        ));
    }
    let idle: Vec<_> = silence.readers.iter().filter(|it| !it.looked).collect();
    if !idle.is_empty() {
        page.end();
        page.put(Look::Strong, "Rules that would look at it, if something asked")
            .end();
        for reader in idle.iter().take(SHOWN) {
            page.line(&format!("  {}: nothing here has {}", reader.rule, reader.asks));
        }
        if idle.len() > SHOWN {
            page.line(&format!("  and {} more", idle.len() - SHOWN));
        }
    }
}
