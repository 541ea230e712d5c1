//! `parity explain`: what a rule sees, why it breaks, how to repair it.

use parity_core::mistake::closest;
use parity_core::policy;
use parity_core::rule::About;

use crate::args::Explain;
use crate::error::{CliError, Exit};
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &Explain) -> Result<Exit, CliError> {
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let rules = knowledge.rules.into_iter().map(About::from);
    let rules: Vec<About> = rules.chain(policy::rules()).collect();
    let Some(rule) = rules.iter().find(|rule| rule.id == arguments.rule) else {
        let ids = rules.iter().map(|rule| rule.id.as_str());
        let help = match closest(&arguments.rule, ids) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "`parity rules` lists them".to_owned(),
        };
        return Err(CliError::usage_help(
            format!("there is no rule `{}`", arguments.rule),
            help,
        ));
    };
    output::print(&page(rule), session.global.color)?;
    Ok(Exit::Clear)
}

fn page(rule: &About) -> String {
    let mut page = Page::default();
    page.put(Look::Bad, &format!("{}[{}]", rule.severity.word(), rule.id))
        .say(": ")
        .put(Look::Strong, &rule.title)
        .end();
    let severity = format!("{}: {}", rule.severity.word(), rule.severity_reason);
    let sections = [
        ("What it sees", &rule.sees),
        ("Why it breaks", &rule.breaks),
        ("For example", &rule.example),
        ("What to do", &rule.remedy),
        ("Severity", &severity),
    ];
    for (heading, text) in sections {
        page.end();
        page.put(Look::Strong, heading).end();
        wrapped(text)
            .iter()
            .for_each(|line| page.line(&format!("  {line}")));
    }
    if !rule.sources.is_empty() {
        page.end();
        page.put(Look::Strong, "Sources").end();
    }
    rule.sources
        .iter()
        .for_each(|source| page.line(&format!("  {source}")));
    page.finish()
}

/// Lines of at most 88 columns.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > 88 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
