//! `parity plan`: what would be read and run, and nothing is.

use parity_core::need::Need;
use parity_core::probe::Subject;
use parity_core::server::ServerKind;
use parity_core::target::Target;
use parity_core::transport::script_for;
use parity_probes::server::LATER;

use crate::args::OneTarget;
use crate::error::{CliError, Exit};
use crate::render::output;
use crate::render::page::{Look, Page};
use crate::session::Session;

fn subject(target: &Target) -> Subject {
    match target {
        Target::Server(_) => Subject::Server,
        _ => Subject::Host,
    }
}

/// Questions for another kind of server are not put to this one.
fn applies(need: &Need, target: &Target) -> bool {
    match (need, target) {
        (Need::Query { server, .. }, Target::Server(address)) => *server == address.kind,
        _ => true,
    }
}

/// What is asked of a server after the first answers, and in which way all of it is.
fn of_server(kind: ServerKind, page: &mut Page) {
    let later = LATER.iter().filter(|(server, ..)| *server == kind);
    later.for_each(|(_, since, question)| page.line(&format!("{since} also\n  ask  {question}")));
    page.line(match kind {
        ServerKind::Postgresql => {
            "Over one connection, each question in a transaction of its own: BEGIN TRANSACTION READ ONLY; \
             SET LOCAL statement_timeout = 10000; SET LOCAL search_path = pg_catalog; ... ROLLBACK."
        }
        ServerKind::Mysql => "Over one connection, in one transaction: START TRANSACTION READ ONLY.",
        _ => "Over one connection. No other command is sent but AUTH, where a password is known.",
    });
}

pub(crate) fn run(session: &Session, arguments: &OneTarget) -> Result<Exit, CliError> {
    let targets = session.targets([arguments.target.as_str()])?;
    let Some(target) = targets.first() else {
        return Err(CliError::Internal("no target".into()));
    };
    let mut page = Page::default();
    page.put(Look::Strong, &target.to_string()).end();
    let is_script = matches!(
        target,
        Target::Ssh { .. } | Target::Container { .. } | Target::Pod { .. }
    );
    if let Target::File(_) | Target::Facts(_) | Target::Url(_) | Target::Stdin = target {
        page.line("  reads this document and nothing else");
    } else {
        let probes = session
            .probes
            .iter()
            .filter(|probe| probe.manifest().subject == subject(target));
        let mut needs = Vec::new();
        for probe in probes {
            let manifest = probe.manifest();
            page.end();
            page.put(Look::Strong, &manifest.id)
                .put(Look::Dim, &format!("  {}", manifest.about))
                .end();
            for need in probe.needs().into_iter().filter(|need| applies(need, target)) {
                need.to_string()
                    .lines()
                    .for_each(|line| page.line(&format!("  {line}")));
                needs.push(need);
            }
        }
        page.end();
        match target {
            Target::Server(address) => of_server(address.kind, &mut page),
            _ => page.line("Probes may ask twice more, for parts of files that the first answers name."),
        };
        if is_script {
            needs.sort();
            needs.dedup();
            page.line("One channel: a `/bin/sh` with LC_ALL and PATH alone reads this script on its standard input. Nothing is written on the host.");
            page.end();
            script_for(&needs).lines().for_each(|line| page.line(line));
        }
    }
    output::print_as_is(&page.finish(), session.global.color)?;
    Ok(Exit::Clear)
}
