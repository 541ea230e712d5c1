//! The `parity` command: says which difference between your machine and production breaks this release.

mod args;
mod base;
mod cache;
mod case;
mod commands;
mod error;
mod files;
mod propose;
mod render;
mod session;
mod trust;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use error::{CliError, Exit};
use session::Session;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let color = cli.global.color;
    match run(cli) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            render::output::tell(&render::complaint::render(&error), color);
            ExitCode::from(error.code())
        }
    }
}

fn run(cli: Cli) -> Result<Exit, CliError> {
    let session = Session::new(cli.global, cli.command.formats())?;
    match &cli.command {
        Command::Init(arguments) => commands::init::run(&session, arguments),
        Command::Snapshot(arguments) => commands::snapshot::run(&session, arguments),
        Command::Capture(arguments) => commands::capture::run(&session.keeping_answers(), arguments),
        Command::Diff(arguments) => commands::diff::run(&session, arguments),
        Command::Lock(arguments) => commands::lock::run(&session, arguments),
        Command::Allow(arguments) => commands::allow::run(&session, arguments),
        Command::Check(arguments) => commands::check::run(&session, arguments),
        Command::Accept(arguments) => commands::accept::run(&session, arguments),
        Command::Plan(arguments) => commands::plan::run(&session, arguments),
        Command::Explain(arguments) => commands::explain::run(&session, arguments),
        Command::Probes => commands::list::probes(&session),
        Command::Rules => commands::list::rules(&session),
        Command::Schema(arguments) => commands::list::schema(arguments),
        Command::Completions(arguments) => commands::list::completions(arguments),
        Command::Man(arguments) => commands::list::man(arguments),
    }
}
