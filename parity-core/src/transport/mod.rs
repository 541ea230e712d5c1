//! Transports: the only place that reads files, starts programs or opens connections.

use crate::answer::{Answer, Failure, Outcome};
use crate::need::Need;
use crate::snapshot::Problem;

mod command;
mod deadline;
mod files;
mod https;
mod identity;
mod image;
mod look;
mod pattern;
mod release;
mod replay;
mod root;
mod server;
mod ssh;
mod tree;

pub use command::SYSTEM_PATH;
pub use deadline::Deadline;
pub use https::Https;
pub use identity::Identity;
pub use image::Image;
pub use release::Release;
pub use replay::Replay;
pub use server::{Credentials, Server};
pub use ssh::{Carrier, HostError, Remote, Ssh, SshHost, SshOptions, check_ssh, script_for, ssh_address};
pub use tree::Tree;

/// Answers needs on one target.
pub trait Transport: Send {
    /// Answers all needs of one round, in their order, in as few exchanges as the transport allows.
    ///
    /// # Errors
    /// The target as a whole could not be asked. What happened to a single need stands in its outcome.
    fn ask(&mut self, needs: &[Need]) -> Result<Vec<Outcome<Answer>>, TransportError>;

    /// What is worth telling although there are answers: a second attempt, a refused privilege.
    fn notes(&self) -> Vec<Problem> {
        Vec::new()
    }
}

/// Why a target as a whole did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[non_exhaustive]
pub struct TransportError {
    /// A stable word: `connect-timeout`, `refused`, `host-key-changed`, `timed-out` …
    pub code: &'static str,
    /// What was tried and what happened.
    pub message: String,
    /// What the reader can do.
    pub help: Option<String>,
}

impl TransportError {
    /// An error of this kind.
    pub fn new(code: &'static str, message: impl Into<String>) -> TransportError {
        TransportError {
            code,
            message: message.into(),
            help: None,
        }
    }

    /// What it means for one question: which of them it was does not matter then.
    pub(crate) fn failure(&self) -> Failure {
        let code = match self.code {
            code @ ("timed-out" | "login-refused") => code,
            _ => "unreachable",
        };
        Failure::new(code, self.message.clone())
    }

    /// The same as a problem of a snapshot.
    pub(crate) fn problem(&self) -> Problem {
        let help = self.help.iter().flat_map(|help| ["; ", help.as_str()]);
        let message: String = [self.message.as_str()].into_iter().chain(help).collect();
        Problem::new(self.code, message)
    }

    /// The same error with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> TransportError {
        self.help = Some(help.into());
        self
    }
}
