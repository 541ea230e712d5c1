//! Pages for people, made from the rules and schemas themselves.

use std::fmt::Write as _;

use parity_core::fact::Stability;
use parity_core::judge::Knowledge;
use parity_core::policy;
use parity_core::rule::{About, Rule};
use parity_core::schema::{Kind, Schema};

const GENERATED: &str =
    "<!-- Made from the code: `PARITY_BLESS=1 cargo test -p parity-probes` writes it anew. -->\n\n";

/// Every rule: what it sees, why that breaks, what to do (Markdown).
pub fn rules_page(knowledge: &Knowledge) -> String {
    let mut page = format!("# Rules\n\n{GENERATED}| rule | severity | what is found |\n|---|---|---|\n");
    let own = policy::rules();
    let mut all: Vec<(About, Option<&Rule>)> = own.into_iter().map(|about| (about, None)).collect();
    all.extend(
        knowledge
            .rules
            .iter()
            .map(|rule| (About::from(rule.clone()), Some(rule))),
    );
    all.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    for (rule, _) in &all {
        let (id, severity, title) = (&rule.id, rule.severity.word(), cell(&rule.title));
        line(
            &mut page,
            format_args!("| [`{id}`](#{id}) | {severity} | {title} |"),
        );
    }
    for (about, rule) in &all {
        page.push_str(&section(about, *rule));
    }
    page
}

/// A rule of a policy has nothing but what there is to know of it.
fn section(about: &About, rule: Option<&Rule>) -> String {
    let mut text = format!("\n## {}\n\n**{}**\n", about.id, about.title);
    let severity = format!("{}. {}", about.severity.word(), about.severity_reason);
    for (heading, body) in [
        ("Severity", &severity),
        ("What it sees", &about.sees),
        ("Why it breaks", &about.breaks),
        ("For example", &about.example),
        ("What to do", &about.remedy),
    ] {
        line(&mut text, format_args!("\n*{heading}:* {body}"));
    }
    if rule.is_some_and(|rule| rule.is_brought_by_image) {
        text.push_str(
            "\n*In an image:* a release that runs in an image of its own brings it; the host is not asked.\n",
        );
    }
    if let Some(others) = rule
        .map(|rule| &rule.leaves_to)
        .filter(|others| !others.is_empty())
    {
        let others: Vec<String> = others.iter().map(|id| format!("[`{id}`](#{id})")).collect();
        line(
            &mut text,
            format_args!(
                "\n*Told once:* silent where one of these has told of the same: {}.",
                others.join(", ")
            ),
        );
    }
    if !about.sources.is_empty() {
        text.push_str("\n*Sources:*\n\n");
    }
    for source in &about.sources {
        line(&mut text, format_args!("- <{source}>"));
    }
    text
}

/// Every fact, by the probe that gives it, and those that are worked out for rules (Markdown).
pub fn facts_page(probes: &[(&str, &[Schema])], knowledge: &Knowledge) -> String {
    let mut page = format!(
        "# Facts\n\n{GENERATED}\
         A fact is called `name` or `name[key]`. Stable facts are compared; identity facts tell machines apart and are never a \
         difference; volatile ones change by themselves.\n"
    );
    for (probe, schemas) in probes {
        line(&mut page, format_args!("\n## {probe}\n"));
        page.push_str(&table(schemas));
    }
    page.push_str(
        "\n## Worked out for rules\n\nThese are about one artifact on one host and stand in no snapshot.\n\n",
    );
    for derivation in &knowledge.derivations {
        page.push_str(&table(derivation.schemas()));
    }
    page.push_str(
        "\n## Worked out of a host\n\nThese stand in no snapshot either; rules read them of a host.\n\n",
    );
    for derivation in &knowledge.derivations {
        if !derivation.schemas_of_host().is_empty() {
            page.push_str(&table(derivation.schemas_of_host()));
        }
    }
    page
}

fn table(schemas: &[Schema]) -> String {
    let mut text = "| fact | kind | stability | what it is |\n|---|---|---|---|\n".to_owned();
    for schema in schemas {
        let name = match &schema.key {
            Some(key) => format!("`{}[…]`, by {}", schema.name, cell(key)),
            None => format!("`{}`", schema.name),
        };
        let (kind, stability) = (kind(schema.kind), stability(schema.stability));
        let about = cell(&schema.about);
        line(
            &mut text,
            format_args!("| {name} | {kind} | {stability} | {about} |"),
        );
    }
    text
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Number => "number",
        Kind::Bool => "true or false",
        Kind::Version => "version",
        Kind::Set => "set",
        Kind::List => "list",
        Kind::Digest => "digest",
        _ => "other",
    }
}

fn stability(stability: Stability) -> &'static str {
    match stability {
        Stability::Stable => "stable",
        Stability::Identity => "identity",
        Stability::Volatile => "volatile",
    }
}

/// Text inside a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text cannot fail.
    let _ = writeln!(page, "{text}");
}
