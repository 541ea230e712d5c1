//! `parity probes`, `parity rules`, `parity schema`, completions and manual pages: what there is.

use clap::CommandFactory;
use parity_core::policy;
use parity_core::rule::About;
use serde::Serialize;

use crate::args::{Cli, Completions, Format, Man, Schema};
use crate::error::{CliError, Exit};
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::Session;

pub(crate) fn probes(session: &Session) -> Result<Exit, CliError> {
    #[derive(Serialize)]
    struct Entry<'a> {
        id: &'a str,
        about: &'a str,
        facts: &'a [parity_core::schema::Schema],
    }
    let entries: Vec<Entry<'_>> = session
        .probes
        .iter()
        .map(|probe| probe.manifest())
        .map(|manifest| Entry {
            id: &manifest.id,
            about: &manifest.about,
            facts: &manifest.schemas,
        })
        .collect();
    let text = || {
        let mut page = Page::default();
        for entry in &entries {
            page.put(Look::Strong, &format!("{:<12}", entry.id))
                .say(&format!(" {}", entry.about))
                .end();
            for schema in entry.facts {
                let key = schema
                    .key
                    .as_ref()
                    .map(|key| format!("[{key}]"))
                    .unwrap_or_default();
                page.put(Look::Dim, &format!("             {}{key}", schema.name))
                    .say(&format!("  {}", schema.about))
                    .end();
            }
        }
        page.finish()
    };
    output::deliver(&session.global, |format, _| match format {
        Format::Text => text(),
        _ => output::document(&entries),
    })?;
    Ok(Exit::Clear)
}

pub(crate) fn rules(session: &Session) -> Result<Exit, CliError> {
    #[derive(Serialize)]
    struct Entry<'a> {
        id: &'a str,
        severity: &'a str,
        title: &'a str,
        sources: &'a [String],
    }
    let knowledge = parity_probes::knowledge().map_err(|error| CliError::Internal(error.to_string()))?;
    let rules = knowledge.rules.into_iter().map(About::from);
    let mut rules: Vec<About> = rules.chain(policy::rules()).collect();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let entries: Vec<Entry<'_>> = rules
        .iter()
        .map(|rule| Entry {
            id: &rule.id,
            severity: rule.severity.word(),
            title: &rule.title,
            sources: &rule.sources,
        })
        .collect();
    let text = || {
        let mut page = Page::default();
        for entry in &entries {
            page.put(Look::Strong, &format!("{:<20}", entry.id))
                .say(&format!(" {:<8} {}", entry.severity, entry.title))
                .end();
        }
        page.finish()
    };
    output::deliver(&session.global, |format, _| match format {
        Format::Text => text(),
        _ => output::document(&entries),
    })?;
    Ok(Exit::Clear)
}

pub(crate) fn schema(arguments: &Schema) -> Result<Exit, CliError> {
    match parity_core::schema::schema_document(&arguments.name) {
        Some(document) => output::emit(document)?,
        None => {
            return Err(CliError::usage_help(
                format!("there is no document `{}`", arguments.name),
                "there are snapshot, report, diff and bundle",
            ));
        }
    }
    Ok(Exit::Clear)
}

pub(crate) fn completions(arguments: &Completions) -> Result<Exit, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "parity", &mut script);
    output::emit(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clear)
}

pub(crate) fn man(arguments: &Man) -> Result<Exit, CliError> {
    let directory = &arguments.into;
    clap_mangen::generate_to(Cli::command(), directory)
        .map_err(|error| CliError::Output(format!("{}: {error}", directory.display())))?;
    Ok(Exit::Clear)
}
