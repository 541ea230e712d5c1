//! `parity init`: a commented parity.toml from what the project and this machine show.

use std::path::Path;

use parity_core::config::{Config, FILE_NAME};

use crate::args::Init;
use crate::error::{CliError, Exit};
use crate::propose;
use crate::render::output;
use crate::session::Session;

pub(crate) fn run(session: &Session, arguments: &Init) -> Result<Exit, CliError> {
    let path = Path::new(FILE_NAME);
    if path.exists() && !arguments.force {
        return Err(CliError::usage_help(
            "there is a parity.toml already",
            "parity init --force overwrites it",
        ));
    }
    let proposal = propose::look(Path::new("."), std::env::home_dir().as_deref());
    let text = propose::write(&proposal);
    if let Err(mistakes) = Config::parse(&text) {
        let told: Vec<&str> = mistakes.iter().map(|mistake| mistake.message.as_str()).collect();
        let told = told.join("; ");
        return Err(CliError::Internal(format!("the proposal cannot be read: {told}")));
    }
    output::write_whole(path, text.as_bytes())?;
    session.tell("parity.toml written: read it, then");
    for (number, step) in (1..).zip(propose::next_steps(&proposal)) {
        session.tell(&format!("  {number}. {step}"));
    }
    Ok(Exit::Clear)
}
