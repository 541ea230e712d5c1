//! Which machine an alias leads to, as the user's own configuration says.

use std::process::{Command, Stdio};

use super::{SshHost, SshOptions};

/// The address that connections are made to, from `ssh -G`; `None` where `ssh` does not tell. Nothing is contacted.
pub fn address(host: &SshHost, options: &SshOptions) -> Option<String> {
    let mut command = Command::new("ssh");
    if let Some(file) = &options.config_file {
        command.arg("-F").arg(file);
    }
    command.arg("-G").args(host.arguments());
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let value = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(' ').map(str::to_owned))
    };
    // Behind a jump host, it is the jump host that counts connections.
    let jump = value("proxyjump").filter(|jump| jump != "none");
    jump.or_else(|| value("hostname"))
}
