//! The user's own `ssh` program: whether it is one, and what it makes of an alias. Nothing is contacted.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{SshHost, SshOptions};
use crate::answer::{Outcome, Output};
use crate::transport::{Deadline, TransportError, command};

/// It answers from its configuration, without a network.
const PATIENCE: Duration = Duration::from_secs(5);

const CAP: u64 = 1 << 20;

/// Whether `ssh` is an OpenSSH client: `ssh -V` names the program and its version (ssh(1)).
///
/// # Errors
/// It is missing, is something else, or does not answer.
pub fn check() -> Result<(), TransportError> {
    let mut version = Command::new("ssh");
    version.arg("-V");
    let unusable = |what: String| {
        TransportError::new("ssh-unusable", format!("the program `ssh` on the PATH {what}"))
            .help("hosts are reached through an OpenSSH client: look at `command -v ssh`")
    };
    match ask(version) {
        Outcome::Got(Output { stdout, stderr, .. }) => {
            let said = String::from_utf8_lossy(&[stderr, stdout].concat()).into_owned();
            match said.contains("OpenSSH") {
                true => Ok(()),
                false => Err(unusable(format!(
                    "is no OpenSSH client: `ssh -V` says `{}`",
                    said.lines()
                        .next()
                        .unwrap_or_default()
                        .chars()
                        .take(80)
                        .collect::<String>()
                ))),
            }
        }
        Outcome::Absent => Err(missing()),
        Outcome::NotPermitted => Err(unusable("may not be run".into())),
        Outcome::Failed(failure) if failure.code == "timed-out" => Err(unusable(format!(
            "does not answer `ssh -V` within {} s",
            PATIENCE.as_secs()
        ))),
        Outcome::Failed(failure) => Err(unusable(format!("cannot be run: {}", failure.reason))),
        Outcome::NotApplicable => Ok(()),
    }
}

pub(super) fn missing() -> TransportError {
    TransportError::new("ssh-missing", "the program `ssh` is not on the PATH")
        .help("install the OpenSSH client")
}

/// The address that connections are made to, from `ssh -G`; `None` where `ssh` does not tell.
pub fn address(host: &SshHost, options: &SshOptions) -> Option<String> {
    let mut resolved = Command::new("ssh");
    if let Some(file) = &options.config_file {
        resolved.arg("-F").arg(file);
    }
    resolved.arg("-G").args(host.arguments());
    let Outcome::Got(output) = ask(resolved) else {
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let value = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned))
    };
    // Behind a jump host, it is the jump host that counts connections.
    let jump = value("proxyjump").filter(|jump| jump != "none");
    jump.or_else(|| value("hostname"))
}

fn ask(command: Command) -> Outcome<Output> {
    command::finish(command, "ssh", CAP, &Deadline::from(Instant::now() + PATIENCE))
}
